// Attribute lists, RFC 8216bis 4.2: AttributeName=AttributeValue pairs, separated by commas, no white space.
#include "manifests/hls_tag.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "manifests/utf8.hpp"

namespace chalkline::manifests {

// What JavaScript players hold exactly; RFC 8216bis allows decimal integers up to 2^64-1.
constexpr std::uint64_t kMaxInteger = (std::uint64_t{1} << 53) - 1;

// Ours have ten at most; look-ups are linear.
constexpr std::size_t kMaxAttributes = 64;

std::string quotable(std::string_view text) {
  const std::string repaired = repair_utf8(text);
  std::string out;
  out.reserve(repaired.size());
  std::string_view rest = repaired;
  while (!rest.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_character(rest), 1);
    const std::string_view character = rest.substr(0, length);
    rest.remove_prefix(length);
    if (character == "\"")
      out += '\'';
    else if (has_control_character(character))
      out += ' ';
    else
      out += character;
  }
  return out;
}

Tag::Tag(std::string_view name) : text_(fmt::format("#{}:", name)) {}

std::string& Tag::begin(std::string_view key) {
  if (!first_) text_ += ',';
  first_ = false;
  text_ += key;
  text_ += '=';
  return text_;
}

Tag& Tag::quoted(std::string_view key, std::string_view text) {
  begin(key) += '"' + quotable(text) + '"';
  return *this;
}

Tag& Tag::enumerated(std::string_view key, std::string_view word) {
  begin(key) += word;
  return *this;
}

Tag& Tag::integer(std::string_view key, std::uint64_t value) {
  begin(key) += fmt::format("{}", value);
  return *this;
}

Tag& Tag::thousandths(std::string_view key, std::int64_t value) {
  begin(key) += fmt::format("{}.{:03}", value / 1000, value % 1000);
  return *this;
}

Tag& Tag::resolution(std::string_view key, int width, int height) {
  begin(key) += fmt::format("{}x{}", width, height);
  return *this;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t max) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end || value > max) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_thousandths(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto whole = parse_decimal(text.substr(0, point), kMaxInteger / 1000 - 1);
  if (!whole) return std::nullopt;
  std::uint64_t fraction = 0;
  if (point < text.size()) {
    const std::string_view digits = text.substr(point + 1);
    const auto parsed = parse_decimal(digits, 999);
    if (!parsed || digits.size() > 3) return std::nullopt;
    fraction = *parsed;
    for (std::size_t i = digits.size(); i < 3; ++i) fraction *= 10;
  }
  return static_cast<std::int64_t>(*whole * 1000 + fraction);
}

AttributeReader::AttributeReader(std::string_view text) { parse(text); }

static bool is_attribute_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

void AttributeReader::parse(std::string_view text) {
  while (true) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || !is_attribute_name(text.substr(0, equals)))
      return fail("an attribute has no name of capital letters, digits and hyphens before '='");
    Attribute attribute;
    attribute.key = text.substr(0, equals);
    if (attributes_.size() == kMaxAttributes) return fail(fmt::format("more than {} attributes", kMaxAttributes));
    if (has(attribute.key)) return fail(fmt::format("{} is there twice", attribute.key));
    text.remove_prefix(equals + 1);
    attribute.quoted = text.starts_with('"');
    if (attribute.quoted) {
      const std::size_t close = text.find('"', 1);
      if (close == std::string_view::npos) return fail(fmt::format("the quotes of {} are not closed", attribute.key));
      attribute.value = text.substr(1, close - 1);
      text.remove_prefix(close + 1);
    } else {
      attribute.value = text.substr(0, text.find(','));
      text.remove_prefix(attribute.value.size());
      if (attribute.value.empty() || attribute.value.find_first_of("\" \t") != std::string_view::npos)
        return fail(fmt::format("{} has an empty value, or quotes or white space in one", attribute.key));
    }
    attributes_.push_back(attribute);
    if (text.empty()) return;
    if (text.front() != ',') return fail(fmt::format("no comma after {}", attribute.key));
    text.remove_prefix(1);
  }
}

const AttributeReader::Attribute* AttributeReader::find(std::string_view key) const {
  const auto found =
      std::find_if(attributes_.begin(), attributes_.end(), [&](const Attribute& a) { return a.key == key; });
  return found == attributes_.end() ? nullptr : &*found;
}

const AttributeReader::Attribute* AttributeReader::require(std::string_view key, bool quoted) {
  const Attribute* attribute = find(key);
  if (attribute == nullptr)
    fail(fmt::format("{} is missing", key));
  else if (attribute->quoted != quoted)
    fail(fmt::format("{} must {}be in quotes", key, quoted ? "" : "not "));
  return failure_ ? nullptr : attribute;
}

std::string AttributeReader::quoted(std::string_view key) {
  const Attribute* attribute = require(key, true);
  return attribute == nullptr ? std::string() : std::string(attribute->value);
}

std::string_view AttributeReader::enumerated(std::string_view key) {
  const Attribute* attribute = require(key, false);
  return attribute == nullptr ? std::string_view() : attribute->value;
}

std::uint64_t AttributeReader::integer(std::string_view key) {
  const std::string_view value = enumerated(key);
  if (failure_) return 0;
  const auto number = parse_decimal(value, kMaxInteger);
  if (!number) fail(fmt::format("{} is not a decimal integer below 2^53", key));
  return number.value_or(0);
}

bool AttributeReader::yes(std::string_view key) {
  if (!has(key)) return false;
  const std::string_view word = enumerated(key);
  if (!failure_ && word != "YES" && word != "NO") fail(fmt::format("{} is neither YES nor NO", key));
  return word == "YES";
}

std::int64_t AttributeReader::thousandths_or_zero(std::string_view key) {
  if (!has(key)) return 0;
  const std::string_view value = enumerated(key);
  if (failure_) return 0;
  const auto number = parse_thousandths(value);
  if (!number) fail(fmt::format("{} is not a decimal number with at most three decimals", key));
  return number.value_or(0);
}

AttributeReader::Size AttributeReader::resolution_or_zero(std::string_view key) {
  if (!has(key)) return {};
  const std::string_view value = enumerated(key);
  if (failure_) return {};
  constexpr std::uint64_t kMaxSide = 65535;
  const std::size_t cross = std::min(value.find('x'), value.size());
  const auto width = parse_decimal(value.substr(0, cross), kMaxSide);
  const auto height = parse_decimal(value.substr(std::min(cross + 1, value.size())), kMaxSide);
  if (!width || !height || *width == 0 || *height == 0) {
    fail(fmt::format("{} is not <width>x<height>", key));
    return {};
  }
  return {static_cast<int>(*width), static_cast<int>(*height)};
}

}  // namespace chalkline::manifests
