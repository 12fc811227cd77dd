// The JSON of /api/v1 and of the watch page. Pure. Times are Unix milliseconds, sizes bytes, rates bit/s; a field that
// is not known is null or left out, never made up. docs/delivery.md shows each document.
#pragma once

#include <string>
#include <vector>

#include "core/index.hpp"
#include "library/catalogue.hpp"
#include "library/job_queue.hpp"

namespace chalkline::streamer {

std::string lesson_playlist_url(const std::string& lesson_id);

// {"lessons": [{id, title, course, language, version, created_ms, updated_ms, watch}]}
std::string lessons_json(const std::vector<library::Lesson>& lessons);

// One lesson as above; with its renditions, text tracks and chapters where `index` is given.
std::string lesson_json(const library::Lesson& lesson, const VersionIndex* index);

// {"jobs": [{id, kind, lesson, source_name, state, fraction, seconds_left, tries, failure, created_ms, updated_ms,
// priority}]}; of those that run stage and rungs, too.
std::string jobs_json(const std::vector<library::Job>& jobs);

// What the page that plays a lesson is to tell of a visit; nothing is said where it is off.
struct PageReporting {
  bool reports = false;       // "reports": at its end, docs/reports.md
  bool request_data = false;  // "cmcd": with each request
  std::string lrs;            // "lrs": an xAPI endpoint
};

// The facts that a player page asks for and no others, compact: {id, title, language, base, duration_ms, renditions,
// text, segment_ms}, `chapters` where there are any, and what `reporting` turns on. Video renditions have segment_kb,
// and "dear" where a player goes up to them by itself only on a link that carries so much, bit/s (worth.hpp); a voice
// that describes the pictures has a language and a label of its own. `front` goes before the address of the version's
// files.
std::string lesson_facts_json(const library::Lesson& lesson, const VersionIndex& index,
                              const PageReporting& reporting = {}, std::string_view front = {});

}  // namespace chalkline::streamer
