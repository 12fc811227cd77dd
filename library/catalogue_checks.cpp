// The bounds are generous for people and small enough that one lesson cannot fill a page of the list.
#include "library/catalogue_checks.hpp"

#include <algorithm>
#include <cstdint>

#include "core/language_tag.hpp"
#include "core/sha256.hpp"
#include "library/lesson_id.hpp"

namespace chalkline::library {

namespace {

constexpr std::size_t kLongestTitle = 500;  // bytes
constexpr std::size_t kLongestDescription = 20'000;
constexpr std::size_t kLongestWord = 100;  // a tag
constexpr std::size_t kMostTags = 50;
constexpr std::size_t kMostTexts = 100;
constexpr std::size_t kMostAttachments = 100;
constexpr std::int64_t kLargestPosition = 1'000'000'000;

using Fault = std::optional<FieldFault>;

enum class Shape { kLine, kText };  // a text may have several lines

bool has_control(std::string_view text, Shape shape) {
  return std::any_of(text.begin(), text.end(), [shape](char c) {
    if (shape == Shape::kText && (c == '\n' || c == '\t' || c == '\r')) return false;
    return (c >= 0 && c < ' ') || c == '\x7f';
  });
}

Fault check_text(const std::string& field, std::string_view text, std::size_t longest, Shape shape) {
  if (text.size() > longest) return FieldFault{field, "must not be longer than " + std::to_string(longest) + " bytes"};
  if (!is_utf8(text)) return FieldFault{field, "must be UTF-8"};
  if (has_control(text, shape)) return FieldFault{field, "must not hold control characters"};
  return std::nullopt;
}

Fault check_title(const std::string& field, std::string_view title) {
  if (title.find_first_not_of(' ') == std::string_view::npos) return FieldFault{field, "must not be empty"};
  return check_text(field, title, kLongestTitle, Shape::kLine);
}

Fault check_language(const std::string& field, std::string_view tag) {
  if (is_language_tag(tag)) return std::nullopt;
  return FieldFault{field, "must be a language tag such as en, sw or pt-BR"};
}

Fault check_position(std::int64_t position) {
  if (position >= 0 && position <= kLargestPosition) return std::nullopt;
  return FieldFault{"/position", "must be a whole number from 0 to " + std::to_string(kLargestPosition)};
}

Fault check_texts(const std::vector<Translation>& texts, const std::string& own_language) {
  if (texts.size() > kMostTexts)
    return FieldFault{"/texts", "must not hold more than " + std::to_string(kMostTexts) + " languages"};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string at = "/texts/" + std::to_string(i);
    if (Fault fault = check_language(at + "/language", texts[i].language)) return fault;
    if (texts[i].language == own_language)
      return FieldFault{at + "/language", "must not be the language of the title itself"};
    for (std::size_t other = 0; other < i; ++other)
      if (texts[other].language == texts[i].language)
        return FieldFault{at + "/language", "must not be there twice: " + texts[i].language};
    if (Fault fault = check_title(at + "/title", texts[i].title)) return fault;
    if (Fault fault = check_text(at + "/description", texts[i].description, kLongestDescription, Shape::kText))
      return fault;
  }
  return std::nullopt;
}

Fault check_tags(const std::vector<std::string>& tags) {
  if (tags.size() > kMostTags) return FieldFault{"/tags", "must not hold more than " + std::to_string(kMostTags)};
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const std::string at = "/tags/" + std::to_string(i);
    if (tags[i].empty()) return FieldFault{at, "must not be empty"};
    if (Fault fault = check_text(at, tags[i], kLongestWord, Shape::kLine)) return fault;
  }
  return std::nullopt;
}

// type "/" subtype of tokens, RFC 9110 8.3.1 without parameters.
bool is_media_type(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size() || text.size() > kLongestWord)
    return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              std::string_view("!#$&-^_.+/").find(c) != std::string_view::npos;
                     }) &&
         text.find('/', slash + 1) == std::string_view::npos;
}

Fault check_attachments(const std::vector<Attachment>& attachments) {
  if (attachments.size() > kMostAttachments)
    return FieldFault{"/attachments", "must not hold more than " + std::to_string(kMostAttachments)};
  for (std::size_t i = 0; i < attachments.size(); ++i) {
    const Attachment& one = attachments[i];
    const std::string at = "/attachments/" + std::to_string(i);
    if (one.name.empty()) return FieldFault{at + "/name", "must not be empty"};
    if (Fault fault = check_text(at + "/name", one.name, kLongestTitle, Shape::kLine)) return fault;
    if (one.name.find('/') != std::string::npos || one.name == "." || one.name == "..")
      return FieldFault{at + "/name", "must be a file's name without a path"};
    for (std::size_t other = 0; other < i; ++other)
      if (attachments[other].name == one.name) return FieldFault{at + "/name", "must not be there twice"};
    if (!is_media_type(one.media_type)) return FieldFault{at + "/media_type", "must be one such as application/pdf"};
    if (!one.sha256.empty() && !is_sha256_hex(one.sha256))
      return FieldFault{at + "/sha256", "must be 64 lower-case hex digits"};
    if (one.bytes < -1) return FieldFault{at + "/bytes", "must not be negative"};
  }
  return std::nullopt;
}

}  // namespace

Fault fault_of(const LessonDetails& details) {
  if (Fault fault = check_title("/title", details.title)) return fault;
  if (Fault fault = check_text("/description", details.description, kLongestDescription, Shape::kText)) return fault;
  if (Fault fault = check_language("/language", details.language)) return fault;
  if (Fault fault = check_text("/course", details.course, kLongestTitle, Shape::kLine)) return fault;
  if (!details.course_id.empty() && !is_lesson_id(details.course_id))
    return FieldFault{"/course_id", "must be the id of a course"};
  if (Fault fault = check_position(details.position)) return fault;
  if (Fault fault = check_text("/licence", details.licence, kLongestTitle, Shape::kLine)) return fault;
  if (Fault fault = check_tags(details.tags)) return fault;
  if (Fault fault = check_texts(details.texts, details.language)) return fault;
  return check_attachments(details.attachments);
}

Fault fault_of(const NodeDetails& details) {
  if (Fault fault = check_title("/title", details.title)) return fault;
  if (Fault fault = check_text("/description", details.description, kLongestDescription, Shape::kText)) return fault;
  if (Fault fault = check_language("/language", details.language)) return fault;
  if (!details.parent.empty() && !is_lesson_id(details.parent))
    return FieldFault{"/parent", "must be the id of a node"};
  if (details.kind == NodeKind::kCountry && !details.parent.empty())
    return FieldFault{"/parent", "must not be there: a country stands at the top"};
  if (Fault fault = check_position(details.position)) return fault;
  return check_texts(details.texts, details.language);
}

Fault fault_of(const LessonRow& row) {
  if (!row.id.empty() && !is_lesson_id(row.id)) return FieldFault{"/id", "must be of a-z, 0-9 and hyphens, 64 at most"};
  static constexpr std::array<const char*, 4> kLevels = {"/country", "/grade", "/subject", "/course"};
  bool above = false;
  for (std::size_t level = 0; level < kLevels.size(); ++level) {
    if (Fault fault = check_text(kLevels[level], row.path[level], kLongestTitle, Shape::kLine)) return fault;
    if (level < 3 && !row.path[level].empty()) above = true;
  }
  if (above && row.path[3].empty())
    return FieldFault{"/course", "must be there: a lesson joins a course, not a country, grade or subject"};
  return fault_of(row.details);
}

void put_in_order(LessonDetails& details) {
  std::sort(details.tags.begin(), details.tags.end());
  details.tags.erase(std::unique(details.tags.begin(), details.tags.end()), details.tags.end());
  std::sort(details.texts.begin(), details.texts.end(),
            [](const Translation& a, const Translation& b) { return a.language < b.language; });
}

void put_in_order(NodeDetails& details) {
  std::sort(details.texts.begin(), details.texts.end(),
            [](const Translation& a, const Translation& b) { return a.language < b.language; });
}

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const std::uint8_t first = byte(i);
    std::size_t length = 1;
    std::uint32_t code = first;
    if (first >= 0x80) {
      if (first >= 0xC2 && first <= 0xDF)
        length = 2;
      else if (first >= 0xE0 && first <= 0xEF)
        length = 3;
      else if (first >= 0xF0 && first <= 0xF4)
        length = 4;
      else
        return false;
      if (i + length > text.size()) return false;
      code = first & (0xFFU >> (length + 1));
      for (std::size_t n = 1; n < length; ++n) {
        if ((byte(i + n) & 0xC0U) != 0x80) return false;
        code = (code << 6U) | (byte(i + n) & 0x3FU);
      }
      if ((length == 3 && code < 0x800) || (length == 4 && code < 0x10000)) return false;
      if ((code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return false;
    }
    i += length;
  }
  return true;
}

}  // namespace chalkline::library
