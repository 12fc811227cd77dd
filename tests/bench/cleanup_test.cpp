// weaklink, killed: the real program is started and ended in every way, at random moments, and nothing of it may be
// left. Runs in a network namespace of its own (as root; without root there is nothing to test and the cases say so),
// so that every device seen is the test's. WEAKLINK is the program's path, given by the build.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// All that a run starts inherits this variable, whatever becomes of its parents.
const std::string kMark = "WEAKLINK_CLEANUP_TEST=" + std::to_string(::getpid());

bool enter_own_network() {
  static const bool entered = ::geteuid() == 0 && ::unshare(CLONE_NEWNET) == 0;
  if (!entered) MESSAGE("not root: nothing can be tested");
  return entered;
}

pid_t start(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), WEAKLINK);
  std::vector<char*> pointers;
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  std::string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  std::string mark = kMark;
  char* environment[] = {path.data(), mark.data(), nullptr};
  pid_t child = 0;
  REQUIRE(::posix_spawn(&child, pointers[0], nullptr, nullptr, pointers.data(), environment) == 0);
  return child;
}

int marked_processes() {
  int count = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "environ", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.find(kMark) != std::string::npos) ++count;
  }
  return count;
}

int link_devices() {
  int count = 0;
  auto* list = if_nameindex();
  REQUIRE(list != nullptr);
  for (auto* one = list; one->if_index != 0; ++one)
    if (std::string(one->if_name) != "lo") ++count;
  if_freenameindex(list);
  return count;
}

template <class Condition>
bool becomes_true(Condition condition, std::chrono::seconds deadline = 60s) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    const timespec a_moment{0, 2'000'000};
    ::nanosleep(&a_moment, nullptr);
  }
  return true;
}

int exit_status(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

const std::vector<std::string> kStubborn{
    "--profile", "4g", "--",
    "sh",        "-c", "trap '' TERM INT HUP; setsid sleep 1000 & (sleep 1000 &) ; sleep 1000; sleep 1000"};

}  // namespace

TEST_CASE("killed at random moments it leaves no process and no device") {
  if (!enter_own_network()) return;
  std::mt19937 random(20);  // NOLINT: the same moments in every run
  for (int round = 0; round < 40; ++round) {
    const pid_t child = start(kStubborn);
    // Not a wait for something to happen: the moment itself is what is tested, from before the device to after COMMAND.
    const timespec moment{0, static_cast<long>(random() % 30'000'000)};
    ::nanosleep(&moment, nullptr);
    ::kill(child, SIGKILL);
    CHECK(exit_status(child) == -SIGKILL);
    CHECK(becomes_true([] { return marked_processes() == 0; }));
    CHECK(becomes_true([] { return link_devices() == 0; }));
  }
}

TEST_CASE("what COMMAND leaves running ends with it, and the exit code is COMMAND's") {
  if (!enter_own_network()) return;
  CHECK(exit_status(start({"--profile", "gprs", "--", "sh", "-c", "setsid sleep 1000 & exit 7"})) == 7);
  CHECK(marked_processes() == 0);
  CHECK(becomes_true([] { return link_devices() == 0; }));
  CHECK(exit_status(start({"--", "sh", "-c", "kill -9 $$"})) == 128 + 9);
  CHECK(exit_status(start({"--", "no-such-command"})) == 127);
  CHECK(exit_status(start({"--", "/etc/passwd"})) == 126);
  CHECK(exit_status(start({"--profile", "nothing", "--", "true"})) == 2);
}

TEST_CASE("SIGTERM reaches COMMAND, which may end in its own way") {
  if (!enter_own_network()) return;
  const fs::path ready = fs::temp_directory_path() / ("weaklink-ready-" + std::to_string(::getpid()));
  const pid_t child =
      start({"--", "sh", "-c", "trap 'exit 9' TERM; : > " + ready.string() + "; while :; do sleep 0.01; done"});
  REQUIRE(becomes_true([&] { return fs::exists(ready); }));
  ::kill(child, SIGTERM);
  CHECK(exit_status(child) == 9);
  CHECK(marked_processes() == 0);
  fs::remove(ready);
}

TEST_CASE("a COMMAND that ignores SIGTERM is killed after the time of grace") {
  if (!enter_own_network()) return;
  const pid_t child = start(kStubborn);
  REQUIRE(becomes_true([] { return link_devices() == 1 && marked_processes() >= 5; }));
  ::kill(child, SIGTERM);
  CHECK(exit_status(child) == 128 + 9);
  CHECK(marked_processes() == 0);
  CHECK(becomes_true([] { return link_devices() == 0; }));
}

TEST_CASE("samples and report are whole when it has ended") {
  if (!enter_own_network()) return;
  const fs::path folder = fs::temp_directory_path() / ("weaklink-samples-" + std::to_string(::getpid()));
  fs::create_directory(folder);
  const auto text_of = [&](const char* name) {
    std::ifstream file(folder / name);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  };
  const std::string samples = folder / "samples";
  const std::string report = folder / "report";
  const std::string three_lines = "until [ $(wc -l < " + samples + ") -ge 3 ]; do sleep 0.02; done";
  CHECK(exit_status(
            start({"--profile", "4g", "--samples", samples, "--report", report, "--", "sh", "-c", three_lines})) == 0);
  const std::string lines = text_of("samples");
  CHECK(std::count(lines.begin(), lines.end(), '\n') >= 3);
  CHECK(lines.substr(0, 12) == "{\"unix_ms\":1");
  CHECK(lines.substr(lines.size() - 2) == "}\n");
  CHECK(text_of("report").find("\"late_packets\":") != std::string::npos);
  CHECK(exit_status(start({"--samples", folder / "none" / "samples", "--", "true"})) == 125);
  fs::remove_all(folder);
}

TEST_CASE("several links at once have devices and addresses of their own") {
  if (!enter_own_network()) return;
  std::vector<pid_t> children;
  for (int i = 0; i < 5; ++i) children.push_back(start(kStubborn));
  CHECK(becomes_true([] { return link_devices() == 5; }));
  for (const pid_t child : children) ::kill(child, SIGKILL);
  for (const pid_t child : children) CHECK(exit_status(child) == -SIGKILL);
  CHECK(becomes_true([] { return link_devices() == 0 && marked_processes() == 0; }));
}

TEST_CASE("a lab ends with all that was started in it, links included") {
  if (!enter_own_network()) return;
  const pid_t child =
      start({"--lab", "--", WEAKLINK, "--profile", "edge", "--", "sh", "-c", "sleep 1000 & sleep 1000"});
  REQUIRE(becomes_true([] { return marked_processes() >= 6; }));
  CHECK(link_devices() == 0);  // the link's outer device is in the lab
  ::kill(child, SIGKILL);
  CHECK(exit_status(child) == -SIGKILL);
  CHECK(becomes_true([] { return marked_processes() == 0; }));
}
