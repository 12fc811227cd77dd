// Rows out of text and into it. A CSV record becomes the JSON object of its row first, so that both are read by the
// same reader.
#include "streamer/api/exchange.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "core/language_tag.hpp"
#include "library/catalogue_checks.hpp"
#include "streamer/api/csv.hpp"
#include "streamer/api/documents.hpp"

namespace chalkline::streamer {

using library::LessonRow;

namespace {

constexpr std::size_t kMostFaults = 20;
constexpr std::array<std::string_view, 4> kLevels = {"country", "grade", "subject", "course"};
constexpr std::array<std::string_view, 14> kColumns = {"id",    "title",   "description", "language",   "country",
                                                       "grade", "subject", "course",      "course_id",  "position",
                                                       "state", "licence", "tags",        "attachments"};

Json row_value(const LessonRow& row) {
  Json json;
  if (!row.id.empty()) json["id"] = row.id;
  add_missing(json, editable_value(row.details));
  for (std::size_t level = 0; level < kLevels.size(); ++level) json[std::string(kLevels[level])] = row.path[level];
  return json;
}

void read_row(const Json& value, const std::string& at, LessonRow& row, Faults& faults) {
  ObjectReader object(value, at, faults);
  object.text("id", row.id);
  object.require("title");
  for (std::size_t level = 0; level < kLevels.size(); ++level) {
    object.text(kLevels[level], row.path[level]);
    if (level < 3 && value.is_object() && value.contains(kLevels[level])) row.has_levels = true;
  }
  read_details(object, row.details, faults);
  row.details.course.clear();  // it is the path's
  object.finish();
}

// `where` goes in front of what is wrong: the line of a CSV file.
void read_into(ReadRows& read, const Json& value, std::size_t number, const std::string& where) {
  if (read.faults.size() >= kMostFaults) return;
  const std::string at = "/lessons/" + std::to_string(number);
  LessonRow row;
  Faults faults;
  read_row(value, at, row, faults);
  if (faults.empty())
    if (const auto fault = library::fault_of(row)) faults.push_back({at + fault->field, fault->why});
  for (Fault& fault : faults) {
    fault.detail = where + fault.detail;
    if (read.faults.size() < kMostFaults) read.faults.push_back(std::move(fault));
  }
  read.rows.push_back(std::move(row));
}

ReadRows read_json(std::string_view text) {
  ReadRows read;
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    read.broken = "it is not JSON";
    return read;
  }
  const Json* lessons = &json;
  if (json.is_object()) {
    const auto member = json.find("lessons");
    if (member == json.end() || json.size() != 1) {
      read.broken = "it must be a list of lessons, or an object with nothing but \"lessons\"";
      return read;
    }
    lessons = &*member;
  }
  if (!lessons->is_array()) {
    read.broken = "its lessons must be a list";
    return read;
  }
  std::size_t number = 0;
  for (const Json& one : *lessons) read_into(read, one, number++, "");
  return read;
}

// "a;b", or a JSON list where a tag has a semicolon.
Json tags_of(const std::string& cell) {
  if (cell.starts_with('['))
    if (Json list = Json::parse(cell, nullptr, false); !list.is_discarded()) return list;
  Json tags = Json::array();
  for (std::size_t at = 0; at <= cell.size();) {
    const std::size_t end = std::min(cell.find(';', at), cell.size());
    std::string tag = cell.substr(at, end - at);
    tag.erase(0, std::min(tag.find_first_not_of(' '), tag.size()));
    tag.erase(tag.find_last_not_of(' ') + 1);
    if (!tag.empty()) tags.push_back(tag);
    at = end + 1;
  }
  return tags;
}

Json number_of(const std::string& cell) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  return failed == std::errc() && end == cell.data() + cell.size() ? Json(number) : Json(cell);
}

Json list_of(const std::string& cell) {
  Json list = Json::parse(cell, nullptr, false);
  return list.is_discarded() ? Json(cell) : list;
}

bool is_above_course(std::string_view column) {
  return std::find(kLevels.begin(), kLevels.begin() + 3, column) != kLevels.begin() + 3;
}

// The object that a record stands for. Empty cells are left out, but for the levels: an empty one says that there is
// none.
Json object_of(const std::vector<std::string>& header, const std::vector<std::string>& record) {
  Json json = Json::object();
  std::vector<std::pair<std::string, Json>> texts;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string& column = header[i];
    if (record[i].empty() && !is_above_course(column)) continue;
    const std::size_t colon = column.find(':');
    if (colon != std::string::npos) {
      const std::string language = column.substr(colon + 1);
      auto at = std::find_if(texts.begin(), texts.end(), [&](const auto& text) { return text.first == language; });
      if (at == texts.end()) at = texts.emplace(texts.end(), language, Json{{"language", language}});
      at->second[column.substr(0, colon)] = record[i];
    } else if (column == "tags") {
      json[column] = tags_of(record[i]);
    } else if (column == "position") {
      json[column] = number_of(record[i]);
    } else if (column == "attachments") {
      json[column] = list_of(record[i]);
    } else {
      json[column] = record[i];
    }
  }
  for (auto& [language, text] : texts) json["texts"].push_back(std::move(text));
  return json;
}

// What is wrong with the first line; "" where nothing is.
std::string fault_of_header(const std::vector<std::string>& header) {
  std::set<std::string> seen;
  for (const std::string& column : header) {
    const bool translated = (column.starts_with("title:") && is_language_tag(column.substr(6))) ||
                            (column.starts_with("description:") && is_language_tag(column.substr(12)));
    if (!translated && std::find(kColumns.begin(), kColumns.end(), column) == kColumns.end())
      return "there is no column \"" + column + "\"";
    if (!seen.insert(column).second) return "the column \"" + column + "\" is there twice";
  }
  return seen.contains("title") ? "" : "there must be a column \"title\"";
}

ReadRows read_csv(std::string_view text) {
  ReadRows read;
  const auto table = parse_csv(text);
  read.broken = table ? fault_of_header(table->header) : table.error().message;
  if (!read.broken.empty()) return read;
  for (std::size_t i = 0; i < table->records.size(); ++i)
    read_into(read, object_of(table->header, table->records[i]), i, "line " + std::to_string(table->lines[i]) + ": ");
  return read;
}

std::string tags_cell(const std::vector<std::string>& tags) {
  const bool plain = std::none_of(tags.begin(), tags.end(), [](const std::string& tag) {
    return tag.find(';') != std::string::npos || tag.front() == ' ' || tag.back() == ' ' || tag.front() == '[';
  });
  if (!plain) return compact(tags);
  std::string cell;
  for (const std::string& tag : tags) cell += (cell.empty() ? "" : ";") + tag;
  return cell;
}

std::string write_csv(std::span<const LessonRow> rows) {
  std::set<std::string> languages;
  for (const LessonRow& row : rows)
    for (const library::Translation& text : row.details.texts) languages.insert(text.language);
  std::vector<std::string> header(kColumns.begin(), kColumns.end());
  for (const std::string& language : languages) {
    header.push_back("title:" + language);
    header.push_back("description:" + language);
  }
  std::string csv = csv_record(header);
  for (const LessonRow& row : rows) {
    const library::LessonDetails& details = row.details;
    const Json attachments = attachments_value(details.attachments);
    std::vector<std::string> values = {row.id,
                                       details.title,
                                       details.description,
                                       details.language,
                                       row.path[0],
                                       row.path[1],
                                       row.path[2],
                                       row.path[3],
                                       details.course_id,
                                       std::to_string(details.position),
                                       std::string(library::name(details.state)),
                                       details.licence,
                                       tags_cell(details.tags),
                                       attachments.empty() ? std::string() : compact(attachments)};
    for (const std::string& language : languages) {
      const auto at = std::find_if(details.texts.begin(), details.texts.end(),
                                   [&](const library::Translation& text) { return text.language == language; });
      values.push_back(at == details.texts.end() ? std::string() : at->title);
      values.push_back(at == details.texts.end() ? std::string() : at->description);
    }
    csv += csv_record(values);
  }
  return csv;
}

}  // namespace

ReadRows read_rows(std::string_view text, ExchangeFormat format) {
  return format == ExchangeFormat::kCsv ? read_csv(text) : read_json(text);
}

std::string write_rows(std::span<const LessonRow> rows, ExchangeFormat format) {
  if (format == ExchangeFormat::kCsv) return write_csv(rows);
  return text_of(list_value("lessons", rows, row_value));
}

}  // namespace chalkline::streamer
