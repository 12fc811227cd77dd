// Whether a source's own H.264 stream may be a rung as it is: nothing of it is encoded again, and it looks as the
// source does. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/encoding_options.hpp"
#include "transcode/plan/plan.hpp"
#include "transcode/reading/coded_stream.hpp"

namespace chalkline::transcode {

// What stands in the way in what the lesson shows. All of these are the end of a sentence, "the recording's own stream
// ..."; empty: nothing.
std::string unfit_lesson(ContentKind kind, MediaTime end);

// What stands in the way before the stream is looked at: by the container's word, and by configuration.
std::string unfit_source(const VideoFacts& video, const EncodingOptions& options);

// What stands in the way in the stream itself. `end` is the lesson's. Beside the size, the profile and the level that
// players take: closed groups of pictures that begin with an IDR, not farther apart than segments may be long; no
// picture sooner after another than the highest frame rate has it, nor standing longer than plan_frames would let it
// stand (docs/players.md); and peaks within the buffer that a rung of its rate is held to.
std::string unfit_stream(const VideoFacts& video, const CodedStream& stream, Ticks end, const EncodingOptions& options);

// The rung's point: the bits that it takes, with what is sent beside each picture, and the source's own quality.
ProbePoint point_of(const VideoFacts& video, const CodedStream& stream, Ticks end);

// What it may take, kbit/s, beside `best`, the best rung of the planned ladder, whose place it would have: surely less,
// where that one is as good as rungs are made; else about what that one may turn out to take, since the stream is a
// step or more better.
double most_of_own_stream(const Rung& best, const EncodingOptions& options);

// Where segments may begin: its IDRs, rising.
std::vector<Ticks> idrs_of(const CodedStream& stream);

// The shortest time between two of its pictures.
Ticks closest_pictures(const CodedStream& stream);

}  // namespace chalkline::transcode
