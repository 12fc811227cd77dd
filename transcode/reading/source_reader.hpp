// The reader: demuxes and decodes the source, ahead of the calling thread, and hands what comes out - normalised
// pictures, sounds, cues - to an outlet. The one place where lesson time is made from file time. All passes over a
// source use it: the analysis reads pictures and sound, the encode everything, the saver ladder pictures alone.
#pragma once

#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "transcode/reading/picture_choice.hpp"
#include "transcode/reading/probe.hpp"
#include "transcode/sound/audio_track.hpp"

namespace chalkline::transcode {

// A normalised picture as decoded.
struct DecodedPicture {
  av::FramePtr frame;
  Ticks pts = 0;      // of the lesson's video timescale; not yet held to any order or rate
  Ticks nominal = 1;  // how long it would stand by the container's word
};

// Where decoded media goes. An error ends the reading.
class DecodedOutlet {
 public:
  DecodedOutlet() = default;
  DecodedOutlet(const DecodedOutlet&) = delete;
  DecodedOutlet& operator=(const DecodedOutlet&) = delete;
  virtual ~DecodedOutlet() = default;
  virtual Result<void> picture(DecodedPicture picture) = 0;
  // In its place among the pictures: one that was not decoded, since it shows what its neighbours show
  // (Reading::pass_over_trifles).
  virtual void passed_over(Ticks /*pts*/, Ticks /*nominal*/) {}
  virtual Result<void> sound(std::size_t track, Sound sound) = 0;
  virtual void tick() = 0;  // now and then, for progress
};

enum class ReadWhat { kPictures, kPicturesAndSound, kEverything };

// What is passed must outlive the reading.
struct Reading {
  ReadWhat what = ReadWhat::kEverything;
  bool pass_over_trifles = false;   // of the pictures (picture_choice.hpp)
  const PictureMap* map = nullptr;  // of a reading before this one: only `wanted` pictures need come out
  std::span<const Ticks> wanted{};  // times as DecodedPicture::pts, rising
  bool pictures_kept = false;       // by a reading before this one: none need come out
};

struct ReadOutcome {
  bool pictures = false;  // any at all
  bool sounds = false;
  MediaTime sound_end;                 // of the longest track; 0 where there is none
  std::vector<std::vector<Cue>> text;  // per embedded text track, in the order of the facts
  std::vector<std::string> warnings;
  PictureMap map;     // for the readings that follow
  bool whole = true;  // false: reading stopped at damage before the file's end
  int ended = 0;      // libav's reason then
};

// Reads the whole file. A damaged stretch or tail becomes a warning; kUnusableInput when nothing could be decoded.
Result<ReadOutcome> read_source(const std::filesystem::path& path, const SourceFacts& facts, const Reading& reading,
                                DecodedOutlet& outlet, std::stop_token stop);

// "reading stopped at 1:02: ..." for an outcome that is not whole.
std::string describe_stop(const ReadOutcome& outcome, MediaTime at);

}  // namespace chalkline::transcode
