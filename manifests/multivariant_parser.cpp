// The multivariant playlist: EXT-X-MEDIA, EXT-X-STREAM-INF with its URI line, EXT-X-I-FRAME-STREAM-INF.
#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "manifests/hls_tag.hpp"
#include "manifests/playlist_lines.hpp"
#include "manifests/playlist_parser.hpp"

namespace chalkline::manifests {
namespace {

class MultivariantParser {
 public:
  explicit MultivariantParser(PlaylistLines& lines) : lines_(lines) {}

  Result<MultivariantPlaylist> run() {
    playlist_.version = 1;
    while (lines_.next()) CHALK_TRY(lines_.is_uri() ? take_uri() : take_tag());
    if (awaits_uri_) return lines_.error("an #EXT-X-STREAM-INF is not followed by a URI");
    if (playlist_.variants.empty()) return lines_.error("the playlist has no #EXT-X-STREAM-INF");
    CHALK_TRY(check_groups());
    return std::move(playlist_);
  }

 private:
  Result<void> take_tag() {
    std::string_view value;
    if (awaits_uri_) return lines_.error("the URI must follow its #EXT-X-STREAM-INF at once");
    if (lines_.is_tag("EXT-X-MEDIA", value)) return take_media(value);
    if (lines_.is_tag("EXT-X-STREAM-INF", value)) return take_stream(value);
    if (lines_.is_tag("EXT-X-I-FRAME-STREAM-INF", value)) return take_iframe_stream(value);
    if (lines_.is_tag("EXT-X-CONTENT-STEERING", value)) {
      AttributeReader attributes(value);
      playlist_.steering_uri = attributes.quoted("SERVER-URI");
      playlist_.steering_pathway = attributes.quoted_or_empty("PATHWAY-ID");
      if (attributes.failure()) return lines_.error("#EXT-X-CONTENT-STEERING: " + *attributes.failure());
    }
    if (lines_.is_tag("EXT-X-VERSION", value)) {
      const auto version = parse_decimal(value, 99);
      if (!version || *version == 0) return lines_.error("#EXT-X-VERSION is not a whole number from 1 to 99");
      playlist_.version = static_cast<int>(*version);
    }
    if (lines_.is_tag("EXTINF", value)) return lines_.error("this is a media playlist, not a multivariant playlist");
    return {};
  }

  Result<void> take_media(std::string_view value) {
    AttributeReader attributes(value);
    MediaRendition rendition;
    const std::string_view type = attributes.enumerated("TYPE");
    if (type != "AUDIO" && type != "SUBTITLES") attributes.fail("TYPE is neither AUDIO nor SUBTITLES");
    rendition.kind = type == "AUDIO" ? MediaKind::kAudio : MediaKind::kText;
    rendition.group_id = attributes.quoted("GROUP-ID");
    rendition.name = attributes.quoted("NAME");
    rendition.language = attributes.quoted_or_empty("LANGUAGE");
    rendition.is_default = attributes.yes("DEFAULT");
    rendition.autoselect = attributes.yes("AUTOSELECT");
    rendition.characteristics = split(attributes.quoted_or_empty("CHARACTERISTICS"), attributes);
    rendition.channels = channels(attributes);
    rendition.uri = attributes.quoted("URI");
    if (rendition.group_id.empty()) attributes.fail("GROUP-ID is empty");
    if (rendition.uri.empty()) attributes.fail("URI is empty");
    if (rendition.is_default && !rendition.autoselect) attributes.fail("DEFAULT=YES needs AUTOSELECT=YES");
    if (!names_.insert({rendition.kind, rendition.group_id, rendition.name}).second)
      attributes.fail("NAME is not unique in its group");
    if (rendition.is_default && !defaults_.insert({rendition.kind, rendition.group_id}).second)
      attributes.fail("the group has a second DEFAULT=YES");
    groups_.insert({rendition.kind, rendition.group_id});
    if (attributes.failure()) return lines_.error("#EXT-X-MEDIA: " + *attributes.failure());
    playlist_.renditions.push_back(std::move(rendition));
    return {};
  }

  static std::vector<std::string> split(std::string_view list, AttributeReader& attributes) {
    std::vector<std::string> parts;
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      parts.emplace_back(list.substr(0, comma));
      if (parts.back().empty() || comma + 1 == list.size()) attributes.fail("CHARACTERISTICS has an empty part");
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return parts;
  }

  static int channels(AttributeReader& attributes) {
    if (!attributes.has("CHANNELS")) return 0;
    const auto count = parse_decimal(attributes.quoted("CHANNELS"), 255);
    if (!count || *count == 0) attributes.fail("CHANNELS is not a number from 1 to 255");
    return static_cast<int>(count.value_or(0));
  }

  Result<void> take_stream(std::string_view value) {
    AttributeReader attributes(value);
    VariantStream variant;
    variant.bandwidth = attributes.integer("BANDWIDTH");
    variant.average_bandwidth = attributes.integer("AVERAGE-BANDWIDTH");
    variant.codecs = attributes.quoted("CODECS");
    const auto size = attributes.resolution_or_zero("RESOLUTION");
    variant.width = size.width;
    variant.height = size.height;
    variant.frame_rate_milli = attributes.thousandths_or_zero("FRAME-RATE");
    variant.audio_group = attributes.quoted_or_empty("AUDIO");
    variant.text_group = attributes.quoted_or_empty("SUBTITLES");
    variant.pathway_id = attributes.quoted_or_empty("PATHWAY-ID");
    if (attributes.failure()) return lines_.error("#EXT-X-STREAM-INF: " + *attributes.failure());
    playlist_.variants.push_back(std::move(variant));
    awaits_uri_ = true;
    return {};
  }

  Result<void> take_iframe_stream(std::string_view value) {
    AttributeReader attributes(value);
    IFrameStream stream;
    stream.bandwidth = attributes.integer("BANDWIDTH");
    stream.average_bandwidth = attributes.integer("AVERAGE-BANDWIDTH");
    stream.codecs = attributes.quoted("CODECS");
    const auto size = attributes.resolution_or_zero("RESOLUTION");
    stream.width = size.width;
    stream.height = size.height;
    stream.uri = attributes.quoted("URI");
    stream.pathway_id = attributes.quoted_or_empty("PATHWAY-ID");
    if (stream.uri.empty()) attributes.fail("URI is empty");
    if (attributes.failure()) return lines_.error("#EXT-X-I-FRAME-STREAM-INF: " + *attributes.failure());
    playlist_.iframe_streams.push_back(std::move(stream));
    return {};
  }

  Result<void> take_uri() {
    if (!awaits_uri_) return lines_.error("a URI without #EXT-X-STREAM-INF before it");
    awaits_uri_ = false;
    playlist_.variants.back().uri = lines_.line();
    return {};
  }

  Result<void> check_group(const VariantStream& variant, MediaKind kind, const std::string& group) const {
    if (group.empty() || groups_.contains({kind, group})) return {};
    return lines_.error(
        fmt::format("the variant {} names the group \"{}\", which no #EXT-X-MEDIA defines", variant.uri, group));
  }

  // RFC 8216bis 4.4.6.2: AUDIO and SUBTITLES name groups that exist.
  Result<void> check_groups() const {
    for (const VariantStream& variant : playlist_.variants) {
      CHALK_TRY(check_group(variant, MediaKind::kAudio, variant.audio_group));
      CHALK_TRY(check_group(variant, MediaKind::kText, variant.text_group));
    }
    return {};
  }

  PlaylistLines& lines_;
  MultivariantPlaylist playlist_;
  bool awaits_uri_ = false;
  std::set<std::pair<MediaKind, std::string>> groups_;
  std::set<std::pair<MediaKind, std::string>> defaults_;
  std::set<std::tuple<MediaKind, std::string, std::string>> names_;
};

}  // namespace

Result<MultivariantPlaylist> parse_multivariant_playlist(std::string_view text) {
  CHALK_TRY_ASSIGN(PlaylistLines lines, PlaylistLines::open(text));
  return MultivariantParser(lines).run();
}

}  // namespace chalkline::manifests
