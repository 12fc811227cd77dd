// weaklink --self-test: real links, measured from outside, against what was asked.
#pragma once

#include "core/error.hpp"

namespace chalkline::weaklink {

// Prints a table on standard output; 0 when every figure is within 5 % of what was asked, else 1; 77 without root.
Result<int> run_self_test(bool quick);

}  // namespace chalkline::weaklink
