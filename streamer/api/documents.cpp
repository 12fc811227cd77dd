// Values and readers.
#include "streamer/api/documents.hpp"

#include "streamer/api/lesson_value.hpp"

namespace chalkline::streamer {

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

static Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json texts_value(const std::vector<library::Translation>& texts) {
  Json list = Json::array();
  for (const library::Translation& text : texts)
    list.push_back({{"language", text.language}, {"title", text.title}, {"description", text.description}});
  return list;
}

Json attachments_value(const std::vector<library::Attachment>& attachments) {
  Json list = Json::array();
  for (const library::Attachment& one : attachments)
    list.push_back({{"name", one.name},
                    {"media_type", one.media_type},
                    {"sha256", text_or_null(one.sha256)},
                    {"bytes", one.bytes < 0 ? Json(nullptr) : Json(one.bytes)}});
  return list;
}

Json editable_value(const library::LessonDetails& details) {
  Json json;
  json["title"] = details.title;
  json["description"] = details.description;
  json["language"] = details.language;
  json["course"] = details.course;
  json["course_id"] = text_or_null(details.course_id);
  json["position"] = details.position;
  json["state"] = library::name(details.state);
  json["licence"] = details.licence;
  json["tags"] = details.tags;
  json["texts"] = texts_value(details.texts);
  json["attachments"] = attachments_value(details.attachments);
  return json;
}

Json editable_value(const library::NodeDetails& details) {
  Json json;
  json["kind"] = library::name(details.kind);
  json["parent"] = text_or_null(details.parent);
  json["title"] = details.title;
  json["description"] = details.description;
  json["language"] = details.language;
  json["position"] = details.position;
  json["texts"] = texts_value(details.texts);
  return json;
}

library::Lesson lesson_of(const library::LessonRecord& record) {
  library::Lesson lesson;
  lesson.id = record.id;
  lesson.title = record.details.title;
  lesson.course = record.details.course_id.empty() ? record.details.course : record.course_title;
  lesson.language = record.details.language;
  lesson.version = record.version;
  lesson.created_ms = record.created_ms;
  lesson.updated_ms = record.updated_ms;
  lesson.state = record.details.state;
  return lesson;
}

Json record_value(const library::LessonRecord& record) {
  Json json = lesson_value(lesson_of(record), nullptr);
  const Json more = editable_value(record.details);
  for (const auto& item : more.items())
    if (!json.contains(item.key())) json[item.key()] = item.value();
  json["revision"] = record.revision;
  return json;
}

Json node_value(const library::Node& node) {
  Json json;
  json["id"] = node.id;
  const Json more = editable_value(node.details);
  for (const auto& item : more.items()) json[item.key()] = item.value();
  json["revision"] = node.revision;
  json["created_ms"] = node.created_ms;
  json["updated_ms"] = node.updated_ms;
  return json;
}

Json token_value(const library::AccessToken& token) {
  const auto time = [](std::int64_t ms) { return ms == 0 ? Json(nullptr) : Json(ms); };
  Json json;
  json["id"] = token.id;
  json["label"] = token.label;
  json["role"] = library::name(token.role);
  json["created_ms"] = token.created_ms;
  json["expires_ms"] = time(token.expires_ms);
  json["last_used_ms"] = time(token.last_used_ms);
  return json;
}

Json audit_value(const library::AuditEntry& entry) {
  Json json;
  json["id"] = entry.id;
  json["at_ms"] = entry.at_ms;
  json["who"] = entry.author.who;
  json["remote"] = text_or_null(entry.author.remote);
  json["action"] = entry.action;
  json["subject"] = entry.subject;
  json["before"] = text_or_null(entry.before);
  json["after"] = text_or_null(entry.after);
  return json;
}

Json cursor_value(const std::optional<std::int64_t>& next) {
  return next ? Json(std::to_string(*next)) : Json(nullptr);
}

Json page_value(const library::LessonPage& page) {
  Json json;
  json["lessons"] = Json::array();
  for (const library::LessonRecord& record : page.lessons) json["lessons"].push_back(record_value(record));
  json["next"] = cursor_value(page.next);
  return json;
}

namespace {

void read_texts(ObjectReader& object, const std::string& at, std::vector<library::Translation>& texts, Faults& faults) {
  if (object.has("texts")) texts.clear();
  std::size_t number = 0;
  for (const Json* element : object.objects("texts")) {
    ObjectReader one(*element, at + "/texts/" + std::to_string(number++), faults);
    library::Translation text;
    one.text("language", text.language);
    one.text("title", text.title);
    one.text("description", text.description);
    one.finish();
    texts.push_back(std::move(text));
  }
}

void read_attachments(ObjectReader& object, const std::string& at, std::vector<library::Attachment>& attachments,
                      Faults& faults) {
  if (object.has("attachments")) attachments.clear();
  std::size_t number = 0;
  for (const Json* element : object.objects("attachments")) {
    ObjectReader one(*element, at + "/attachments/" + std::to_string(number++), faults);
    library::Attachment attachment;
    one.text("name", attachment.name);
    one.text("media_type", attachment.media_type);
    one.text("sha256", attachment.sha256);
    one.number("bytes", attachment.bytes);
    one.finish();
    attachments.push_back(std::move(attachment));
  }
}

}  // namespace

void read_details(ObjectReader& object, const std::string& at, library::LessonDetails& details, Faults& faults) {
  object.text("title", details.title);
  object.text("description", details.description);
  object.text("language", details.language);
  object.text("course", details.course);
  object.text("course_id", details.course_id);
  object.number("position", details.position);
  std::string state(library::name(details.state));
  object.text("state", state);
  if (const auto known = library::lesson_state_named(state))
    details.state = *known;
  else
    object.fault("state", "must be draft, published or withdrawn");
  object.text("licence", details.licence);
  object.words("tags", details.tags);
  read_texts(object, at, details.texts, faults);
  read_attachments(object, at, details.attachments, faults);
}

void read_details(ObjectReader& object, const std::string& at, library::NodeDetails& details, Faults& faults) {
  std::string kind(library::name(details.kind));
  object.text("kind", kind);
  if (const auto known = library::node_kind_named(kind))
    details.kind = *known;
  else
    object.fault("kind", "must be country, grade, subject or course");
  object.text("parent", details.parent);
  object.text("title", details.title);
  object.text("description", details.description);
  object.text("language", details.language);
  object.number("position", details.position);
  read_texts(object, at, details.texts, faults);
}

}  // namespace chalkline::streamer
