// Each case is a weaklink of its own, run as a user would run it, with a probe behind it. The slow links are measured
// at the same time as one another (so several weaklinks at once are part of the test), the fast ones one after the
// other. Loss needs many packets: with n of them and a share p the standard deviation of the outcome is
// sqrt((1-p)/(pn)) of p; the figures below make 5 % more than three of those.
#include "bench/weaklink/self_test.hpp"

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/weaklink/network.hpp"
#include "bench/weaklink/probe.hpp"
#include "bench/weaklink/run.hpp"
#include "bench/weaklink/trace.hpp"

extern char** environ;

namespace chalkline::weaklink {
namespace {

constexpr double kTolerance = 0.05;
constexpr int kSkipped = 77;  // what test runners take for "skipped"

struct Case {
  std::string name;
  std::string unit;
  double asked = 0;
  std::vector<std::string> link;
  std::string probe;  // down, up, rtt, loss
  std::uint64_t send_kbps = 0;
  double seconds = 0;
  std::uint64_t ip_bytes = 1500;
};
using Lane = std::vector<Case>;  // measured one after the other

struct Outcome {
  const Case* what = nullptr;
  double measured = 0;
  std::string problem;
  [[nodiscard]] double error() const { return measured / what->asked - 1; }
  [[nodiscard]] bool good() const { return problem.empty() && std::abs(error()) <= kTolerance; }
};

// 4 s that begin well, get thin, stop, and come back: 1.25 Mbit/s in the mean.
std::string uneven_trace() {
  std::string text;
  for (int ms = 4; ms <= 1000; ms += 4) text += fmt::format("{}\n", ms);
  for (int ms = 1040; ms <= 2000; ms += 40) text += fmt::format("{}\n", ms);
  for (int ms = 3000; ms < 4000; ms += 7) text += fmt::format("{}\n", ms);
  return text + "4000\n";
}

double serialisation_ms(double ip_bytes, double kbps) { return ip_bytes * 8 / kbps; }

std::vector<Lane> plan_lanes(bool quick, const std::string& trace_path, double trace_kbps) {
  const double slow = quick ? 12 : 40;
  const double fast = quick ? 3 : 10;
  const std::vector<std::string> at_50k{"--down-kbps", "50", "--up-kbps", "50", "--rtt-ms", "500"};
  const std::vector<std::string> at_20m{"--down-kbps", "20000", "--up-kbps", "20000", "--rtt-ms", "40"};
  const auto with = [](std::vector<std::string> link, std::initializer_list<std::string> more) {
    link.insert(link.end(), more);
    return link;
  };
  const double rtt_50k = 500 + 2 * serialisation_ms(64, 50);
  const double rtt_20m = 40 + 2 * serialisation_ms(64, 20000);
  std::vector<Lane> lanes;
  lanes.push_back({{"50 kbit/s down", "kbit/s", 50, at_50k, "down", 60, slow, 1500}});
  lanes.push_back({{"50 kbit/s up", "kbit/s", 50, at_50k, "up", 60, slow, 1500}});
  lanes.push_back({{"500 ms round trip at 50 kbit/s", "ms", rtt_50k, at_50k, "rtt", 0, slow / 2, 64}});
  if (!quick)
    lanes.push_back({{"30 % loss at 50 kbit/s", "share", 0.3, with(at_50k, {"--loss", "30%"}), "loss", 48, 90, 60}});
  lanes.push_back({
      {"20 Mbit/s down", "kbit/s", 20000, at_20m, "down", 24000, fast, 1500},
      {"20 Mbit/s up", "kbit/s", 20000, at_20m, "up", 24000, fast, 1500},
      {"40 ms round trip at 20 Mbit/s", "ms", rtt_20m, at_20m, "rtt", 0, fast / 2, 64},
      {"trace, three rounds",
       "kbit/s",
       trace_kbps,
       {"--trace-down", trace_path, "--rtt-ms", "100"},
       "down",
       4000,
       12,
       1500},
      {"10 % loss at 20 Mbit/s", "share", 0.1, with(at_20m, {"--loss", "10%"}), "loss", 6400, quick ? 10.0 : 20.0, 200},
      {"9.1 % loss in bursts at 20 Mbit/s", "share", 0.05 / 0.55, with(at_20m, {"--burst", "5%,50%"}), "loss", 6400,
       quick ? 20.0 : 40.0, 200},
  });
  return lanes;
}

// Runs a program, its standard output returned; the exit code must be 0.
Result<std::string> output_of(const std::vector<std::string>& command) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) return error_from_errno(errno, "cannot make a pipe");
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
  std::vector<char*> arguments;
  for (const auto& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));  // posix_spawn's signature
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int problem = ::posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) return error_from_errno(problem, "cannot run weaklink");
  write_end.reset();
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t got = ::read(read_end.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return Error(Errc::kIo, fmt::format("{} ended with status {}", command.front(), status));
  return text;
}

Outcome measure(const Case& one, const std::string& program) {
  Outcome outcome{.what = &one, .measured = 0, .problem = {}};
  const auto server = open_probe_server();
  if (!server) {
    outcome.problem = server.error().to_sentence();
    return outcome;
  }
  const std::jthread serving([&](const std::stop_token& stop) { serve_probes(*server, stop); });
  std::vector<std::string> command{program};
  command.insert(command.end(), one.link.begin(), one.link.end());
  for (const auto& argument :
       {std::string("--"), program, std::string("--probe"), std::string("--"), one.probe, std::to_string(server->port),
        std::to_string(one.send_kbps), std::to_string(one.seconds), std::to_string(one.ip_bytes)})
    command.push_back(argument);
  const auto output = output_of(command);
  if (!output)
    outcome.problem = output.error().to_sentence();
  else if (const auto json = nlohmann::json::parse(*output, nullptr, false); json.contains("value"))
    outcome.measured = json["value"].get<double>();
  else
    outcome.problem = "the probe said nothing";
  return outcome;
}

void print_row(const Outcome& outcome) {
  const Case& one = *outcome.what;
  if (outcome.problem.empty())
    fmt::print("{} {:<36} asked {:>10.3f}  measured {:>10.3f} {:<7} {:+.2f} %\n", outcome.good() ? "pass" : "FAIL",
               one.name, one.asked, outcome.measured, one.unit, outcome.error() * 100);
  else
    fmt::print("FAIL {:<36} {}\n", one.name, outcome.problem);
  std::fflush(stdout);
}

Result<std::string> own_path() {
  std::array<char, 4096> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
  if (size < 0) return error_from_errno(errno, "cannot find weaklink's own program file");
  return std::string(path.data(), static_cast<std::size_t>(size));
}

}  // namespace

Result<int> run_self_test(bool quick) {
  CHALK_TRY_ASSIGN(const std::string program, own_path());
  if (::geteuid() != 0) {
    fmt::print(stderr, "weaklink: the self-test needs root, as every link does; nothing was measured\n");
    return kSkipped;
  }
  // In a lab of its own, so that nothing of the machine's network takes part and nothing is left when this is killed.
  if (std::getenv("WEAKLINK_SELF_TEST") == nullptr) {
    ::setenv("WEAKLINK_SELF_TEST", "1", 1);
    LabCommand lab{{program, "--self-test"}};
    if (quick) lab.command.emplace_back("--quick");
    return run_in_lab(lab);
  }
  const std::string text = uneven_trace();
  CHALK_TRY_ASSIGN(const Trace trace, parse_trace(text, "the self-test's trace"));
  const UniqueFd trace_file(::memfd_create("trace", 0));  // inherited: each weaklink reads it by its own /proc/self/fd
  CHALK_TRY(write_all(trace_file.get(), std::as_bytes(std::span(text)), "the self-test's trace"));
  const auto lanes = plan_lanes(quick, fmt::format("/proc/self/fd/{}", trace_file.get()),
                                static_cast<double>(trace.mean_bits_per_second()) / 1000);
  std::mutex printing;
  int failed = 0;
  int passed = 0;
  {
    std::vector<std::jthread> running;
    for (const Lane& lane : lanes)
      running.emplace_back([&] {
        for (const Case& one : lane) {
          const Outcome outcome = measure(one, program);
          const std::scoped_lock lock(printing);
          print_row(outcome);
          ++(outcome.good() ? passed : failed);
        }
      });
  }
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace chalkline::weaklink
