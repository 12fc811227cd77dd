// What stands beside a recording, by its name.
#include "core/side_file.hpp"

#include <doctest/doctest.h>

using namespace chalkline;

TEST_CASE("a side file is captions or a voice that describes the pictures, by the ending of its name") {
  for (const char* sound : {"voice.m4a", "x.described.MP3", "folder.vtt/a.opus", "a.b.wav"})
    CHECK_MESSAGE(side_kind_of(sound) == SideKind::kDescription, sound);
  for (const char* captions : {"lesson.vtt", "lesson.SRT", "m4a", "a.mp3/captions", "no ending"})
    CHECK_MESSAGE(side_kind_of(captions) == SideKind::kCaptions, captions);
  CHECK(SideFile("voice.flac", "sw").kind == SideKind::kDescription);
  CHECK(SideFile("lesson.vtt", "sw") != SideFile("lesson.vtt", "en"));
}
