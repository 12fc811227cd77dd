// Lessons as editors see them: everything that is said of one, its states, its versions, lists, search, and import.
// An interface; SQLite stands behind it (library/sqlite/catalogue_records.hpp). Thread-safe; blocks (milliseconds, an
// import longer). Each change is one transaction with its entry in the audit log.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "library/catalogue.hpp"
#include "library/catalogue_changes.hpp"

namespace chalkline::library {

struct Translation {
  std::string language;  // BCP 47
  std::string title;
  std::string description;
  friend bool operator==(const Translation&, const Translation&) = default;
};

// A document beside the video. Its file may come later than its entry.
struct Attachment {
  std::string name;
  std::string media_type;
  std::string sha256;       // "" until the file is there
  std::int64_t bytes = -1;  // -1 until the file is there
  friend bool operator==(const Attachment&, const Attachment&) = default;
};

// What an editor says of a lesson. Checked by fault_of (catalogue_checks.hpp) wherever it is written.
struct LessonDetails {
  std::string title;
  std::string description;
  std::string language = "und";
  std::string course;         // free text, for a lesson outside the curriculum
  std::string course_id;      // a node of kind course; "" where it belongs to none
  std::int64_t position = 0;  // in its course: lowest first
  LessonState state = LessonState::kPublished;
  std::string licence;
  std::vector<std::string> tags;        // each once, sorted
  std::vector<Translation> texts;       // one a language, sorted by it; not the lesson's own language
  std::vector<Attachment> attachments;  // in the order given
  friend bool operator==(const LessonDetails&, const LessonDetails&) = default;
};

struct LessonRecord {
  std::int64_t row = 0;  // the order in which lessons came
  std::string id;
  LessonDetails details;
  std::string course_title;            // of course_id
  std::optional<std::string> version;  // as Lesson::version
  std::int64_t revision = 0;           // another after every change, publication among them
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
};

struct LessonFilter {
  bool hidden_too = false;  // drafts and withdrawn ones
  std::optional<LessonState> state;
  std::string course_id;  // "": any
  std::string under;      // a node: lessons of it, or of a course below it
  std::string tag;
  std::string language;
};

struct LessonPage {
  std::vector<LessonRecord> lessons;
  std::optional<std::int64_t> next;  // for the page after; none at the end
};

struct KeptVersion {
  std::int64_t number = 0;  // 1 is the lesson's first
  std::string version;
  std::int64_t published_ms = 0;
};

// One lesson of an import, and of an export.
struct LessonRow {
  std::string id;  // "": a new lesson, named after its title
  LessonDetails details;
  // Titles of country, grade, subject and course, "" where a level is left out. Any but the last set: the nodes are
  // found by their titles or made, and the lesson joins the course. Else the course is free text.
  std::array<std::string, 4> path;
  // The row says where the lesson stands, be it nowhere: with nothing above the course it is in no course that stands
  // below something, whatever course_id says. A row that does not is in the course of its course_id.
  bool has_levels = false;
};

struct ImportReport {
  std::size_t created = 0;
  std::size_t updated = 0;
  std::size_t nodes_created = 0;
};

class LessonRecords {
 public:
  LessonRecords() = default;
  LessonRecords(const LessonRecords&) = delete;
  LessonRecords& operator=(const LessonRecords&) = delete;
  virtual ~LessonRecords() = default;
  // `id` "" makes one from the title. kAlreadyExists: the id is taken; kInvalidArgument: details that fault_of refuses,
  // or a course that is not there.
  virtual Result<LessonRecord> create(const std::string& id, const LessonDetails& details, const Author& author) = 0;
  virtual Result<LessonRecord> find(const std::string& id) = 0;  // kNotFound
  // All details anew. None where the lesson is not at `revision` any more: somebody else changed it.
  virtual Result<std::optional<LessonRecord>> replace(const std::string& id, const LessonDetails& details,
                                                      std::int64_t revision, const Author& author) = 0;
  // Takes a lesson from learners: one that was never published is removed with its jobs, any other is withdrawn and
  // keeps its versions. False where it is not at `revision`. kBusy: one to be removed is being transcoded.
  virtual Result<bool> withdraw(const std::string& id, std::int64_t revision, const Author& author) = 0;
  // Newest first. `from` is the `next` of the page before.
  virtual Result<LessonPage> list(const LessonFilter& filter, std::optional<std::int64_t> from, int limit) = 0;
  virtual Result<std::vector<LessonRecord>> of_course(const std::string& course_id, bool hidden_too) = 0;  // in order
  // Best match first, in titles, descriptions, tags and course, in any language; each word of `text` must be there or
  // begin a word. `from` as list().
  virtual Result<LessonPage> search(const std::string& text, const LessonFilter& filter,
                                    std::optional<std::int64_t> from, int limit) = 0;
  virtual Result<std::vector<KeptVersion>> versions(const std::string& id) = 0;  // newest first
  // Points the lesson at a version that it had before. None as replace. kNotFound: it never had that version.
  virtual Result<std::optional<LessonRecord>> roll_back(const std::string& id, const std::string& version,
                                                        std::int64_t revision, const Author& author) = 0;
  // Points the lesson at a version of it that was made beside any job: with other captions. An open job that improves
  // the version before improves this one from now on, whoever was at it beginning again. None as replace.
  virtual Result<std::optional<LessonRecord>> point_at(const std::string& id, const std::string& version,
                                                       std::int64_t revision, const Author& author) = 0;
  // `work`, with the hashes of all lessons' attachments, while no lesson can get another. Quick.
  virtual Result<void> with_attached(const std::function<Result<void>(const std::set<std::string>& hashes)>& work) = 0;
  // All rows or, on an error and when the process dies, none: one transaction and one entry in the audit log. A row
  // whose id is there replaces that lesson's details. kInvalidArgument begins with "row N: ", counted from 1.
  virtual Result<ImportReport> import(std::span<const LessonRow> rows, const Author& author) = 0;
  virtual Result<std::vector<LessonRow>> export_all() = 0;  // oldest first; importing them changes nothing
};

}  // namespace chalkline::library
