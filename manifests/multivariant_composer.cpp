// From an index to the model of its multivariant playlist: groups, defaults, names, variants and their order.
#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "manifests/audio_levels.hpp"
#include "manifests/hls_tag.hpp"
#include "manifests/multivariant_playlist.hpp"
#include "manifests/voice_tag.hpp"

namespace chalkline::manifests {
namespace {

using Renditions = std::vector<const RenditionEntry*>;

constexpr std::string_view kTextGroup = "text";
constexpr Codec kAudioCodecs[] = {Codec::kOpus, Codec::kAacLc};  // the cheaper first
constexpr int kReadableSide = 360;                               // pixels of the shorter side

// All members of one EXT-X-MEDIA group; empty: no group.
struct Group {
  std::string id;
  Renditions members;
  const RenditionEntry* chosen = nullptr;  // the default, if there is one

  [[nodiscard]] std::uint64_t peak() const { return largest(&RenditionEntry::peak_bandwidth); }
  [[nodiscard]] std::uint64_t average() const { return largest(&RenditionEntry::average_bandwidth); }

 private:
  [[nodiscard]] std::uint64_t largest(std::uint64_t RenditionEntry::*figure) const {
    std::uint64_t most = 0;
    for (const RenditionEntry* member : members) most = std::max(most, member->*figure);
    return most;
  }
};

template <class Wanted>
Renditions select(const VersionIndex& index, Wanted wanted) {
  Renditions found;
  for (const RenditionEntry& rendition : index.renditions)
    if (wanted(rendition.format)) found.push_back(&rendition);
  return found;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view primary_subtag(std::string_view tag) { return tag.substr(0, tag.find('-')); }

// RFC 4647 3.4 lookup (the wish is shortened from its end until it fits), then any rendition of the same primary
// language: "pt" finds "pt-BR".
const RenditionEntry* find_language(const Renditions& renditions, std::string_view wish) {
  const auto find = [&](auto matches) -> const RenditionEntry* {
    const auto found = std::find_if(renditions.begin(), renditions.end(),
                                    [&](const RenditionEntry* r) { return matches(voice_tag(r->format)); });
    return found == renditions.end() ? nullptr : *found;
  };
  for (std::string_view range = wish; !range.empty();) {
    if (const auto* found = find([&](std::string_view tag) { return equal_ignoring_case(tag, range); })) return found;
    const std::size_t hyphen = range.rfind('-');
    range = hyphen == std::string_view::npos ? std::string_view() : range.substr(0, hyphen);
  }
  if (wish.empty()) return nullptr;
  return find([&](std::string_view tag) { return equal_ignoring_case(primary_subtag(tag), primary_subtag(wish)); });
}

const RenditionEntry* find_default(const Renditions& renditions) {
  const auto found =
      std::find_if(renditions.begin(), renditions.end(), [](const RenditionEntry* r) { return r->format.is_default; });
  return found == renditions.end() ? nullptr : *found;
}

// The groups of one codec, from the cheapest level up.
std::vector<Group> audio_groups(const VersionIndex& index, Codec codec, const MultivariantOptions& options) {
  std::vector<Group> groups;
  for (AudioLevel& level : audio_levels(index, codec)) {
    if (options.max_audio_kbps > 0 && level.kbps > options.max_audio_kbps && !groups.empty()) break;
    Group group;
    group.id = std::move(level.id);
    group.members = std::move(level.members);
    group.chosen = find_language(group.members, options.audio_language);
    if (group.chosen == nullptr) group.chosen = find_default(group.members);
    if (group.chosen == nullptr) group.chosen = group.members.front();
    groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<std::vector<Group>> audio_of(const VersionIndex& index, const MultivariantOptions& options) {
  std::vector<std::vector<Group>> all, wanted;
  for (const Codec codec : kAudioCodecs) {
    std::vector<Group> groups = audio_groups(index, codec, options);
    if (groups.empty()) continue;
    const auto& asked = options.audio_codecs;
    if (std::find(asked.begin(), asked.end(), codec) != asked.end()) wanted.push_back(groups);
    all.push_back(std::move(groups));
  }
  return wanted.empty() ? all : wanted;
}

Group text_group(const VersionIndex& index, const std::string& wish) {
  Group group;
  group.members = select(index, [](const RenditionFormat& f) { return f.kind == MediaKind::kText; });
  if (group.members.empty()) return group;
  group.id = kTextGroup;
  group.chosen = find_language(group.members, wish);
  if (group.chosen == nullptr) group.chosen = find_default(group.members);
  return group;
}

std::string display_name(const RenditionFormat& format, std::set<std::string>& taken) {
  const bool unknown = format.language.empty() || format.language == "und";
  std::string label = format.label;
  if (label.empty())
    label = unknown ? (format.kind == MediaKind::kText ? "Text" : "Audio") : language_label(format.language);
  const std::string base = quotable(label);
  std::string candidate = base;
  for (int n = 2; !taken.insert(candidate).second; ++n) candidate = fmt::format("{} ({})", base, n);
  return candidate;
}

void append_group(const Group& group, const std::string& base_uri, std::vector<MediaRendition>& out) {
  // RFC 8216bis 4.4.6.1.1: members with AUTOSELECT=YES should differ in LANGUAGE and CHARACTERISTICS. The default one
  // must have it; of the others the first of each combination.
  using Likeness = std::pair<std::string, std::vector<std::string>>;
  const auto likeness = [](const RenditionEntry& r) { return Likeness(r.format.language, r.format.characteristics); };
  std::set<Likeness> autoselected;
  std::set<std::string> names;
  if (group.chosen != nullptr) autoselected.insert(likeness(*group.chosen));
  for (const RenditionEntry* member : group.members) {
    const RenditionFormat& format = member->format;
    MediaRendition rendition;
    rendition.kind = format.kind;
    rendition.group_id = group.id;
    rendition.name = display_name(format, names);
    if (format.language != "und") rendition.language = format.language;
    rendition.is_default = member == group.chosen;
    rendition.autoselect = rendition.is_default || autoselected.insert(likeness(*member)).second;
    if (format.kind == MediaKind::kAudio) rendition.channels = format.channels;
    rendition.characteristics = format.characteristics;
    rendition.uri = base_uri + member->playlist;
    out.push_back(std::move(rendition));
  }
}

__extension__ using Wide = __int128;

std::int64_t frame_rate_milli(const Ratio& rate) {
  if (!rate.known()) return 0;
  return static_cast<std::int64_t>((static_cast<Wide>(rate.num) * 1000 + rate.den / 2) / rate.den);
}

void append_codecs(std::vector<std::string>& codecs, const std::string& more) {
  if (!more.empty() && std::find(codecs.begin(), codecs.end(), more) == codecs.end()) codecs.push_back(more);
}

// `video` or `audio` may be null, not both. WebVTT segments are not a media format of RFC 6381 and stay out of CODECS.
VariantStream make_variant(const RenditionEntry* video, const Group* audio, const Group& text,
                           const std::string& base_uri) {
  VariantStream variant;
  variant.bandwidth = text.peak();
  variant.average_bandwidth = text.average();
  variant.text_group = text.id;
  std::vector<std::string> codecs;
  if (video != nullptr) {
    variant.bandwidth += video->peak_bandwidth;
    variant.average_bandwidth += video->average_bandwidth;
    variant.width = video->format.width;
    variant.height = video->format.height;
    variant.frame_rate_milli = frame_rate_milli(video->format.max_frame_rate);
    append_codecs(codecs, video->format.codecs);
  }
  if (audio != nullptr) {
    variant.bandwidth += audio->peak();
    variant.average_bandwidth += audio->average();
    variant.audio_group = audio->id;
    for (const RenditionEntry* member : audio->members) append_codecs(codecs, member->format.codecs);
  }
  variant.codecs = fmt::format("{}", fmt::join(codecs, ","));
  variant.uri = base_uri + (video != nullptr ? video->playlist : audio->chosen->playlist);
  return variant;
}

int shorter_side(const RenditionEntry& video) { return std::min(video.format.width, video.format.height); }

bool is_cheaper(const RenditionEntry* a, const RenditionEntry* b) {
  return std::pair(a->peak_bandwidth, a->average_bandwidth) < std::pair(b->peak_bandwidth, b->average_bandwidth);
}

// The rungs of the codecs asked for; all of them where there is none of those.
Renditions rungs_in(const VersionIndex& index, const std::vector<Codec>& asked) {
  const auto is_video = [](const RenditionFormat& f) { return f.kind == MediaKind::kVideo; };
  Renditions wanted = select(index, [&](const RenditionFormat& f) {
    return is_video(f) && std::find(asked.begin(), asked.end(), f.codec) != asked.end();
  });
  return wanted.empty() ? select(index, is_video) : wanted;
}

// One row of the ladder: a rung with its sound, or one of the two alone.
struct Row {
  const RenditionEntry* video = nullptr;
  const Group* audio = nullptr;
};

// The rows of one codec's ladder from the cheapest up; `groups` may be empty.
std::vector<Row> video_rows(const Renditions& rungs, const std::vector<Group>& groups) {
  std::vector<Row> rows;
  if (groups.empty()) {
    for (const RenditionEntry* rung : rungs) rows.push_back({rung, nullptr});
    return rows;
  }
  std::vector<std::uint64_t> pictures, sounds;
  for (const RenditionEntry* rung : rungs) pictures.push_back(rung->average_bandwidth);
  for (const Group& group : groups) sounds.push_back(group.average());
  for (const Pairing& pairing : pair_rungs_with_levels(pictures, sounds))
    rows.push_back({rungs[pairing.rung], &groups[pairing.level]});
  return rows;
}

// The first row of the asked rung alone, if there is one: the page has said what it costs. Then those above the limit
// are left out, never the cheapest. Then the start row comes first: the cheapest whose picture can be read, else the
// cheapest of the tallest; of H.264 where there is some, which everybody plays.
void choose_and_order(std::vector<Row>& rows, const Group& text, const MultivariantOptions& options) {
  const auto is_asked = [&](const Row& row) { return row.video->format.id == options.video_rendition; };
  if (const auto asked = std::find_if(rows.begin(), rows.end(), is_asked); asked != rows.end()) rows = {*asked};
  const auto peak = [&](const Row& row) {
    return row.video->peak_bandwidth + (row.audio != nullptr ? row.audio->peak() : 0) + text.peak();
  };
  if (options.max_bandwidth > 0 && !rows.empty())
    rows.erase(
        std::remove_if(rows.begin() + 1, rows.end(), [&](const Row& row) { return peak(row) > options.max_bandwidth; }),
        rows.end());
  const auto is_h264 = [](const Row& row) { return row.video->format.codec == Codec::kH264; };
  const bool any_h264 = std::any_of(rows.begin(), rows.end(), is_h264);
  const auto may_start = [&](const Row& row) { return !any_h264 || is_h264(row); };
  auto start = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
    return may_start(row) && shorter_side(*row.video) >= kReadableSide;
  });
  if (start == rows.end())
    start = std::max_element(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
      return std::pair(may_start(a), shorter_side(*a.video)) < std::pair(may_start(b), shorter_side(*b.video));
    });
  if (start != rows.end()) std::rotate(rows.begin(), start, start + 1);
}

}  // namespace

MultivariantPlaylist make_multivariant_playlist(const VersionIndex& index, const MultivariantOptions& options) {
  std::vector<std::vector<Group>> audio = audio_of(index, options);
  const Group text = text_group(index, options.text_language);
  Renditions rungs = rungs_in(index, options.video_codecs);
  std::stable_sort(rungs.begin(), rungs.end(), is_cheaper);

  MultivariantPlaylist playlist;
  for (const auto& groups : audio)
    for (const Group& group : groups) append_group(group, options.base_uri, playlist.renditions);
  append_group(text, options.base_uri, playlist.renditions);
  if (audio.empty()) audio.emplace_back();  // a ladder without sound
  Renditions shown;                         // rungs in the order of their first variant
  for (const auto& groups : audio) {
    std::vector<Row> rows = video_rows(rungs, groups);
    choose_and_order(rows, text, options);
    for (const Row& row : rows) {
      playlist.variants.push_back(make_variant(row.video, row.audio, text, options.base_uri));
      if (std::find(shown.begin(), shown.end(), row.video) == shown.end()) shown.push_back(row.video);
    }
  }
  // Sound alone: beside video the cheapest level, the bottom rung of everything; without video all of them are the
  // ladder.
  for (const auto& groups : audio)
    for (const Group& group : groups) {
      if (!rungs.empty() && &group != &groups.front()) break;
      playlist.variants.push_back(make_variant(nullptr, &group, text, options.base_uri));
    }
  for (const RenditionEntry* rung : shown) {
    if (rung->iframe_playlist.empty()) continue;
    playlist.iframe_streams.push_back({rung->iframe_peak_bandwidth, rung->iframe_average_bandwidth, rung->format.codecs,
                                       rung->format.width, rung->format.height,
                                       options.base_uri + rung->iframe_playlist});
  }
  return playlist;
}

}  // namespace chalkline::manifests
