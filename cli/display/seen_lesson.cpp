// A value of another type than expected is an error of the whole file; a missing one is 0.
#include "cli/display/seen_lesson.hpp"

#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/file.hpp"

namespace chalkline::cli {

using Json = nlohmann::json;

double SeenLesson::quality_of(std::string_view rendition_id) const {
  constexpr std::string_view kVideo = "video/";
  if (!rendition_id.starts_with(kVideo)) return 0;
  const std::string_view digits = rendition_id.substr(kVideo.size());
  std::size_t number = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failed != std::errc() || end != digits.data() + digits.size()) return 0;
  if (number < rungs.size()) return rungs[number].quality;
  number -= rungs.size();
  return saver && number < saver->rungs.size() ? saver->rungs[number].quality : 0;
}

static SeenLesson::Point point_of(const Json& json, const char* kbps, const char* quality) {
  return {json.value("width", 0), json.value("height", 0), json.value("interval", 0.0), json.value(kbps, 0.0),
          json.value(quality, 0.0)};
}

Result<SeenLesson> parse_seen_lesson(std::string_view json) {
  SeenLesson seen;
  try {  // the library's way of telling
    const Json root = Json::parse(json);
    seen.kind = root.value("kind", "");
    seen.frames_seen = root.value("frames_seen", std::int64_t{0});
    seen.cuts = root.value("cuts", std::vector<double>());
    seen.encoded_because = root.value("encoded_because", "");
    for (const Json& one : root.value("sound", Json::array()))
      seen.sound.push_back({one.value("music_share", 0.0), one.value("side_share", 0.0),
                            one.contains("noise_db") ? std::optional(one["noise_db"].get<double>()) : std::nullopt});
    for (const Json& one : root.value("probed", Json::array())) seen.probed.push_back(point_of(one, "kbps", "quality"));
    for (const Json& one : root.value("ordinary", Json::array()))
      seen.ordinary.push_back(point_of(one, "kbps", "quality"));
    for (const Json& one : root.value("rungs", Json::array()))
      seen.rungs.push_back(point_of(one, "expected_kbps", "expected_quality"));
    for (const Json& one : root.value("frames", Json::array()))
      seen.frames.push_back({one.at(0).get<double>(), one.at(1).get<double>(), one.at(2).get<int>() != 0});
  } catch (const Json::exception& fault) {
    return Error(Errc::kCorrupt, std::string("analysis.json is damaged: ") + fault.what(), "make the version anew");
  }
  return seen;
}

static std::string saver_file(Codec codec) { return fmt::format("analysis-{}.json", name(codec)); }

Result<SeenLesson::Saver> parse_seen_saver(std::string_view json, Codec codec) {
  SeenLesson::Saver saver;
  saver.codec = codec;
  try {  // the library's way of telling
    const Json root = Json::parse(json);
    saver.saved = root.value("saved", 0.0);
    for (const Json& one : root.value("probed", Json::array()))
      saver.probed.push_back(point_of(one, "kbps", "quality"));
    for (const Json& one : root.value("rungs", Json::array()))
      saver.rungs.push_back(point_of(one, "expected_kbps", "expected_quality"));
  } catch (const Json::exception& fault) {
    return Error(Errc::kCorrupt, saver_file(codec) + " is damaged: " + fault.what(), "make the version anew");
  }
  return saver;
}

// Nothing where the version has no such file.
static Result<std::optional<std::string>> read_if_there(const std::filesystem::path& path) {
  auto text = read_file(path);
  if (text) return std::optional(std::move(*text));
  if (text.error().code == Errc::kNotFound) return std::optional<std::string>();
  return text.error();
}

Result<std::optional<SeenLesson>> read_seen_lesson(const std::filesystem::path& folder) {
  CHALK_TRY_ASSIGN(const std::optional<std::string> text, read_if_there(folder / "analysis.json"));
  if (!text) return std::optional<SeenLesson>();
  CHALK_TRY_ASSIGN(SeenLesson seen, parse_seen_lesson(*text));
  for (const Codec codec : {Codec::kAv1, Codec::kHevc}) {
    CHALK_TRY_ASSIGN(const std::optional<std::string> added, read_if_there(folder / saver_file(codec)));
    if (!added) continue;
    CHALK_TRY_ASSIGN(seen.saver, parse_seen_saver(*added, codec));
    break;
  }
  return std::optional(std::move(seen));
}

}  // namespace chalkline::cli
