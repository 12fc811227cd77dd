// Reading JSON from others without exceptions: bounds are checked before anything is built, and a typed view of objects
// keeps the first failure with the place it was found at. Internal to this folder. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace chalkline::manifests {

struct JsonBounds {
  std::size_t bytes = 0;
  std::size_t depth = 0;   // arrays and objects within each other
  std::size_t values = 0;  // counted as commas and brackets outside of strings
};

// Why the text must not be parsed, or nothing. One pass, no allocation.
std::optional<std::string> exceeds(std::string_view text, const JsonBounds& bounds);

// The first thing found wrong in a document, with its place. The place is looked for in the document only then, so that
// reading a good one builds no paths.
class JsonFailure {
 public:
  explicit JsonFailure(const nlohmann::json& document) : document_(document) {}
  // `value` is part of the document; `member` names a member of it that is not there.
  void set(const nlohmann::json* value, std::string_view what, std::string_view member = {});
  explicit operator bool() const { return !text_.empty(); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  const nlohmann::json& document_;
  std::string text_;
};

// The largest integer that every JSON reader holds exactly.
inline constexpr std::int64_t kMaxJsonInteger = (std::int64_t{1} << 53) - 1;

// One value somewhere in a document, which must outlive it. After a failure every accessor returns an empty value.
class JsonValue {
 public:
  JsonValue(const nlohmann::json* value, JsonFailure& failure) : value_(value), failure_(&failure) {}

  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool has(std::string_view key) const;
  // A member of an object: missing is a failure.
  [[nodiscard]] JsonValue at(std::string_view key) const;
  // The elements of an array; with `size` it must have that many.
  [[nodiscard]] std::vector<JsonValue> elements(std::optional<std::size_t> size = std::nullopt) const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::int64_t integer(std::int64_t min, std::int64_t max = kMaxJsonInteger) const;
  [[nodiscard]] std::uint64_t count() const { return static_cast<std::uint64_t>(integer(0)); }

  void fail(std::string_view what) const { failure_->set(value_, what); }
  [[nodiscard]] bool failed() const { return static_cast<bool>(*failure_); }

 private:
  const nlohmann::json* value_;  // null where something failed
  JsonFailure* failure_;
};

}  // namespace chalkline::manifests
