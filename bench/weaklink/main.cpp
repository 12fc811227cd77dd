// weaklink: parses, runs, prints errors as sentences. Exit codes: COMMAND's own; 2 wrong use; 125 weaklink failed;
// 126 COMMAND cannot be run; 127 COMMAND not found (as env(1) and timeout(1)).
#include <cstdio>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "bench/weaklink/options.hpp"
#include "bench/weaklink/probe.hpp"
#include "bench/weaklink/run.hpp"
#include "bench/weaklink/self_test.hpp"

namespace {

using chalkline::Errc;
using chalkline::Error;
using chalkline::Result;
using namespace chalkline::weaklink;

struct Start {
  Result<int> operator()(const RunCommand& run) const { return run_behind_link(run); }
  Result<int> operator()(const LabCommand& lab) const { return run_in_lab(lab); }
  Result<int> operator()(const SelfTestCommand& test) const { return run_self_test(test.quick); }
  Result<int> operator()(const ProbeCommand& probe) const { return run_probe(probe.arguments); }
  Result<int> operator()(const PrintCommand& print) const {
    std::fputs(print.text.c_str(), stdout);
    return 0;
  }
};

int complain(const Error& error, int exit_code) {
  std::fprintf(stderr, "weaklink: %s\n", error.to_sentence().c_str());
  return exit_code;
}

int run(const std::vector<std::string>& arguments) {
  const auto invocation = parse_arguments(arguments);
  if (!invocation) return complain(invocation.error(), 2);
  const auto exit_code = std::visit(Start{}, *invocation);
  if (exit_code) return *exit_code;
  const Error& error = exit_code.error();
  if (!error.message.starts_with("cannot run ")) return complain(error, 125);
  return complain(error, error.code == Errc::kNotFound ? 127 : 126);
}

}  // namespace

int main(int count, char** values) {
  try {
    return run({values + 1, values + count});
  } catch (const std::exception& problem) {
    return complain(Error(Errc::kInternal, problem.what()), 125);
  }
}
