// What happens to every request before and after its route's own function.
#include "streamer/api/api.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "core/log.hpp"
#include "core/sha256.hpp"
#include "streamer/api/route_table.hpp"

namespace chalkline::streamer {

namespace {

ManagedReply method_not_allowed(const std::vector<std::string_view>& allowed) {
  std::string list;
  for (const std::string_view method : allowed) {
    list += (list.empty() ? "" : ", ") + std::string(method);
    if (method == "GET") list += ", HEAD";
  }
  ManagedReply reply = refused(405, "this address takes " + list);
  reply.fields.emplace_back("Allow", list + ", OPTIONS");
  return reply;
}

// "": application/json, and text/csv where the route takes it.
std::string_view only_type_of(const ApiRoute& route) {
  if (route.body == "Captions") return "text/vtt";
  if (route.body == "VisitLines") return "application/x-ndjson";
  return {};
}

// RFC 9110 15.5.16 otherwise.
bool is_taken(std::string_view content_type, const ApiRoute& route) {
  const std::string_view type = content_type.substr(0, content_type.find_first_of("; "));
  if (const std::string_view only = only_type_of(route); !only.empty()) return type == only;
  if (type == "application/json" || type == "application/merge-patch+json") return true;
  return route.body == "Exchange" && type == "text/csv";
}

class Api final : public ManagedHandler {
 public:
  Api(library::Library& library, Feed& jobs, std::string preview_secret, bool closed, const Steering& steering,
      VisitDesk* visits)
      : parts_(library, jobs, std::move(preview_secret), closed, steering, visits) {}

  ManagedReply answer(const ManagedRequest& request) override {
    try {
      return dispatch(request);
    } catch (const std::exception& thrown) {
      log_error("a request could not be answered", {{"path", std::string(request.path)}, {"error", thrown.what()}});
      return refused(500, "the server could not do it; its log says why");
    }
  }

 private:
  ManagedReply dispatch(const ManagedRequest& request) {
    const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : request.method;
    ApiMatch match = match_api_route(method, request.path);
    if (match.allowed.empty()) return refused(404, "there is nothing at this address");
    if (match.route == nullptr) return method_not_allowed(match.allowed);
    const ApiRoute& route = *match.route;
    Call call{request, std::move(match.parameters), Query(request.query, route.query), std::nullopt};
    if (auto refusal = identify_for(route, call)) return std::move(*refusal);
    if (!call.query.fault().empty()) return refused(400, call.query.fault());
    if (!route.body.empty() && !is_taken(request.field("content-type"), route))
      return refused(415, "the body's Content-Type must be " +
                              std::string(!only_type_of(route).empty() ? only_type_of(route)
                                          : route.body == "Exchange"   ? "application/json or text/csv"
                                                                       : "application/json"));
    if (route.body.empty() && !request.body.empty()) return refused(400, "this address takes no body");
    if (route.guard == Guard::kIfMatch && request.field("if-match").empty())
      return refused(428, "say with If-Match which state you change: the ETag that you read");
    const std::string_view key = request.field("idempotency-key");
    if (route.replay == Replay::kNone || key.empty()) return route.answer(parts_, call);
    if (key.size() > 200) return refused(400, "an Idempotency-Key has 200 bytes at most");
    return route.replay == Replay::kTogether ? once_together(route, call, std::string(key))
                                             : once_after(route, call, std::string(key));
  }

  // Whose request it is, and whether it may: none where it may.
  std::optional<ManagedReply> identify_for(const ApiRoute& route, Call& call) {
    // What cookie the browser has before does not matter.
    if (route.id == "signIn" && call.request.field("authorization").empty()) return std::nullopt;
    Identified identified = identify(parts_.library, call.request);
    if (identified.refusal) return std::move(identified.refusal);
    if (route.role)
      if (auto refusal = refusal_below(identified, *route.role)) return refusal;
    call.caller = std::move(identified.caller);
    return std::nullopt;
  }

  // The same key for the same request gets the same answer, for another request a refusal.
  std::optional<ManagedReply> kept_reply(const Call& call, const std::string& key) {
    const auto kept = parts_.library.kept_replies->find(call.caller->id, key);
    if (!kept) return refused(kept.error());
    if (!*kept) return std::nullopt;
    if ((*kept)->request != hash_of(call)) return refused(422, "the Idempotency-Key was used for another request");
    ManagedReply reply;
    reply.status = (*kept)->status;
    reply.content_type = (*kept)->content_type;
    reply.fields = (*kept)->fields;
    reply.body = (*kept)->body;
    reply.fields.emplace_back("Idempotency-Replayed", "true");
    return reply;
  }

  static std::string hash_of(const Call& call) {
    Sha256 hash;
    for (const std::string_view part : {call.request.method, call.request.path, call.request.query}) {
      hash.update(part);
      hash.update("\n");
    }
    hash.update(call.request.body);
    return hash.finish_hex();
  }

  Result<void> keep(const Call& call, const std::string& key, const ManagedReply& reply) {
    library::KeptReply kept;
    kept.request = hash_of(call);
    kept.status = reply.status;
    kept.content_type = reply.content_type;
    kept.fields = reply.fields;
    kept.body = reply.body;
    return parts_.library.kept_replies->keep(call.caller->id, key, kept);
  }

  ManagedReply once_together(const ApiRoute& route, const Call& call, const std::string& key) {
    ManagedReply reply;
    const auto done = parts_.library.changes->together([&]() -> Result<bool> {
      if (auto kept = kept_reply(call, key)) {
        reply = std::move(*kept);
        return false;
      }
      reply = route.answer(parts_, call);
      if (reply.status >= 300) return false;  // nothing was changed, and it may be tried again
      CHALK_TRY(keep(call, key, reply));
      return true;
    });
    return done ? reply : refused(done.error());
  }

  ManagedReply once_after(const ApiRoute& route, const Call& call, const std::string& key) {
    ManagedReply reply;
    if (auto kept = kept_reply(call, key)) return std::move(*kept);
    reply = route.answer(parts_, call);
    if (reply.status < 300)
      if (const auto done = keep(call, key, reply); !done)
        log_warn("a reply could not be kept for its Idempotency-Key", {{"error", done.error().to_sentence()}});
    return reply;
  }

  ApiParts parts_;
};

}  // namespace

std::unique_ptr<ManagedHandler> make_api(library::Library& library, Feed& jobs, std::string preview_secret, bool closed,
                                         const Steering& steering, VisitDesk* visits) {
  return std::make_unique<Api>(library, jobs, std::move(preview_secret), closed, steering, visits);
}

}  // namespace chalkline::streamer
