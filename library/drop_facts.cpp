// Strict: a key that is misspelt is a title that is lost, and whoever dropped the file hears of it only here.
#include "library/drop_facts.hpp"

#include <nlohmann/json.hpp>

#include "core/language_tag.hpp"

namespace chalkline::library {

static Error unusable(const std::string& why) {
  return Error(Errc::kUnusableInput, "the .json file beside the recording cannot be used: " + why,
               R"(write {"title": "...", "course": "...", "language": "sw"}, leaving out what is not known)");
}

Result<DropFacts> parse_drop_facts(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object()) return unusable("it is not a JSON object");
  DropFacts facts;
  for (const auto& [key, value] : parsed.items()) {
    std::string* place = key == "title"      ? &facts.title
                         : key == "course"   ? &facts.course
                         : key == "language" ? &facts.language
                                             : nullptr;
    if (place == nullptr) return unusable("\"" + key + "\" is not known");
    if (!value.is_string()) return unusable("\"" + key + "\" is not a text");
    *place = value.get<std::string>();
  }
  if (!facts.language.empty() && !is_language_tag(facts.language))
    return unusable("\"" + facts.language + "\" is not a language tag");
  return facts;
}

}  // namespace chalkline::library
