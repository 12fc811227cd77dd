// The filter of system calls: what is refused, what ends the process, what goes on working.
#include "confine/system_calls.hpp"

#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/confine/inside.hpp"

using namespace chalkline;
using namespace chalkline::confine;
using namespace chalkline::confine::tests;

namespace {

int error_of(long returned) { return returned < 0 ? errno : 0; }

const bool kNoFilter = !can_filter_system_calls();
const Outcome kKilled{-1, SIGSYS};

}  // namespace

TEST_CASE_FIXTURE(Places, "what only an attacker asks for ends the process" * doctest::skip(kNoFilter)) {
  const auto tries = [&](long number, long a = 0, long b = 0, long c = 0) {
    return inside(request(), [=] { return error_of(::syscall(number, a, b, c, 0, 0)); });
  };
  const auto runs_shell = [] {
    const char* words[] = {"/bin/sh", "-c", "exit 0", nullptr};
    ::execv(words[0], const_cast<char**>(words));
    return errno;
  };
  CHECK(inside(request(), runs_shell) == kKilled);
  CHECK(tries(SYS_execveat) == kKilled);
  CHECK(tries(SYS_ptrace, PTRACE_TRACEME) == kKilled);
  CHECK(tries(SYS_process_vm_readv, ::getppid()) == kKilled);
  CHECK(inside(request(), [] { return error_of(::mount("x", "/mnt", "tmpfs", 0, nullptr)); }) == kKilled);
  CHECK(tries(SYS_bpf) == kKilled);
  CHECK(tries(SYS_keyctl) == kKilled);
  CHECK(tries(SYS_io_uring_setup, 1) == kKilled);
  CHECK(tries(SYS_unshare, CLONE_NEWUSER) == kKilled);
  CHECK(tries(SYS_setns) == kKilled);
  CHECK(tries(SYS_userfaultfd) == kKilled);
  CHECK(tries(SYS_perf_event_open) == kKilled);
  CHECK(tries(SYS_setresuid) == kKilled);
  CHECK(tries(SYS_init_module) == kKilled);
}

TEST_CASE_FIXTURE(Places, "what a transcode does not need is refused" * doctest::skip(kNoFilter)) {
  const auto tries = [&](long number, long a = 0, long b = 0, long c = 0) {
    return inside(request(), [=] { return error_of(::syscall(number, a, b, c, 0, 0)); });
  };
  const Outcome refused{EPERM, 0};
  CHECK(tries(SYS_socket, AF_INET, SOCK_STREAM) == refused);
  CHECK(tries(SYS_socket, AF_UNIX, SOCK_STREAM) == refused);
  CHECK(tries(SYS_socket, AF_NETLINK, SOCK_RAW) == refused);
  CHECK(tries(SYS_connect, 1) == refused);
  CHECK(tries(SYS_kill, ::getpid(), 0) == refused);
  CHECK(tries(SYS_tgkill, ::getpid(), ::getpid(), 0) == refused);
  CHECK(tries(SYS_memfd_create) == refused);
  CHECK(tries(SYS_symlinkat) == refused);
  CHECK(tries(SYS_fchownat) == refused);
  CHECK(tries(SYS_ioctl, 0, 0x5412 /* TIOCSTI */) == refused);
  CHECK(tries(SYS_prctl, PR_SET_DUMPABLE, 1) == refused);
  CHECK(tries(SYS_clone3) == Outcome{ENOSYS, 0});
  CHECK(tries(999'999) == refused);
  CHECK(inside(request(), [] { return error_of(::fork()); }) == refused);
  const auto raises_priority = [] {
    const sched_param param{1};
    return error_of(::sched_setscheduler(0, SCHED_FIFO, &param));
  };
  CHECK(inside(request(), raises_priority) == refused);
  const auto raises_limit = [] {
    const rlimit limit{100, 100};
    return error_of(::setrlimit(RLIMIT_NOFILE, &limit));
  };
  CHECK(inside(request(), raises_limit) == refused);
}

TEST_CASE_FIXTURE(Places, "memory never becomes code" * doctest::skip(kNoFilter)) {
  const auto maps = [] {
    void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? errno : 0;
  };
  CHECK(inside(request(), maps) == Outcome{EPERM, 0});
  const auto turns = [] {
    void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? 255 : error_of(::mprotect(page, 4096, PROT_READ | PROT_EXEC));
  };
  CHECK(inside(request(), turns) == Outcome{EPERM, 0});
}

TEST_CASE_FIXTURE(Places, "threads, locks, clocks and signals to oneself go on working") {
  const auto works = [] {
    std::mutex mutex;
    std::size_t count = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i)
      threads.emplace_back([&] {
        ::pthread_setname_np(::pthread_self(), "encoder");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        const std::vector<char> much(5'000'000, 'x');
        const std::lock_guard lock(mutex);
        count += much.size();
      });
    for (std::thread& thread : threads) thread.join();
    if (count != 80'000'000) return 1;
    if (std::thread::hardware_concurrency() < 1) return 2;
    return 0;
  };
  CHECK(inside(request(), works) == Outcome{0, 0});
  const auto aborts = [] {
    std::abort();
    return 0;
  };
  CHECK(inside(request(), aborts) == Outcome{-1, SIGABRT});
}

TEST_CASE_FIXTURE(Places, "threads from before the filter are held by it" * doctest::skip(kNoFilter)) {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  int seen = 0;
  std::thread early;
  const auto starts = [&] {
    early = std::thread([&] {
      char go = 0;
      while (::read(ends[0], &go, 1) < 0 && errno == EINTR) {
      }
      seen = error_of(::socket(AF_UNIX, SOCK_STREAM, 0));
    });
  };
  const auto asks = [&] {
    if (::write(ends[1], "x", 1) != 1) return 255;
    early.join();
    return seen;
  };
  CHECK(inside(request(), asks, starts) == Outcome{EPERM, 0});
  ::close(ends[0]);
  ::close(ends[1]);
}
