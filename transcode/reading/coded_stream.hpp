// A source's H.264 stream as it is coded, not decoded: for a stream that may become a rung as it is. Its packets come
// in decode order, with nothing in them but what its pictures are made of, and as H.264 annex B, as those of our own
// encoders do.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "transcode/av/ptr.hpp"
#include "transcode/reading/h264_sets.hpp"
#include "transcode/reading/probe.hpp"
#include "transcode/step_progress.hpp"

namespace chalkline::transcode {

struct CodedSample {
  Ticks pts = 0;  // of the lesson's video timescale, from the lesson's start; what is shown first from 0
  int bytes = 0;  // of its slices
  bool idr = false;
  friend bool operator==(const CodedSample&, const CodedSample&) = default;
};

struct CodedStream {
  H264Sequence sequence;
  std::vector<CodedSample> samples;  // in decode order
  bool more = false;                 // than was to be read: `samples` are not all
  // What of it no rung may have, a sentence's end: "holds ..."; empty: nothing. `samples` are then not all.
  std::string fault;
};

// Reads all of it, or until it takes more than `most_bytes`. kUnusableInput, kCancelled: as read_source(). `progress`,
// here and below: 0..1, some pictures apart.
Result<CodedStream> scan_coded_stream(const std::filesystem::path& path, const SourceFacts& facts,
                                      std::uint64_t most_bytes, const StepProgress& progress,
                                      const std::stop_token& stop);

// Decodes all of it, as a rung would have it, and takes no fault: a picture of each packet, whole, with nothing missing
// that it is predicted from, in the order of their times. The fault, as above; empty: none.
Result<std::string> decoding_fault(const std::filesystem::path& path, const SourceFacts& facts,
                                   const CodedStream& stream, const StepProgress& progress,
                                   const std::stop_token& stop);

// `begin` gets what describes the stream to a muxer, `take` each packet with its pts as CodedSample has it. An error of
// theirs ends the reading.
Result<void> read_coded_stream(const std::filesystem::path& path, const SourceFacts& facts,
                               const std::function<Result<void>(const AVCodecParameters&)>& begin,
                               const std::function<Result<void>(av::PacketPtr)>& take, const StepProgress& progress,
                               const std::stop_token& stop);

}  // namespace chalkline::transcode
