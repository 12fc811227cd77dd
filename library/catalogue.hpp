// The catalogue as delivery and the job queue see it: lessons and which version of each is published; what editors see
// of them is in lesson_records.hpp. An interface: SQLite stands behind it today (library/sqlite/), PostgreSQL later,
// without touching callers. Thread-safe; calls block (milliseconds).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace chalkline::library {

// May learners see a lesson? A draft and a withdrawn one are not there for them.
enum class LessonState : std::uint8_t { kDraft, kPublished, kWithdrawn };
std::string_view name(LessonState state) noexcept;  // "draft", "published", "withdrawn"
std::optional<LessonState> lesson_state_named(std::string_view text) noexcept;

struct Lesson {
  std::string id;  // URL-safe, [a-z0-9-]{1,64}: from the title, made unique
  std::string title;
  std::string course;                  // its course's title, or free text; "" where none
  std::string language;                // BCP 47, "und" where unknown
  std::optional<std::string> version;  // the published one, sha256; none before the first publication
  std::int64_t created_ms = 0;         // Unix time
  std::int64_t updated_ms = 0;
  LessonState state = LessonState::kPublished;
};

struct NewLesson {
  std::string title;
  std::string course;
  std::string language = "und";
  LessonState state = LessonState::kPublished;
};

enum class Received {
  kTaken,  // new here, or newer than it was
  kSame,
  kOlder,  // what is here was published later, and stays
};

struct ReceivedList {
  int taken = 0;      // lessons that are new here, or newer, or of which something else is said
  int withdrawn = 0;  // that are not listed any more
};

struct LessonList;  // library/lesson_list.hpp

class Catalogue {
 public:
  Catalogue() = default;
  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;
  virtual ~Catalogue() = default;
  virtual Result<Lesson> create(const NewLesson& lesson) = 0;
  virtual Result<Lesson> find(const std::string& id) = 0;  // kNotFound
  // Takes a lesson back that was never published, with its jobs. kBusy: it is published, or a job of it is running.
  virtual Result<void> remove_unpublished(const std::string& id) = 0;
  // A lesson that another library published and whose version is in the store: as `lesson` has it, its id too. `origin`
  // says whose it is. kAlreadyExists where a lesson of that id was made here.
  virtual Result<Received> receive(const Lesson& lesson, const std::string& origin) = 0;
  // All lessons of an origin, with its curriculum where the list has one, in place of what was received before: what it
  // does not list any more it withdrew. What was made here stays. One transaction: nobody sees a part of a list, and
  // readers are not kept waiting. No entry in the audit log: nobody here changed anything.
  virtual Result<ReceivedList> receive_list(const LessonList& list, const std::string& origin) = 0;
  virtual Result<std::vector<Lesson>> list() = 0;  // newest first
};

}  // namespace chalkline::library
