// A made-up trace of lesson viewing, for comparing cache policies: which objects are asked for, in which order, and how
// large they are. Lessons by a Zipf law whose order drifts; a lesson is watched from its start, one segment after the
// other, and left at any time; learners overlap, some of them as a class that opens one lesson together; each stays
// mostly on one rung. Pure: the same seed makes the same trace.
#pragma once

#include <cstdint>
#include <vector>

namespace chalkline::bench {

struct TraceOptions {
  std::uint64_t seed = 1;
  std::uint32_t lessons = 400;
  std::uint64_t requests = 3'000'000;
  double zipf = 0.9;
  std::uint32_t learners = 300;     // at once
  double class_share = 0.3;         // of the visits that are one of a class of thirty
  std::uint64_t drift_every = 200;  // visits after which one lesson becomes this week's
};

struct Request {
  std::uint32_t object = 0;
  std::uint32_t bytes = 0;
};

struct Trace {
  std::vector<Request> requests;
  std::uint64_t catalogue_bytes = 0;  // of all objects that could be asked for
  std::uint64_t asked_bytes = 0;      // of those that were, each once
};

Trace make_trace(const TraceOptions& options);

}  // namespace chalkline::bench
