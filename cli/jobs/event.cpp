// Events to and from JSON. Text that is not UTF-8 (file names may be anything) is written with U+FFFD.
#include "cli/jobs/event.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "cli/exit_code.hpp"

namespace chalkline::cli {

using Json = nlohmann::ordered_json;

static std::string line_of(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Three decimals are plenty for people and shorter for logs.
static double rounded(double value) { return std::round(value * 1000) / 1000; }

// A hundred thousandth of a long lesson's work still takes a while: whoever watches for a stall must see it.
static double finely_rounded(double value) { return std::round(value * 100'000) / 100'000; }

std::string to_line(const ProgressEvent& event) {
  Json object = {{"event", "progress"}, {"stage", event.stage}, {"fraction", finely_rounded(event.fraction)}};
  if (event.speed > 0) object["speed"] = rounded(event.speed);
  if (event.seconds_left >= 0) object["seconds_left"] = rounded(event.seconds_left);
  for (const library::JobRung& rung : event.rungs)
    object["rungs"].push_back({{"name", rung.name}, {"fraction", rounded(rung.fraction)}});
  return line_of(object);
}

std::string to_line(const Error& error) {
  return line_of({{"event", "error"},
                  {"code", std::string(name(error.code))},
                  {"message", error.message},
                  {"hint", error.hint},
                  {"exit_code", static_cast<int>(exit_code_of(error.code))}});
}

std::optional<Errc> errc_named(std::string_view text) {
  for (int code = 0; code <= static_cast<int>(Errc::kInternal); ++code)
    if (name(static_cast<Errc>(code)) == text) return static_cast<Errc>(code);
  return std::nullopt;
}

static std::string text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

static double number(const Json& object, const char* key, double otherwise) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : otherwise;
}

static std::vector<library::JobRung> rungs_of(const Json& object) {
  constexpr std::size_t kMost = 32;
  std::vector<library::JobRung> rungs;
  const auto found = object.find("rungs");
  if (found == object.end() || !found->is_array()) return rungs;
  for (const Json& rung : *found)
    if (rung.is_object() && rungs.size() < kMost)
      rungs.push_back({text(rung, "name").substr(0, 40), number(rung, "fraction", 0)});
  return rungs;
}

std::optional<Event> parse_event(std::string_view line) {
  const Json object = Json::parse(line, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  const std::string kind = text(object, "event");
  if (kind == "progress")
    return ProgressEvent{text(object, "stage"), number(object, "fraction", 0), number(object, "speed", 0),
                         number(object, "seconds_left", -1), rungs_of(object)};
  if (kind == "done") return DoneEvent{text(object, "version")};
  if (kind == "error") return ErrorEvent{text(object, "code"), text(object, "message"), text(object, "hint")};
  return std::nullopt;
}

}  // namespace chalkline::cli
