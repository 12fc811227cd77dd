// What the parsers refuse, and how they say it.
#include "manifests/playlist_parser.hpp"

#include <doctest/doctest.h>

#include "manifests/playlist_lines.hpp"

using namespace chalkline;
using namespace chalkline::manifests;

template <class T>
static std::string failure(const Result<T>& result) {
  if (result) return "parsed";
  CHECK(result.error().code == Errc::kCorrupt);
  return result.error().message;
}

static std::string media(const std::string& body) {
  return failure(parse_media_playlist("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n" + body));
}

TEST_CASE("a media playlist needs its parts, and errors name the line") {
  CHECK(media("#EXTINF:6,\n1.m4s\n#EXT-X-ENDLIST\n") == "parsed");
  CHECK(media("#EXTINF:6,\n1.m4s\n") == "line 5: #EXT-X-ENDLIST is missing: the playlist is cut short");
  CHECK(media("#EXTINF:6,\n#EXT-X-ENDLIST\n") == "line 5: an #EXTINF is not followed by a URI");
  CHECK(media("#EXT-X-ENDLIST\n") == "line 4: the playlist has no segments");
  CHECK(media("1.m4s\n#EXT-X-ENDLIST\n") == "line 4: a URI without #EXTINF before it");
  CHECK(media("#EXTINF:6,\n#EXTINF:6,\n1.m4s\n") == "line 5: two #EXTINF for one URI");
  CHECK(media("#EXTINF:6.5,\n1.m4s\n") ==
        "line 5: the segment is longer than #EXT-X-TARGETDURATION, or that tag comes after it");
  CHECK(media("#EXTINF:6,\n1.m4s\n#EXT-X-ENDLIST\n#EXTINF:6,\n") == "line 7: something follows #EXT-X-ENDLIST");
  CHECK(media("#EXTINF:6,\n1.m4s\n#EXT-X-MAP:URI=\"i\"\n") ==
        "line 6: #EXT-X-MAP comes after segments it should apply to");
  CHECK(media("#EXT-X-MAP:BYTERANGE=\"1@0\"\n") == "line 4: #EXT-X-MAP: URI is missing");
  CHECK(media("#EXT-X-MAP:URI=\"\"\n") == "line 4: #EXT-X-MAP: URI is empty");
  CHECK(media("#EXT-X-TARGETDURATION:7\n") == "line 4: a second #EXT-X-TARGETDURATION");
  CHECK(media("#EXT-X-PLAYLIST-TYPE:EVENT\n") == "line 4: #EXT-X-PLAYLIST-TYPE is not VOD");
  CHECK(media("#EXT-X-VERSION:0\n") == "line 4: #EXT-X-VERSION is not a whole number from 1 to 99");
  CHECK(media("#EXT-X-BYTERANGE:10@0\n#EXTINF:6,\n1.m4s\n#EXT-X-ENDLIST\n") ==
        "line 7: #EXT-X-BYTERANGE in a media playlist: our segments are whole files");
  CHECK(media("#EXT-X-STREAM-INF:BANDWIDTH=1\n") == "line 4: this is a multivariant playlist, not a media playlist");
}

TEST_CASE("durations are positive decimals of at most three places before a comma") {
  for (const char* value : {"", "6", "0,", "-1,", "6.0001,", "6 ,", "nan,", "1e1,", "0.0,"}) {
    CAPTURE(value);
    CHECK(media(std::string("#EXTINF:") + value + "\n1.m4s\n") ==
          "line 4: #EXTINF is not a positive number of seconds with at most three decimals and a comma");
  }
}

TEST_CASE("a missing target duration or playlist type is named") {
  CHECK(failure(parse_media_playlist("#EXTM3U\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-ENDLIST\n")) ==
        "line 3: #EXT-X-TARGETDURATION is missing");
  CHECK(failure(parse_media_playlist("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-ENDLIST\n")) ==
        "line 3: #EXT-X-PLAYLIST-TYPE:VOD is missing");
}

TEST_CASE("text that is no playlist is refused at the line") {
  CHECK(failure(parse_media_playlist("")) == "line 1: a playlist begins with the line #EXTM3U and nothing before it");
  CHECK(failure(parse_media_playlist("\xEF\xBB\xBF#EXTM3U\n")) ==
        "line 1: a playlist begins with the line #EXTM3U and nothing before it");
  CHECK(failure(parse_media_playlist("#EXTM3U\n#\xFF\n")) == "line 2: the line is not UTF-8");
  CHECK(failure(parse_media_playlist("#EXTM3U\n\n1.m4s\x01\n")) == "line 3: the line holds a control character");
}

TEST_CASE("a playlist beyond the size limit is not read") {
  const auto result = parse_media_playlist(std::string(kMaxPlaylistBytes + 1, '#'));
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == Errc::kLimitExceeded);
}

static std::string iframes(const std::string& body) {
  return failure(parse_iframe_playlist("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n" + body));
}

TEST_CASE("an I-frame playlist needs its tag, a map and ranges from byte 0") {
  const std::string head = "#EXT-X-I-FRAMES-ONLY\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:6,\n";
  CHECK(iframes(head + "#EXT-X-BYTERANGE:100@0\n1.m4s\n#EXT-X-ENDLIST\n") == "parsed");
  CHECK(iframes(head + "1.m4s\n#EXT-X-ENDLIST\n") == "line 8: an I-frame has no #EXT-X-BYTERANGE");
  CHECK(iframes("#EXTINF:6,\n1.m4s\n#EXT-X-ENDLIST\n") == "line 6: #EXT-X-I-FRAMES-ONLY is missing");
  for (const char* range : {"100", "100@1", "0@0", "@0", "-1@0"}) {
    CAPTURE(range);
    CHECK(iframes(head + "#EXT-X-BYTERANGE:" + range + "\n") ==
          "line 7: #EXT-X-BYTERANGE is not <bytes>@0 with bytes above 0");
  }
}

static std::string multivariant(const std::string& body) {
  return failure(parse_multivariant_playlist("#EXTM3U\n" + body));
}

TEST_CASE("a multivariant playlist needs variants with URIs and the groups they name") {
  const std::string stream = "#EXT-X-STREAM-INF:BANDWIDTH=2,AVERAGE-BANDWIDTH=1,CODECS=\"opus\"";
  CHECK(multivariant(stream + "\nv.m3u8\n") == "parsed");
  CHECK(multivariant("") == "line 1: the playlist has no #EXT-X-STREAM-INF");
  CHECK(multivariant(stream + "\n") == "line 2: an #EXT-X-STREAM-INF is not followed by a URI");
  CHECK(multivariant(stream + "\n" + stream + "\nv.m3u8\n") ==
        "line 3: the URI must follow its #EXT-X-STREAM-INF at once");
  CHECK(multivariant("v.m3u8\n") == "line 2: a URI without #EXT-X-STREAM-INF before it");
  CHECK(multivariant("#EXT-X-STREAM-INF:BANDWIDTH=2,CODECS=\"opus\"\nv\n") ==
        "line 2: #EXT-X-STREAM-INF: AVERAGE-BANDWIDTH is missing");
  CHECK(multivariant(stream + ",AUDIO=\"opus\"\nv.m3u8\n") ==
        "line 3: the variant v.m3u8 names the group \"opus\", which no #EXT-X-MEDIA defines");
  CHECK(multivariant("#EXTINF:6,\n") == "line 2: this is a media playlist, not a multivariant playlist");
}

TEST_CASE("renditions of a group have different names and one default at most") {
  const std::string one = "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",URI=\"u\",";
  CHECK(multivariant(one + "NAME=\"a\"\n" + one + "NAME=\"a\"\n") ==
        "line 3: #EXT-X-MEDIA: NAME is not unique in its group");
  const std::string yes = ",DEFAULT=YES,AUTOSELECT=YES\n";
  CHECK(multivariant(one + "NAME=\"a\"" + yes + one + "NAME=\"b\"" + yes) ==
        "line 3: #EXT-X-MEDIA: the group has a second DEFAULT=YES");
  CHECK(multivariant(one + "NAME=\"a\",DEFAULT=YES\n") == "line 2: #EXT-X-MEDIA: DEFAULT=YES needs AUTOSELECT=YES");
  CHECK(multivariant(one + "NAME=\"a\",DEFAULT=1\n") == "line 2: #EXT-X-MEDIA: DEFAULT is neither YES nor NO");
  CHECK(multivariant(one + "NAME=\"a\",CHANNELS=\"0\"\n") ==
        "line 2: #EXT-X-MEDIA: CHANNELS is not a number from 1 to 255");
  CHECK(multivariant("#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"g\",URI=\"u\",NAME=\"a\"\n") ==
        "line 2: #EXT-X-MEDIA: TYPE is neither AUDIO nor SUBTITLES");
}
