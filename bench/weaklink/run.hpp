// weaklink's two ways to run a command, composed from network, sandbox and forwarder. Called by main.
#pragma once

#include "bench/weaklink/options.hpp"

namespace chalkline::weaklink {

Result<int> run_behind_link(const RunCommand& run);  // COMMAND's exit code
Result<int> run_in_lab(const LabCommand& lab);

}  // namespace chalkline::weaklink
