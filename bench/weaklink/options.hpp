// The command line of weaklink as a value. Called once by main; reads the trace files that are named.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "bench/weaklink/link.hpp"
#include "core/error.hpp"

namespace chalkline::weaklink {

struct LinkPlan {
  std::string name;  // the profile, or "custom"
  DirectionPlan down;
  DirectionPlan up;
  int mtu = 1500;  // bytes of an IP packet
};

struct RunCommand {
  LinkPlan link;
  std::vector<std::string> command;
  bool json = false;    // the report as one JSON line on standard error at the end
  std::string report;   // path for the same, or empty
  std::string samples;  // path for one JSON line per 100 ms, or empty
};
struct LabCommand {
  std::vector<std::string> command;
};
struct SelfTestCommand {
  bool quick = false;
};
struct ProbeCommand {
  std::vector<std::string> arguments;  // of the self-test's own helper
};
struct PrintCommand {
  std::string text;  // --help, --list
};
using Invocation = std::variant<RunCommand, LabCommand, SelfTestCommand, ProbeCommand, PrintCommand>;

// `arguments` without the program's name. Errors are kInvalidArgument (usage) or what reading a trace said.
Result<Invocation> parse_arguments(const std::vector<std::string>& arguments);

// "3s", "250ms", "1m" -> time. "2.5%" or "0.025" -> 0..1. For options and their tests.
Result<Nanos> parse_span(std::string_view text);
Result<double> parse_share(std::string_view text);

}  // namespace chalkline::weaklink
