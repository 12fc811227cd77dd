// /api/v1/lessons and /api/v1/search.
#include "streamer/api/edits.hpp"
#include "streamer/api/lesson_replies.hpp"
#include "streamer/api/lesson_value.hpp"
#include "streamer/api/route_table.hpp"

namespace chalkline::streamer {

namespace {

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

}  // namespace

// With the facts of its published version, as today's answer has them.
Json whole_value(ApiParts& parts, const LessonRecord& record) {
  Json json = record_value(record);
  const auto late = parts.library.late_captions->languages(record.id);
  if (late && !late->empty()) json["waiting_captions"] = *late;
  if (!record.version) return json;
  const auto indexed = parts.versions.find(*record.version);
  if (!indexed) return json;
  add_missing(json, lesson_value(lesson_of(record), &(*indexed)->index));
  return json;
}

namespace {

bool is_hidden(const LessonRecord& record, const Call& call) {
  return record.details.state != LessonState::kPublished && !call.may(Role::kReader);
}

auto whole_value_in(ApiParts& parts) {
  return [&parts](const LessonRecord& record) { return whole_value(parts, record); };
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
  library::LessonDetails base;
  base.state = LessonState::kDraft;
  return create(*parts.library.records, call, std::move(base), "/api/v1/lessons/", whole_value_in(parts));
}

ManagedReply show_lesson(ApiParts& parts, const Call& call) {
  const auto record = parts.library.records->find(call.parameter(0));
  if (!record) return refused(record.error());
  if (is_hidden(*record, call)) return refused(404, "there is no lesson " + record->id);
  return answer_with_revision(call, 200, whole_value(parts, *record), record->revision);
}

ManagedReply change_lesson(ApiParts& parts, const Call& call) {
  return patch(*parts.library.records, call, whole_value_in(parts));
}

ManagedReply withdraw_lesson(ApiParts& parts, const Call& call) {
  const auto before = unchanged(*parts.library.records, call);
  if (before.fault) return *before.fault;
  return answer_to_removal(parts.library.records->withdraw(before.value.id, before.value.revision, call.author()));
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
  const auto version = read_member(call, "version", &ObjectReader::text);
  if (version.fault) return *version.fault;
  const auto before = unchanged(*parts.library.records, call);
  if (before.fault) return *before.fault;
  if (!parts.library.versions->contains(version.value))
    return refused(Faults{{"/version", "must be a version that the library holds"}});
  const auto changed =
      parts.library.records->roll_back(before.value.id, version.value, before.value.revision, call.author());
  if (!changed && changed.error().code == Errc::kNotFound)
    return refused(Faults{{"/version", "must be one that this lesson had"}});
  return answer_to_change(call, changed, whole_value_in(parts));
}

}  // namespace chalkline::streamer
