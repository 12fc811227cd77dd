// WebVTT segments (RFC 8216bis 3.1.4; W3C WebVTT). publish/ calls this once per text segment. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/rendition.hpp"

namespace chalkline::manifests {

// One segment's text for [start_ms, end_ms) of the lesson, with X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0: cue times
// are media time. Every cue shown in the interval is in it, unclipped, so that a cue over a boundary stands in both
// segments (RFC 8216bis 3.1.4) and a player that seeks sees it. Cues come in order of start; those that never show (end
// <= start, end < 0, no text) are left out. The payload goes through clean_cue_text; settings that could break the line
// are dropped.
std::string webvtt_segment(std::span<const Cue> cues, std::int64_t start_ms, std::int64_t end_ms);

// A payload made fit for a cue: line feeds only, no blank lines (they would end the cue), "-->" as "--&gt;", control
// characters other than line feed and tab away, bytes that are not UTF-8 as U+FFFD. Tags and entities are kept.
std::string clean_cue_text(std::string_view text);

// 3'723'004 -> "01:02:03.004"; below an hour "02:03.004".
std::string format_cue_time(std::int64_t ms);

}  // namespace chalkline::manifests
