// What may stand in the catalogue. Pure; called wherever details are written, so that the API, an import and the
// command line refuse the same things, and by the API to say which field is at fault.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "library/curriculum.hpp"
#include "library/lesson_records.hpp"

namespace chalkline::library {

struct FieldFault {
  std::string field;  // as a JSON Pointer (RFC 6901) into the document: "/title", "/texts/1/language"
  std::string why;    // "must not be empty"
};

std::optional<FieldFault> fault_of(const LessonDetails& details);
std::optional<FieldFault> fault_of(const NodeDetails& details);
std::optional<FieldFault> fault_of(const LessonRow& row);

// Tags and texts in the order that LessonDetails promises; a tag given twice stays once.
void put_in_order(LessonDetails& details);
void put_in_order(NodeDetails& details);

// Well-formed UTF-8 (RFC 3629)?
bool is_utf8(std::string_view text) noexcept;

}  // namespace chalkline::library
