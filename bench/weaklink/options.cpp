// Options into plans: a profile first, then whatever the other options change in it.
#include "bench/weaklink/options.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/weaklink/profiles.hpp"
#include "core/file.hpp"

namespace chalkline::weaklink {
namespace {

constexpr std::string_view kIntroduction =
    "weaklink: run COMMAND behind a weak link.\n"
    "COMMAND gets a network of its own whose only way out is the link; the machine's own side of the link has the "
    "address\n"
    "in $WEAKLINK_HOST: a server that listens on 0.0.0.0 here is http://$WEAKLINK_HOST:PORT there. Ends as COMMAND "
    "ends,\n"
    "with its exit code (125: weaklink itself failed, 2: wrong use), and leaves no process, device or namespace "
    "behind.\n"
    "Needs root and /dev/net/tun.\n"
    "\n"
    "  weaklink --profile edge -- curl -o page http://$WEAKLINK_HOST:8080/     (quote it: sh -c '...')\n"
    "  weaklink --down-kbps 400 --up-kbps 200 --rtt-ms 300 --burst 1%,20% --outage 3s/60s -- COMMAND\n"
    "  weaklink --profile 3g --trace-down norway.down -- COMMAND\n";

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

struct RawOptions {
  std::string profile, trace_down, trace_up, loss, burst, outage, queue, report, samples;
  std::optional<double> down_kbps, up_kbps, rtt_ms, down_delay_ms, up_delay_ms;
  std::optional<double> jitter_ms, up_jitter_ms, queue_ms, up_queue_ms;
  std::optional<std::uint64_t> queue_bytes, up_queue_bytes;
  std::uint64_t seed = 1;
  int mtu = 1500;
  bool json = false, list = false, self_test = false, quick = false, lab = false, help = false, probe = false;
};

void declare(CLI::App& app, RawOptions& raw) {
  app.set_help_flag();
  app.add_flag("-h,--help", raw.help, "this text");
  app.add_flag("--list", raw.list, "the profiles and their figures");
  app.add_option("--profile", raw.profile, "a link by name, to begin with; without one the link has no limits");
  const auto positive = CLI::Range(0.0, 1e7);
  app.add_option("--down-kbps", raw.down_kbps, "rate towards COMMAND, 1000 bit/s of IP packets; 0: no limit")
      ->check(positive);
  app.add_option("--up-kbps", raw.up_kbps, "rate from COMMAND")->check(positive);
  app.add_option("--trace-down", raw.trace_down,
                 "instead of a rate: a mahimahi trace (ms, one 1500-byte packet a line)");
  app.add_option("--trace-up", raw.trace_up, "the same from COMMAND");
  app.add_option("--rtt-ms", raw.rtt_ms, "round trip of the idle link, half each way")->check(CLI::Range(0.0, 60000.0));
  app.add_option("--down-delay-ms", raw.down_delay_ms, "one way, towards COMMAND")->check(CLI::Range(0.0, 60000.0));
  app.add_option("--up-delay-ms", raw.up_delay_ms, "one way, from COMMAND")->check(CLI::Range(0.0, 60000.0));
  app.add_option("--jitter-ms", raw.jitter_ms, "each way, plus or minus; packets stay in order")
      ->check(CLI::Range(0.0, 60000.0));
  app.add_option("--up-jitter-ms", raw.up_jitter_ms, "the same from COMMAND, where it differs")
      ->check(CLI::Range(0.0, 60000.0));
  app.add_option("--loss", raw.loss, "share of packets lost each way: 2% or 0.02; 2%/0 is down/up");
  app.add_option("--burst", raw.burst,
                 "loss in bursts (Gilbert-Elliott): P,R[,LOSS-IN-BAD[,LOSS-IN-GOOD]]; P good to bad, R back; each way, "
                 "or DOWN/UP");
  app.add_option("--queue-ms", raw.queue_ms,
                 "how long packets may wait at the mean rate (default 1000, at least ten packets)")
      ->check(CLI::Range(0.0, 600000.0));
  app.add_option("--queue-bytes", raw.queue_bytes, "the same in bytes, exactly")->check(CLI::Range(1, 1 << 30));
  app.add_option("--up-queue-ms", raw.up_queue_ms, "the queue from COMMAND, where it differs")
      ->check(CLI::Range(0.0, 600000.0));
  app.add_option("--up-queue-bytes", raw.up_queue_bytes, "the same in bytes")->check(CLI::Range(1, 1 << 30));
  app.add_option("--outage", raw.outage, "dark spells, both ways: 3s/60s is 57 s of link, then 3 s of none");
  app.add_option("--mtu", raw.mtu, "largest IP packet, bytes (default 1500)")->check(CLI::Range(576, 9000));
  app.add_option("--seed", raw.seed, "of loss and jitter (default 1)");
  app.add_flag("--json", raw.json, "what the link did, as one JSON line on standard error at the end");
  app.add_option("--report", raw.report, "the same into a file");
  app.add_option("--samples", raw.samples, "what the link does, every 100 ms one JSON line, into a file");
  app.add_flag("--lab", raw.lab,
               "no link: only run COMMAND in a network and process space of its own, that all end with it");
  app.add_flag("--self-test", raw.self_test,
               "measure rate, round trip and loss of links made here against what was asked");
  app.add_flag("--quick", raw.quick, "with --self-test: a quarter of the time");
  app.add_flag("--probe", raw.probe, "")->group("");
}

std::string list_text() {
  std::string text = "profile      down kbit/s  up kbit/s  rtt ms  loss\n";
  for (const auto& profile : profiles())
    text += fmt::format("{:<12} {:>11} {:>10} {:>7} {:>5}  {}\n", profile.name, profile.down_kbps, profile.up_kbps,
                        profile.rtt_ms, fmt::format("{:.1f}%", profile.loss.mean() * 100), profile.about);
  return text;
}

Result<RatePlan> rate_plan(double kbps, const std::string& trace_path) {
  RatePlan plan{.bits_per_second = static_cast<std::uint64_t>(kbps * 1000), .trace = nullptr};
  if (trace_path.empty()) return plan;
  CHALK_TRY_ASSIGN(const std::string text, read_file(trace_path));
  CHALK_TRY_ASSIGN(Trace trace, parse_trace(text, trace_path));
  plan.trace = std::make_shared<const Trace>(std::move(trace));
  return plan;
}

Result<LossPlan> loss_plan(const std::string& text) {
  CHALK_TRY_ASSIGN(const double share, parse_share(text));
  return LossPlan{.to_bad = 0, .to_good = 1, .loss_bad = 1, .loss_good = share};
}

Result<LossPlan> burst_plan(const std::string& text) {
  std::vector<double> shares;
  for (const auto& part : CLI::detail::split(text, ',')) {
    CHALK_TRY_ASSIGN(const double share, parse_share(part));
    shares.push_back(share);
  }
  if (shares.size() < 2 || shares.size() > 4 || shares[1] <= 0)
    return Error(Errc::kInvalidArgument,
                 fmt::format("--burst {} is not P,R[,LOSS-IN-BAD[,LOSS-IN-GOOD]] with R above 0", text),
                 "for example --burst 1%,20%");
  return LossPlan{.to_bad = shares[0],
                  .to_good = shares[1],
                  .loss_bad = shares.size() > 2 ? shares[2] : 1.0,
                  .loss_good = shares.size() > 3 ? shares[3] : 0.0};
}

// "A" is for both ways, "A/B" for down and up.
struct BothWays {
  std::string down;
  std::string up;
};
BothWays both_ways(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) return {text, text};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

Result<Outage> outage_plan(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos)
    return Error(Errc::kInvalidArgument, fmt::format("--outage {} is not DARK/EVERY", text),
                 "for example --outage 3s/60s");
  CHALK_TRY_ASSIGN(const Nanos dark, parse_span(text.substr(0, slash)));
  CHALK_TRY_ASSIGN(const Nanos every, parse_span(text.substr(slash + 1)));
  if (dark.count() <= 0 || dark >= every)
    return Error(Errc::kInvalidArgument, fmt::format("--outage {} is never or always dark", text),
                 "the first span is above 0 and shorter than the second");
  return Outage{dark, every};
}

Nanos from_ms(double ms) { return Nanos(static_cast<std::int64_t>(ms * 1e6)); }

Result<LinkPlan> link_plan(const RawOptions& raw) {
  Profile base;
  base.name = "custom";
  if (!raw.profile.empty()) {
    const Profile* found = find_profile(raw.profile);
    if (found == nullptr) {
      std::string names;
      for (const auto& profile : profiles()) names += fmt::format("{}{}", names.empty() ? "" : ", ", profile.name);
      return Error(Errc::kInvalidArgument, fmt::format("there is no profile \"{}\"", raw.profile),
                   "take one of " + names);
    }
    base = *found;
  }
  if ((raw.queue_ms && raw.queue_bytes) || (raw.up_queue_ms && raw.up_queue_bytes))
    return Error(Errc::kInvalidArgument, "--queue-ms and --queue-bytes are two ways to say one thing",
                 "give one of them");
  if (!raw.loss.empty() && !raw.burst.empty())
    return Error(Errc::kInvalidArgument, "--loss and --burst exclude each other",
                 "the fourth figure of --burst is the loss between bursts");
  LinkPlan plan;
  plan.name = std::string(base.name);
  plan.mtu = raw.mtu;
  CHALK_TRY_ASSIGN(plan.down.rate,
                   rate_plan(raw.down_kbps.value_or(static_cast<double>(base.down_kbps)), raw.trace_down));
  CHALK_TRY_ASSIGN(plan.up.rate, rate_plan(raw.up_kbps.value_or(static_cast<double>(base.up_kbps)), raw.trace_up));

  plan.down.loss = plan.up.loss = base.loss;
  if (!raw.loss.empty()) {
    const auto [down, up] = both_ways(raw.loss);
    CHALK_TRY_ASSIGN(plan.down.loss, loss_plan(down));
    CHALK_TRY_ASSIGN(plan.up.loss, loss_plan(up));
  }
  if (!raw.burst.empty()) {
    const auto [down, up] = both_ways(raw.burst);
    CHALK_TRY_ASSIGN(plan.down.loss, burst_plan(down));
    CHALK_TRY_ASSIGN(plan.up.loss, burst_plan(up));
  }
  Outage outage;
  if (!raw.outage.empty()) {
    CHALK_TRY_ASSIGN(outage, outage_plan(raw.outage));
  }
  const double half_rtt = raw.rtt_ms.value_or(static_cast<double>(base.rtt_ms)) / 2;
  plan.down.delay = from_ms(raw.down_delay_ms.value_or(half_rtt));
  plan.up.delay = from_ms(raw.up_delay_ms.value_or(half_rtt));
  plan.down.jitter = from_ms(raw.jitter_ms.value_or(0));
  plan.up.jitter = from_ms(raw.up_jitter_ms.value_or(raw.jitter_ms.value_or(0)));
  for (DirectionPlan* direction : {&plan.down, &plan.up}) {
    if (direction->jitter > direction->delay)
      return Error(Errc::kInvalidArgument, "--jitter-ms is longer than the delay it swings around",
                   "raise --rtt-ms or lower --jitter-ms");
    direction->outage = outage;
  }
  const auto queue = [&](const RatePlan& rate, std::optional<double> ms, std::optional<std::uint64_t> bytes) {
    if (bytes) return *bytes;
    // Without a limit only an outage ever fills it.
    if (rate.mean_bits_per_second() == 0) return std::uint64_t{64} << 20;
    return queue_bytes_for(from_ms(ms.value_or(1000)), rate, static_cast<std::uint64_t>(plan.mtu));
  };
  const bool up_differs = raw.up_queue_ms || raw.up_queue_bytes;
  plan.down.queue_bytes = queue(plan.down.rate, raw.queue_ms, raw.queue_bytes);
  plan.up.queue_bytes = queue(plan.up.rate, up_differs ? raw.up_queue_ms : raw.queue_ms,
                              up_differs ? raw.up_queue_bytes : raw.queue_bytes);
  plan.down.seed = raw.seed * 2;
  plan.up.seed = raw.seed * 2 + 1;
  return plan;
}

}  // namespace

Result<Nanos> parse_span(std::string_view text) {
  std::string_view digits = text;
  double unit = 0;
  if (digits.ends_with("ms")) {
    unit = 1e6;
    digits.remove_suffix(2);
  } else if (digits.ends_with('s')) {
    unit = 1e9;
    digits.remove_suffix(1);
  } else if (digits.ends_with('m')) {
    unit = 60e9;
    digits.remove_suffix(1);
  }
  const auto value = number(digits);
  if (!value || unit == 0 || *value < 0 || *value > 1e6)
    return Error(Errc::kInvalidArgument, fmt::format("\"{}\" is not a span of time", text), "write 250ms, 3s or 1m");
  return Nanos(static_cast<std::int64_t>(*value * unit));
}

Result<double> parse_share(std::string_view text) {
  const bool percent = text.ends_with('%');
  const auto value = number(percent ? text.substr(0, text.size() - 1) : text);
  const double share = value.value_or(-1) / (percent ? 100 : 1);
  if (!(share >= 0 && share <= 1))
    return Error(Errc::kInvalidArgument, fmt::format("\"{}\" is not a share", text), "write 2% or 0.02");
  return share;
}

Result<Invocation> parse_arguments(const std::vector<std::string>& arguments) {
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  std::vector<std::string> command;
  if (dashes != arguments.end()) command.assign(dashes + 1, arguments.end());

  CLI::App app{std::string(kIntroduction)};
  app.name("weaklink");
  app.get_formatter()->label("OPTIONS", "OPTIONS] -- COMMAND [ARGUMENTS");  // the brackets around it are CLI11's own
  RawOptions raw;
  declare(app, raw);
  try {
    app.parse(std::vector<std::string>(std::reverse_iterator(dashes), arguments.rend()));  // CLI11 takes them reversed
  } catch (const CLI::ParseError& problem) {
    return Error(Errc::kInvalidArgument, problem.what(), "see weaklink --help");
  }
  if (raw.help) return PrintCommand{app.help()};
  if (raw.list) return PrintCommand{list_text()};
  if (raw.self_test) return SelfTestCommand{raw.quick};
  if (raw.probe) return ProbeCommand{std::move(command)};
  if (command.empty())
    return Error(Errc::kInvalidArgument, "there is no command to run",
                 "write it after --: weaklink --profile edge -- COMMAND");
  if (raw.lab) return LabCommand{std::move(command)};
  RunCommand run;
  CHALK_TRY_ASSIGN(run.link, link_plan(raw));
  run.command = std::move(command);
  run.json = raw.json;
  run.report = raw.report;
  run.samples = raw.samples;
  return run;
}

}  // namespace chalkline::weaklink
