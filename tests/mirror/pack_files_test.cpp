// Which files of a lesson are made for players that know no HLS.
#include "mirror/pack_files.hpp"

#include <doctest/doctest.h>

using namespace chalkline;

static RenditionEntry sound(const std::string& id, const std::string& language, Codec codec, std::uint64_t bytes) {
  RenditionEntry entry;
  entry.format.id = id;
  entry.format.kind = MediaKind::kAudio;
  entry.format.codec = codec;
  entry.format.language = language;
  entry.bytes = bytes;
  return entry;
}

TEST_CASE("each voice gets a file of its own, and one that describes the pictures is another than the plain one") {
  VersionIndex index;
  index.renditions = {sound("audio/sw-o12", "sw", Codec::kOpus, 10), sound("audio/sw-a48", "sw", Codec::kAacLc, 40),
                      sound("audio/sw-2-a48", "sw", Codec::kAacLc, 30), sound("audio/en-a48", "en", Codec::kAacLc, 20)};
  index.renditions[0].format.is_default = index.renditions[1].format.is_default = true;
  index.renditions[2].format.characteristics = {"public.accessibility.describes-video"};
  const auto files = mirror::play_files(index, "v");
  REQUIRE(files.size() == 3);
  CHECK(files[0].name == "v-sw.mp4");
  CHECK(files[0].sound == "audio/sw-a48");
  CHECK(files[1].name == "v-en.mp4");
  CHECK(files[2].name == "v-sw-x-described.mp4");
  CHECK(files[2].sound == "audio/sw-2-a48");
}
