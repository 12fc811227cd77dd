// From query to MultivariantOptions.
#include "streamer/delivery/playlist_choice.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

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

VersionIndex only_rung(const VersionIndex& index, const std::string& rung) {
  const std::string id = "video/" + rung;
  const auto is_it = [&](const RenditionEntry& rendition) { return rendition.format.id == id; };
  if (std::none_of(index.renditions.begin(), index.renditions.end(), is_it)) return index;
  VersionIndex chosen = index;
  std::erase_if(chosen.renditions, [&](const RenditionEntry& rendition) {
    return rendition.format.kind == MediaKind::kVideo && !is_it(rendition);
  });
  return chosen;
}

}  // namespace

PlaylistChoice parse_playlist_choice(std::string_view query) {
  PlaylistChoice choice;
  if (query.empty()) return choice;
  constexpr std::size_t kLongestTag = 35;  // BCP 47 4.4.1
  choice.audio = word(query, "audio", kLongestTag);
  choice.text = word(query, "text", kLongestTag);
  choice.rung = word(query, "rung", 16);
  const std::string codec = word(query, "codec", 8);
  if (codec == "opus") choice.codec = Codec::kOpus;
  if (codec == "aac") choice.codec = Codec::kAacLc;
  const std::string max = word(query, "max", 11);
  std::uint64_t bandwidth = 0;
  const auto [end, failed] = std::from_chars(max.data(), max.data() + max.size(), bandwidth);
  constexpr std::uint64_t kStep = 1000;  // measured rates differ in every digit; cache keys should not
  if (failed == std::errc() && end == max.data() + max.size() && bandwidth > 0)
    choice.max_bandwidth = std::max(bandwidth / kStep * kStep, kStep);
  return choice;
}

std::string canonical_query(const PlaylistChoice& choice) {
  std::string query;
  const auto add = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    if (!query.empty()) query += '&';
    query.append(key).append("=").append(value);
  };
  add("audio", choice.audio);
  if (choice.codec) add("codec", name(*choice.codec));
  if (choice.max_bandwidth > 0) add("max", std::to_string(choice.max_bandwidth));
  add("rung", choice.rung);
  add("text", choice.text);
  return query;
}

std::string render_chosen_playlist(const VersionIndex& index, std::string_view version, const PlaylistChoice& choice) {
  manifests::MultivariantOptions options;
  options.base_uri = fmt::format("/v/{}/", version);
  options.audio_language = choice.audio;
  options.text_language = choice.text;
  options.max_bandwidth = choice.max_bandwidth;
  options.audio_codecs = choice.codec ? std::vector{*choice.codec} : manifests::preferred_audio_codec(index);
  return manifests::render(
      manifests::make_multivariant_playlist(choice.rung.empty() ? index : only_rung(index, choice.rung), options));
}

}  // namespace chalkline::streamer
