// A WebVTT file as people and programs write it, to cues (W3C WebVTT 6.1, as a strict reader: what a browser would pass
// over is named instead, so that whoever made the file can mend it). Pure; the API reads captions with it.
#pragma once

#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/rendition.hpp"

namespace chalkline::manifests {

// Cues in order of their start. NOTE, STYLE and REGION blocks are passed over, a byte order mark and any line end
// taken. kUnusableInput: no WebVTT, not UTF-8, a time that is none, an end before its start ("line 12: ..."), more than
// 50,000 cues, or none at all.
Result<std::vector<Cue>> read_webvtt(std::string_view text);

}  // namespace chalkline::manifests
