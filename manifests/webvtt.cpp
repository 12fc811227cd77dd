// WebVTT text. A cue block ends at a blank line and must not hold "-->" (W3C WebVTT 4.1).
#include "manifests/webvtt.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "manifests/utf8.hpp"

namespace chalkline::manifests {

static std::string without_controls(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, std::max<std::size_t>(utf8_character(text), 1));
    if (character == "\n" || character == "\t" || !has_control_character(character)) out += character;
    text.remove_prefix(character.size());
  }
  return out;
}

static void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

std::string clean_cue_text(std::string_view text) {
  std::string all = repair_utf8(text);
  replace_all(all, "\r\n", "\n");
  std::replace(all.begin(), all.end(), '\r', '\n');
  all = without_controls(all);
  replace_all(all, "-->", "--&gt;");
  std::string out;
  for (std::string_view rest = all; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (!out.empty()) out += '\n';
    out += line;
  }
  return out;
}

std::string format_cue_time(std::int64_t ms) {
  const std::int64_t seconds = ms / 1000;
  const std::string tail = fmt::format("{:02}:{:02}.{:03}", seconds / 60 % 60, seconds % 60, ms % 1000);
  return seconds < 3600 ? tail : fmt::format("{:02}:{}", seconds / 3600, tail);
}

static bool are_settings_safe(std::string_view settings) {
  return !settings.empty() && is_valid_utf8(settings) && !has_control_character(settings) &&
         settings.find("-->") == std::string_view::npos;
}

std::string webvtt_segment(std::span<const Cue> cues, std::int64_t start_ms, std::int64_t end_ms) {
  std::vector<const Cue*> shown;
  for (const Cue& cue : cues)
    if (cue.end_ms > cue.start_ms && cue.end_ms > 0 && cue.start_ms < end_ms && cue.end_ms > start_ms)
      shown.push_back(&cue);
  std::stable_sort(shown.begin(), shown.end(), [](const Cue* a, const Cue* b) { return a->start_ms < b->start_ms; });

  std::string text = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n";
  for (const Cue* cue : shown) {
    const std::string payload = clean_cue_text(cue->text);
    if (payload.empty()) continue;
    text += fmt::format("\n{} --> {}", format_cue_time(std::max<std::int64_t>(cue->start_ms, 0)),
                        format_cue_time(cue->end_ms));
    if (are_settings_safe(cue->settings)) text += ' ' + cue->settings;
    text += '\n' + payload + '\n';
  }
  return text;
}

}  // namespace chalkline::manifests
