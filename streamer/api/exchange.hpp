// The catalogue as a file: CSV for spreadsheets, JSON for programs; the same rows in both, and what is exported comes
// in again as it was. Pure; used by /api/v1/import and export and by `chalkline import` and `export`.
//
// CSV columns, in any order, `title` required: id, title, description, language, country, grade, subject, course,
// course_id, position, state, licence, tags (with ";" between), attachments (a JSON list), and for each further
// language title:fr, description:fr. JSON: {"lessons": [...]} or the list alone, with the fields of a lesson in the API
// and country, grade, subject.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "library/lesson_records.hpp"
#include "streamer/api/problems.hpp"

namespace chalkline::streamer {

enum class ExchangeFormat { kCsv, kJson };

struct ReadRows {
  std::vector<library::LessonRow> rows;
  Faults faults;       // the first twenty; pointers into the JSON shape, "/lessons/3/title"
  std::string broken;  // what keeps it from being read at all: no CSV, no JSON
};
ReadRows read_rows(std::string_view text, ExchangeFormat format);

std::string write_rows(std::span<const library::LessonRow> rows, ExchangeFormat format);

}  // namespace chalkline::streamer
