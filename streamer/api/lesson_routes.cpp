// /api/v1/lessons and /api/v1/search.
#include "library/catalogue_checks.hpp"
#include "streamer/api/lesson_value.hpp"
#include "streamer/api/route_table.hpp"

namespace chalkline::streamer {

namespace {

using library::LessonDetails;
using library::LessonRecord;
using library::LessonState;
using library::Role;

// What the query and the token let a list hold; or the refusal.
struct Choice {
  library::LessonFilter filter;
  std::optional<ManagedReply> fault;
};

Choice chosen_by(const Call& call) {
  Choice choice;
  choice.filter.hidden_too = call.may(Role::kReader);
  choice.filter.course_id = call.query.text("course");
  choice.filter.tag = call.query.text("tag");
  choice.filter.language = call.query.text("language");
  const std::string state = call.query.text("state");
  if (state.empty()) return choice;
  choice.filter.state = library::lesson_state_named(state);
  if (!choice.filter.state)
    choice.fault = refused(400, "the query's state must be draft, published or withdrawn");
  else if (*choice.filter.state != LessonState::kPublished && !choice.filter.hidden_too)
    choice.fault = refused(400, "drafts and withdrawn lessons are listed for those who have a token");
  return choice;
}

// With the facts of its published version, as today's answer has them.
Json whole_value(ApiParts& parts, const LessonRecord& record) {
  Json json = record_value(record);
  if (!record.version) return json;
  const auto indexed = parts.versions.find(*record.version);
  if (!indexed) return json;
  const Json facts = lesson_value(lesson_of(record), &(*indexed)->index);
  for (const auto& item : facts.items())
    if (!json.contains(item.key())) json[item.key()] = item.value();
  return json;
}

std::optional<ManagedReply> refusal_of(const LessonDetails& details, const Faults& faults) {
  if (!faults.empty()) return refused(faults);
  if (const auto fault = library::fault_of(details)) return refused(Faults{{fault->field, fault->why}});
  return std::nullopt;
}

bool is_hidden(const LessonRecord& record, const Call& call) {
  return record.details.state != LessonState::kPublished && !call.may(Role::kReader);
}

ManagedReply reply_to_change(ApiParts& parts, const Call& call, const Result<std::optional<LessonRecord>>& changed) {
  if (!changed) return refused(changed.error());
  if (!*changed) return changed_since();
  return answer_with_revision(call, 200, whole_value(parts, **changed), (*changed)->revision);
}

}  // namespace

ManagedReply list_lessons(ApiParts& parts, const Call& call) {
  const Choice choice = chosen_by(call);
  if (choice.fault) return *choice.fault;
  const auto page = parts.library.records->list(choice.filter, call.query.cursor(), call.query.limit());
  return page ? answer_with(200, page_value(*page)) : refused(page.error());
}

ManagedReply search_lessons(ApiParts& parts, const Call& call) {
  const std::string text = call.query.text("q");
  if (text.empty()) return refused(400, "the query's q must say what to look for");
  const Choice choice = chosen_by(call);
  if (choice.fault) return *choice.fault;
  const auto page = parts.library.records->search(text, choice.filter, call.query.cursor(), call.query.limit());
  return page ? answer_with(200, page_value(*page)) : refused(page.error());
}

ManagedReply create_lesson(ApiParts& parts, const Call& call) {
  const Body body(call);
  if (body.fault) return *body.fault;
  Faults faults;
  LessonDetails details;
  details.state = LessonState::kDraft;
  std::string id;
  ObjectReader object(body.json, "", faults);
  object.text("id", id);
  object.require("title");
  read_details(object, "", details, faults);
  object.finish();
  if (const auto refusal = refusal_of(details, faults)) return *refusal;
  const auto made = parts.library.records->create(id, details, call.author());
  if (!made) return refused(made.error());
  ManagedReply reply = answer_with_revision(call, 201, whole_value(parts, *made), made->revision);
  reply.fields.emplace_back("Location", "/api/v1/lessons/" + made->id);
  return reply;
}

ManagedReply show_lesson(ApiParts& parts, const Call& call) {
  const auto record = parts.library.records->find(call.parameter(0));
  if (!record) return refused(record.error());
  if (is_hidden(*record, call)) return refused(404, "there is no lesson " + record->id);
  return answer_with_revision(call, 200, whole_value(parts, *record), record->revision);
}

ManagedReply change_lesson(ApiParts& parts, const Call& call) {
  const Body body(call);
  if (body.fault) return *body.fault;
  const std::string id = call.parameter(0);
  const auto before = parts.library.records->find(id);
  if (!before) return refused(before.error());
  if (!matches(call, before->revision)) return changed_since();
  if (!body.json.is_object()) return refused(Faults{{"", "must be an object"}});
  Json merged = editable_value(before->details);
  merged.merge_patch(body.json);
  Faults faults;
  LessonDetails details;
  details.state = before->details.state;
  ObjectReader object(merged, "", faults);
  object.require("title");
  read_details(object, "", details, faults);
  object.finish();
  if (const auto refusal = refusal_of(details, faults)) return *refusal;
  return reply_to_change(parts, call, parts.library.records->replace(id, details, before->revision, call.author()));
}

ManagedReply withdraw_lesson(ApiParts& parts, const Call& call) {
  const std::string id = call.parameter(0);
  const auto before = parts.library.records->find(id);
  if (!before) return refused(before.error());
  if (!matches(call, before->revision)) return changed_since();
  const auto gone = parts.library.records->withdraw(id, before->revision, call.author());
  if (!gone) return refused(gone.error());
  return *gone ? nothing_to_say() : changed_since();
}

ManagedReply list_versions(ApiParts& parts, const Call& call) {
  const std::string id = call.parameter(0);
  const auto record = parts.library.records->find(id);
  if (!record) return refused(record.error());
  const auto versions = parts.library.records->versions(id);
  if (!versions) return refused(versions.error());
  Json json;
  json["versions"] = Json::array();
  bool current = true;  // the newest entry is what the lesson has
  for (const library::KeptVersion& one : *versions) {
    json["versions"].push_back(
        {{"number", one.number}, {"version", one.version}, {"published_ms", one.published_ms}, {"current", current}});
    current = false;
  }
  return answer_with_revision(call, 200, json, record->revision);
}

ManagedReply roll_back_lesson(ApiParts& parts, const Call& call) {
  const Body body(call);
  if (body.fault) return *body.fault;
  Faults faults;
  std::string version;
  ObjectReader object(body.json, "", faults);
  object.text("version", version);
  object.require("version");
  object.finish();
  if (!faults.empty()) return refused(faults);
  const std::string id = call.parameter(0);
  const auto before = parts.library.records->find(id);
  if (!before) return refused(before.error());
  if (!matches(call, before->revision)) return changed_since();
  if (!parts.library.versions->contains(version))
    return refused(Faults{{"/version", "must be a version that the library holds"}});
  const auto changed = parts.library.records->roll_back(id, version, before->revision, call.author());
  if (!changed && changed.error().code == Errc::kNotFound)
    return refused(Faults{{"/version", "must be one that this lesson had"}});
  return reply_to_change(parts, call, changed);
}

}  // namespace chalkline::streamer
