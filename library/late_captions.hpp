// Captions that came for a lesson while its recording waits to be transcoded, or is: kept here until the version that
// the recording becomes has them (JobQueue::publish takes them out in the same transaction), whatever is killed
// meanwhile. The API enters them, whoever runs the job joins them; what could not be joined then, for want of disk, is
// overdue and joined afterwards (streamer/api/overdue_captions.hpp). Those of a job that failed or was cancelled wait
// on, for its next try or another recording: they were made for what it was to become. An interface; SQLite stands
// behind it (library/sqlite/late_captions.hpp). Thread-safe; blocks (milliseconds).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "library/catalogue_changes.hpp"

namespace chalkline::library {

struct LateCaption {
  std::int64_t id = 0;   // another each time that some are kept, and higher
  std::string language;  // BCP 47, or "und"
  std::string webvtt;    // as it came, and readable: whoever kept it has read it
};

enum class LateChange : std::uint8_t {
  kDone,     // and the lesson has another revision, and the audit log an entry
  kNothing,  // nothing to do it with: no recording of the lesson is on its way; none waited in the language
  kChanged,  // the lesson is not at that revision any more: somebody changed it
};

class LateCaptions {
 public:
  LateCaptions() = default;
  LateCaptions(const LateCaptions&) = delete;
  LateCaptions& operator=(const LateCaptions&) = delete;
  virtual ~LateCaptions() = default;
  // In place of those that wait in the language. kNotFound: there is no such lesson.
  virtual Result<LateChange> keep(const std::string& lesson, const std::string& language, const std::string& webvtt,
                                  std::int64_t revision, const Author& author) = 0;
  virtual Result<LateChange> forget(const std::string& lesson, const std::string& language, std::int64_t revision,
                                    const Author& author) = 0;
  virtual Result<std::vector<LateCaption>> of(const std::string& lesson) = 0;  // oldest first
  virtual Result<std::vector<std::string>> languages(const std::string& lesson) = 0;
  // Lessons with captions that nothing will join any more: the last of their recordings to come to an end was
  // published.
  virtual Result<std::vector<std::string>> overdue() = 0;
  // These wait no more: a version of their lesson has them, or nobody can read them.
  virtual Result<void> settle(std::span<const std::int64_t> ids) = 0;
};

}  // namespace chalkline::library
