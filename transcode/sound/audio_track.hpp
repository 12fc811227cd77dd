// One audio track of the source on its own thread: made one gapless 48 kHz stream that starts at the lesson's zero,
// then given to the encoder of each codec and rate, each on a thread of its own: of slides they are half of the work.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "core/encoding_options.hpp"
#include "core/error.hpp"
#include "transcode/packaging/segment_timeline.hpp"
#include "transcode/reading/frame_queue.hpp"
#include "transcode/reading/probe.hpp"
#include "transcode/sound/audio_encoder.hpp"
#include "transcode/sound/sound_input.hpp"
#include "transcode/sound/sound_kind.hpp"

namespace chalkline::transcode {

struct Sound {
  av::FramePtr frame;
  std::int64_t at_us = 0;  // presentation time from the lesson's start; may be negative at the very start
};

struct AudioTrackPlan {
  AudioFacts facts;
  std::string name;      // folder-safe and unique: "en", "en-2"
  std::string language;  // facts.language or the one the request gives
  std::string label;
  bool is_default = false;
  TrackSound sound;  // as the pass before has heard it
};

class AudioTrack {
 public:
  AudioTrack(AudioTrackPlan plan, const EncodingOptions& options, const SegmentTimeline& timeline, VersionSink& sink);

  FrameQueue<Sound>& queue() { return queue_; }
  // Until the queue ends; the track then lasts until `end` of the timeline, which set_end has told before. Its
  // encoders' threads have ended when this returns.
  Result<void> run();
  void set_end(MediaTime end);

 private:
  // One encoder, and what waits for it.
  struct Lane {
    std::unique_ptr<AudioEncoder> encoder;
    FrameQueue<av::FramePtr> queue{kWaiting};
    Ticks total = 0;  // of the track; told before the queue is finished
    Result<void> run();
  };
  static constexpr std::size_t kWaiting = 64;  // stretches of samples: a second and a half

  Result<void> open_encoders();
  Result<void> feed_encoders();

  const AudioTrackPlan plan_;
  const EncodingOptions& options_;
  const SegmentTimeline& timeline_;
  VersionSink& sink_;
  FrameQueue<Sound> queue_{64};
  const SoundChoice choice_;
  SoundInput input_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::mutex end_mutex_;
  MediaTime end_;
};

}  // namespace chalkline::transcode
