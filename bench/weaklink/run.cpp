// In the order of things: the host's device, the learner's namespace and device, COMMAND, the loop, the report.
#include "bench/weaklink/run.hpp"

#include <cstdio>
#include <functional>
#include <optional>

#include "bench/weaklink/forwarder.hpp"
#include "bench/weaklink/network.hpp"
#include "bench/weaklink/report.hpp"
#include "bench/weaklink/sample_file.hpp"
#include "bench/weaklink/sandbox.hpp"
#include "bench/weaklink/signals.hpp"
#include "core/file.hpp"

namespace chalkline::weaklink {
namespace {

struct LearnerSide {
  NetworkNamespace network;
  Tun tun;
};

// Makes the learner's namespace with its device and comes back to ours.
Result<LearnerSide> make_learner_side(const LinkAddresses& addresses, int mtu) {
  CHALK_TRY_ASSIGN(const NetworkNamespace home, NetworkNamespace::current());
  CHALK_TRY_ASSIGN(NetworkNamespace network, NetworkNamespace::create());
  CHALK_TRY(bring_up_loopback());
  CHALK_TRY_ASSIGN(Tun tun, open_tun("link"));
  CHALK_TRY(configure_tun(tun, addresses.learner, addresses.host, mtu));
  CHALK_TRY(add_default_route(tun.name));
  CHALK_TRY(home.enter());
  return LearnerSide{std::move(network), std::move(tun)};
}

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Result<int> run_behind_link(const RunCommand& run) {
  CHALK_TRY_ASSIGN(const Tun host, claim_host_tun());
  const LinkAddresses addresses = addresses_of_link(host.number);
  CHALK_TRY(configure_tun(host, addresses.host, addresses.learner, run.link.mtu));
  CHALK_TRY_ASSIGN(const LearnerSide learner, make_learner_side(addresses, run.link.mtu));
  SandboxPlan plan;
  plan.network = &learner.network;
  plan.command = run.command;
  plan.environment = {
      {"WEAKLINK_HOST", addresses.host}, {"WEAKLINK_LEARNER", addresses.learner}, {"WEAKLINK_PROFILE", run.link.name}};
  CHALK_TRY_ASSIGN(const SignalRelay signals, SignalRelay::open());
  CHALK_TRY_ASSIGN(Sandbox sandbox, Sandbox::start(plan));

  std::optional<SampleFile> samples;
  std::function<void(const Counts&)> sample;
  if (!run.samples.empty()) {
    CHALK_TRY_ASSIGN(SampleFile opened, SampleFile::create(run.samples));
    samples.emplace(std::move(opened));
    sample = [&, start = unix_ms()](const Counts& counts) { samples->write_line(sample_json(counts, start) + "\n"); };
  }
  CHALK_TRY_ASSIGN(const Ending ending, forward(run.link, host, learner.tun, sandbox, signals, sample));

  const std::string report = report_json(run.link, addresses, ending) + "\n";
  if (run.json) std::fputs(report.c_str(), stderr);
  if (!run.report.empty()) CHALK_TRY(write_file(run.report, report));
  return ending.exit_code;
}

Result<int> run_in_lab(const LabCommand& lab) {
  CHALK_TRY_ASSIGN(const NetworkNamespace home, NetworkNamespace::current());
  CHALK_TRY_ASSIGN(const NetworkNamespace network, NetworkNamespace::create());
  CHALK_TRY(bring_up_loopback());
  CHALK_TRY(home.enter());
  SandboxPlan plan;
  plan.network = &network;
  plan.command = lab.command;
  plan.environment = {{"WEAKLINK_LAB", "1"}};
  CHALK_TRY_ASSIGN(const SignalRelay signals, SignalRelay::open());
  CHALK_TRY_ASSIGN(Sandbox sandbox, Sandbox::start(plan));
  return wait_passing_signals(sandbox, signals);
}

}  // namespace chalkline::weaklink
