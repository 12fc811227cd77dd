// The table, and finding a row.
#include "streamer/api/route_table.hpp"

#include <array>

namespace chalkline::streamer {

using library::Role;

static constexpr std::optional<Role> kAnybody;
static constexpr std::string_view kPage = "limit,cursor";

static constexpr std::array kApiRoutes = {
    ApiRoute{"GET", "/api/v1/lessons", kAnybody, "listLessons",
             "Lessons, newest first; without a token the published ones. Without a query: all of them, in short",
             "limit,cursor,state,course,tag,language", "", 200, "LessonPage", Guard::kNone, Replay::kNone,
             list_lessons},
    ApiRoute{"POST", "/api/v1/lessons", Role::kEditor, "createLesson", "A lesson, a draft unless it says otherwise", "",
             "NewLesson", 201, "Lesson", Guard::kNone, Replay::kTogether, create_lesson},
    ApiRoute{"GET", "/api/v1/lessons/{lesson}", kAnybody, "getLesson",
             "One lesson, with its renditions where a version is published", "", "", 200, "Lesson", Guard::kNone,
             Replay::kNone, show_lesson},
    ApiRoute{"PATCH", "/api/v1/lessons/{lesson}", Role::kEditor, "changeLesson",
             "Changes what is said of a lesson: a JSON merge patch (RFC 7396)", "", "LessonPatch", 200, "Lesson",
             Guard::kIfMatch, Replay::kNone, change_lesson},
    ApiRoute{"DELETE", "/api/v1/lessons/{lesson}", Role::kEditor, "withdrawLesson",
             "Withdraws a lesson; removes one that was never published", "", "", 204, "", Guard::kIfMatch,
             Replay::kNone, withdraw_lesson},
    ApiRoute{"GET", "/api/v1/lessons/{lesson}/versions", Role::kReader, "listVersions",
             "The versions that a lesson had, newest first", "", "", 200, "VersionList", Guard::kNone, Replay::kNone,
             list_versions},
    ApiRoute{"POST", "/api/v1/lessons/{lesson}/rollback", Role::kEditor, "rollBackLesson",
             "Points a lesson at a version that it had", "", "Rollback", 200, "Lesson", Guard::kIfMatch,
             Replay::kTogether, roll_back_lesson},
    ApiRoute{"POST", "/api/v1/lessons/{lesson}/preview", Role::kReader, "previewLesson",
             "Addresses at which a lesson can be looked at for some hours, by an editor whether or not learners see it",
             "", "", 200, "Preview", Guard::kNone, Replay::kNone, preview_lesson},
    ApiRoute{
        "PUT", "/api/v1/lessons/{lesson}/captions/{language}", Role::kEditor, "putCaptions",
        "Captions in a language, as WebVTT, in place of those that are there: a version more; 202 while a recording "
        "is being transcoded, whose version gets them",
        "", "Captions", 200, "Lesson", Guard::kIfMatch, Replay::kNone, put_captions,
        OtherSuccess{202, "Kept, and joined to the version that the lesson's recording is becoming"}},
    ApiRoute{"DELETE", "/api/v1/lessons/{lesson}/captions/{language}", Role::kEditor, "removeCaptions",
             "Takes the captions in a language away: a version more", "", "", 200, "Lesson", Guard::kIfMatch,
             Replay::kNone, remove_captions},
    ApiRoute{"GET", "/api/v1/search", kAnybody, "searchLessons",
             "Lessons by words in titles, descriptions, tags and course, in any script, best first",
             "q,limit,cursor,state,course,tag,language", "", 200, "LessonPage", Guard::kNone, Replay::kNone,
             search_lessons},
    ApiRoute{"GET", "/api/v1/curriculum", kAnybody, "listCurriculum",
             "Nodes of the curriculum, by kind and position; parent=- are those at the top", "kind,parent", "", 200,
             "NodeList", Guard::kNone, Replay::kNone, list_nodes},
    ApiRoute{"POST", "/api/v1/curriculum", Role::kEditor, "createNode", "A country, grade, subject or course", "",
             "NewNode", 201, "Node", Guard::kNone, Replay::kTogether, create_node},
    ApiRoute{"GET", "/api/v1/curriculum/{node}", kAnybody, "getNode", "One node", "", "", 200, "Node", Guard::kNone,
             Replay::kNone, show_node},
    ApiRoute{"PATCH", "/api/v1/curriculum/{node}", Role::kEditor, "changeNode",
             "Changes a node: a JSON merge patch (RFC 7396)", "", "NodePatch", 200, "Node", Guard::kIfMatch,
             Replay::kNone, change_node},
    ApiRoute{"DELETE", "/api/v1/curriculum/{node}", Role::kEditor, "removeNode", "Removes a node that nothing is below",
             "", "", 204, "", Guard::kIfMatch, Replay::kNone, remove_node},
    ApiRoute{"GET", "/api/v1/courses", kAnybody, "listCourses", "The nodes that are courses", "parent", "", 200,
             "NodeList", Guard::kNone, Replay::kNone, list_courses},
    ApiRoute{"GET", "/api/v1/courses/{course}/lessons", kAnybody, "listCourseLessons",
             "The lessons of a course, in its order", "", "", 200, "LessonList", Guard::kNone, Replay::kNone,
             list_course_lessons},
    ApiRoute{"PUT", "/api/v1/courses/{course}/order", Role::kEditor, "orderCourse",
             "Puts the lessons of a course into an order; If-Match is the course's", "", "Order", 200, "Node",
             Guard::kIfMatch, Replay::kNone, order_course},
    ApiRoute{"GET", "/api/v1/jobs", kAnybody, "listJobs", "Transcode jobs, newest first. Without a query: all of them",
             "limit,cursor,state,lesson", "", 200, "JobPage", Guard::kNone, Replay::kNone, list_jobs},
    ApiRoute{"GET", "/api/v1/jobs/events", Role::kReader, "followJobs",
             "Jobs as they go, as server-sent events: jobs is the whole state, job one that is new or has changed", "",
             "", 200, "Events", Guard::kNone, Replay::kNone, follow_jobs},
    ApiRoute{"GET", "/api/v1/jobs/{job}", Role::kReader, "getJob", "One job", "", "", 200, "Job", Guard::kNone,
             Replay::kNone, show_job},
    ApiRoute{"PATCH", "/api/v1/jobs/{job}", Role::kOperator, "changeJob", "Sets a job's priority", "", "JobPatch", 200,
             "Job", Guard::kNone, Replay::kNone, change_job},
    ApiRoute{"POST", "/api/v1/jobs/{job}/cancel", Role::kOperator, "cancelJob", "Ends a queued or running job", "", "",
             200, "Job", Guard::kNone, Replay::kAfter, cancel_job},
    ApiRoute{"POST", "/api/v1/jobs/{job}/retry", Role::kOperator, "retryJob",
             "Queues a failed or cancelled job again, with all its tries", "", "", 200, "Job", Guard::kNone,
             Replay::kAfter, retry_job},
    ApiRoute{"POST", "/api/v1/session", kAnybody, "signIn",
             "Begins a browser's session: a cookie, and the csrf that every change with it sends as X-CSRF-Token", "",
             "SignIn", 200, "Session", Guard::kNone, Replay::kNone, sign_in},
    ApiRoute{"GET", "/api/v1/session", Role::kReader, "getSession", "Who is asking", "", "", 200, "Session",
             Guard::kNone, Replay::kNone, show_session},
    ApiRoute{"DELETE", "/api/v1/session", Role::kReader, "signOut", "Ends the browser's session", "", "", 204, "",
             Guard::kNone, Replay::kNone, sign_out},
    ApiRoute{"GET", "/api/v1/tokens", Role::kAdmin, "listTokens", "Access tokens, without their secrets", "", "", 200,
             "TokenList", Guard::kNone, Replay::kNone, list_tokens},
    ApiRoute{"POST", "/api/v1/tokens", Role::kAdmin, "createToken",
             "A token; its secret is in this answer and nowhere else, so no Idempotency-Key keeps it", "", "NewToken",
             201, "TokenWithSecret", Guard::kNone, Replay::kNone, create_token},
    ApiRoute{"DELETE", "/api/v1/tokens/{token}", Role::kAdmin, "revokeToken", "Ends a token at once", "", "", 204, "",
             Guard::kNone, Replay::kNone, revoke_token},
    ApiRoute{"GET", "/api/v1/hooks", Role::kAdmin, "listHooks", "Whom the platform wants told of what happens", "", "",
             200, "HookList", Guard::kNone, Replay::kNone, list_hooks},
    ApiRoute{"POST", "/api/v1/hooks", Role::kAdmin, "createHook",
             "A hook; its secret is in this answer and nowhere else, so no Idempotency-Key keeps it", "", "NewHook",
             201, "HookWithSecret", Guard::kNone, Replay::kNone, create_hook},
    ApiRoute{"GET", "/api/v1/hooks/{hook}", Role::kAdmin, "getHook", "One hook", "", "", 200, "Hook", Guard::kNone,
             Replay::kNone, show_hook},
    ApiRoute{"PATCH", "/api/v1/hooks/{hook}", Role::kAdmin, "changeHook",
             "Turns a hook off, or on again after its receiver was gone", "", "HookPatch", 200, "Hook", Guard::kNone,
             Replay::kNone, change_hook},
    ApiRoute{"DELETE", "/api/v1/hooks/{hook}", Role::kAdmin, "removeHook",
             "Removes a hook, and what it was still to be told", "", "", 204, "", Guard::kNone, Replay::kNone,
             remove_hook},
    ApiRoute{"GET", "/api/v1/hooks/{hook}/deliveries", Role::kAdmin, "listDeliveries",
             "What a hook was told and is to be told, newest first", "limit,cursor,state", "", 200, "DeliveryPage",
             Guard::kNone, Replay::kNone, list_deliveries},
    ApiRoute{"POST", "/api/v1/hooks/{hook}/deliveries/{delivery}/retry", Role::kAdmin, "retryDelivery",
             "Sends again what was delivered or given up", "", "", 200, "Delivery", Guard::kNone, Replay::kAfter,
             retry_delivery},
    ApiRoute{"GET", "/api/v1/mirrors", Role::kReader, "listMirrors",
             "Mirrors that registered here: how each is, and what it saved", "", "", 200, "MirrorList", Guard::kNone,
             Replay::kNone, list_mirrors},
    ApiRoute{"PUT", "/api/v1/mirrors/{mirror}", Role::kMirror, "putMirror",
             "What a mirror says of itself, every few minutes; the first time it registers", "", "MirrorReport", 200,
             "Mirror", Guard::kNone, Replay::kNone, put_mirror},
    ApiRoute{"DELETE", "/api/v1/mirrors/{mirror}", Role::kOperator, "removeMirror",
             "Forgets a mirror; its next report registers it again, unless its token is revoked", "", "", 204, "",
             Guard::kNone, Replay::kNone, remove_mirror},
    ApiRoute{"POST", "/api/v1/mirrors/{mirror}/visits/{day}", Role::kMirror, "putVisits",
             "Reports of visits that a mirror took on a day, from that byte of its file on; without lines it asks how "
             "many bytes are here",
             "offset", "VisitLines", 200, "VisitsTaken", Guard::kNone, Replay::kNone, take_visits},
    ApiRoute{"GET", "/api/v1/audit", Role::kAdmin, "listAudit", "Who did what, newest first", kPage, "", 200,
             "AuditPage", Guard::kNone, Replay::kNone, list_audit},
    ApiRoute{"POST", "/api/v1/import", Role::kEditor, "importLessons",
             "Lessons and their curriculum, all or none; larger files: chalkline import", "", "Exchange", 200,
             "ImportReport", Guard::kNone, Replay::kTogether, import_lessons},
    ApiRoute{"GET", "/api/v1/export", Role::kReader, "exportLessons",
             "All lessons as import takes them; format=csv or json", "format", "", 200, "Exchange", Guard::kNone,
             Replay::kNone, export_lessons},
    ApiRoute{"GET", "/api/v1/openapi.json", kAnybody, "getOpenApi", "This document", "", "", 200, "OpenApi",
             Guard::kNone, Replay::kNone, show_openapi},
};

std::span<const ApiRoute> api_routes() { return kApiRoutes; }

// Segment by segment; "{...}" takes any that is not empty.
static bool fits(std::string_view pattern, std::string_view path, std::vector<std::string_view>& parameters) {
  parameters.clear();
  while (!pattern.empty() && !path.empty()) {
    pattern.remove_prefix(1);  // "/"
    path.remove_prefix(1);
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    const std::string_view given = path.substr(0, path.find('/'));
    if (wanted.starts_with('{')) {
      if (given.empty()) return false;
      parameters.push_back(given);
    } else if (wanted != given) {
      return false;
    }
    pattern.remove_prefix(wanted.size());
    path.remove_prefix(given.size());
  }
  return pattern.empty() && path.empty();
}

ApiMatch match_api_route(std::string_view method, std::string_view path) {
  ApiMatch match;
  std::vector<std::string_view> parameters;
  bool spelled_out = false;  // "/jobs/events" is not the job "events"
  for (const ApiRoute& route : kApiRoutes) {
    if (!fits(route.path, path, parameters) || (spelled_out && !parameters.empty())) continue;
    spelled_out = spelled_out || parameters.empty();
    match.allowed.push_back(route.method);
    if (route.method != method) continue;
    match.route = &route;
    match.parameters = parameters;
  }
  return match;
}

}  // namespace chalkline::streamer
