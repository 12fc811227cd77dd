// POST /api/v1/lessons/{lesson}/preview: a lesson as learners will have it, before they have. The addresses carry a
// token that this server alone makes and knows (http/access.hpp), so that players need no cookie; what they get is
// private to the browser that asked (delivery/library_source.cpp). Strangers go on to find nothing.
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
  if (!record->version) return refused(409, "the lesson has no version yet; look at it when its job has ended");
  const std::int64_t expires = library::system_clock_ms() / 1000 + kOpenForSeconds;
  const auto front = [&](const std::string& path) { return "/t/" + make_token(parts.preview_secret, {path, expires}); };
  const std::string lesson = "/l/" + record->id + "/";
  const std::string version = "/v/" + *record->version + "/";
  return answer_with(200, {{"watch", front(lesson) + "/watch/" + record->id},
                           {"embed", front(lesson) + "/embed/" + record->id},
                           {"files", front(version) + version},
                           {"attachments", front(lesson) + lesson + "files/"},
                           {"expires_ms", expires * 1000}});
}

}  // namespace chalkline::streamer
