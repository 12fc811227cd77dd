// Reads a JSON object of a request strictly: each member of the right type, none that is not known, every fault noted
// with its JSON Pointer. Pure; used by the readers of streamer/api/documents.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "streamer/api/problems.hpp"

namespace chalkline::streamer {

using Json = nlohmann::ordered_json;

class ObjectReader {
 public:
  // `at` is the pointer to `value`, "" at the top. Something else than an object is a fault.
  ObjectReader(const Json& value, std::string at, Faults& faults);

  // Each reads a member where it is there and not null, and leaves `to` alone otherwise.
  void text(std::string_view name, std::string& to);
  void number(std::string_view name, std::int64_t& to);  // whole
  void flag(std::string_view name, bool& to);
  void words(std::string_view name, std::vector<std::string>& to);
  // The elements of an array of objects; none where the member is not there.
  std::vector<const Json*> objects(std::string_view name);
  [[nodiscard]] bool has(std::string_view name) const;  // there and not null
  void require(std::string_view name);                  // a fault where it is not

  // Notes every member that nobody asked for.
  void finish();

  [[nodiscard]] std::string pointer_to(std::string_view name) const;
  void fault(std::string_view name, std::string why) { faults_.push_back({pointer_to(name), std::move(why)}); }

 private:
  const Json* member(std::string_view name);

  const Json& value_;
  std::string at_;
  Faults& faults_;
  std::vector<std::string> known_;
};

}  // namespace chalkline::streamer
