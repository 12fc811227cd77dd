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

// Where the first thing found wrong goes.
class JsonFailure {
 public:
  void set(std::string_view where, std::string_view what);
  explicit operator bool() const { return !text_.empty(); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// The largest integer that every JSON reader holds exactly.
inline constexpr std::int64_t kMaxJsonInteger = (std::int64_t{1} << 53) - 1;

// One value somewhere in a document. After a failure every accessor returns an empty value.
class JsonValue {
 public:
  JsonValue(const nlohmann::json* value, std::string where, JsonFailure& failure)
      : value_(value), where_(std::move(where)), failure_(&failure) {}

  [[nodiscard]] bool is_object() const;
  // A member of an object: missing is a failure.
  [[nodiscard]] JsonValue at(std::string_view key) const;
  // The elements of an array; with `size` it must have that many.
  [[nodiscard]] std::vector<JsonValue> elements(std::optional<std::size_t> size = std::nullopt) const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::int64_t integer(std::int64_t min, std::int64_t max = kMaxJsonInteger) const;
  [[nodiscard]] std::uint64_t count() const { return static_cast<std::uint64_t>(integer(0)); }

  void fail(std::string_view what) const { failure_->set(where_, what); }
  [[nodiscard]] bool failed() const { return static_cast<bool>(*failure_); }

 private:
  const nlohmann::json* value_;  // null once something failed
  std::string where_;
  JsonFailure* failure_;
};

}  // namespace chalkline::manifests
