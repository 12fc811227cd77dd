// Strict: what is counted comes from strangers.
#include "library/visit_report.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "library/lesson_id.hpp"

namespace chalkline::library {

static constexpr std::array<std::string_view, 3> kEngines = {"own", "native", "hls.js"};
static constexpr std::int64_t kHourMs = 3'600'000;
static constexpr std::int64_t kLongestMs = 12 * kHourMs;  // of a page that is open
static constexpr std::int64_t kMostTimeLines = 8'192;
static constexpr std::size_t kMostRungs = 16;

struct Number {
  const char* name;
  std::int64_t VisitReport::*member;
  std::int64_t most;
};
static constexpr std::array kNumbers = {
    Number{"start_ms", &VisitReport::start_ms, kHourMs},
    Number{"played_ms", &VisitReport::played_ms, 2 * kLongestMs},  // at double speed
    Number{"stalls", &VisitReport::stalls, 10'000},
    Number{"stalled_ms", &VisitReport::stalled_ms, kLongestMs},
    Number{"held_ms", &VisitReport::held_ms, kLongestMs},
    Number{"bytes", &VisitReport::bytes, 50'000'000'000},
    Number{"errors", &VisitReport::errors, 100},
};

static Error junk(const std::string& why) { return Error(Errc::kInvalidArgument, "no report of a visit: " + why); }

static Result<std::int64_t> number_in(const nlohmann::json& object, const char* name, std::int64_t most) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return junk(std::string(name) + " is not a whole number");
  const bool fits = found->is_number_unsigned() ? found->get<std::uint64_t>() <= static_cast<std::uint64_t>(most)
                                                : false;  // negative
  if (!fits) return junk(std::string(name) + " is out of bounds");
  return found->get<std::int64_t>();
}

static std::string text_in(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<VisitReport> parse_visit_report(std::string_view text) {
  if (text.size() > kMostReportBytes) return junk("it is too long");
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return junk("it is not a JSON object");
  VisitReport report;
  report.lesson = text_in(json, "lesson");
  if (!is_lesson_id(report.lesson)) return junk("lesson is not a lesson's id");
  report.engine = text_in(json, "engine");
  if (std::ranges::find(kEngines, report.engine) == kEngines.end()) return junk("engine is none of ours");
  for (const Number& number : kNumbers) {
    CHALK_TRY_ASSIGN(report.*number.member, number_in(json, number.name, number.most));
  }
  const auto rungs = json.find("rungs");
  if (rungs == json.end() || !rungs->is_array() || rungs->size() > kMostRungs) return junk("rungs is not a short list");
  for (const auto& one : *rungs) {
    if (!one.is_object()) return junk("rungs holds what is not an object");
    TimeAtRung time;
    CHALK_TRY_ASSIGN(time.lines, number_in(one, "lines", kMostTimeLines));
    CHALK_TRY_ASSIGN(time.ms, number_in(one, "ms", 2 * kLongestMs));
    report.rungs.push_back(time);
  }
  return report;
}

std::string render_visit_report(const VisitReport& report) {
  nlohmann::ordered_json json = {{"lesson", report.lesson}, {"engine", report.engine}};
  for (const Number& number : kNumbers) json[number.name] = report.*number.member;
  json["rungs"] = nlohmann::ordered_json::array();
  for (const TimeAtRung& time : report.rungs) json["rungs"].push_back({{"lines", time.lines}, {"ms", time.ms}});
  return json.dump();
}

}  // namespace chalkline::library
