// The text of a multivariant playlist.
#include "manifests/multivariant_playlist.hpp"

#include <fmt/format.h>

#include "manifests/hls_tag.hpp"

namespace chalkline::manifests {

static std::string render(const MediaRendition& rendition) {
  Tag tag("EXT-X-MEDIA");
  tag.enumerated("TYPE", rendition.kind == MediaKind::kText ? "SUBTITLES" : "AUDIO");
  tag.quoted("GROUP-ID", rendition.group_id).quoted("NAME", rendition.name);
  if (!rendition.language.empty()) tag.quoted("LANGUAGE", rendition.language);
  if (rendition.is_default) tag.enumerated("DEFAULT", "YES");
  if (rendition.autoselect) tag.enumerated("AUTOSELECT", "YES");
  if (rendition.channels > 0) tag.quoted("CHANNELS", fmt::format("{}", rendition.channels));
  if (!rendition.characteristics.empty())
    tag.quoted("CHARACTERISTICS", fmt::format("{}", fmt::join(rendition.characteristics, ",")));
  return tag.quoted("URI", rendition.uri).line();
}

static std::string render(const VariantStream& variant) {
  Tag tag("EXT-X-STREAM-INF");
  tag.integer("BANDWIDTH", variant.bandwidth).integer("AVERAGE-BANDWIDTH", variant.average_bandwidth);
  tag.quoted("CODECS", variant.codecs);
  if (variant.width > 0) tag.resolution("RESOLUTION", variant.width, variant.height);
  if (variant.frame_rate_milli > 0) tag.thousandths("FRAME-RATE", variant.frame_rate_milli);
  if (!variant.audio_group.empty()) tag.quoted("AUDIO", variant.audio_group);
  if (!variant.text_group.empty()) tag.quoted("SUBTITLES", variant.text_group);
  // No captions hide in the video: without it Apple's players offer an empty track. RFC 8216bis 4.4.6.2: on all or
  // none.
  tag.enumerated("CLOSED-CAPTIONS", "NONE");
  if (!variant.pathway_id.empty()) tag.quoted("PATHWAY-ID", variant.pathway_id);
  return tag.line() + variant.uri + '\n';
}

static std::string render(const IFrameStream& stream) {
  Tag tag("EXT-X-I-FRAME-STREAM-INF");
  tag.integer("BANDWIDTH", stream.bandwidth).integer("AVERAGE-BANDWIDTH", stream.average_bandwidth);
  tag.quoted("CODECS", stream.codecs);
  if (stream.width > 0) tag.resolution("RESOLUTION", stream.width, stream.height);
  if (!stream.pathway_id.empty()) tag.quoted("PATHWAY-ID", stream.pathway_id);
  return tag.quoted("URI", stream.uri).line();
}

std::string render(const MultivariantPlaylist& playlist) {
  std::string text = fmt::format("#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-INDEPENDENT-SEGMENTS\n", playlist.version);
  if (!playlist.steering_uri.empty()) {
    Tag tag("EXT-X-CONTENT-STEERING");
    text += tag.quoted("SERVER-URI", playlist.steering_uri).quoted("PATHWAY-ID", playlist.steering_pathway).line();
  }
  for (const MediaRendition& rendition : playlist.renditions) text += render(rendition);
  for (const VariantStream& variant : playlist.variants) text += render(variant);
  for (const IFrameStream& stream : playlist.iframe_streams) text += render(stream);
  return text;
}

}  // namespace chalkline::manifests
