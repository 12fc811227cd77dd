// Bytes in, bytes out, and how the connection ends.
#include "streamer/h2/h2_session.hpp"

#include <algorithm>
#include <array>

#include "streamer/delivery/farewell.hpp"
#include "streamer/delivery/worker.hpp"
#include "streamer/h2/h2_callbacks.hpp"

namespace chalkline::streamer {

// What is made ahead of the socket: the first congestion window, little while the reader is slow, more where it is
// fast.
static constexpr std::size_t kFirstBudget = std::size_t{16} * 1024;
static constexpr std::size_t kSlowBudget = std::size_t{4} * 1024;
static constexpr std::size_t kMostBudget = std::size_t{64} * 1024;

H2Session::H2Session(Worker& worker, Link link, std::string received)
    : Connection(worker, std::move(link)), budget_(kFirstBudget), received_(std::move(received)) {}

H2Session::~H2Session() = default;

H2Stream* H2Session::find(std::int32_t id) {
  const auto at = streams_.find(id);
  return at == streams_.end() ? nullptr : at->second.get();
}

void H2Session::start() {
  worker_.counters().add(Counter::kHttp2);
  set_deadline(worker_.config().header_timeout);
  open();
  const std::string received = std::move(received_);
  if (!take(received)) return;
  pump();
  if (!closed()) wait_readable();
}

void H2Session::open() {
  session_.reset(make_h2_server(*this));
  const auto most_header = static_cast<std::uint32_t>(worker_.config().max_header_bytes);
  const std::array<nghttp2_settings_entry, 3> settings = {{{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMaxStreams},
                                                           {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, most_header},
                                                           {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1}}};
  (void)nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
}

void H2Session::wait_readable() {
  if (read_waiting_) return;
  read_waiting_ = true;
  when_ready<H2Session>(Ready::kRead, [](H2Session& self) {
    self.read_waiting_ = false;
    self.on_readable();
  });
}

void H2Session::on_readable() {
  auto& scratch = worker_.scratch();
  std::size_t got = 0;
  if (link_.transport.receive(scratch, got) == Transport::Io::kEnded) return close();
  if (got > 0 && !take({scratch.data(), got})) return;
  if (link_.transport.confirmed()) release_held();
  pump();
  if (!closed()) wait_readable();
}

bool H2Session::take(std::string_view bytes) {
  const ssize_t taken =
      nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (taken >= 0) return true;
  const bool flood = flooded_ || taken == NGHTTP2_ERR_FLOODED || taken == NGHTTP2_ERR_TOO_MANY_CONTINUATIONS;
  refuse_connection(flood ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
  return false;
}

// RFC 9113 5.4.1: GOAWAY, which may or may not arrive, and the end.
void H2Session::refuse_connection(std::uint32_t error_code) {
  if (closed()) return;
  if (error_code != NGHTTP2_NO_ERROR) worker_.counters().add(Counter::kHttp2Refused);
  (void)nghttp2_session_terminate_session(session_.get(), error_code);
  if (unsent_.empty() && fill_batch()) (void)send_batch();
  leave();
}

// So that GOAWAY arrives though the client may still be sending.
void H2Session::leave() {
  if (closed()) return;
  note_cut_off();
  become<Farewell>();
}

bool H2Session::fill_batch() {
  std::string& batch = worker_.h2().batch;
  batch.clear();
  while (batch.size() < budget_) {
    const std::uint8_t* frame = nullptr;
    const ssize_t bytes = nghttp2_session_mem_send(session_.get(), &frame);
    if (bytes < 0) return false;
    if (bytes == 0) break;  // nothing is left, or a DATA frame filled the batch
    batch.append(reinterpret_cast<const char*>(frame), static_cast<std::size_t>(bytes));
  }
  return true;
}

bool H2Session::send_batch() {
  std::string& batch = unsent_.empty() ? worker_.h2().batch : unsent_;
  std::string_view rest = batch;
  while (!rest.empty()) {
    const iovec vector{const_cast<char*>(rest.data()), rest.size()};  // only read
    std::size_t sent = 0;
    const Transport::Io outcome = link_.transport.send({&vector, 1}, sent);
    if (outcome == Transport::Io::kEnded) {
      close();
      return false;
    }
    if (outcome == Transport::Io::kWait) {
      std::string kept(rest);
      unsent_ = std::move(kept);
      wait_writable();
      return false;
    }
    rest.remove_prefix(sent);
  }
  if (!unsent_.empty()) std::string().swap(unsent_);
  return true;
}

void H2Session::pump() {
  if (pumping_ || closed()) return;
  if (write_waiting_) return watch_progress();
  pumping_ = true;
  for (;;) {
    if (!unsent_.empty() && !send_batch()) break;
    const Transport::Io flushed = link_.transport.flush();
    if (flushed == Transport::Io::kWait) {
      wait_writable();
      break;
    }
    if (flushed == Transport::Io::kEnded) {
      close();
      break;
    }
    if (!fill_batch()) {
      close();
      break;
    }
    if (worker_.h2().batch.empty()) {
      end_if_done();
      break;
    }
    if (!send_batch()) break;
    budget_ = std::min(budget_ * 2, kMostBudget);
  }
  pumping_ = false;
  if (!closed()) watch_progress();
}

void H2Session::wait_writable() {
  budget_ = kSlowBudget;
  write_waiting_ = true;
  when_ready<H2Session>(Ready::kWrite, [](H2Session& self) {
    self.write_waiting_ = false;
    self.pump();
  });
}

void H2Session::end_if_done() {
  const bool over = nghttp2_session_want_read(session_.get()) == 0 && nghttp2_session_want_write(session_.get()) == 0;
  if (over && !ending_) worker_.counters().add(Counter::kHttp2Refused);
  if (over) return leave();
  if (ending_ && streams_.empty()) close();
}

// The deadline of what the connection is at: a header block, answers that a reader must take, or nothing.
void H2Session::watch_progress() {
  if (head_begun_) return;
  const auto& config = worker_.config();
  const std::uint64_t taken = link_.transport.sent_bytes();
  const bool waited_for = event_streams_ > 0 ? has_work() : !streams_.empty();
  const bool busy = waited_for || write_waiting_;
  if (busy && (!busy_ || taken - progress_ >= kProgressBytes)) {
    due_ = TimerWheel::Clock::now() + config.write_timeout;
    worker_.wheel().schedule(*this, due_);
    progress_ = taken;
  } else if (!busy && busy_) {
    rest();
  }
  busy_ = busy;
}

void H2Session::begin_head() {
  head_begun_ = true;
  set_deadline(worker_.config().header_timeout);
}

// Back to the deadline of before: a new request gives a reader who does not read no more time.
void H2Session::end_head() {
  head_begun_ = false;
  if (busy_)
    worker_.wheel().schedule(*this, due_);
  else
    rest();
}

// Nothing is going on. Whoever listens to events may do so for ever; heartbeats tell whether there is still somebody.
void H2Session::rest() {
  if (event_streams_ > 0) return TimerWheel::cancel(*this);
  set_deadline(worker_.config().idle_timeout);
}

// RFC 9113 6.8: what was asked before the client could know gets its answer; what comes later it may ask elsewhere.
void H2Session::drain() {
  if (closed() || ending_) return;
  const auto kept = shared_from_this();
  if (has_unread()) on_readable();
  if (closed()) return;
  take_no_more();
  end_events();
  pump();
}

void H2Session::take_no_more() {
  if (ending_) return;
  ending_ = true;
  (void)nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                              nghttp2_session_get_last_proc_stream_id(session_.get()), NGHTTP2_NO_ERROR, nullptr, 0);
}

void H2Session::on_close() { note_cut_off(); }

void H2Session::note_cut_off() {
  for (const auto& [id, stream] : streams_)
    if (stream->state == H2Stream::State::kAnswering)
      note_answer(worker_, link_.peer, stream->record,
                  {"2", stream->output.response().status, stream->output.body_sent(), true});
  streams_.clear();
}

void H2Session::on_deadline() {
  const auto kept = shared_from_this();
  worker_.counters().add(Counter::kTimeouts);
  head_begun_ = false;
  if (give_up_loads()) {
    busy_ = false;
    return pump();
  }
  refuse_connection(NGHTTP2_NO_ERROR);
}

}  // namespace chalkline::streamer
