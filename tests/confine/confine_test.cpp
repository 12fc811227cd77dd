// Files, network, bounds and powers of a confined process.
#include "confine/confine.hpp"

#include <atomic>
#include <cerrno>
#include <iterator>
#include <thread>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine/network.hpp"
#include "core/file.hpp"
#include "tests/confine/inside.hpp"

using namespace chalkline;
using namespace chalkline::confine;
using namespace chalkline::confine::tests;

namespace {

int error_of(long returned) { return returned < 0 ? errno : 0; }

int opens(const std::string& path, int flags) { return error_of(::open(path.c_str(), flags | O_CLOEXEC, 0600)); }

std::string line_of_status(const char* key) {
  const std::string status = read_file("/proc/self/status").value();
  const std::size_t at = status.find(key);
  return status.substr(at, status.find('\n', at) - at);
}

// Kernels without Landlock are told so by available(); what follows from the other rules is tested all the same.
const bool kNoLandlock = landlock_version() == 0;

}  // namespace

TEST_CASE_FIXTURE(Places, "a confined process reads its own files and writes in its own folder") {
  const auto work = [&] {
    if (!read_file(own_file())) return 1;
    if (!make_directories(own_folder() + "/video/0")) return 2;
    if (!write_file_atomically(own_folder() + "/video/0/1.m4s", "segment")) return 3;
    if (!rename_durably(own_folder() + "/video", own_folder() + "/version")) return 4;
    if (!rename_durably(own_folder() + "/version/0/1.m4s", own_folder() + "/2.m4s")) return 5;
    std::error_code failed;
    std::filesystem::remove_all(own_folder() + "/version", failed);
    return failed ? 6 : 0;
  };
  CHECK(inside(request(), work) == Outcome{0, 0});
  CHECK(read_file(own_folder() + "/2.m4s").value() == "segment");
}

TEST_CASE_FIXTURE(Places, "a confined process sees no other file" * doctest::skip(kNoLandlock)) {
  CHECK(inside(request(), [&] { return opens(other(), O_RDONLY); }) == Outcome{EACCES, 0});
  CHECK(inside(request(), [&] { return opens("/etc/passwd", O_RDONLY); }) == Outcome{EACCES, 0});
  CHECK(inside(request(), [&] { return opens(root, O_RDONLY | O_DIRECTORY); }) == Outcome{EACCES, 0});
  CHECK(inside(request(), [&] { return opens("/proc/1/environ", O_RDONLY); }) == Outcome{EACCES, 0});
  CHECK(inside(request(), [&] { return opens(own_folder() + "/../other.txt", O_RDONLY); }) == Outcome{EACCES, 0});
  // A way in that its own folder seems to offer.
  REQUIRE(::symlink(other().c_str(), (own_folder() + "/way").c_str()) == 0);
  CHECK(inside(request(), [&] { return opens(own_folder() + "/way", O_RDONLY); }) == Outcome{EACCES, 0});
}

TEST_CASE_FIXTURE(Places, "a confined process changes nothing outside its folder" * doctest::skip(kNoLandlock)) {
  CHECK(inside(request(), [&] { return opens(other(), O_WRONLY); }) == Outcome{EACCES, 0});
  CHECK(inside(request(), [&] { return opens(own_file(), O_WRONLY); }) == Outcome{EACCES, 0});
  CHECK(inside(request(), [&] { return opens(root + "/new", O_WRONLY | O_CREAT); }) == Outcome{EACCES, 0});
  CHECK(inside(request(), [&] { return error_of(::unlink(other().c_str())); }) == Outcome{EACCES, 0});
  CHECK(inside(request(), [&] { return error_of(::mkdir((root + "/new").c_str(), 0700)); }) == Outcome{EACCES, 0});
  const std::string inner = own_folder() + "/taken";
  CHECK(inside(request(), [&] { return error_of(::rename(other().c_str(), inner.c_str())); }).value != 0);
  CHECK(inside(request(), [&] { return error_of(::rename(own_folder().c_str(), (root + "/x").c_str())); }).value != 0);
  CHECK(read_file(other()).value() == "a secret");
  CHECK(read_file(own_file()).value() == "a recording");
  CHECK(std::filesystem::exists(own_folder()));
}

TEST_CASE_FIXTURE(Places, "threads that start later are confined as well" * doctest::skip(kNoLandlock)) {
  const auto in_thread = [&] {
    int seen = 0;
    std::thread([&] { seen = opens(other(), O_RDONLY); }).join();
    return seen;
  };
  CHECK(inside(request(), in_thread) == Outcome{EACCES, 0});
}

TEST_CASE_FIXTURE(Places, "a path that is not there is an error and not a hole") {
  Request wrong = request();
  wrong.files.read.emplace_back(root + "/missing");
  CHECK(inside(wrong, [] { return 0; }) == Outcome{kNoLandlock ? 0 : kNotConfined, 0});
}

TEST_CASE_FIXTURE(Places, "nobody answers a confined process, on no address") {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listener, 1) == 0);
  socklen_t length = sizeof address;
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  const auto connects = [&](int with) {
    return error_of(::connect(with, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  };
  // A socket from before the confinement; a decoder has none, and could make none.
  int before = -1;
  const Outcome tried = inside(
      request(), [&] { return connects(before); }, [&] { before = ::socket(AF_INET, SOCK_STREAM, 0); });
  CHECK(tried.value != 0);
  const Outcome makes = inside(request(), [&] {
    const int made = ::socket(AF_INET, SOCK_STREAM, 0);
    return made < 0 ? errno : connects(made);
  });
  CHECK(makes.value != 0);
  ::close(listener);
}

TEST_CASE_FIXTURE(Places, "its network is empty where the system allows it" * doctest::skip(!can_leave_network())) {
  const auto network = [] { return std::filesystem::read_symlink("/proc/self/ns/net").string(); };
  const std::string outside = network();
  CHECK(inside(request(), [&] { return network() != outside ? 0 : 1; }) == Outcome{0, 0});
}

TEST_CASE_FIXTURE(Places, "nothing of root's power is left, and none can be had again") {
  const auto looks = [] {
    if (line_of_status("NoNewPrivs") != "NoNewPrivs:\t1") return 1;
    for (const char* key : {"CapEff", "CapPrm", "CapInh"}) {
      const auto powers = std::stoull(line_of_status(key).substr(8), nullptr, 16);
      if ((powers & ~0xeULL) != 0) return 2;  // CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
    }
    return 0;
  };
  CHECK(inside(request(), looks) == Outcome{0, 0});
}

TEST_CASE_FIXTURE(Places, "bounds hold for files, descriptors and time, and there are no core dumps") {
  Request bounded = request();
  bounded.limits.file_size = 1000;
  bounded.limits.open_files = 20;
  bounded.limits.cpu = std::chrono::seconds(1);
  const auto writes = [&] { return write_file(own_folder() + "/big", std::string(2000, 'x')) ? 0 : 1; };
  CHECK(inside(bounded, writes) == Outcome{-1, SIGXFSZ});
  const auto opens_many = [&] {
    for (int i = 0; i < 40; ++i)
      if (const int failed = opens("/dev/null", O_RDONLY); failed != 0) return failed;
    return 0;
  };
  CHECK(inside(bounded, opens_many) == Outcome{EMFILE, 0});
  const auto spins = [] {
    for (std::atomic<unsigned> turns = 0;; ++turns) {
    }
    return 0;
  };
  CHECK(inside(bounded, spins) == Outcome{-1, SIGXCPU});
  const auto core = [] {
    rlimit limit{};
    return ::getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0 ? 0 : 1;
  };
  CHECK(inside(bounded, core) == Outcome{0, 0});
}

TEST_CASE_FIXTURE(Places, "memory is bounded" * doctest::skip(kUnderSanitizer)) {
  Request bounded = request();
  bounded.limits.memory = 50'000'000;
  const auto takes = [] {
    try {
      const std::string much(200'000'000, 'x');
      return much[1] == 'x' ? 0 : 1;
    } catch (const std::bad_alloc&) {
      return ENOMEM;
    }
  };
  CHECK(inside(bounded, takes) == Outcome{ENOMEM, 0});
}

TEST_CASE_FIXTURE(Places, "a bound is only ever lowered") {
  Request loose = request();
  loose.limits.open_files = 1U << 20U;
  const auto strict = [] {
    const rlimit few{30, 30};
    ::setrlimit(RLIMIT_NOFILE, &few);
  };
  const auto looks = [] {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<int>(limit.rlim_max) : -1;
  };
  CHECK(inside(loose, looks, strict) == Outcome{30, 0});
}

TEST_CASE("it still dies with its parent, also where a user namespace was needed") {
  for (const bool as_nobody : {false, true}) {
    int ready[2];  // held open by the confined process alone: its end is seen here
    REQUIRE(::pipe2(ready, O_CLOEXEC) == 0);
    const pid_t parent = ::fork();
    REQUIRE(parent >= 0);
    if (parent == 0) {
      const pid_t confined = ::fork();
      if (confined == 0) {
        if (as_nobody && ::geteuid() == 0 && ::setresuid(65'534, 65'534, 65'534) != 0) ::_exit(1);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!confine::confine({}) || !read_file("/proc/self/maps") || ::write(ready[1], "x", 1) != 1) ::_exit(1);
        for (;;) ::poll(nullptr, 0, -1);
      }
      char said = 0;
      ::close(ready[1]);
      ::_exit(::read(ready[0], &said, 1) == 1 ? 0 : 1);
    }
    ::close(ready[1]);
    int status = 0;
    REQUIRE(::waitpid(parent, &status, 0) == parent);
    CHECK(WEXITSTATUS(status) == 0);
    pollfd watched{ready[0], POLLIN, 0};
    CHECK(::poll(&watched, 1, 20'000) == 1);
    ::close(ready[0]);
  }
}

TEST_CASE_FIXTURE(Places, "a kernel without Landlock confines the rest and says what is missing") {
  // A filter that answers as such a kernel does.
  const auto older = [] {
    sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_landlock_create_ruleset, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program{std::size(code), code};
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
  };
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    older();
    if (available().landlock != 0) ::_exit(1);
    const auto held = confine::confine(request());
    if (!held || held->landlock != 0) ::_exit(2);
    if (held->missing().empty() || held->missing()[0].find("Landlock") == std::string::npos) ::_exit(3);
    if (opens(other(), O_RDONLY) != 0) ::_exit(4);
    ::_exit(kUnderSanitizer || ::socket(AF_INET, SOCK_STREAM, 0) < 0 ? 0 : 5);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("nothing is missing where everything is there") {
  CHECK(Confinement{1, true, true}.missing().empty());
  CHECK(Confinement{1, false, true}.missing().empty());  // without sockets there is no network to be kept from
  CHECK(Confinement{}.missing().size() == 3);
}
