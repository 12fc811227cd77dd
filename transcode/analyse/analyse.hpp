// The first pass over a source: decodes its pictures once, keeps a note of each that shows something new, and a few of
// them for the probe encodes; and measures how loud its sound is. Called by the pipeline, on its thread; blocks.
#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

#include "core/encoding_options.hpp"
#include "core/error.hpp"
#include "transcode/analyse/analysis.hpp"
#include "transcode/analyse/kept_pictures.hpp"
#include "transcode/av/ptr.hpp"
#include "transcode/beside/storyboard.hpp"
#include "transcode/reading/probe.hpp"
#include "transcode/reading/source_reader.hpp"
#include "transcode/sound/sound_kind.hpp"
#include "transcode/step_progress.hpp"

namespace chalkline::transcode {

// Consecutive frames of the lesson as a learner would see them, for probe encodes.
struct ProbePiece {
  struct Shot {
    av::FramePtr frame;
    Ticks pts = 0;
    float area = 0;  // as FrameNote::area
  };
  std::vector<Shot> shots;
  Ticks end = 0;  // of the last one
};

// The same where a camera and slides take turns (scenes.hpp), apart; either may have none.
struct ScenePieces {
  std::vector<ProbePiece> slides, camera;
};

struct AnalysisOutcome {
  LessonAnalysis analysis;
  std::vector<ProbePiece> pieces;  // empty ones left out
  ScenePieces scenes;
  std::vector<std::byte> poster;  // JPEG
  Storyboard storyboard;
  std::vector<TrackSound> sound;  // of each audio track; empty ones where sound was not read
  PictureMap map;                 // for the passes that follow
  KeptPictures pictures{0};       // those that show something, where sound was read too and nothing was damaged
};

// `progress` gets the share of it that is done, 0..1, at most some times a second.
// `what`: with sound or without. Errors: kUnusableInput (nothing could be decoded), kCancelled.
Result<AnalysisOutcome> analyse(const std::filesystem::path& path, const SourceFacts& facts, ReadWhat what,
                                const EncodingOptions& options, const StepProgress& progress, std::stop_token stop);

}  // namespace chalkline::transcode
