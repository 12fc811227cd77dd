// What an origin says of its lessons, in a mirror's catalogue. Only what differs is written: the same list comes at
// every start.
#include "library/sqlite/catalogue_received.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "library/sqlite/catalogue_nodes.hpp"
#include "library/sqlite/catalogue_rows.hpp"
#include "library/sqlite/catalogue_search.hpp"

namespace chalkline::library::sqlite {

namespace {

class Receiving {
 public:
  Receiving(const std::shared_ptr<Store>& store, const LessonList& list, const std::string& origin)
      : store_(store), database_(store->database), list_(list), origin_(origin) {
    for (const ListedNode& node : list.nodes) {
      nodes_.insert(node.id);
      if (node.details.kind == NodeKind::kCourse) courses_.insert(node.id);
    }
  }

  Result<ReceivedList> run() {
    CHALK_TRY(look_around());
    CHALK_TRY(forget_lessons());
    if (list_.nodes_serial > 0) CHALK_TRY(write_nodes());
    CHALK_TRY(write_lessons());
    if (list_.nodes_serial > 0) CHALK_TRY(remove_nodes());
    return report_;
  }

 private:
  Result<void> look_around() {
    SqliteCurriculum curriculum(store_);
    CHALK_TRY_ASSIGN(std::vector<Node> nodes, curriculum.list({}));
    for (Node& node : nodes) nodes_here_.emplace(node.id, std::move(node));
    CHALK_TRY_ASSIGN(our_nodes_, made_here("SELECT id FROM curriculum_node WHERE origin = ''"));
    CHALK_TRY_ASSIGN(Statement rows, database_.prepare(std::string(kSelectRecords) + "WHERE lesson.origin <> ''"));
    CHALK_TRY_ASSIGN(std::vector<LessonRecord> records, read_records(database_, rows));
    for (LessonRecord& record : records) here_.emplace(record.id, std::move(record));
    CHALK_TRY_ASSIGN(ours_, made_here("SELECT id FROM lesson WHERE origin = ''"));
    return {};
  }

  Result<std::set<std::string>> made_here(const char* select) {
    std::set<std::string> ids;
    CHALK_TRY_ASSIGN(Statement rows, database_.prepare(select));
    for (;;) {
      CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
      if (step == Statement::Step::kDone) return ids;
      ids.insert(rows.text(0));
    }
  }

  Result<void> forget_lessons() {
    std::set<std::string> listed;
    for (const ListedLesson& lesson : list_.lessons) listed.insert(lesson.id);
    CHALK_TRY_ASSIGN(Statement words, database_.prepare("DELETE FROM lesson_words WHERE rowid = ?"));
    CHALK_TRY_ASSIGN(Statement heard, database_.prepare("UPDATE lesson SET heard_ms = ? WHERE row = ?"));
    CHALK_TRY_ASSIGN(Statement remove, database_.prepare("DELETE FROM lesson WHERE row = ?"));
    for (const auto& [id, record] : here_) {
      if (listed.contains(id)) continue;
      CHALK_TRY(words.reset().bind(record.row).run());
      CHALK_TRY(heard.reset().bind(store_->clock(), record.row).run());  // hooks are told when it went
      CHALK_TRY(remove.reset().bind(record.row).run());
      ++report_.withdrawn;
    }
    return {};
  }

  // Each node comes after the one that it stands below; one whose place this version does not know stands at the top.
  Result<void> write_nodes() {
    CHALK_TRY_ASSIGN(Statement told, database_.prepare("UPDATE curriculum_node SET origin = ? WHERE id = ?"));
    for (const ListedNode& node : list_.nodes) {
      if (our_nodes_.contains(node.id)) continue;
      NodeDetails details = node.details;
      if (!nodes_.contains(details.parent)) details.parent.clear();
      const auto known = nodes_here_.find(node.id);
      if (known == nodes_here_.end()) {
        CHALK_TRY(insert_node(database_, node.id, details, store_->clock()));
        CHALK_TRY(told.reset().bind(origin_, node.id).run());
      } else if (known->second.details != details) {
        CHALK_TRY(update_node(database_, known->second.row, details, store_->clock()));
        if (known->second.details.title != details.title) CHALK_TRY(index_lessons_of(database_, node.id));
      }
    }
    return {};
  }

  // A node may go once nothing stands below it: courses first. One that lessons of this library stand in stays.
  Result<void> remove_nodes() {
    std::vector<const Node*> going;
    for (const auto& [id, node] : nodes_here_)
      if (!nodes_.contains(id) && !our_nodes_.contains(id)) going.push_back(&node);
    std::ranges::sort(going, std::greater(), [](const Node* node) { return node->details.kind; });
    CHALK_TRY_ASSIGN(
        Statement remove,
        database_.prepare("DELETE FROM curriculum_node WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM lesson WHERE "
                          "course_id = ?1) AND NOT EXISTS (SELECT 1 FROM curriculum_node AS below WHERE "
                          "below.parent = ?1)"));
    for (const Node* node : going) CHALK_TRY(remove.reset().bind(node->id).run());
    return {};
  }

  [[nodiscard]] LessonDetails details_of(const ListedLesson& lesson, LessonDetails details) const {
    details.title = lesson.title;
    details.course = lesson.course;
    details.language = lesson.language;
    details.course_id = courses_.contains(lesson.course_id) ? lesson.course_id : std::string();
    details.position = lesson.position;
    details.description = lesson.description;
    details.licence = lesson.licence;
    details.tags = lesson.tags;
    details.texts = lesson.texts;
    return details;  // its state and attachments are not told
  }

  Result<void> write_lessons() {
    CHALK_TRY_ASSIGN(
        Statement put,
        database_.prepare(
            "INSERT INTO lesson (id, title, course, language, version, origin, created_ms, updated_ms, heard_ms) "
            "VALUES "
            "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8) ON CONFLICT (id) DO UPDATE SET version = excluded.version, origin = "
            "excluded.origin, updated_ms = excluded.updated_ms, heard_ms = excluded.heard_ms + (excluded.heard_ms = "
            "lesson.heard_ms)"));
    CHALK_TRY_ASSIGN(LessonWriter writer, LessonWriter::over(database_));
    for (const ListedLesson& lesson : list_.lessons) {
      if (ours_.contains(lesson.id)) continue;
      const auto known = here_.find(lesson.id);
      const bool is_new = known == here_.end();
      const LessonDetails details = details_of(lesson, is_new ? LessonDetails() : known->second.details);
      const bool other_version = is_new || known->second.version != lesson.version;
      if (!other_version && details == known->second.details) continue;
      CHALK_TRY(put.reset()
                    .bind(lesson.id, lesson.title, lesson.course, lesson.language, lesson.version, origin_,
                          lesson.updated_ms, store_->clock())
                    .run());
      const std::int64_t row = is_new ? database_.last_row_id() : known->second.row;
      // When it was published is the origin's word, and stays.
      CHALK_TRY(writer.update(row, details, lesson.updated_ms));
      ++report_.taken;
    }
    return {};
  }

  const std::shared_ptr<Store>& store_;
  Database& database_;
  const LessonList& list_;
  const std::string& origin_;
  std::set<std::string> nodes_;      // of the list
  std::set<std::string> courses_;    // of them
  std::set<std::string> our_nodes_;  // made here, and left as they are
  std::map<std::string, Node> nodes_here_;
  std::map<std::string, LessonRecord> here_;  // that were received before
  std::set<std::string> ours_;                // that were made here
  ReceivedList report_;
};

}  // namespace

Result<ReceivedList> receive_list(const std::shared_ptr<Store>& store, const LessonList& list,
                                  const std::string& origin) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store));
  CHALK_TRY_ASSIGN(const ReceivedList report, Receiving(store, list, origin).run());
  CHALK_TRY(unit.commit());
  return report;
}

}  // namespace chalkline::library::sqlite
