// Timed text from anywhere (embedded streams, .srt, .vtt) to cues. Pure conversions, and the reading of side files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/rendition.hpp"
#include "transcode/av/ptr.hpp"
#include "transcode/transcode.hpp"

namespace chalkline::transcode {

// libav's decoders give every text subtitle as an ASS event; this is its text as a WebVTT cue payload (W3C WebVTT 3.4):
// bold, italic and underline kept, other styling dropped, &, < and > escaped, no blank lines. Empty when nothing is
// left.
std::string cue_text_from_ass_event(std::string_view event);

// UTF-8 from UTF-8 (with or without BOM), UTF-16 with BOM, or else Windows-1252, as subtitle files come.
std::string to_utf8(std::string_view bytes);

// What no caption needs and a hostile file has: longer cues, and those after so many, are left out.
inline constexpr std::size_t kMaxCueBytes = 10'000;
inline constexpr std::size_t kMaxCues = 50'000;

// Decodes one subtitle packet and appends its cues; `origin_us` is the lesson's zero in the packet's clock.
void append_cues(AVCodecContext& decoder, AVPacket& packet, AVRational time_base, std::int64_t origin_us,
                 std::vector<Cue>& cues);

// All cues of a .srt or .vtt file, by start time. kUnusableInput with the file's name when it is neither.
Result<std::vector<Cue>> read_side_text(const SideFile& file);

}  // namespace chalkline::transcode
