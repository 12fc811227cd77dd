// Strict reading.
#include "streamer/api/object_reader.hpp"

#include <algorithm>
#include <limits>

namespace chalkline::streamer {

ObjectReader::ObjectReader(const Json& value, std::string at, Faults& faults)
    : value_(value), at_(std::move(at)), faults_(faults) {
  if (!value_.is_object()) faults_.push_back({at_, "must be an object"});
}

// RFC 6901 3: "~" and "/" are escaped.
std::string ObjectReader::pointer_to(std::string_view name) const {
  std::string pointer = at_ + "/";
  for (const char c : name) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return pointer;
}

const Json* ObjectReader::member(std::string_view name) {
  known_.emplace_back(name);
  if (!value_.is_object()) return nullptr;
  const auto at = value_.find(std::string(name));
  return at == value_.end() || at->is_null() ? nullptr : &*at;
}

bool ObjectReader::has(std::string_view name) const {
  if (!value_.is_object()) return false;
  const auto at = value_.find(std::string(name));
  return at != value_.end() && !at->is_null();
}

void ObjectReader::require(std::string_view name) {
  if (value_.is_object() && !has(name)) fault(name, "must be there");
}

void ObjectReader::text(std::string_view name, std::string& to) {
  const Json* found = member(name);
  if (found == nullptr) return;
  if (found->is_string())
    to = found->get<std::string>();
  else
    fault(name, "must be a text");
}

void ObjectReader::number(std::string_view name, std::int64_t& to) {
  const Json* found = member(name);
  if (found == nullptr) return;
  if (found->is_number_unsigned() &&
      found->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
    fault(name, "is too large");
  else if (found->is_number_integer())
    to = found->get<std::int64_t>();
  else
    fault(name, "must be a whole number");
}

void ObjectReader::flag(std::string_view name, bool& to) {
  const Json* found = member(name);
  if (found == nullptr) return;
  if (found->is_boolean())
    to = found->get<bool>();
  else
    fault(name, "must be true or false");
}

void ObjectReader::words(std::string_view name, std::vector<std::string>& to) {
  const Json* found = member(name);
  if (found == nullptr) return;
  if (!found->is_array() || !std::all_of(found->begin(), found->end(), [](const Json& v) { return v.is_string(); })) {
    fault(name, "must be a list of texts");
    return;
  }
  to.clear();
  for (const Json& one : *found) to.push_back(one.get<std::string>());
}

std::vector<const Json*> ObjectReader::objects(std::string_view name) {
  std::vector<const Json*> elements;
  const Json* found = member(name);
  if (found == nullptr) return elements;
  if (!found->is_array()) {
    fault(name, "must be a list");
    return elements;
  }
  for (const Json& one : *found) elements.push_back(&one);
  return elements;
}

void ObjectReader::finish() {
  if (!value_.is_object()) return;
  for (const auto& item : value_.items())
    if (std::find(known_.begin(), known_.end(), item.key()) == known_.end())
      fault(item.key(), "is not a field that this document has");
}

}  // namespace chalkline::streamer
