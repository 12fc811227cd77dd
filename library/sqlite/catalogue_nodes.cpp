// SQL of the curriculum.
#include "library/sqlite/catalogue_nodes.hpp"

#include "library/catalogue_checks.hpp"
#include "library/catalogue_fingerprint.hpp"
#include "library/lesson_id.hpp"
#include "library/sqlite/catalogue_rows.hpp"

namespace chalkline::library::sqlite {

static constexpr std::string_view kSelectNode =
    "SELECT row, id, kind, parent, title, description, language, position, revision, created_ms, updated_ms FROM "
    "curriculum_node ";

static Node node_of(const Statement& row) {
  Node node;
  node.row = row.integer(0);
  node.id = row.text(1);
  node.details.kind = node_kind_named(row.text(2)).value_or(NodeKind::kCourse);
  node.details.parent = row.text(3);
  node.details.title = row.text(4);
  node.details.description = row.text(5);
  node.details.language = row.text(6);
  node.details.position = row.integer(7);
  node.revision = row.integer(8);
  node.created_ms = row.integer(9);
  node.updated_ms = row.integer(10);
  return node;
}

static Result<std::vector<Node>> read_nodes(Database& database, Statement& rows) {
  std::vector<Node> nodes;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) break;
    nodes.push_back(node_of(rows));
  }
  CHALK_TRY_ASSIGN(
      Statement texts,
      database.prepare("SELECT language, title, description FROM curriculum_text WHERE node = ? ORDER BY language"));
  for (Node& node : nodes) {
    texts.reset().bind(node.row);
    for (;;) {
      CHALK_TRY_ASSIGN(const Statement::Step step, texts.step());
      if (step == Statement::Step::kDone) break;
      node.details.texts.push_back({texts.text(0), texts.text(1), texts.text(2)});
    }
  }
  return nodes;
}

static Result<Node> read_node(Database& database, const std::string& id) {
  CHALK_TRY_ASSIGN(Statement rows, database.prepare(std::string(kSelectNode) + "WHERE id = ?"));
  rows.bind(id);
  CHALK_TRY_ASSIGN(std::vector<Node> found, read_nodes(database, rows));
  if (found.empty()) return Error(Errc::kNotFound, "there is no node " + id + " in the curriculum");
  return std::move(found.front());
}

static Result<void> check_details(Database& database, const NodeDetails& details) {
  if (const auto fault = fault_of(details))
    return Error(Errc::kInvalidArgument, fault->field.substr(1) + " " + fault->why);
  if (details.parent.empty()) return {};
  const auto parent = read_node(database, details.parent);
  if (!parent && parent.error().code == Errc::kNotFound)
    return Error(Errc::kInvalidArgument, "parent: " + parent.error().message);
  if (!parent) return parent.error();
  if (parent->details.kind >= details.kind)
    return Error(Errc::kInvalidArgument, "parent: a " + std::string(name(details.kind)) + " cannot stand below a " +
                                             std::string(name(parent->details.kind)));
  return {};
}

static Result<void> write_texts(Database& database, std::int64_t row, const std::vector<Translation>& texts) {
  CHALK_TRY_ASSIGN(Statement forget, database.prepare("DELETE FROM curriculum_text WHERE node = ?"));
  CHALK_TRY(forget.bind(row).run());
  CHALK_TRY_ASSIGN(Statement add, database.prepare("INSERT INTO curriculum_text (node, language, title, description) "
                                                   "VALUES (?, ?, ?, ?)"));
  for (const Translation& text : texts)
    CHALK_TRY(add.reset().bind(row, text.language, text.title, text.description).run());
  return {};
}

Result<void> insert_node(Database& database, const std::string& id, const NodeDetails& details, std::int64_t now) {
  CHALK_TRY_ASSIGN(Statement insert,
                   database.prepare("INSERT INTO curriculum_node (id, kind, parent, title, description, language, "
                                    "position, created_ms, updated_ms) VALUES (?1, ?2, nullif(?3, ''), ?4, ?5, ?6, ?7, "
                                    "?8, ?8)"));
  CHALK_TRY(insert
                .bind(id, name(details.kind), details.parent, details.title, details.description, details.language,
                      details.position, now)
                .run());
  return write_texts(database, database.last_row_id(), details.texts);
}

Result<void> update_node(Database& database, std::int64_t row, const NodeDetails& details, std::int64_t now) {
  CHALK_TRY_ASSIGN(Statement update,
                   database.prepare("UPDATE curriculum_node SET parent = nullif(?2, ''), title = ?3, description = ?4, "
                                    "language = ?5, position = ?6, updated_ms = ?7, kind = ?8, revision = revision + 1 "
                                    "WHERE row = ?1"));
  CHALK_TRY(update
                .bind(row, details.parent, details.title, details.description, details.language, details.position, now,
                      name(details.kind))
                .run());
  return write_texts(database, row, details.texts);
}

Result<Node> SqliteCurriculum::create(const std::string& id, const NodeDetails& given, const Author& author) {
  if (!id.empty() && !is_lesson_id(id))
    return Error(Errc::kInvalidArgument, "id must be of a-z, 0-9 and hyphens, 64 at most");
  NodeDetails details = given;
  put_in_order(details);
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  CHALK_TRY(check_details(store_->database, details));
  std::string chosen = id;
  if (chosen.empty()) {
    CHALK_TRY_ASSIGN(chosen, free_id(store_->database, "curriculum_node", details.title));
  } else {
    CHALK_TRY_ASSIGN(const bool taken, is_id_taken(store_->database, "curriculum_node", id));
    if (taken) return Error(Errc::kAlreadyExists, "there is a node " + id + " already", "choose another id");
  }
  CHALK_TRY(insert_node(store_->database, chosen, details, store_->clock()));
  CHALK_TRY_ASSIGN(Node made, read_node(store_->database, chosen));
  CHALK_TRY(enter_in_log(*store_, author, "curriculum.create", "curriculum/" + chosen, "", fingerprint(made)));
  CHALK_TRY(unit.commit());
  return made;
}

Result<Node> SqliteCurriculum::find(const std::string& id) {
  const std::scoped_lock lock(store_->mutex);
  return read_node(store_->database, id);
}

// Lessons are found by their course's title too.
Result<void> index_lessons_of(Database& database, const std::string& course_id) {
  std::vector<std::int64_t> rows;
  {
    CHALK_TRY_ASSIGN(Statement look, database.prepare("SELECT row FROM lesson WHERE course_id = ?"));
    look.bind(course_id);
    for (;;) {
      CHALK_TRY_ASSIGN(const Statement::Step step, look.step());
      if (step == Statement::Step::kDone) break;
      rows.push_back(look.integer(0));
    }
  }
  CHALK_TRY_ASSIGN(WordIndex index, WordIndex::over(database));
  for (const std::int64_t row : rows) CHALK_TRY(index.enter(row));
  return {};
}

Result<std::optional<Node>> SqliteCurriculum::replace(const std::string& id, const NodeDetails& given,
                                                      std::int64_t revision, const Author& author) {
  NodeDetails details = given;
  put_in_order(details);
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  CHALK_TRY_ASSIGN(const Node before, read_node(store_->database, id));
  if (before.revision != revision) return std::optional<Node>();
  if (details.kind != before.details.kind)
    return Error(Errc::kInvalidArgument, "kind must stay as it is", "make another node");
  CHALK_TRY(check_details(store_->database, details));
  CHALK_TRY(update_node(store_->database, before.row, details, store_->clock()));
  if (details.title != before.details.title) CHALK_TRY(index_lessons_of(store_->database, id));
  CHALK_TRY_ASSIGN(Node made, read_node(store_->database, id));
  CHALK_TRY(
      enter_in_log(*store_, author, "curriculum.change", "curriculum/" + id, fingerprint(before), fingerprint(made)));
  CHALK_TRY(unit.commit());
  return std::optional<Node>(std::move(made));
}

Result<bool> SqliteCurriculum::remove(const std::string& id, std::int64_t revision, const Author& author) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  CHALK_TRY_ASSIGN(const Node before, read_node(store_->database, id));
  if (before.revision != revision) return false;
  {
    CHALK_TRY_ASSIGN(Statement below,
                     store_->database.prepare("SELECT EXISTS (SELECT 1 FROM curriculum_node WHERE parent = ?1) OR "
                                              "EXISTS (SELECT 1 FROM lesson WHERE course_id = ?1)"));
    CHALK_TRY(below.bind(id).step());
    if (below.integer(0) != 0)
      return Error(Errc::kBusy, "there are nodes or lessons below " + id, "move or remove them first");
    CHALK_TRY_ASSIGN(Statement remove, store_->database.prepare("DELETE FROM curriculum_node WHERE row = ?"));
    CHALK_TRY(remove.bind(before.row).run());
  }
  CHALK_TRY(enter_in_log(*store_, author, "curriculum.remove", "curriculum/" + id, fingerprint(before), ""));
  CHALK_TRY(unit.commit());
  return true;
}

Result<std::vector<Node>> SqliteCurriculum::list(const NodeFilter& filter) {
  const std::scoped_lock lock(store_->mutex);
  CHALK_TRY_ASSIGN(
      Statement rows,
      store_->database.prepare(std::string(kSelectNode) +
                               "WHERE (?1 = '' OR kind = ?1) AND (?2 = 0 OR coalesce(parent, '') = ?3) ORDER BY CASE "
                               "kind WHEN 'country' THEN 0 WHEN 'grade' THEN 1 WHEN 'subject' THEN 2 ELSE 3 END, "
                               "position, row"));
  const std::string kind = filter.kind ? std::string(name(*filter.kind)) : std::string();
  rows.bind(kind, filter.parent ? 1 : 0, filter.parent.value_or(""));
  return read_nodes(store_->database, rows);
}

Result<std::optional<Node>> SqliteCurriculum::order_lessons(const std::string& course_id,
                                                            const std::vector<std::string>& lesson_ids,
                                                            std::int64_t revision, const Author& author) {
  CHALK_TRY_ASSIGN(Unit unit, Unit::begin(*store_));
  CHALK_TRY_ASSIGN(const Node before, read_node(store_->database, course_id));
  if (before.revision != revision) return std::optional<Node>();
  {
    // Those not named keep their order among themselves, behind the others.
    CHALK_TRY_ASSIGN(Statement behind,
                     store_->database.prepare("UPDATE lesson SET position = min(position + ?2, 1000000000) WHERE "
                                              "course_id = ?1"));
    CHALK_TRY(behind.bind(course_id, static_cast<std::int64_t>(lesson_ids.size()) + 1).run());
    CHALK_TRY_ASSIGN(Statement place,
                     store_->database.prepare("UPDATE lesson SET position = ?3, revision = revision + 1, updated_ms = "
                                              "?4 WHERE id = ?1 AND course_id = ?2"));
    std::int64_t position = 0;
    for (const std::string& lesson : lesson_ids) {
      CHALK_TRY(place.reset().bind(lesson, course_id, ++position, store_->clock()).run());
      if (store_->database.changes() == 0)
        return Error(Errc::kInvalidArgument, "lesson " + lesson + " is not of the course " + course_id);
    }
    CHALK_TRY_ASSIGN(Statement touch, store_->database.prepare("UPDATE curriculum_node SET revision = revision + 1, "
                                                               "updated_ms = ? WHERE row = ?"));
    CHALK_TRY(touch.bind(store_->clock(), before.row).run());
  }
  CHALK_TRY_ASSIGN(Node made, read_node(store_->database, course_id));
  CHALK_TRY(
      enter_in_log(*store_, author, "course.order", "curriculum/" + course_id, fingerprint(before), fingerprint(made)));
  CHALK_TRY(unit.commit());
  return std::optional<Node>(std::move(made));
}

}  // namespace chalkline::library::sqlite
