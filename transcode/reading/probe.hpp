// What a source file holds, as a value: read from its headers and from one pass over its packets (nothing is decoded
// but what libav needs to know the formats). The planner and the pipeline take it as data.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/media_time.hpp"

namespace chalkline::transcode {

struct VideoFacts {
  int stream = -1;
  std::string codec;    // libav's name
  int coded_width = 0;  // as decoded
  int coded_height = 0;
  int width = 0;  // as displayed: square pixels, rotated, both even
  int height = 0;
  std::string upright;       // libavfilter text that turns and mirrors the picture as the container asks; may be empty
  bool on_its_side = false;  // `upright` swaps width and height
  bool interlaced = false;
  bool hdr = false;             // PQ or HLG transfer
  Ratio frame_rate;             // libav's best guess; {0,1} when it has none
  Timescale timescale = 90000;  // for every video rendition; divides the source's own time base exactly where it can
};

struct AudioFacts {
  int stream = -1;
  std::string codec;
  int channels = 0;
  int sample_rate = 0;
  std::string language;  // BCP 47 or "und"
  std::string label;     // from the container, may be empty
  bool is_default = false;
  bool describes_video = false;
  // Of a sound track that is a file of its own: where it is, and its own clock at its first sound, which is the
  // lesson's zero.
  std::filesystem::path file{};
  std::int64_t file_origin_us = 0;
};

struct TextFacts {
  int stream = -1;
  std::string language;
  std::string label;
  bool is_default = false;
  bool for_hearing_impaired = false;
};

struct SourceFacts {
  SourceEntry entry;
  std::string title;
  std::optional<VideoFacts> video;
  std::vector<AudioFacts> audio;
  std::vector<TextFacts> text;
  std::vector<Chapter> chapters;
  std::int64_t origin_us = 0;    // presentation time, in the file's own clock, of the first picture or sound
  std::int64_t duration_us = 0;  // from there to the end of the last packet seen
  std::vector<std::string> warnings;
};

// `opened` is called once the headers are read: whoever watches this process from outside knows then that it has got
// past what a hostile header can make of a demuxer. Errors: kUnusableInput, kCancelled, and what opening a file may
// say.
Result<SourceFacts> probe(const std::filesystem::path& path, std::stop_token stop,
                          const std::function<void()>& opened = {});

}  // namespace chalkline::transcode
