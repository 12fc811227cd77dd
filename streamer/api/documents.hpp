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

std::string text_of(const Json& json);  // one line

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
Json cursor_value(const std::optional<std::int64_t>& next);  // a text, or null at the end

// Members of an object to details: what is left out keeps the value it has. Faults are added; the object's own `finish`
// is the caller's, which may know members of its own.
void read_details(ObjectReader& object, const std::string& at, library::LessonDetails& details, Faults& faults);
void read_details(ObjectReader& object, const std::string& at, library::NodeDetails& details, Faults& faults);

// A list of translations and of attachments, as they stand in documents.
Json texts_value(const std::vector<library::Translation>& texts);
Json attachments_value(const std::vector<library::Attachment>& attachments);

}  // namespace chalkline::streamer
