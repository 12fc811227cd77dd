// The API, one row a route: who may call it, what it takes and gives, and what answers. The OpenAPI document is made
// from this table and the dispatcher (api.cpp) obeys it, so that neither can say what the other does not.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "library/access_tokens.hpp"
#include "streamer/api/call.hpp"

namespace chalkline::streamer {

enum class Guard : std::uint8_t {
  kNone,
  kIfMatch,  // 428 without If-Match (RFC 6585 3)
};

// What an Idempotency-Key does.
enum class Replay : std::uint8_t {
  kNone,      // nothing
  kTogether,  // the change and the kept reply are one transaction
  kAfter,     // the reply is kept after the change, which repeated changes nothing more
};

// Another success than the usual one, with the same reply.
struct OtherSuccess {
  unsigned status = 0;  // 0: there is none
  std::string_view about;
};

struct ApiRoute {
  std::string_view method;
  std::string_view path;              // "{name}" stands for one segment
  std::optional<library::Role> role;  // none: anybody
  std::string_view id;                // operationId
  std::string_view summary;
  std::string_view query;  // names, with commas between
  std::string_view body;   // schema of the request's body; "": none
  unsigned status;         // of success
  std::string_view reply;  // its schema; "": no body
  Guard guard;
  Replay replay;
  ManagedReply (*answer)(ApiParts&, const Call&);
  OtherSuccess other = {};
};

std::span<const ApiRoute> api_routes();

// The row for a request, and what its path has in its holes.
struct ApiMatch {
  const ApiRoute* route = nullptr;  // null: no route has the path, or `allowed` says which methods have it
  std::vector<std::string_view> parameters;
  std::vector<std::string_view> allowed;  // methods of that path
};
ApiMatch match_api_route(std::string_view method, std::string_view path);

// What the rows name; each file has those of one kind of thing.
ManagedReply list_lessons(ApiParts& parts, const Call& call);  // lesson_routes.cpp
ManagedReply create_lesson(ApiParts& parts, const Call& call);
ManagedReply show_lesson(ApiParts& parts, const Call& call);
ManagedReply change_lesson(ApiParts& parts, const Call& call);
ManagedReply withdraw_lesson(ApiParts& parts, const Call& call);
ManagedReply list_versions(ApiParts& parts, const Call& call);
ManagedReply roll_back_lesson(ApiParts& parts, const Call& call);
ManagedReply search_lessons(ApiParts& parts, const Call& call);

ManagedReply preview_lesson(ApiParts& parts, const Call& call);  // preview_routes.cpp

ManagedReply put_captions(ApiParts& parts, const Call& call);  // caption_routes.cpp
ManagedReply remove_captions(ApiParts& parts, const Call& call);

ManagedReply list_nodes(ApiParts& parts, const Call& call);  // curriculum_routes.cpp
ManagedReply create_node(ApiParts& parts, const Call& call);
ManagedReply show_node(ApiParts& parts, const Call& call);
ManagedReply change_node(ApiParts& parts, const Call& call);
ManagedReply remove_node(ApiParts& parts, const Call& call);
ManagedReply list_courses(ApiParts& parts, const Call& call);
ManagedReply list_course_lessons(ApiParts& parts, const Call& call);
ManagedReply order_course(ApiParts& parts, const Call& call);

ManagedReply list_jobs(ApiParts& parts, const Call& call);  // job_routes.cpp
ManagedReply show_job(ApiParts& parts, const Call& call);
ManagedReply change_job(ApiParts& parts, const Call& call);
ManagedReply cancel_job(ApiParts& parts, const Call& call);
ManagedReply retry_job(ApiParts& parts, const Call& call);

ManagedReply follow_jobs(ApiParts& parts, const Call& call);

ManagedReply sign_in(ApiParts& parts, const Call& call);  // session_routes.cpp
ManagedReply show_session(ApiParts& parts, const Call& call);
ManagedReply sign_out(ApiParts& parts, const Call& call);

ManagedReply list_tokens(ApiParts& parts, const Call& call);  // admin_routes.cpp
ManagedReply create_token(ApiParts& parts, const Call& call);
ManagedReply revoke_token(ApiParts& parts, const Call& call);
ManagedReply list_audit(ApiParts& parts, const Call& call);

ManagedReply list_hooks(ApiParts& parts, const Call& call);  // hook_routes.cpp
ManagedReply create_hook(ApiParts& parts, const Call& call);
ManagedReply show_hook(ApiParts& parts, const Call& call);
ManagedReply change_hook(ApiParts& parts, const Call& call);
ManagedReply remove_hook(ApiParts& parts, const Call& call);
ManagedReply list_deliveries(ApiParts& parts, const Call& call);
ManagedReply retry_delivery(ApiParts& parts, const Call& call);

ManagedReply list_mirrors(ApiParts& parts, const Call& call);  // mirror_routes.cpp
ManagedReply put_mirror(ApiParts& parts, const Call& call);
ManagedReply remove_mirror(ApiParts& parts, const Call& call);
ManagedReply take_visits(ApiParts& parts, const Call& call);

ManagedReply import_lessons(ApiParts& parts, const Call& call);  // exchange_routes.cpp
ManagedReply export_lessons(ApiParts& parts, const Call& call);

ManagedReply show_openapi(ApiParts& parts, const Call& call);  // openapi.cpp

}  // namespace chalkline::streamer
