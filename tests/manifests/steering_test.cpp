// A playlist whose variants can be had from two places.
#include "manifests/steering.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "manifests/playlist_parser.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::manifests;

template <class Stream>
static Stream stream(std::uint64_t bandwidth, const std::string& codecs, const std::string& uri) {
  Stream one;
  one.bandwidth = bandwidth;
  one.average_bandwidth = bandwidth * 9 / 10;
  one.codecs = codecs;
  one.uri = uri;
  return one;
}

static MultivariantPlaylist simple() {
  MultivariantPlaylist playlist;
  MediaRendition audio;
  audio.group_id = "audio";
  audio.name = "English";
  audio.uri = "/v/x/audio/0/playlist.m3u8";
  playlist.renditions.push_back(audio);
  playlist.variants.push_back(stream<VariantStream>(100'000, "avc1.64001f,mp4a.40.2", "/v/x/video/0/playlist.m3u8"));
  playlist.variants.back().audio_group = "audio";
  playlist.iframe_streams.push_back(stream<IFrameStream>(10'000, "avc1.64001f", "/v/x/video/0/iframes.m3u8"));
  return playlist;
}

TEST_CASE("every variant is offered by each pathway, the preferred one first, with groups of its own") {
  MultivariantPlaylist playlist = simple();
  const std::vector<Pathway> pathways = {{"mirror-1", "https://mirror.example"}, {".", {}}};
  offer_by_pathways(playlist, {pathways, "/steering/x"});
  REQUIRE(playlist.variants.size() == 2);
  CHECK(playlist.variants[0].uri == "https://mirror.example/v/x/video/0/playlist.m3u8");
  CHECK(playlist.variants[0].pathway_id == "mirror-1");
  CHECK(playlist.variants[1].uri == "/v/x/video/0/playlist.m3u8");
  CHECK(playlist.variants[1].pathway_id == ".");
  CHECK(playlist.renditions[0].group_id == playlist.variants[0].audio_group);
  CHECK(playlist.renditions[0].uri == "https://mirror.example/v/x/audio/0/playlist.m3u8");
  CHECK(playlist.renditions[1].group_id == playlist.variants[1].audio_group);
  CHECK(playlist.variants[0].audio_group != playlist.variants[1].audio_group);
  CHECK(playlist.variants[0].text_group.empty());
  CHECK(playlist.iframe_streams[0].uri == "https://mirror.example/v/x/video/0/iframes.m3u8");
  const std::string text = render(playlist);
  CHECK(text.find("#EXT-X-CONTENT-STEERING:SERVER-URI=\"/steering/x\",PATHWAY-ID=\"mirror-1\"\n") != std::string::npos);
  CHECK(parse_multivariant_playlist(text).value() == playlist);
}

TEST_CASE("a playlist from one place says nothing of pathways") {
  CHECK(render(simple()).find("PATHWAY") == std::string::npos);
  CHECK(render(simple()).find("STEERING") == std::string::npos);
}

TEST_CASE("the steering manifest is the one of RFC 8216bis 7") {
  const std::vector<Pathway> pathways = {{"mirror-1", "https://mirror.example"}, {".", {}}};
  CHECK(render_steering_manifest(30, "/steering/x?pathway=mirror-1", pathways) ==
        "{\"VERSION\":1,\"TTL\":30,\"RELOAD-URI\":\"/steering/x?pathway=mirror-1\","
        "\"PATHWAY-PRIORITY\":[\"mirror-1\",\".\"]}\n");
}
