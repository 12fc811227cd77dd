// The documents of the managed API: records of the library to JSON, and what a client sends to details. Pure. The
// shapes are those that the OpenAPI document (openapi_schemas.cpp) promises.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "library/access_tokens.hpp"
#include "library/catalogue_changes.hpp"
#include "library/curriculum.hpp"
#include "library/job_queue.hpp"
#include "library/lesson_records.hpp"
#include "streamer/api/object_reader.hpp"
#include "streamer/api/problems.hpp"

namespace chalkline::streamer {

std::string compact(const Json& json);  // text that is not UTF-8 is replaced, never thrown over
std::string text_of(const Json& json);  // the same as one line

// What a client may set; the base of a patch.
Json editable_value(const library::LessonDetails& details);
Json editable_value(const library::NodeDetails& details);

// The whole: today's fields of a lesson and those of the catalogue.
Json record_value(const library::LessonRecord& record);
library::Lesson lesson_of(const library::LessonRecord& record);
Json node_value(const library::Node& node);
Json token_value(const library::AccessToken& token);
Json audit_value(const library::AuditEntry& entry);
Json page_value(const library::LessonPage& page);

// A list with each of `items` as `value_of` has it; and {name: that list}.
Json values_of(const auto& items, const auto& value_of) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(value_of(item));
  return list;
}
Json list_value(const std::string& name, const auto& items, const auto& value_of) {
  Json json;
  json[name] = values_of(items, value_of);
  return json;
}

// Members of `more` that `json` has not, after its own.
void add_missing(Json& json, const Json& more);
Json cursor_value(const std::optional<std::int64_t>& next);  // a text, or null at the end

// Members of an object to details: what is left out keeps the value it has. Faults are added; the object's own `finish`
// is the caller's, which may know members of its own.
void read_details(ObjectReader& object, library::LessonDetails& details, Faults& faults);
void read_details(ObjectReader& object, library::NodeDetails& details, Faults& faults);

// A list of attachments, as it stands in documents.
Json attachments_value(const std::vector<library::Attachment>& attachments);

}  // namespace chalkline::streamer
