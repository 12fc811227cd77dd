// What session.cpp and h2/ ask for every request.
#include "streamer/delivery/answering.hpp"

#include <span>

#include "streamer/delivery/request_plan.hpp"
#include "streamer/delivery/steered_answers.hpp"
#include "streamer/delivery/steering.hpp"
#include "streamer/delivery/worker.hpp"
#include "streamer/http/access.hpp"
#include "streamer/http/answer.hpp"
#include "streamer/http/cmcd.hpp"
#include "streamer/http/status.hpp"
#include "streamer/http/target.hpp"

namespace chalkline::streamer {

namespace {

void count_lookup(Counters& counters, Lookup lookup) {
  switch (lookup) {
    case Lookup::kHit: return counters.add(Counter::kLookupHit);
    case Lookup::kStale:
    case Lookup::kStaleRefresh: return counters.add(Counter::kLookupStale);
    case Lookup::kMiss: return counters.add(Counter::kLookupMiss);
    case Lookup::kCoalesced: return counters.add(Counter::kLookupCoalesced);
  }
}

void start_load(Services& services, std::string_view key, TimerWheel::Clock::time_point now) {
  const bool taken = services.pool.post([&services, key = std::string(key)] {
    services.cache.complete(key, load_safely(services.source, key), ObjectCache::Clock::now());
  });
  if (!taken) services.cache.complete(key, Error(Errc::kBusy, "too much is waiting"), now);
}

// RFC 9211 2: how this cache handled the request. A stale answer is a hit; somebody asks the library meanwhile.
std::string_view cache_status(std::string_view lookup) {
  if (lookup == "hit") return "Cache-Status: chalkline; hit\r\n";
  if (lookup == "stale") return "Cache-Status: chalkline; hit; detail=stale\r\n";
  if (lookup == "miss") return "Cache-Status: chalkline; fwd=miss\r\n";
  if (lookup == "coalesced") return "Cache-Status: chalkline; fwd=miss; collapsed\r\n";
  return {};
}

bool has_cmcd(const RequestHead& head) {
  for (const std::string_view field : head.cmcd)
    if (!field.empty()) return true;
  return head.target.find("CMCD=") != std::string_view::npos;
}

// For this request alone; false: the pool is full.
bool start_fresh_load(Services& services, std::string_view key, const MakeWaiter& make_waiter) {
  return services.pool.post(
      [&services, key = std::string(key), waiter = make_waiter()] { waiter(load_safely(services.source, key)); });
}

Cmcd client_data(const RequestHead& head) {
  Cmcd data;
  for (const std::string_view field : head.cmcd) parse_cmcd(field, data);
  if (const auto value = query_value(query_of(head.target), "CMCD")) parse_cmcd(*value, data);
  return data;
}

// Bytes a second that are enough, where the operator wants that kept: by the player's own word, else by the rung's
// rate.
std::uint64_t pace_for(Worker& worker, const RequestHead& head, const Object& object) {
  if (worker.config().pace_percent == 0 || object.pace == 0) return 0;
  if (!has_cmcd(head)) return object.pace;
  const Cmcd data = client_data(head);
  if (data.starting || data.starved) return 0;
  return data.sufficient_kbps ? std::uint64_t{*data.sufficient_kbps} * 125 : object.pace;
}

// What a player says of itself: into the metrics, and what it will ask for next into memory.
void note_client(Worker& worker, const RequestHead& head, std::string_view path, TimerWheel::Clock::time_point now) {
  const Cmcd data = client_data(head);
  if (!data.any) return;
  worker.counters().add(Counter::kClientReports);
  if (data.starved) worker.counters().add(Counter::kClientStarved);
  if (data.buffer_ms) worker.distributions().note(Distribution::kClientBuffer, *data.buffer_ms);
  if (data.throughput_kbps) worker.distributions().note(Distribution::kClientThroughput, *data.throughput_kbps);
  if (data.next_object.empty()) return;
  Services& services = worker.services();
  constexpr std::size_t kBusy = 32;  // who has asked goes before who will
  if (services.pool.waiting() >= kBusy) return;
  const std::string next = resolve_path(path, data.next_object);
  const auto match = match_route(next);
  if (!match || match->route->id != RouteId::kVersionFile || !services.cache.claim(next)) return;
  worker.counters().add(Counter::kPrefetches);
  start_load(services, next, now);
}

// Where lessons are closed: the refusal (RFC 6750 3), or none and, for a playlist, a key whose addresses carry a token.
std::optional<Response> check_access(Worker& worker, const RequestHead& head, std::string_view path_token,
                                     RequestPlan& plan) {
  std::string from_query;
  std::string_view token = path_token.empty() ? bearer_token(head.authorization) : path_token;
  if (token.empty()) {
    from_query = query_value(query_of(head.target), "token").value_or("");
    token = from_query;
  }
  const auto grant = check_token(token, worker.access().secrets, worker.unix_now());
  ErrorAnswer error;
  error.shared_fields = worker.services().cors_fields;
  if (!grant) {
    error.status = 401;
    error.detail = token.empty() ? "this lesson needs a token" : "the token is not valid, or not any more";
    error.extra_fields =
        token.empty() ? "WWW-Authenticate: Bearer\r\n" : "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n";
    return answer_with_error(head.method, error);
  }
  if (!opens(*grant, plan.key.substr(0, plan.key.find('\n')))) {
    error.status = 403;
    error.detail = "the token is for something else";
    return answer_with_error(head.method, error);
  }
  const RouteId route = plan.route->id;
  if (route == RouteId::kLessonPlaylist || route == RouteId::kWatch || route == RouteId::kEmbed) {
    worker.key_storage() = key_with_expiry(plan.key, grant->expires);
    plan.key = worker.key_storage();
  }
  return std::nullopt;
}

// Whether the token in front of the path opens it to an editor who looks at a lesson that learners do not see, or not
// yet: then the key is that of the preview.
bool is_preview(Worker& worker, std::string_view path_token, RequestPlan& plan) {
  const RouteId route = plan.route->id;
  if (path_token.empty() || (route != RouteId::kVersionFile && route != RouteId::kLessonPlaylist &&
                             route != RouteId::kWatch && route != RouteId::kEmbed && route != RouteId::kAttachment))
    return false;
  const auto grant = check_token(path_token, std::span(&worker.services().preview_secret, 1), worker.unix_now());
  if (!grant || !opens(*grant, plan.key.substr(0, plan.key.find('\n')))) return false;
  // A file is the same for all who may see it.
  const bool is_file = route == RouteId::kVersionFile || route == RouteId::kAttachment;
  worker.key_storage() = key_of_preview(plan.key, is_file ? 0 : grant->expires);
  plan.key = worker.key_storage();
  return true;
}

Answering at_once(Response response) {
  Answering made;
  made.response.emplace(std::move(response));
  return made;
}

Response answer_inline(Worker& worker, const RequestHead& head, RouteId route) {
  if (route == RouteId::kMetrics)
    return answer_with_text(head.method, "text/plain; version=0.0.4; charset=utf-8",
                            worker.services().render_metrics());
  return answer_with_text(head.method, "text/plain; charset=utf-8", "ok\n");
}

Answering answer_from_cache(Worker& worker, const RequestHead& head, std::string_view key,
                            TimerWheel::Clock::time_point now, const MakeWaiter& make_waiter) {
  Services& services = worker.services();
  ObjectCache::Found found = services.cache.lookup(key, now, make_waiter);
  count_lookup(worker.counters(), found.lookup);
  Answering made;
  made.lookup = name(found.lookup);
  if (found.lookup == Lookup::kMiss || found.lookup == Lookup::kStaleRefresh) start_load(services, key, now);
  if (found.object) {
    made.response.emplace(answer_with_object(head, std::move(found.object), worker.unix_now()));
    made.response->age_s = found.age_s;
    made.response->pace = pace_for(worker, head, *made.response->object);
  }
  return made;
}

Answering answer_planned(Worker& worker, const RequestHead& head, const Asker& asker, TimerWheel::Clock::time_point now,
                         const MakeWaiter& make_waiter) {
  Services& services = worker.services();
  RequestPlan plan = plan_request(head, worker.key_storage(), services.cors_fields);
  if (plan.route != nullptr && asker.by_prefix && !may_follow_prefix(*plan.route, !asker.token.empty()))
    return at_once(answer_loaded(worker, head, Error(Errc::kNotFound, "nothing of a lesson")));
  if (plan.response) return at_once(std::move(*plan.response));
  const bool preview = is_preview(worker, asker.token, plan);
  if (!preview)
    if (auto steered = steer(worker, head, asker, plan)) return at_once(std::move(*steered));
  if (plan.route->id == RouteId::kSteering) return at_once(steering_manifest(worker, head, asker));
  if (!preview && worker.access().closed() && plan.route->access == RouteAccess::kToken)
    if (auto refused = check_access(worker, head, asker.token, plan)) return at_once(std::move(*refused));
  switch (plan.route->source) {
    case RouteSource::kInline: return at_once(answer_inline(worker, head, plan.route->id));
    case RouteSource::kStatic: {
      ObjectPtr asset = services.assets.find(plan.key);
      if (!asset) return at_once(answer_loaded(worker, head, Error(Errc::kNotFound, "no such asset")));
      return at_once(answer_loaded(worker, head, std::move(asset)));
    }
    case RouteSource::kCached:
      if (has_cmcd(head)) note_client(worker, head, plan.key, now);
      return answer_from_cache(worker, head, plan.key, now, make_waiter);
    case RouteSource::kFresh: break;
  }
  if (plan.route->id == RouteId::kReady && worker.draining())
    return at_once(refusal(worker, head, 503, "the server is going down"));
  if (!start_fresh_load(services, plan.key, make_waiter))
    return at_once(answer_loaded(worker, head, Error(Errc::kBusy, "too much is waiting")));
  return {};
}

}  // namespace

Answering answer_request(Worker& worker, const RequestHead& head, const boost::asio::ip::address& learner,
                         TimerWheel::Clock::time_point now, const MakeWaiter& make_waiter) {
  const library::Following* following = worker.services().following;
  if (following != nullptr && library::names_hop(head.cdn_loop, following->name()))
    return at_once(refusal(worker, head, 508, "this mirror follows itself; let it follow the origin"));
  const Asker asker = asker_of(head, learner);
  if (!asker.by_prefix) return answer_planned(worker, head, asker, now, make_waiter);
  RequestHead inner = head;
  inner.target = asker.rest;
  return answer_planned(worker, inner, asker, now, make_waiter);
}

void append_fields(Worker& worker, const RequestHead& head, const Response& response, std::string_view lookup,
                   std::string& to) {
  to.append(worker.date_line());
  worker.services().cors.append_for(head.origin, to);
  if (response.object && worker.config().cache_status) to.append(cache_status(lookup));
  if (response.age_s > 0) to.append("Age: ").append(std::to_string(response.age_s)).append("\r\n");
}

bool may_answer_early(const RequestHead& head) {
  // Only a plain spelling: what would have to be decoded or normalised first can wait for the handshake.
  return head.method == Method::kGet && !head.has_body && head.target.starts_with("/v/") &&
         head.target.find_first_of("%?") == std::string_view::npos && head.target.find("/.") == std::string_view::npos;
}

Response answer_loaded(Worker& worker, const RequestHead& head, const LoadResult& loaded) {
  if (loaded.has_value()) {
    Response response = answer_with_object(head, *loaded, worker.unix_now());
    response.pace = pace_for(worker, head, **loaded);
    return response;
  }
  ErrorAnswer error;
  error.status = status_of(loaded.error().code);
  const bool elsewhere = error.status >= 500 && head.target.starts_with(Steering::kNear);
  if (elsewhere) error.status = 421;
  error.json = head.target.starts_with("/api/");
  error.shared_fields = worker.services().cors_fields;
  if (error.status >= 500) worker.counters().add(Counter::kLoadFailures);
  if (error.status == 503) error.extra_fields = "Retry-After: 2\r\n";
  // The reason may name folders of this machine: it is in the log, not in the answer.
  error.detail = elsewhere             ? "this mirror cannot get it; the other pathway can"
                 : error.status == 404 ? "there is no such lesson or file"
                 : error.status == 503 ? "too much is going on; ask again soon"
                                       : "the server could not read it; its log says why";
  return answer_with_error(head.method, error);
}

Response refusal(Worker& worker, const RequestHead& head, unsigned status, std::string_view reason,
                 std::string_view fields) {
  ErrorAnswer error;
  error.status = status;
  error.detail = reason;
  error.json = head.target.starts_with("/api/");
  error.extra_fields = fields;
  error.shared_fields = worker.services().cors_fields;
  Response response = answer_with_error(head.method, error);
  response.close = true;
  return response;
}

}  // namespace chalkline::streamer
