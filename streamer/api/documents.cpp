// Values and readers.
#include "streamer/api/documents.hpp"

#include "streamer/api/lesson_value.hpp"

namespace chalkline::streamer {

std::string compact(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string text_of(const Json& json) { return compact(json) + "\n"; }

static Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

void add_missing(Json& json, const Json& more) {
  for (const auto& item : more.items())
    if (!json.contains(item.key())) json[item.key()] = item.value();
}

static Json text_value(const library::Translation& text) {
  return {{"language", text.language}, {"title", text.title}, {"description", text.description}};
}

static Json attachment_value(const library::Attachment& attachment) {
  return {{"name", attachment.name},
          {"media_type", attachment.media_type},
          {"sha256", text_or_null(attachment.sha256)},
          {"bytes", attachment.bytes < 0 ? Json(nullptr) : Json(attachment.bytes)}};
}

Json attachments_value(const std::vector<library::Attachment>& attachments) {
  return values_of(attachments, attachment_value);
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
  json["texts"] = values_of(details.texts, text_value);
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
  json["texts"] = values_of(details.texts, text_value);
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
  add_missing(json, editable_value(record.details));
  json["revision"] = record.revision;
  return json;
}

Json node_value(const library::Node& node) {
  Json json;
  json["id"] = node.id;
  add_missing(json, editable_value(node.details));
  json["revision"] = node.revision;
  json["created_ms"] = node.created_ms;
  json["updated_ms"] = node.updated_ms;
  return json;
}

Json token_value(const library::AccessToken& token) {
  const auto time = [](std::int64_t ms) { return ms == 0 ? Json(nullptr) : Json(ms); };
  return {{"id", token.id},
          {"label", token.label},
          {"role", library::name(token.role)},
          {"created_ms", token.created_ms},
          {"expires_ms", time(token.expires_ms)},
          {"last_used_ms", time(token.last_used_ms)}};
}

Json audit_value(const library::AuditEntry& entry) {
  return {{"id", entry.id},
          {"at_ms", entry.at_ms},
          {"who", entry.author.who},
          {"remote", text_or_null(entry.author.remote)},
          {"action", entry.action},
          {"subject", entry.subject},
          {"before", text_or_null(entry.before)},
          {"after", text_or_null(entry.after)}};
}

Json cursor_value(const std::optional<std::int64_t>& next) {
  return next ? Json(std::to_string(*next)) : Json(nullptr);
}

Json page_value(const library::LessonPage& page) {
  Json json = list_value("lessons", page.lessons, record_value);
  json["next"] = cursor_value(page.next);
  return json;
}

namespace {

// The list that is the member `name`, each element read by `read_one`; left out, `items` stay.
template <class Item>
void read_list(ObjectReader& object, std::string_view name, std::vector<Item>& items, Faults& faults,
               void (*read_one)(ObjectReader&, Item&)) {
  if (object.has(name)) items.clear();
  std::size_t number = 0;
  for (const Json* element : object.objects(name)) {
    ObjectReader one(*element, object.pointer_to(name) + "/" + std::to_string(number++), faults);
    read_one(one, items.emplace_back());
    one.finish();
  }
}

void read_text(ObjectReader& one, library::Translation& text) {
  one.text("language", text.language);
  one.text("title", text.title);
  one.text("description", text.description);
}

void read_attachment(ObjectReader& one, library::Attachment& attachment) {
  one.text("name", attachment.name);
  one.text("media_type", attachment.media_type);
  one.text("sha256", attachment.sha256);
  one.number("bytes", attachment.bytes);
}

}  // namespace

void read_details(ObjectReader& object, library::LessonDetails& details, Faults& faults) {
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
  read_list(object, "texts", details.texts, faults, read_text);
  read_list(object, "attachments", details.attachments, faults, read_attachment);
}

void read_details(ObjectReader& object, library::NodeDetails& details, Faults& faults) {
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
  read_list(object, "texts", details.texts, faults, read_text);
}

}  // namespace chalkline::streamer
