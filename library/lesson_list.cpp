// Unknown keys are passed over: a later chalkline may say more of a lesson.
#include "library/lesson_list.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/sha256.hpp"
#include "library/lesson_id.hpp"

namespace chalkline::library {

static constexpr int kSchema = 1;

std::string render_lesson_list(const LessonList& list) {
  std::string text = "{\"schema\":" + std::to_string(kSchema);
  if (list.serial > 0) {
    text += ",\"serial\":" + std::to_string(list.serial) + ",\"since\":" + std::to_string(list.since);
    text += ",\"withdrawn\":[";
    for (const WithdrawnLesson& gone : list.withdrawn)
      text += (&gone == &list.withdrawn.front() ? "\n" : ",\n") +
              nlohmann::ordered_json{{"id", gone.id}, {"serial", gone.serial}}.dump();
    text += "]";
  }
  text += ",\"lessons\":[";
  bool first = true;
  for (const ListedLesson& lesson : list.lessons) {
    nlohmann::ordered_json line = {{"id", lesson.id},           {"title", lesson.title},
                                   {"course", lesson.course},   {"language", lesson.language},
                                   {"version", lesson.version}, {"updated_ms", lesson.updated_ms}};
    if (list.serial > 0) line["serial"] = lesson.serial;
    text += first ? "\n" : ",\n";
    text += line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
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
    list.lessons.push_back(std::move(lesson));
  }
  std::ranges::sort(list.lessons, {}, &ListedLesson::id);
  const auto twice = std::ranges::adjacent_find(list.lessons, {}, &ListedLesson::id);
  if (twice != list.lessons.end()) return corrupt("lesson " + twice->id + " stands there twice");
  return list;
}

}  // namespace chalkline::library
