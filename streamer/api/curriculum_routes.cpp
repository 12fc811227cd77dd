// /api/v1/curriculum and /api/v1/courses.
#include "library/catalogue_checks.hpp"
#include "streamer/api/route_table.hpp"

namespace chalkline::streamer {

namespace {

using library::Node;
using library::NodeDetails;
using library::Role;

ManagedReply list_of(ApiParts& parts, const library::NodeFilter& filter) {
  const auto nodes = parts.library.curriculum->list(filter);
  if (!nodes) return refused(nodes.error());
  Json json;
  json["nodes"] = Json::array();
  for (const Node& node : *nodes) json["nodes"].push_back(node_value(node));
  return answer_with(200, json);
}

// "" is any parent, "-" none.
std::optional<std::string> parent_in(const Call& call) {
  const std::string parent = call.query.text("parent");
  if (parent.empty()) return std::nullopt;
  return parent == "-" ? std::string() : parent;
}

std::optional<ManagedReply> refusal_of(const NodeDetails& details, const Faults& faults) {
  if (!faults.empty()) return refused(faults);
  if (const auto fault = library::fault_of(details)) return refused(Faults{{fault->field, fault->why}});
  return std::nullopt;
}

ManagedReply reply_to_change(const Call& call, const Result<std::optional<Node>>& changed) {
  if (!changed) return refused(changed.error());
  if (!*changed) return changed_since();
  return answer_with_revision(call, 200, node_value(**changed), (*changed)->revision);
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
  const Body body(call);
  if (body.fault) return *body.fault;
  Faults faults;
  NodeDetails details;
  std::string id;
  ObjectReader object(body.json, "", faults);
  object.text("id", id);
  object.require("kind");
  object.require("title");
  read_details(object, "", details, faults);
  object.finish();
  if (const auto refusal = refusal_of(details, faults)) return *refusal;
  const auto made = parts.library.curriculum->create(id, details, call.author());
  if (!made) return refused(made.error());
  ManagedReply reply = answer_with_revision(call, 201, node_value(*made), made->revision);
  reply.fields.emplace_back("Location", "/api/v1/curriculum/" + made->id);
  return reply;
}

ManagedReply show_node(ApiParts& parts, const Call& call) {
  const auto node = parts.library.curriculum->find(call.parameter(0));
  return node ? answer_with_revision(call, 200, node_value(*node), node->revision) : refused(node.error());
}

ManagedReply change_node(ApiParts& parts, const Call& call) {
  const Body body(call);
  if (body.fault) return *body.fault;
  const std::string id = call.parameter(0);
  const auto before = parts.library.curriculum->find(id);
  if (!before) return refused(before.error());
  if (!matches(call, before->revision)) return changed_since();
  if (!body.json.is_object()) return refused(Faults{{"", "must be an object"}});
  Json merged = editable_value(before->details);
  merged.merge_patch(body.json);
  Faults faults;
  NodeDetails details;
  ObjectReader object(merged, "", faults);
  object.require("kind");
  object.require("title");
  read_details(object, "", details, faults);
  object.finish();
  if (const auto refusal = refusal_of(details, faults)) return *refusal;
  return reply_to_change(call, parts.library.curriculum->replace(id, details, before->revision, call.author()));
}

ManagedReply remove_node(ApiParts& parts, const Call& call) {
  const std::string id = call.parameter(0);
  const auto before = parts.library.curriculum->find(id);
  if (!before) return refused(before.error());
  if (!matches(call, before->revision)) return changed_since();
  const auto gone = parts.library.curriculum->remove(id, before->revision, call.author());
  if (!gone) return refused(gone.error());
  return *gone ? nothing_to_say() : changed_since();
}

ManagedReply list_course_lessons(ApiParts& parts, const Call& call) {
  const auto course = course_of(parts, call);
  if (!course) return refused(course.error());
  const auto lessons = parts.library.records->of_course(course->id, call.may(Role::kReader));
  if (!lessons) return refused(lessons.error());
  Json json;
  json["lessons"] = Json::array();
  for (const library::LessonRecord& record : *lessons) json["lessons"].push_back(record_value(record));
  return answer_with_revision(call, 200, json, course->revision);
}

ManagedReply order_course(ApiParts& parts, const Call& call) {
  const Body body(call);
  if (body.fault) return *body.fault;
  Faults faults;
  std::vector<std::string> lessons;
  ObjectReader object(body.json, "", faults);
  object.words("lessons", lessons);
  object.require("lessons");
  object.finish();
  if (!faults.empty()) return refused(faults);
  const auto course = course_of(parts, call);
  if (!course) return refused(course.error());
  if (!matches(call, course->revision)) return changed_since();
  return reply_to_change(call,
                         parts.library.curriculum->order_lessons(course->id, lessons, course->revision, call.author()));
}

}  // namespace chalkline::streamer
