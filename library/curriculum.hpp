// The curriculum: country > grade > subject > course, with lessons in the courses. A level may be left out. An
// interface; SQLite stands behind it (library/sqlite/catalogue_nodes.hpp). Thread-safe; blocks (milliseconds). Each
// change is one transaction with its entry in the audit log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "library/catalogue_changes.hpp"
#include "library/lesson_records.hpp"

namespace chalkline::library {

enum class NodeKind : std::uint8_t {
  kCountry,
  kGrade,
  kSubject,
  kCourse
};                                              // a node stands below a kind before its own
std::string_view name(NodeKind kind) noexcept;  // "country", "grade", "subject", "course"
std::optional<NodeKind> node_kind_named(std::string_view text) noexcept;

struct NodeDetails {
  NodeKind kind = NodeKind::kCourse;
  std::string parent;  // a node's id; "" at the top
  std::string title;
  std::string description;
  std::string language = "und";
  std::int64_t position = 0;  // among those of its parent: lowest first
  std::vector<Translation> texts;
  friend bool operator==(const NodeDetails&, const NodeDetails&) = default;
};

struct Node {
  std::int64_t row = 0;
  std::string id;
  NodeDetails details;
  std::int64_t revision = 0;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
};

struct NodeFilter {
  std::optional<NodeKind> kind;
  std::optional<std::string> parent;  // "": those at the top
};

class Curriculum {
 public:
  Curriculum() = default;
  Curriculum(const Curriculum&) = delete;
  Curriculum& operator=(const Curriculum&) = delete;
  virtual ~Curriculum() = default;
  // `id` "" makes one from the title. Errors as LessonRecords::create; a parent that is not there, or not of a higher
  // kind, is kInvalidArgument.
  virtual Result<Node> create(const std::string& id, const NodeDetails& details, const Author& author) = 0;
  virtual Result<Node> find(const std::string& id) = 0;  // kNotFound
  // None where the node is not at `revision` any more. Its kind stays as it is: else kInvalidArgument.
  virtual Result<std::optional<Node>> replace(const std::string& id, const NodeDetails& details, std::int64_t revision,
                                              const Author& author) = 0;
  // False where it is not at `revision`. kBusy: nodes or lessons are below it.
  virtual Result<bool> remove(const std::string& id, std::int64_t revision, const Author& author) = 0;
  virtual Result<std::vector<Node>> list(const NodeFilter& filter) = 0;  // by kind, then position
  // The lessons of a course in this order, those not named after them. None as replace. kInvalidArgument: one is not of
  // this course.
  virtual Result<std::optional<Node>> order_lessons(const std::string& course_id,
                                                    const std::vector<std::string>& lesson_ids, std::int64_t revision,
                                                    const Author& author) = 0;
};

}  // namespace chalkline::library
