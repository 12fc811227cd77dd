// Copies of the model, with other addresses and groups.
#include "manifests/steering.hpp"

#include <nlohmann/json.hpp>

namespace chalkline::manifests {

namespace {

std::string group_of(const std::string& group, const Pathway& pathway) {
  return group.empty() ? group : group + "-" + pathway.id;
}

}  // namespace

void offer_by_pathways(MultivariantPlaylist& playlist, const SteeredPlaylist& steered) {
  MultivariantPlaylist offered;
  offered.version = playlist.version;
  offered.steering_uri = steered.steering_uri;
  offered.steering_pathway = steered.preferred_first.front().id;
  for (const Pathway& pathway : steered.preferred_first) {
    for (MediaRendition rendition : playlist.renditions) {
      rendition.group_id = group_of(rendition.group_id, pathway);
      rendition.uri = pathway.base + rendition.uri;
      offered.renditions.push_back(std::move(rendition));
    }
    for (VariantStream variant : playlist.variants) {
      variant.audio_group = group_of(variant.audio_group, pathway);
      variant.text_group = group_of(variant.text_group, pathway);
      variant.uri = pathway.base + variant.uri;
      variant.pathway_id = pathway.id;
      offered.variants.push_back(std::move(variant));
    }
    for (IFrameStream stream : playlist.iframe_streams) {
      stream.uri = pathway.base + stream.uri;
      stream.pathway_id = pathway.id;
      offered.iframe_streams.push_back(std::move(stream));
    }
  }
  playlist = std::move(offered);
}

std::string render_steering_manifest(std::int64_t ttl_s, const std::string& reload_uri,
                                     std::span<const Pathway> preferred_first) {
  nlohmann::ordered_json priority = nlohmann::ordered_json::array();
  for (const Pathway& pathway : preferred_first) priority.push_back(pathway.id);
  return nlohmann::ordered_json{
             {"VERSION", 1}, {"TTL", ttl_s}, {"RELOAD-URI", reload_uri}, {"PATHWAY-PRIORITY", priority}}
             .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
         "\n";
}

}  // namespace chalkline::manifests
