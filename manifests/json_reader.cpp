// The typed view and its bounds.
#include "manifests/json_reader.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace chalkline::manifests {

std::optional<std::string> exceeds(std::string_view text, const JsonBounds& bounds) {
  if (text.size() > bounds.bytes)
    return fmt::format("it has {} bytes, more than the {} that are read", text.size(), bounds.bytes);
  std::size_t depth = 0;
  std::size_t values = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth > 0) --depth;
    if (c == '{' || c == '[' || c == ',') ++values;
    if (depth > bounds.depth) return fmt::format("it nests deeper than {} levels", bounds.depth);
    if (values > bounds.values) return fmt::format("it has more than {} values", bounds.values);
  }
  return std::nullopt;
}

// Puts the step to a member or element before the rest of a place: "renditions", "[2].bytes" -> "renditions[2].bytes".
static std::string join(std::string step, const std::string& rest) {
  if (!rest.empty() && rest.front() != '[') step += '.';
  return step + rest;
}

// "renditions[2].segments[5]"; nothing where `wanted` is not below `value`. Depth is bounded by exceeds().
static std::optional<std::string> place_of(const nlohmann::json* wanted, const nlohmann::json& value) {
  if (&value == wanted) return std::string();
  if (value.is_object())
    for (const auto& [key, member] : value.items())
      if (const auto below = place_of(wanted, member)) return join(key, *below);
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i)
      if (const auto below = place_of(wanted, value[i])) return join(fmt::format("[{}]", i), *below);
  return std::nullopt;
}

void JsonFailure::set(const nlohmann::json* value, std::string_view what, std::string_view member) {
  if (!text_.empty()) return;
  std::string place = place_of(value, document_).value_or("");
  if (!member.empty()) place += (place.empty() ? "" : ".") + std::string(member);
  text_ = place.empty() ? std::string(what) : fmt::format("{}: {}", place, what);
}

bool JsonValue::is_object() const { return value_ != nullptr && value_->is_object(); }

bool JsonValue::has(std::string_view key) const {
  return !failed() && value_ != nullptr && value_->is_object() && value_->contains(key);
}

JsonValue JsonValue::at(std::string_view key) const {
  if (failed() || value_ == nullptr) return {nullptr, *failure_};
  if (!value_->is_object()) {
    fail("is not an object");
    return {nullptr, *failure_};
  }
  const auto found = value_->find(key);
  if (found == value_->end()) {
    failure_->set(value_, "is missing", key);
    return {nullptr, *failure_};
  }
  return {&*found, *failure_};
}

std::vector<JsonValue> JsonValue::elements(std::optional<std::size_t> size) const {
  std::vector<JsonValue> all;
  if (failed() || value_ == nullptr) return all;
  if (!value_->is_array()) {
    fail("is not an array");
    return all;
  }
  if (size && value_->size() != *size) {
    fail(fmt::format("must have {} elements", *size));
    return all;
  }
  all.reserve(value_->size());
  for (const nlohmann::json& element : *value_) all.emplace_back(&element, *failure_);
  return all;
}

std::string JsonValue::text() const {
  if (failed() || value_ == nullptr) return {};
  if (const auto* text = value_->get_ptr<const std::string*>()) return *text;
  fail("is not a string");
  return {};
}

bool JsonValue::boolean() const {
  if (failed() || value_ == nullptr) return false;
  if (const auto* truth = value_->get_ptr<const bool*>()) return *truth;
  fail("is not true or false");
  return false;
}

std::int64_t JsonValue::integer(std::int64_t min, std::int64_t max) const {
  if (failed() || value_ == nullptr) return 0;
  // Unsigned first: nlohmann's signed view of a positive number holds the same bits.
  const auto* positive = value_->get_ptr<const nlohmann::json::number_unsigned_t*>();
  const auto* number = value_->get_ptr<const nlohmann::json::number_integer_t*>();
  const bool too_large = positive != nullptr && *positive > static_cast<std::uint64_t>(kMaxJsonInteger);
  if (number == nullptr || too_large || *number < min || *number > max) {
    fail(fmt::format("must be a whole number from {} to {}", min, max));
    return 0;
  }
  return *number;
}

}  // namespace chalkline::manifests
