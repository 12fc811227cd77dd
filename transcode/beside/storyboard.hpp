// The lesson's storyboard: small pictures at regular times, tiled on JPEG sheets, and WebVTT cues that say when each is
// shown. Made in the analysis pass, reader's thread; memory is bounded by a hundred small pictures.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/media_time.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode {

class VersionSink;

struct Storyboard {
  std::vector<std::vector<std::byte>> sheets;  // image/storyboard-1.jpg ...
  std::string cues;                            // image/storyboard.vtt; empty without pictures
};

class StoryboardMaker {
 public:
  // `duration` of the lesson as far as it is known: its hundredth, but at least four whole seconds, is what a picture
  // stands for. A lesson that turns out longer has its last picture stand to the end.
  explicit StoryboardMaker(MediaTime duration);

  // Every normalised picture passes by, in order; the last one is kept by reference.
  Result<void> consider(const AVFrame& picture, MediaTime at);

  // Sheets of five by five, each at most 40 kB where the coarsest quality allows it. Of pictures that look the same in
  // a row one is kept. Cue payloads are "storyboard-1.jpg#xywh=160,0,160,90" (Media Fragments URI 1.0, 4.2.2).
  Result<Storyboard> conclude(MediaTime end);

 private:
  struct Tile {
    av::FramePtr picture;
    MediaTime start;
  };
  // The times up to `until` are those of the last picture.
  Result<void> take_until(MediaTime until);
  [[nodiscard]] MediaTime middle_of(std::int64_t slot) const;

  const std::int64_t step_ms_;
  std::int64_t slot_ = 0;  // the next one
  av::FramePtr last_;
  bool last_is_tiled_ = false;
  int width_ = 0, height_ = 0;  // of a tile
  std::vector<Tile> tiles_;
};

// Puts the sheets and the cues beside the version's playlists (image/storyboard*); nothing where there are none.
Result<void> add_storyboard(const Storyboard& storyboard, VersionSink& sink);

}  // namespace chalkline::transcode
