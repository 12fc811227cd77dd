// From query to MultivariantOptions.
#include "streamer/delivery/playlist_choice.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "manifests/multivariant_files.hpp"
#include "manifests/multivariant_playlist.hpp"
#include "streamer/http/target.hpp"

namespace chalkline::streamer {

namespace {

bool is_word(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string word(std::string_view query, std::string_view key, std::size_t most) {
  auto value = query_value(query, key);
  return value && is_word(*value, most) ? std::move(*value) : std::string();
}

// A whole number from 1 to `most`; 0 for anything else.
std::uint64_t number(const std::string& text, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size() && value <= most ? value : 0;
}

}  // namespace

PlaylistChoice parse_playlist_choice(std::string_view query) {
  PlaylistChoice choice;
  if (query.empty()) return choice;
  constexpr std::size_t kLongestTag = 35;  // BCP 47 4.4.1
  choice.audio = word(query, "audio", kLongestTag);
  choice.text = word(query, "text", kLongestTag);
  choice.rung = word(query, "rung", 16);
  choice.pathway = word(query, "pathway", 16);
  const std::string codec = word(query, "codec", 8);
  if (codec == "opus") choice.codec = Codec::kOpus;
  if (codec == "aac") choice.codec = Codec::kAacLc;
  choice.audio_kbps = static_cast<int>(number(word(query, "audio_kbps", 3), 999));
  const std::string video = word(query, "video", 8);
  if (video == "h264" || video == "av1" || video == "hevc" || video == "any") choice.video = video;
  constexpr std::uint64_t kStep = 1000;  // measured rates differ in every digit; cache keys should not
  if (const std::uint64_t bandwidth = number(word(query, "max", 11), 99'999'999'999); bandwidth > 0)
    choice.max_bandwidth = std::max(bandwidth / kStep * kStep, kStep);
  return choice;
}

std::uint64_t suitable_bandwidth(const RequestHead& head) {
  constexpr std::array<std::uint64_t, 5> kSteps = {64'000, 100'000, 300'000, 700'000, 1'500'000};
  constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t most = kAny;
  const auto at_most = [&](std::uint64_t bandwidth) { most = std::min(most, bandwidth); };
  const auto number = [](std::string_view text) {
    double value = -1;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc() && end == text.data() + text.size() && std::isfinite(value) ? value : -1;
  };
  if (head.save_data == "on") at_most(300'000);
  // The table of effective connection types in the Network Information API: up to 50, 70 and 700 kbit/s.
  if (head.ect == "slow-2g") at_most(64'000);
  if (head.ect == "2g") at_most(100'000);
  if (head.ect == "3g") at_most(700'000);
  if (head.ect.empty()) {
    const double rtt_ms = number(head.rtt);
    if (rtt_ms >= 1400) at_most(100'000);
    if (rtt_ms >= 270) at_most(700'000);
  }
  // Browsers say at most 10 Mbit/s. A fifth stays for sound, for requests and for luck. Beside ECT it says no more:
  // above 3g a moment's estimate would take a rung from the whole visit.
  const double mbps = number(head.downlink);
  if (head.ect.empty() && mbps > 0 && mbps < 10) at_most(static_cast<std::uint64_t>(mbps * 800'000));
  if (most == kAny) return 0;
  std::uint64_t step = kSteps.front();
  for (const std::uint64_t next : kSteps)
    if (next <= most) step = next;
  return most >= 2 * kSteps.back() ? 0 : step;
}

std::string canonical_query(const PlaylistChoice& choice) {
  std::string query;
  const auto add = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    if (!query.empty()) query += '&';
    query.append(key).append("=").append(value);
  };
  add("audio", choice.audio);
  if (choice.audio_kbps > 0) add("audio_kbps", std::to_string(choice.audio_kbps));
  if (choice.codec) add("codec", name(*choice.codec));
  if (choice.max_bandwidth > 0) add("max", std::to_string(choice.max_bandwidth));
  add("pathway", choice.pathway);
  add("rung", choice.rung);
  add("text", choice.text);
  add("video", choice.video);
  return query;
}

std::string render_chosen_playlist(const VersionIndex& index, std::string_view base, const PlaylistChoice& choice,
                                   const manifests::SteeredPlaylist& steered) {
  manifests::MultivariantOptions options;
  options.base_uri = base;
  options.audio_language = choice.audio;
  options.text_language = choice.text;
  options.max_bandwidth = choice.max_bandwidth;
  options.audio_codecs = choice.codec ? std::vector{*choice.codec} : manifests::preferred_audio_codec(index);
  if (choice.video.empty()) options.video_codecs = manifests::preferred_video_codec(index);
  if (const auto codec = codec_from_name(choice.video)) options.video_codecs = {*codec};
  options.max_audio_kbps = choice.audio_kbps;
  if (!choice.rung.empty()) options.video_rendition = "video/" + choice.rung;
  manifests::MultivariantPlaylist playlist = manifests::make_multivariant_playlist(index, options);
  if (!steered.preferred_first.empty()) manifests::offer_by_pathways(playlist, steered);
  return manifests::render(playlist);
}

}  // namespace chalkline::streamer
