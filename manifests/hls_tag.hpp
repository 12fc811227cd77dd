// The one place that knows commas, quotes and attribute lists (RFC 8216bis 4.2): Tag writes them, AttributeReader reads
// them. Used by the playlist renderers and parsers of this folder. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace chalkline::manifests {

// Text that may stand in a quoted-string: double quotes become apostrophes, line breaks and other control characters
// spaces, bytes that are not UTF-8 U+FFFD. (Unicode normalisation, NFC, is left to whoever typed the text.)
std::string quotable(std::string_view text);

// One "#NAME:KEY=value,KEY=value" line, attributes in the order of the calls.
class Tag {
 public:
  explicit Tag(std::string_view name);
  Tag& quoted(std::string_view key, std::string_view text);      // made quotable()
  Tag& enumerated(std::string_view key, std::string_view word);  // a bare word such as YES, AUDIO
  Tag& integer(std::string_view key, std::uint64_t value);
  Tag& thousandths(std::string_view key, std::int64_t value);  // 29970 -> 29.970
  Tag& resolution(std::string_view key, int width, int height);
  // The line with its line feed.
  [[nodiscard]] std::string line() const { return text_ + '\n'; }

 private:
  std::string& begin(std::string_view key);
  std::string text_;
  bool first_ = true;
};

// An attribute list taken apart. The first thing found wrong is kept and given out by finish(); after it every accessor
// returns an empty value, so that a caller reads all attributes and asks once.
class AttributeReader {
 public:
  // `text` is what follows "#NAME:"; it must outlive the reader.
  explicit AttributeReader(std::string_view text);

  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  // Required ones fail when absent or of another form.
  std::string quoted(std::string_view key);
  std::string_view enumerated(std::string_view key);
  std::uint64_t integer(std::string_view key);
  // Optional ones: absent is a default.
  std::string quoted_or_empty(std::string_view key) { return has(key) ? quoted(key) : std::string(); }
  bool yes(std::string_view key);  // YES is true; NO and absent are false
  std::int64_t thousandths_or_zero(std::string_view key);
  struct Size {
    int width = 0;
    int height = 0;
  };
  Size resolution_or_zero(std::string_view key);

  void fail(std::string what) {
    if (!failure_) failure_ = std::move(what);
  }
  // What was wrong, if anything was: "BANDWIDTH is missing".
  [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }

 private:
  struct Attribute {
    std::string_view key;
    std::string_view value;  // without quotes
    bool quoted = false;
  };
  void parse(std::string_view text);
  [[nodiscard]] const Attribute* find(std::string_view key) const;
  const Attribute* require(std::string_view key, bool quoted);

  std::vector<Attribute> attributes_;
  std::optional<std::string> failure_;
};

// Decimal digits only, nothing else; nullopt where the text is anything else or above `max`.
std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t max);

// "6", "6.5", "6.006" -> 6000, 6500, 6006: non-negative decimal with at most three decimals.
std::optional<std::int64_t> parse_thousandths(std::string_view text);

}  // namespace chalkline::manifests
