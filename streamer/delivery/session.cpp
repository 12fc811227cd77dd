// Reading requests and finding their answers.
#include "streamer/delivery/session.hpp"

#include <cerrno>

#include <sys/socket.h>

#include "streamer/delivery/request_plan.hpp"
#include "streamer/delivery/worker.hpp"
#include "streamer/http/answer.hpp"
#include "streamer/http/status.hpp"

namespace chalkline::streamer {

using boost::system::error_code;

Session::Session(Worker& worker, Socket socket, const Endpoint& peer, std::optional<AddressKey> counted)
    : worker_(worker), socket_(std::move(socket)), peer_(peer), counted_(counted) {}

Session::~Session() = default;

void Session::start() {
  set_deadline(worker_.services().config.header_timeout);
  wait_readable();
}

void Session::drain() {
  if (state_ != State::kReading || !input_.empty()) return;
  // A request that is in the kernel already was sent before anybody could know that we stop: it gets its answer.
  char byte = 0;
  if (::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) close();
}

void Session::set_deadline(std::chrono::milliseconds from_now) {
  worker_.wheel().schedule(*this, TimerWheel::Clock::now() + from_now);
}

void Session::wait_readable() {
  if (read_waiting_) return;
  read_waiting_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& failed) {
    self->read_waiting_ = false;
    if (self->state_ == State::kClosed) return;
    if (failed) return self->close();
    if (self->state_ == State::kReading)
      self->on_readable();
    else if (self->state_ == State::kLingering)
      self->discard_input();
  });
}

void Session::on_readable() {
  auto& scratch = worker_.scratch();
  const ssize_t got = ::recv(socket_.native_handle(), scratch.data(), scratch.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return wait_readable();
  if (got <= 0) return close();  // also an end in the middle of a head: there is nobody to answer
  const std::string_view fresh(scratch.data(), static_cast<std::size_t>(got));
  if (input_.empty()) return process(fresh);
  input_.append(fresh);
  process(input_);
}

void Session::keep(std::string_view bytes) {
  if (bytes.empty()) {
    std::string().swap(input_);  // an idle connection holds no buffer
  } else if (!input_.empty() && bytes.data() >= input_.data() && bytes.data() < input_.data() + input_.size()) {
    input_.erase(0, static_cast<std::size_t>(bytes.data() - input_.data()));
  } else {
    input_.assign(bytes);
  }
}

void Session::process(std::string_view bytes) {
  while (!bytes.empty()) {
    RequestHead head;
    const ParseOutcome outcome = worker_.parser().parse(bytes, head);
    if (outcome.status == ParseStatus::kNeedMore) {
      keep(bytes);
      if (!head_begun_) set_deadline(worker_.services().config.header_timeout);
      head_begun_ = true;
      return wait_readable();
    }
    head_begun_ = false;
    began_ = TimerWheel::Clock::now();
    lookup_ = "-";
    if (outcome.status == ParseStatus::kRefused) {
      worker_.counters().add(Counter::kRequestsRefused);
      if (refuse(head, outcome.refusal, outcome.reason)) close();
      return;
    }
    worker_.counters().add(Counter::kRequests);
    const std::string_view rest = bytes.substr(outcome.consumed);
    if (!handle(head)) {
      // During a load the head stays, to be parsed again when the object is there.
      if (state_ == State::kLoading)
        keep(bytes);
      else if (state_ == State::kWriting || state_ == State::kReadingFile)
        keep(rest);
      return;
    }
    bytes = rest;
  }
  keep({});
  if (worker_.draining()) return close();
  set_deadline(worker_.services().config.idle_timeout);
  wait_readable();
}

bool Session::handle(const RequestHead& head) {
  const Services& services = worker_.services();
  if (!counted_) return refuse(head, 503, "too many connections", "Retry-After: 5\r\n");
  RequestPlan plan = plan_request(head, worker_.key_storage(), services.cors_fields);
  if (plan.response) return send(head, std::move(*plan.response));
  switch (plan.route->source) {
    case RouteSource::kInline: return answer_inline(head, plan.route->id);
    case RouteSource::kStatic: {
      ObjectPtr asset = services.assets.find(plan.key);
      if (!asset) return answer_loaded(head, Error(Errc::kNotFound, "no such asset"));
      return answer_loaded(head, std::move(asset));
    }
    case RouteSource::kCached: return answer_from_cache(head, plan.key);
    case RouteSource::kFresh: break;
  }
  if (plan.route->id == RouteId::kReady && worker_.draining()) return refuse(head, 503, "the server is going down");
  if (!start_fresh_load(plan.key)) return answer_loaded(head, Error(Errc::kBusy, "too much is waiting"));
  state_ = State::kLoading;
  set_deadline(services.config.write_timeout);
  return false;
}

bool Session::answer_inline(const RequestHead& head, RouteId route) {
  if (route == RouteId::kMetrics)
    return send(head, answer_with_text(head.method, "text/plain; version=0.0.4; charset=utf-8",
                                       worker_.services().render_metrics()));
  return send(head, answer_with_text(head.method, "text/plain; charset=utf-8", "ok\n"));
}

bool Session::answer_from_cache(const RequestHead& head, std::string_view key) {
  ObjectCache& cache = worker_.services().cache;
  ObjectCache::Found found = cache.lookup(key, began_, [this] { return make_waiter(); });
  lookup_ = name(found.lookup);
  Counters& counters = worker_.counters();
  switch (found.lookup) {
    case Lookup::kHit: counters.add(Counter::kLookupHit); break;
    case Lookup::kStale:
    case Lookup::kStaleRefresh: counters.add(Counter::kLookupStale); break;
    case Lookup::kMiss: counters.add(Counter::kLookupMiss); break;
    case Lookup::kCoalesced: counters.add(Counter::kLookupCoalesced); break;
  }
  if (found.lookup == Lookup::kMiss || found.lookup == Lookup::kStaleRefresh) start_load(key);
  if (found.object) return answer_loaded(head, std::move(found.object));
  state_ = State::kLoading;
  set_deadline(worker_.services().config.write_timeout);
  return false;
}

void Session::start_load(std::string_view key) {
  Services& services = worker_.services();
  const bool taken = services.pool.post([&services, key = std::string(key)] {
    services.cache.complete(key, load_safely(services.source, key), ObjectCache::Clock::now());
  });
  if (!taken) services.cache.complete(key, Error(Errc::kBusy, "too much is waiting"), began_);
}

bool Session::start_fresh_load(std::string_view key) {
  Services& services = worker_.services();
  return services.pool.post(
      [&services, key = std::string(key), waiter = make_waiter()] { waiter(load_safely(services.source, key)); });
}

ObjectCache::Waiter Session::make_waiter() {
  // The session is moved along, so that the last reference never goes on a pool thread.
  return [self = shared_from_this()](const LoadResult& loaded) mutable {
    Worker& worker = self->worker_;
    worker.post([self = std::move(self), loaded] { self->on_loaded(loaded); });
  };
}

void Session::on_loaded(const LoadResult& loaded) {
  if (state_ != State::kLoading) return;
  RequestHead head;
  const ParseOutcome outcome = worker_.parser().parse(input_, head);
  const std::string_view rest = std::string_view(input_).substr(outcome.consumed);
  if (answer_loaded(head, loaded))
    process(rest);
  else if (state_ == State::kWriting || state_ == State::kReadingFile)
    keep(rest);
}

bool Session::answer_loaded(const RequestHead& head, const LoadResult& loaded) {
  if (loaded.has_value()) return send(head, answer_with_object(head, *loaded, worker_.unix_now()));
  ErrorAnswer error;
  error.status = status_of(loaded.error().code);
  error.json = head.target.starts_with("/api/");
  error.shared_fields = worker_.services().cors_fields;
  if (error.status >= 500) worker_.counters().add(Counter::kLoadFailures);
  if (error.status == 503) error.extra_fields = "Retry-After: 2\r\n";
  // The reason may name folders of this machine: it is in the log, not in the answer.
  error.detail = error.status == 404   ? "there is no such lesson or file"
                 : error.status == 503 ? "too much is going on; ask again soon"
                                       : "the server could not read it; its log says why";
  return send(head, answer_with_error(head.method, error));
}

bool Session::refuse(const RequestHead& head, unsigned status, std::string_view reason, std::string_view fields) {
  ErrorAnswer error;
  error.status = status;
  error.detail = reason;
  error.json = head.target.starts_with("/api/");
  error.extra_fields = fields;
  error.shared_fields = worker_.services().cors_fields;
  Response response = answer_with_error(head.method, error);
  response.close = true;
  return send(head, std::move(response));
}

}  // namespace chalkline::streamer
