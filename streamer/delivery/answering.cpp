// What session.cpp and h2/ ask for every request.
#include "streamer/delivery/answering.hpp"

#include "streamer/delivery/request_plan.hpp"
#include "streamer/delivery/worker.hpp"
#include "streamer/http/answer.hpp"
#include "streamer/http/status.hpp"

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

// For this request alone; false: the pool is full.
bool start_fresh_load(Services& services, std::string_view key, const MakeWaiter& make_waiter) {
  return services.pool.post(
      [&services, key = std::string(key), waiter = make_waiter()] { waiter(load_safely(services.source, key)); });
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
  const ObjectCache::Found found = services.cache.lookup(key, now, make_waiter);
  count_lookup(worker.counters(), found.lookup);
  Answering made;
  made.lookup = name(found.lookup);
  if (found.lookup == Lookup::kMiss || found.lookup == Lookup::kStaleRefresh) start_load(services, key, now);
  if (found.object) made.response.emplace(answer_with_object(head, found.object, worker.unix_now()));
  return made;
}

}  // namespace

Answering answer_request(Worker& worker, const RequestHead& head, TimerWheel::Clock::time_point now,
                         const MakeWaiter& make_waiter) {
  Services& services = worker.services();
  RequestPlan plan = plan_request(head, worker.key_storage(), services.cors_fields);
  if (plan.response) return at_once(std::move(*plan.response));
  switch (plan.route->source) {
    case RouteSource::kInline: return at_once(answer_inline(worker, head, plan.route->id));
    case RouteSource::kStatic: {
      ObjectPtr asset = services.assets.find(plan.key);
      if (!asset) return at_once(answer_loaded(worker, head, Error(Errc::kNotFound, "no such asset")));
      return at_once(answer_loaded(worker, head, std::move(asset)));
    }
    case RouteSource::kCached: return answer_from_cache(worker, head, plan.key, now, make_waiter);
    case RouteSource::kFresh: break;
  }
  if (plan.route->id == RouteId::kReady && worker.draining())
    return at_once(refusal(worker, head, 503, "the server is going down"));
  if (!start_fresh_load(services, plan.key, make_waiter))
    return at_once(answer_loaded(worker, head, Error(Errc::kBusy, "too much is waiting")));
  return {};
}

bool may_answer_early(const RequestHead& head) {
  // Only a plain spelling: what would have to be decoded or normalised first can wait for the handshake.
  return head.method == Method::kGet && !head.has_body && head.target.starts_with("/v/") &&
         head.target.find_first_of("%?") == std::string_view::npos && head.target.find("/.") == std::string_view::npos;
}

Response answer_loaded(Worker& worker, const RequestHead& head, const LoadResult& loaded) {
  if (loaded.has_value()) return answer_with_object(head, *loaded, worker.unix_now());
  ErrorAnswer error;
  error.status = status_of(loaded.error().code);
  error.json = head.target.starts_with("/api/");
  error.shared_fields = worker.services().cors_fields;
  if (error.status >= 500) worker.counters().add(Counter::kLoadFailures);
  if (error.status == 503) error.extra_fields = "Retry-After: 2\r\n";
  // The reason may name folders of this machine: it is in the log, not in the answer.
  error.detail = error.status == 404   ? "there is no such lesson or file"
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
