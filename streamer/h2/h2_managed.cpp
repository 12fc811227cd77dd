// What is managed and only reads, over HTTP/2: the exchange goes to the management pool whole, and its reply may go on
// with a feed's events for as long as the stream stands. What changes something is turned away to HTTP/1.1 (RFC 9113
// 7), whose ManagedSession takes bodies of any length; browsers ask again that way by themselves.
#include <utility>

#include "core/log.hpp"
#include "streamer/delivery/worker.hpp"
#include "streamer/h2/h2_callbacks.hpp"
#include "streamer/h2/h2_session.hpp"
#include "streamer/http/status.hpp"
#include "streamer/http/target.hpp"
#include "streamer/management/management.hpp"
#include "streamer/management/problem.hpp"
#include "streamer/management/reply_fields.hpp"

namespace chalkline::streamer {

namespace {

// The request's texts, which ManagedRequest looks into while the pool works.
struct Asked {
  std::string method;
  std::string path;
  std::string query;
  std::string remote;
  std::string lines;
  std::int64_t unix_ms = 0;
  bool encrypted = false;
};

ManagedReply answered(Exchange& exchange, const Asked& asked) {
  ManagedRequest request;
  request.method = asked.method;
  request.path = asked.path;
  request.query = asked.query;
  request.remote = asked.remote;
  request.lines = asked.lines;
  request.unix_ms = asked.unix_ms;
  request.encrypted = asked.encrypted;
  try {
    if (auto reply = exchange.begin(request)) return std::move(*reply);
    return exchange.finish();
  } catch (const std::exception& thrown) {
    log_error("a managed request failed", {{"method", request.method}, {"error", thrown.what()}});
  }
  return problem(500, "the server could not do it; its log says why");
}

}  // namespace

bool H2Session::handle_managed(H2Stream& stream, const RequestHead& head) {
  Management* management = worker_.services().management;
  if (management == nullptr || !management->takes(head)) return false;
  const Management::Area area = management->area_of(head);
  const bool reads = head.method == Method::kGet || head.method == Method::kHead;
  if (area != Management::Area::kApi || !reads || head.has_body) {
    stream.state = H2Stream::State::kTurnedAway;
    (void)nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_HTTP_1_1_REQUIRED);
    return true;
  }
  auto asked = std::make_shared<Asked>();
  std::string storage;
  const auto target = parse_target(head.target, storage);
  asked->method = head.method_text;
  asked->path = target ? target->path : head.target;
  asked->query = target ? target->query : std::string_view();
  asked->remote = link_.peer.address().to_string();
  asked->lines = stream.request.lines();
  asked->unix_ms = worker_.unix_now() * 1000;
  asked->encrypted = link_.transport.encrypted();
  stream.state = H2Stream::State::kLoading;
  std::shared_ptr<Exchange> exchange = management->open(area, head.method);
  const bool taken = management->pool().post([self = shared_as<H2Session>(), id = stream.id,
                                              exchange = std::move(exchange), asked = std::move(asked)]() mutable {
    ManagedReply reply = answered(*exchange, *asked);
    Worker& worker = self->worker_;
    worker.post([self = std::move(self), id, reply = std::move(reply)] { self->on_managed(id, reply); });
  });
  if (!taken) answer_managed(stream, problem(Error(Errc::kLimitExceeded, "too much is waiting")));
  return true;
}

void H2Session::on_managed(std::int32_t id, const ManagedReply& reply) {
  H2Stream* stream = closed() ? nullptr : find(id);
  if (stream == nullptr || stream->state != H2Stream::State::kLoading) return;
  answer_managed(*stream, reply);
  pump();
}

void H2Session::answer_managed(H2Stream& stream, const ManagedReply& reply) {
  RequestHead head;
  stream.request.fill(head, worker_.h2().joined);
  Response response;
  response.status = reply.status;
  response.head = "HTTP/1.1 " + std::to_string(reply.status) + " " + std::string(reason_phrase(reply.status)) + "\r\n" +
                  reply_fields(reply, worker_.services().cors, {});  // answer() adds what the origin gets
  const bool content = has_content(reply) && head.method != Method::kHead;
  if (content && reply.feed != nullptr && !ending_) begin_events(stream, *reply.feed);
  if (content && reply.feed == nullptr && !reply.body.empty()) {
    response.text = reply.body;
    response.body.push_back({BodyPiece::Source::kText, 0, response.text.size()});
  }
  answer(stream, head, std::move(response));
}

void H2Session::begin_events(H2Stream& stream, Feed& feed) {
  ++event_streams_;
  stream.events = std::make_unique<H2Events>();
  std::weak_ptr<H2Session> weak = shared_as<H2Session>();
  stream.events->listening =
      feed.listen([weak = std::move(weak), id = stream.id, &worker = worker_](const EventText& text) {
        std::shared_ptr<H2Session> self = weak.lock();
        if (!self) return;
        // The session is moved along, so that the last reference never goes on the feed's thread.
        worker.post([self = std::move(self), id, text] { self->on_events(id, *text); });
      });
}

void H2Session::on_events(std::int32_t id, const std::string& text) {
  H2Stream* stream = closed() ? nullptr : find(id);
  if (stream == nullptr || !stream->events) return;
  H2Events& events = *stream->events;
  if (events.waiting.size() - events.sent > kMostEventBytesWaiting) {
    (void)nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  } else {
    events.waiting.erase(0, events.sent);
    events.sent = 0;
    events.waiting.append(text);
    (void)nghttp2_session_resume_data(session_.get(), id);
  }
  pump();
}

// The server stops: whoever listens is told the end, and comes back elsewhere.
void H2Session::end_events() {
  for (const auto& [id, stream] : streams_) {
    if (!stream->events) continue;
    stream->events->over = true;
    stream->events->listening.reset();
    (void)nghttp2_session_resume_data(session_.get(), id);
  }
}

// Streams that wait for their reader or for us; not those on which nothing happens just now.
bool H2Session::has_work() const {
  for (const auto& [id, stream] : streams_)
    if (!stream->events || stream->events->sent < stream->events->waiting.size()) return true;
  return false;
}

}  // namespace chalkline::streamer
