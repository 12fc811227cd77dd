// /api/v1/curriculum and /api/v1/courses.
#include "streamer/api/edits.hpp"
#include "streamer/api/route_table.hpp"

namespace chalkline::streamer {

namespace {

using library::Node;
using library::Role;

ManagedReply list_of(ApiParts& parts, const library::NodeFilter& filter) {
  const auto nodes = parts.library.curriculum->list(filter);
  if (!nodes) return refused(nodes.error());
  return answer_with(200, list_value("nodes", *nodes, node_value));
}

// "" is any parent, "-" none.
std::optional<std::string> parent_in(const Call& call) {
  const std::string parent = call.query.text("parent");
  if (parent.empty()) return std::nullopt;
  return parent == "-" ? std::string() : parent;
}

// The course that a path names; 404 for a node of another kind.
Result<Node> course_of(ApiParts& parts, const Call& call) {
  CHALK_TRY_ASSIGN(Node node, parts.library.curriculum->find(call.parameter(0)));
  if (node.details.kind != library::NodeKind::kCourse)
    return Error(Errc::kNotFound,
                 "there is no course " + node.id + "; it is a " + std::string(library::name(node.details.kind)));
  return node;
}

}  // namespace

ManagedReply list_nodes(ApiParts& parts, const Call& call) {
  library::NodeFilter filter;
  filter.parent = parent_in(call);
  if (const std::string kind = call.query.text("kind"); !kind.empty()) {
    filter.kind = library::node_kind_named(kind);
    if (!filter.kind) return refused(400, "the query's kind must be country, grade, subject or course");
  }
  return list_of(parts, filter);
}

ManagedReply list_courses(ApiParts& parts, const Call& call) {
  library::NodeFilter filter;
  filter.kind = library::NodeKind::kCourse;
  filter.parent = parent_in(call);
  return list_of(parts, filter);
}

ManagedReply create_node(ApiParts& parts, const Call& call) {
  return create(*parts.library.curriculum, call, library::NodeDetails(), "/api/v1/curriculum/", node_value);
}

ManagedReply show_node(ApiParts& parts, const Call& call) {
  const auto node = parts.library.curriculum->find(call.parameter(0));
  return node ? answer_with_revision(call, 200, node_value(*node), node->revision) : refused(node.error());
}

ManagedReply change_node(ApiParts& parts, const Call& call) {
  return patch(*parts.library.curriculum, call, node_value);
}

ManagedReply remove_node(ApiParts& parts, const Call& call) {
  const auto before = unchanged(*parts.library.curriculum, call);
  if (before.fault) return *before.fault;
  return answer_to_removal(parts.library.curriculum->remove(before.value.id, before.value.revision, call.author()));
}

ManagedReply list_course_lessons(ApiParts& parts, const Call& call) {
  const auto course = course_of(parts, call);
  if (!course) return refused(course.error());
  const auto lessons = parts.library.records->of_course(course->id, call.may(Role::kReader));
  if (!lessons) return refused(lessons.error());
  return answer_with_revision(call, 200, list_value("lessons", *lessons, record_value), course->revision);
}

ManagedReply order_course(ApiParts& parts, const Call& call) {
  const auto lessons = read_member(call, "lessons", &ObjectReader::words);
  if (lessons.fault) return *lessons.fault;
  const auto course = course_of(parts, call);
  if (!course) return refused(course.error());
  if (!matches(call, course->revision)) return changed_since();
  return answer_to_change(
      call, parts.library.curriculum->order_lessons(course->id, lessons.value, course->revision, call.author()),
      node_value);
}

}  // namespace chalkline::streamer
