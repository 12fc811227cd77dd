// Import and export of the whole catalogue. An import is one unit: a process that dies in the middle has changed
// nothing.
#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <unordered_map>

#include "library/catalogue_checks.hpp"
#include "library/catalogue_fingerprint.hpp"
#include "library/lesson_id.hpp"
#include "library/sqlite/catalogue_nodes.hpp"
#include "library/sqlite/catalogue_records.hpp"
#include "library/sqlite/catalogue_rows.hpp"

namespace chalkline::library::sqlite {

namespace {

constexpr std::array<NodeKind, 4> kLevels = {NodeKind::kCountry, NodeKind::kGrade, NodeKind::kSubject,
                                             NodeKind::kCourse};

class Importer {
 public:
  static Result<Importer> over(Store& store) {
    CHALK_TRY_ASSIGN(LessonWriter writer, LessonWriter::over(store.database));
    CHALK_TRY_ASSIGN(Statement lesson, store.database.prepare("SELECT row FROM lesson WHERE id = ?"));
    CHALK_TRY_ASSIGN(Statement node,
                     store.database.prepare("SELECT id FROM curriculum_node WHERE coalesce(parent, '') = ? AND kind = "
                                            "? AND title = ? ORDER BY row LIMIT 1"));
    return Importer(store, std::move(writer), std::move(lesson), std::move(node));
  }

  Result<void> take(const LessonRow& row) {
    if (const auto fault = fault_of(row))
      return Error(Errc::kInvalidArgument, fault->field.substr(1) + " " + fault->why);
    LessonDetails details = row.details;
    put_in_order(details);
    CHALK_TRY(find_course(row, details));
    std::int64_t existing = 0;
    if (!row.id.empty()) {
      CHALK_TRY_ASSIGN(const Statement::Step step, lesson_.reset().bind(row.id).step());
      if (step == Statement::Step::kRow) existing = lesson_.integer(0);
    }
    if (existing != 0) {
      ++report_.updated;
      return writer_.update(existing, details, store_->clock());
    }
    CHALK_TRY_ASSIGN(const std::string id, id_for(row));
    ++report_.created;
    return as_void(writer_.insert(id, details, store_->clock()));
  }

  [[nodiscard]] const ImportReport& report() const { return report_; }

 private:
  Importer(Store& store, LessonWriter writer, Statement lesson, Statement node)
      : store_(&store), writer_(std::move(writer)), lesson_(std::move(lesson)), node_(std::move(node)) {}

  static Result<void> as_void(const Result<std::int64_t>& result) {
    if (!result) return result.error();
    return {};
  }

  // Ten thousand lessons of one title must not look for their number from 1 each.
  Result<std::string> id_for(const LessonRow& row) {
    if (!row.id.empty()) return row.id;
    const std::string wanted = lesson_id_from_title(row.details.title);
    for (int& n = next_number_[wanted];;) {
      std::string id = numbered_lesson_id(wanted, ++n);
      CHALK_TRY_ASSIGN(const Statement::Step step, lesson_.reset().bind(id).step());
      if (step == Statement::Step::kDone) return id;
    }
  }

  // The node that the row's path leads to; and the course's title, where there is no path above it, as free text.
  Result<void> find_course(const LessonRow& row, LessonDetails& details) {
    const bool has_path =
        std::any_of(row.path.begin(), row.path.begin() + 3, [](const std::string& title) { return !title.empty(); });
    if (!details.course_id.empty()) {
      CHALK_TRY_ASSIGN(const bool there, is_id_taken(store_->database, "curriculum_node", details.course_id));
      if (there && row.has_levels && !has_path) return leave_course(row, details);
      if (there) return {};
      if (!row.path[3].empty()) return make_path(row, details);
    } else if (has_path) {
      return make_path(row, details);
    } else if (!row.path[3].empty()) {
      details.course = row.path[3];
    }
    return {};
  }

  // A course at the top has nothing above it either.
  Result<void> leave_course(const LessonRow& row, LessonDetails& details) {
    CHALK_TRY_ASSIGN(Statement above,
                     store_->database.prepare("SELECT parent IS NOT NULL FROM curriculum_node WHERE id = ?"));
    CHALK_TRY(above.bind(details.course_id).step());
    if (above.integer(0) == 0 && !row.path[3].empty()) return {};
    details.course_id.clear();
    details.course = row.path[3];
    return {};
  }

  Result<void> make_path(const LessonRow& row, LessonDetails& details) {
    std::string parent;
    for (std::size_t level = 0; level < kLevels.size(); ++level) {
      if (row.path[level].empty()) continue;
      const std::string wanted = kLevels[level] == NodeKind::kCourse ? details.course_id : std::string();
      CHALK_TRY_ASSIGN(parent, node_for(parent, kLevels[level], row.path[level], wanted));
    }
    details.course_id = parent;
    details.course.clear();
    return {};
  }

  Result<std::string> node_for(const std::string& parent, NodeKind kind, const std::string& title,
                               const std::string& wanted) {
    const auto key = std::tuple(parent, kind, title, wanted);
    if (const auto at = known_.find(key); at != known_.end()) return at->second;
    std::string id;
    if (wanted.empty()) {
      CHALK_TRY_ASSIGN(const Statement::Step step, node_.reset().bind(parent, name(kind), title).step());
      if (step == Statement::Step::kRow) id = node_.text(0);
      node_.reset();
    }
    if (id.empty()) {
      id = wanted;
      if (id.empty()) {
        CHALK_TRY_ASSIGN(id, free_id(store_->database, "curriculum_node", title));
      }
      NodeDetails details;
      details.kind = kind;
      details.parent = parent;
      details.title = title;
      CHALK_TRY(insert_node(store_->database, id, details, store_->clock()));
      ++report_.nodes_created;
    }
    known_.emplace(key, id);
    return id;
  }

  Store* store_;
  LessonWriter writer_;
  Statement lesson_, node_;
  ImportReport report_;
  std::unordered_map<std::string, int> next_number_;
  std::map<std::tuple<std::string, NodeKind, std::string, std::string>, std::string> known_;
};

}  // namespace

Result<ImportReport> SqliteLessonRecords::import(std::span<const LessonRow> rows, const Author& author) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  ImportReport report;
  {
    CHALK_TRY_ASSIGN(Importer importer, Importer::over(*store_));
    std::size_t number = 0;
    for (const LessonRow& row : rows) {
      ++number;
      if (auto taken = importer.take(row); !taken) {
        Error error = std::move(taken).error();
        error.message = "row " + std::to_string(number) + ": " + error.message;
        return error;
      }
    }
    report = importer.report();
    CHALK_TRY(enter_in_log(*store_, author, "import", std::to_string(rows.size()) + " lessons", "", ""));
  }
  CHALK_TRY(unit.commit());
  return report;
}

Result<std::vector<LessonRow>> SqliteLessonRecords::export_all() {
  const std::scoped_lock lock(store_->mutex);
  std::map<std::string, std::array<std::string, 4>> paths;  // by course
  {
    CHALK_TRY_ASSIGN(
        Statement nodes,
        store_->database.prepare(
            "WITH RECURSIVE up (course, kind, title, parent) AS (SELECT id, kind, title, parent FROM curriculum_node "
            "WHERE kind = 'course' UNION ALL SELECT up.course, node.kind, node.title, node.parent FROM up JOIN "
            "curriculum_node AS node ON node.id = up.parent) SELECT course, kind, title FROM up"));
    for (;;) {
      CHALK_TRY_ASSIGN(const Statement::Step step, nodes.step());
      if (step == Statement::Step::kDone) break;
      const NodeKind kind = node_kind_named(nodes.text(1)).value_or(NodeKind::kCourse);
      paths[nodes.text(0)][static_cast<std::size_t>(kind)] = nodes.text(2);
    }
  }
  CHALK_TRY_ASSIGN(Statement all, store_->database.prepare(std::string(kSelectRecords) + "ORDER BY lesson.row"));
  CHALK_TRY_ASSIGN(std::vector<LessonRecord> records, read_records(store_->database, all));
  std::vector<LessonRow> rows;
  rows.reserve(records.size());
  for (LessonRecord& record : records) {
    LessonRow row;
    row.id = std::move(record.id);
    row.details = std::move(record.details);
    if (!row.details.course_id.empty())
      row.path = paths[row.details.course_id];
    else
      row.path[3] = row.details.course;
    row.has_levels = true;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace chalkline::library::sqlite
