// Reading the request and moving it through the pool. What crosses is the session itself, which the pool's tasks keep;
// `working_` says whose turn it is with the exchange and with what was handed on.
#include "streamer/management/session.hpp"

#include <algorithm>
#include <exception>

#include <fcntl.h>

#include "core/log.hpp"
#include "streamer/delivery/worker.hpp"
#include "streamer/http/field_text.hpp"
#include "streamer/http/target.hpp"
#include "streamer/management/body_stream.hpp"
#include "streamer/management/problem.hpp"

namespace chalkline::streamer {

ManagedSession::ManagedSession(Worker& worker, Link link, std::string received)
    : Connection(worker, std::move(link)), unread_(std::move(received)) {}

ManagedSession::~ManagedSession() = default;

// Keeps the head's text, into which the request's views point.
bool ManagedSession::read_head() {
  RequestHead head;
  ParseOutcome outcome = worker_.parser().parse(unread_, head);
  if (outcome.status != ParseStatus::kComplete) return false;
  head_text_ = unread_.substr(0, outcome.consumed);
  unread_.erase(0, outcome.consumed);
  outcome = worker_.parser().parse(head_text_, head);
  const auto target = parse_target(head.target, path_);
  if (outcome.status != ParseStatus::kComplete || !target) return false;
  if (target->path.data() != path_.data()) path_ = target->path;
  record_.began = TimerWheel::Clock::now();
  if (worker_.access_log() != nullptr) record_.remember(head);
  method_ = head.method;
  has_body_ = head.has_body;
  keep_alive_ = head.keep_alive;
  http_1_0_ = head.http_1_0;
  origin_ = head.origin;
  expects_continue_ = is_continue(head.expect) && !head.http_1_0;
  bad_expectation_ = !head.expect.empty() && !is_continue(head.expect);
  if (has_body_) body_ = head.content_length ? BodyReader::with_length(*head.content_length) : BodyReader::chunked();
  remote_ = link_.peer.address().to_string();
  request_.method = head.method_text;
  request_.path = path_;
  request_.query = target->query;
  request_.remote = remote_;
  request_.encrypted = link_.transport.encrypted();
  request_.unix_ms = worker_.unix_now() * 1000;
  request_.lines =
      std::string_view(head_text_).substr(head_text_.find("\r\n", head_text_.find_first_not_of("\r\n")) + 2);
  const Management& management = *worker_.services().management;
  exchange_ = management.open(management.area_of(head), head.method);
  return true;
}

void ManagedSession::start() {
  if (!read_head()) return close();  // it was read once already: this cannot be
  if (bad_expectation_) {
    over_ = true;
    keep_alive_ = false;
    return send(problem(417, "only 100-continue can be expected"));
  }
  call(Call::kBegin);
}

std::optional<ManagedReply> ManagedSession::perform(Exchange& exchange, Call what, const ManagedRequest& request,
                                                    std::string_view piece) {
  try {
    switch (what) {
      case Call::kBegin: return exchange.begin(request);
      case Call::kTake: return exchange.take(piece);
      case Call::kFinish: return exchange.finish();
      case Call::kCut: {
        std::optional<ManagedReply> reply;
        if (!piece.empty()) reply = exchange.take(piece);
        if (!reply) exchange.cut();
        return std::nullopt;
      }
    }
  } catch (const std::exception& thrown) {
    log_error("a managed request failed", {{"method", request.method}, {"error", thrown.what()}});
  }
  return problem(500, "the server could not do it; its log says why");
}

void ManagedSession::turn_away() {
  working_ = false;
  over_ = true;
  if (!closed()) send(problem(Error(Errc::kLimitExceeded, "too much is waiting")));
}

void ManagedSession::call(Call what) {
  working_ = true;
  std::string piece;
  if (what == Call::kTake || what == Call::kCut) piece.swap(piece_);
  // The session is moved along, so that the last reference never goes on a pool thread.
  const bool taken = worker_.services().management->pool().post([self = shared_as<ManagedSession>(), what,
                                                                 piece = std::move(piece)]() mutable {
    auto reply = perform(*self->exchange_, what, self->request_, piece);
    Worker& worker = self->worker_;
    worker.post([self = std::move(self), reply = std::move(reply)]() mutable { self->on_worked(std::move(reply)); });
  });
  if (!taken) turn_away();
}

void ManagedSession::on_worked(std::optional<ManagedReply> reply) {
  working_ = false;
  if (reply) over_ = true;
  if (closed()) {
    if (cut_wanted_) let_go();
    return;
  }
  if (state_ == State::kStopping) {
    if (over_) return send(*refusal_);
    return stop_with(std::move(*refusal_));
  }
  if (reply) return send(*reply);
  if (state_ == State::kBeginning) return on_begun();
  if (body_ended_) {
    if (!piece_.empty()) return call(Call::kTake);
    state_ = State::kFinishing;
    return call(Call::kFinish);
  }
  if (!paused_) return hand_on();
  paused_ = false;
  received_ = 0;
  set_deadline(worker_.config().write_timeout);
  on_readable();
}

// In the clear, where enough is still to come.
bool ManagedSession::can_stream() {
  if (link_.transport.encrypted() || body_.counted() < kPieceBytes) return false;
  if (!streamed_) streamed_.reset(::fcntl(link_.transport.socket().fd(), F_DUPFD_CLOEXEC, 0));
  return static_cast<bool>(streamed_);
}

void ManagedSession::stream() {
  working_ = true;
  link_.transport.socket().lend();
  std::string piece;
  piece.swap(piece_);
  const bool taken = worker_.services().management->pool().post(
      [self = shared_as<ManagedSession>(), piece = std::move(piece), left = body_.counted()]() mutable {
        const auto take = [&self](std::string_view bytes) {
          return perform(*self->exchange_, Call::kTake, self->request_, bytes);
        };
        StreamedPart part;
        part.reply = take(piece);
        if (!part.reply) part = stream_body(self->streamed_.get(), left, take);
        Worker& worker = self->worker_;
        worker.post([self = std::move(self), part = std::move(part)]() mutable {
          self->link_.transport.socket().take_back();
          if (self->body_.pass(part.bytes) == BodyReader::Status::kDone) self->body_ended_ = true;
          self->on_worked(std::move(part.reply));
        });
      });
  if (taken) return;
  link_.transport.socket().take_back();
  turn_away();
}

void ManagedSession::on_begun() {
  if (!has_body_) {
    body_ended_ = true;
    state_ = State::kFinishing;
    return call(Call::kFinish);
  }
  if (expects_continue_ && unread_.empty()) return continue_body();
  state_ = State::kReading;
  set_deadline(worker_.config().write_timeout);
  const std::string there = std::move(unread_);
  unread_.clear();
  if (take(there)) on_readable();
}

void ManagedSession::wait_readable() {
  if (read_waiting_) return;
  read_waiting_ = true;
  when_ready<ManagedSession>(Ready::kRead, [](ManagedSession& self) {
    self.read_waiting_ = false;
    if (self.state_ == State::kReading && !self.paused_ && !self.body_ended_) self.on_readable();
  });
}

void ManagedSession::on_readable() {
  auto& scratch = worker_.scratch();
  for (;;) {
    if (piece_.size() >= kPieceBytes && !working_ && can_stream()) {
      paused_ = true;  // the pool reads
      TimerWheel::cancel(*this);
      return stream();
    }
    if (piece_.size() >= kPieceBytes) hand_on();
    if (closed() || state_ != State::kReading) return;
    if (piece_.size() >= kPieceBytes) {  // the pool is at the one before: what waits now is not the client's doing
      paused_ = true;
      return TimerWheel::cancel(*this);
    }
    std::size_t got = 0;
    switch (link_.transport.receive(scratch, got)) {
      case Transport::Io::kWait:
        hand_on();
        if (!closed() && state_ == State::kReading) wait_readable();
        return;
      case Transport::Io::kEnded: return close();
      case Transport::Io::kMoved: break;
    }
    if (!take({scratch.data(), got})) return;
    if (!link_.transport.encrypted()) continue;
    if (piece_.size() >= kPieceBytes && working_) continue;  // pauses
    hand_on();
    if (!closed() && state_ == State::kReading) wait_readable();
    return;
  }
}

bool ManagedSession::take(std::string_view bytes) {
  received_ += bytes.size();
  if (received_ >= kProgressBytes) {
    received_ = 0;
    set_deadline(worker_.config().write_timeout);
  }
  switch (body_.read(bytes, piece_)) {
    case BodyReader::Status::kMore: return true;
    case BodyReader::Status::kDone: break;
    case BodyReader::Status::kBad: stop_with(problem(400, "the chunked body is malformed")); return false;
  }
  unread_ = bytes;
  body_ended_ = true;
  TimerWheel::cancel(*this);
  if (!working_) on_worked(std::nullopt);
  return false;
}

void ManagedSession::hand_on() {
  if (!working_ && !piece_.empty()) call(Call::kTake);
}

// What came is the exchange's, then the client is told.
void ManagedSession::stop_with(ManagedReply refusal) {
  state_ = State::kStopping;
  TimerWheel::cancel(*this);
  refusal_ = std::move(refusal);
  if (working_) return;
  over_ = true;
  call(Call::kCut);
}

// The connection is gone: what came is the exchange's.
void ManagedSession::let_go() {
  cut_wanted_ = !over_;
  if (over_ || working_) return;
  over_ = true;
  std::string piece;
  piece.swap(piece_);
  (void)worker_.services().management->pool().post([exchange = std::move(exchange_), piece = std::move(piece)] {
    (void)perform(*exchange, Call::kCut, ManagedRequest(), piece);
  });
}

}  // namespace chalkline::streamer
