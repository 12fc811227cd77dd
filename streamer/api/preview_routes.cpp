// POST /api/v1/lessons/{lesson}/preview: a lesson as learners have it, or, for editors, before they have; where lessons
// are closed as somebody sees it who has signed in and has no learner's token. The addresses carry a token that this
// server alone makes and knows (http/access.hpp), so that players need no cookie; what they get is private to the
// browser that asked (delivery/library_source.cpp). Strangers go on to find nothing.
#include "library/library.hpp"
#include "streamer/api/call.hpp"
#include "streamer/api/route_table.hpp"
#include "streamer/http/access.hpp"

namespace chalkline::streamer {

// Longer than a lesson lasts, and over by the next day.
static constexpr std::int64_t kOpenForSeconds = 4 * 3'600;

ManagedReply preview_lesson(ApiParts& parts, const Call& call) {
  const auto record = parts.library.records->find(call.parameter(0));
  if (!record) return refused(record.error());
  if (record->details.state != library::LessonState::kPublished && !call.may(library::Role::kEditor))
    return refused(403, "learners do not see this lesson; an editor may look at it");
  if (!record->version) return refused(409, "the lesson has no version yet; look at it when its job has ended");
  const std::int64_t expires = library::system_clock_ms() / 1000 + kOpenForSeconds;
  const auto front = [&](const std::string& path) { return "/t/" + make_token(parts.preview_secret, {path, expires}); };
  const std::string lesson = "/l/" + record->id + "/";
  const std::string version = "/v/" + *record->version + "/";
  return answer_with(200, {{"watch", front(lesson) + "/watch/" + record->id},
                           {"embed", front(lesson) + "/embed/" + record->id},
                           {"files", front(version) + version},
                           {"attachments", front(lesson) + lesson + "files/"},
                           {"closed", parts.closed},
                           {"expires_ms", expires * 1000}});
}

}  // namespace chalkline::streamer
