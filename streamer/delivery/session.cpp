// Reading requests and finding their answers.
#include "streamer/delivery/session.hpp"

#include <algorithm>

#include "streamer/delivery/worker.hpp"
#include "streamer/h2/h2_session.hpp"
#include "streamer/management/management.hpp"
#include "streamer/management/session.hpp"

namespace chalkline::streamer {

Session::Session(Worker& worker, Link link, std::string received, Opening opening)
    : Connection(worker, std::move(link)), opening_(opening == Opening::kFirst), input_(std::move(received)) {}

Session::~Session() = default;

void Session::start() {
  const auto& config = worker_.config();
  set_deadline(opening_ ? config.header_timeout : config.idle_timeout);
  if (input_.empty()) return wait_readable();
  process(input_);
}

void Session::drain() {
  if (state_ != State::kReading || !input_.empty()) return;
  // A request that is in the kernel already was sent before anybody could know that we stop: it gets its answer.
  if (!has_unread()) close();
}

void Session::wait_readable() {
  if (read_waiting_) return;
  read_waiting_ = true;
  when_ready<Session>(Ready::kRead, [](Session& self) {
    self.read_waiting_ = false;
    if (self.state_ == State::kReading) self.on_readable();
  });
}

void Session::on_readable() {
  auto& scratch = worker_.scratch();
  std::size_t got = 0;
  switch (link_.transport.receive(scratch, got)) {
    case Transport::Io::kWait:
      if (!held_ || !link_.transport.confirmed()) return wait_readable();
      held_ = false;
      return process(input_);
    case Transport::Io::kEnded: return close();  // also an end in the middle of a head: there is nobody to answer
    case Transport::Io::kMoved: break;
  }
  const std::string_view fresh(scratch.data(), got);
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

// RFC 9113 3.3: on the port without TLS a client may know beforehand that we speak HTTP/2.
bool Session::opens_http2(std::string_view bytes) {
  constexpr std::string_view kPreface = H2Session::kPreface;
  const std::size_t there = std::min(bytes.size(), kPreface.size());
  // "P" may still become PUT or POST: it waits as any head does.
  if (there < 3 || bytes.substr(0, there) != kPreface.substr(0, there)) return false;
  if (there < kPreface.size()) {
    keep(bytes);
    wait_readable();
    return true;
  }
  std::string received(bytes);
  become<H2Session>(std::move(received));
  return true;
}

void Session::process(std::string_view bytes) {
  if (opening_ && !link_.transport.encrypted() && opens_http2(bytes)) return;
  while (!bytes.empty()) {
    RequestHead head;
    const ParseOutcome outcome = worker_.parser().parse(bytes, head);
    if (outcome.status == ParseStatus::kNeedMore) {
      keep(bytes);
      if (!head_begun_) set_deadline(worker_.config().header_timeout);
      head_begun_ = true;
      return wait_readable();
    }
    if (!link_.transport.confirmed() && !may_answer_early(head) && outcome.status == ParseStatus::kComplete) {
      keep(bytes);
      held_ = true;
      return wait_readable();
    }
    head_begun_ = opening_ = false;
    record_.began = TimerWheel::Clock::now();
    record_.lookup = "-";
    if (outcome.status == ParseStatus::kRefused) {
      worker_.counters().add(Counter::kRequestsRefused);
      if (send(head, refusal(worker_, head, outcome.refusal, outcome.reason))) close();
      return;
    }
    worker_.counters().add(Counter::kRequests);
    if (is_managed(head)) {
      std::string all(bytes);
      return become<ManagedSession>(std::move(all));
    }
    const std::string_view rest = bytes.substr(outcome.consumed);
    if (!handle(head)) {
      // During a load the head stays, to be parsed again when the object is there.
      if (!closed() && state_ == State::kLoading)
        keep(bytes);
      else if (!closed() && (state_ == State::kWriting || state_ == State::kReadingFile))
        keep(rest);
      return;
    }
    bytes = rest;
  }
  keep({});
  if (worker_.draining()) return close();
  set_deadline(worker_.config().idle_timeout, ended_);
  wait_readable();
}

bool Session::is_managed(const RequestHead& head) const {
  const Management* management = worker_.services().management;
  return management != nullptr && management->takes(head) && link_.counted.has_value();
}

bool Session::handle(const RequestHead& head) {
  if (!link_.counted) return send(head, refusal(worker_, head, 503, "too many connections", "Retry-After: 5\r\n"));
  Answering answering =
      answer_request(worker_, head, link_.peer.address(), record_.began, [this] { return make_waiter(); });
  record_.lookup = answering.lookup;
  if (answering.response) return send(head, std::move(*answering.response));
  state_ = State::kLoading;
  set_deadline(worker_.config().write_timeout);
  return false;
}

ObjectCache::Waiter Session::make_waiter() {
  // The session is moved along, so that the last reference never goes on a pool thread.
  return [self = shared_as<Session>()](const LoadResult& loaded) mutable {
    Worker& worker = self->worker_;
    worker.post([self = std::move(self), loaded] { self->on_loaded(loaded); });
  };
}

void Session::on_loaded(const LoadResult& loaded) {
  if (closed() || state_ != State::kLoading) return;
  RequestHead head;
  const ParseOutcome outcome = worker_.parser().parse(input_, head);
  const std::string_view rest = std::string_view(input_).substr(outcome.consumed);
  if (send(head, answer_loaded(worker_, head, loaded)))
    process(rest);
  else if (!closed() && (state_ == State::kWriting || state_ == State::kReadingFile))
    keep(rest);
}

}  // namespace chalkline::streamer
