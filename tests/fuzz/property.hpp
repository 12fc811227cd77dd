// What a fuzz target demands: it aborts with a sentence, which libFuzzer reports with the input.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace chalkline::fuzz {

inline void demand(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken property: %s\n", property);
  std::abort();
}

}  // namespace chalkline::fuzz
