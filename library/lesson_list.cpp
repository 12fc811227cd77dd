// Unknown keys are passed over: a later chalkline may say more of a lesson.
#include "library/lesson_list.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/sha256.hpp"
#include "library/lesson_id.hpp"

namespace chalkline::library {

static constexpr int kSchema = 1;

static std::string line_of(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

static nlohmann::ordered_json value_of(const std::vector<Translation>& texts) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Translation& text : texts)
    list.push_back({{"language", text.language}, {"title", text.title}, {"description", text.description}});
  return list;
}

// What says nothing is left out: a list is for a thin line.
static void add_more(nlohmann::ordered_json& line, const ListedLesson& lesson) {
  if (!lesson.course_id.empty()) line["course_id"] = lesson.course_id;
  if (lesson.position != 0) line["position"] = lesson.position;
  if (!lesson.description.empty()) line["description"] = lesson.description;
  if (!lesson.licence.empty()) line["licence"] = lesson.licence;
  if (!lesson.tags.empty()) line["tags"] = lesson.tags;
  if (!lesson.texts.empty()) line["texts"] = value_of(lesson.texts);
}

static std::string render_nodes(const LessonList& list) {
  std::string text = ",\"nodes_serial\":" + std::to_string(list.nodes_serial) + ",\"nodes\":[";
  for (const ListedNode& node : list.nodes) {
    nlohmann::ordered_json line = {{"id", node.id}, {"kind", name(node.details.kind)}, {"title", node.details.title}};
    if (!node.details.parent.empty()) line["parent"] = node.details.parent;
    if (!node.details.description.empty()) line["description"] = node.details.description;
    if (node.details.language != "und") line["language"] = node.details.language;
    if (node.details.position != 0) line["position"] = node.details.position;
    if (!node.details.texts.empty()) line["texts"] = value_of(node.details.texts);
    text += (&node == &list.nodes.front() ? "\n" : ",\n") + line_of(line);
  }
  return text + "]";
}

std::string render_lesson_list(const LessonList& list) {
  std::string text = "{\"schema\":" + std::to_string(kSchema);
  if (list.serial > 0) {
    text += ",\"serial\":" + std::to_string(list.serial) + ",\"since\":" + std::to_string(list.since);
    text += ",\"withdrawn\":[";
    for (const WithdrawnLesson& gone : list.withdrawn)
      text += (&gone == &list.withdrawn.front() ? "\n" : ",\n") +
              nlohmann::ordered_json{{"id", gone.id}, {"serial", gone.serial}}.dump();
    text += "]";
    if (list.nodes_serial > 0) text += render_nodes(list);
  }
  text += ",\"lessons\":[";
  bool first = true;
  for (const ListedLesson& lesson : list.lessons) {
    nlohmann::ordered_json line = {{"id", lesson.id},           {"title", lesson.title},
                                   {"course", lesson.course},   {"language", lesson.language},
                                   {"version", lesson.version}, {"updated_ms", lesson.updated_ms}};
    if (list.serial > 0) line["serial"] = lesson.serial;
    add_more(line, lesson);
    text += first ? "\n" : ",\n";
    text += line_of(line);
    first = false;
  }
  return text + "\n]}\n";
}

static Error corrupt(const std::string& why) { return Error(Errc::kCorrupt, "pack.json cannot be used: " + why); }

static std::int64_t number_at(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

static std::string text_at(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

static std::vector<Translation> texts_at(const nlohmann::json& object) {
  std::vector<Translation> texts;
  const auto found = object.find("texts");
  if (found == object.end() || !found->is_array()) return texts;
  for (const auto& entry : *found)
    if (entry.is_object())
      texts.push_back({text_at(entry, "language"), text_at(entry, "title"), text_at(entry, "description")});
  return texts;
}

static void read_more(const nlohmann::json& entry, ListedLesson& lesson) {
  lesson.course_id = text_at(entry, "course_id");
  lesson.position = number_at(entry, "position");
  lesson.description = text_at(entry, "description");
  lesson.licence = text_at(entry, "licence");
  if (const auto tags = entry.find("tags"); tags != entry.end() && tags->is_array())
    for (const auto& tag : *tags)
      if (tag.is_string()) lesson.tags.push_back(tag.get<std::string>());
  lesson.texts = texts_at(entry);
}

static Result<void> read_nodes(const nlohmann::json& json, LessonList& list) {
  list.nodes_serial = number_at(json, "nodes_serial");
  const auto nodes = json.find("nodes");
  if (nodes == json.end() || !nodes->is_array()) return {};
  for (const auto& entry : *nodes) {
    if (!entry.is_object()) return corrupt("a part of the curriculum is none");
    const auto kind = node_kind_named(text_at(entry, "kind"));
    ListedNode node{text_at(entry, "id"), {}};
    if (!is_lesson_id(node.id)) return corrupt("a part of the curriculum is none");
    if (!kind) continue;  // a level that a newer origin knows
    node.details = {*kind,
                    text_at(entry, "parent"),
                    text_at(entry, "title"),
                    text_at(entry, "description"),
                    text_at(entry, "language"),
                    number_at(entry, "position"),
                    texts_at(entry)};
    if (node.details.language.empty()) node.details.language = "und";
    list.nodes.push_back(std::move(node));
  }
  return {};
}

Result<LessonList> parse_lesson_list(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("schema") || !json.contains("lessons") || !json["lessons"].is_array())
    return corrupt("it is not a list of lessons");
  if (json["schema"] != kSchema)
    return Error(Errc::kCorrupt, "pack.json cannot be used: it was made by a later chalkline", "upgrade chalkline");
  LessonList list;
  list.serial = number_at(json, "serial");
  list.since = number_at(json, "since");
  if (const auto gone = json.find("withdrawn"); gone != json.end() && gone->is_array())
    for (const auto& entry : *gone) {
      if (!entry.is_object() || !is_lesson_id(text_at(entry, "id"))) return corrupt("what was withdrawn is no lesson");
      list.withdrawn.push_back({text_at(entry, "id"), number_at(entry, "serial")});
    }
  std::ranges::sort(list.withdrawn, {}, &WithdrawnLesson::id);
  CHALK_TRY(read_nodes(json, list));
  for (const auto& entry : json["lessons"]) {
    if (!entry.is_object()) return corrupt("an entry is not a lesson");
    ListedLesson lesson{text_at(entry, "id"),       text_at(entry, "title"),   text_at(entry, "course"),
                        text_at(entry, "language"), text_at(entry, "version"), 0};
    if (!is_lesson_id(lesson.id)) return corrupt("\"" + lesson.id + "\" is not a lesson's id");
    if (!is_sha256_hex(lesson.version)) return corrupt("lesson " + lesson.id + " has no version");
    if (lesson.title.empty()) lesson.title = lesson.id;
    if (lesson.language.empty()) lesson.language = "und";
    lesson.updated_ms = number_at(entry, "updated_ms");
    lesson.serial = number_at(entry, "serial");
    read_more(entry, lesson);
    list.lessons.push_back(std::move(lesson));
  }
  std::ranges::sort(list.lessons, {}, &ListedLesson::id);
  const auto twice = std::ranges::adjacent_find(list.lessons, {}, &ListedLesson::id);
  if (twice != list.lessons.end()) return corrupt("lesson " + twice->id + " stands there twice");
  return list;
}

}  // namespace chalkline::library
