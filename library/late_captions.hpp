// Captions that came for a lesson while its recording waits to be transcoded, or is: kept here until the version that
// the recording becomes has them (JobQueue::publish takes them out in the same transaction), whatever is killed
// meanwhile. The API enters them, whoever runs the job joins them. An interface; SQLite stands behind it
// (library/sqlite/late_captions.hpp). Thread-safe; blocks (milliseconds).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace chalkline::library {

struct LateCaption {
  std::int64_t id = 0;   // another each time that some are kept, and higher
  std::string language;  // BCP 47, or "und"
  std::string webvtt;    // as it came, and readable: whoever kept it has read it
};

class LateCaptions {
 public:
  LateCaptions() = default;
  LateCaptions(const LateCaptions&) = delete;
  LateCaptions& operator=(const LateCaptions&) = delete;
  virtual ~LateCaptions() = default;
  // In place of those that wait in the language. False, and nothing is kept: no recording of the lesson is on its way.
  virtual Result<bool> keep(const std::string& lesson, const std::string& language, const std::string& webvtt) = 0;
  virtual Result<std::vector<LateCaption>> of(const std::string& lesson) = 0;  // oldest first
  // False: none waited in the language.
  virtual Result<bool> forget(const std::string& lesson, const std::string& language) = 0;
};

}  // namespace chalkline::library
