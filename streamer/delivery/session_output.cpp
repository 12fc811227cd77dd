// Writing responses, and the ways a connection ends.
#include <array>

#include "core/log.hpp"
#include "streamer/delivery/farewell.hpp"
#include "streamer/delivery/session.hpp"
#include "streamer/delivery/worker.hpp"

namespace chalkline::streamer {

// An object that was just read, or that many ask for, is not looked up for each of them.
static bool believed_in_page_cache(const Object& object, TimerWheel::Clock::time_point now) {
  const std::int64_t now_ns = std::chrono::nanoseconds(now.time_since_epoch()).count();
  if (now_ns < object.cached_until_ns.load(std::memory_order_relaxed)) return true;
  const std::uint64_t length = object.representations.front().length;
  if (length > SendRoom::kWhole || !is_in_page_cache({object.descriptor(), 0, length})) return false;
  object.cached_until_ns.store(now_ns + Object::kBelievedCached.count(), std::memory_order_relaxed);
  return true;
}

bool Session::send(const RequestHead& head, Response&& response) {
  worker_.counters().count_status(response.status);
  // No resource takes a body yet: one that was sent is left unread, and so the connection cannot go on (RFC 9112 9.3).
  close_after_ = response.close || head.has_body || !head.keep_alive || worker_.draining();
  linger_after_ = response.close || head.has_body;
  if (worker_.access_log() != nullptr) record_.remember(head);
  std::string& tail = worker_.tail_storage();
  tail.clear();
  append_fields(worker_, head, response, record_.lookup, tail);
  if (close_after_)
    tail += "Connection: close\r\n";
  else if (head.http_1_0)
    tail += "Connection: keep-alive\r\n";
  tail += "\r\n";
  link_.transport.begin_answer(record_.began);
  link_.transport.pace(response.pace);
  output_.begin(std::move(response), tail);
  state_ = State::kWriting;
  begin_output();
  return flush(true) && finish_response();
}

bool Session::flush(bool woken) {
  for (;;) {
    const Outgoing::Next next = output_.next();
    if (next == Outgoing::Next::kDone) return has_moved(link_.transport.flush());
    if (next == Outgoing::Next::kNeedsFile) {
      if (!offer_file_piece() && !fetch_file_piece()) return false;
      continue;
    }
    if (next == Outgoing::Next::kNotYet) {
      if (has_moved(link_.transport.flush())) wait_for_growth();
      return false;
    }
    if (next == Outgoing::Next::kBroken) {
      worker_.counters().add(Counter::kLoadFailures);
      close();
      return false;
    }
    std::array<iovec, 16> vectors;
    std::size_t sent = 0;
    const std::span<const iovec> memory(vectors.data(), output_.fill(vectors));
    auto outcome = Transport::Io::kWait;
    if (next == Outgoing::Next::kWrite)
      outcome = link_.transport.send(memory, sent);
    else if (link_.transport.takes_file(output_.body_left(), woken))
      outcome = send_with_file(memory, sent);
    woken = false;
    if (!has_moved(outcome)) return false;
    output_.advance(sent);
  }
}

// What is left of the head and the file's first bytes leave in one packet (MSG_MORE).
Transport::Io Session::send_with_file(std::span<const iovec> memory, std::size_t& sent) {
  if (!memory.empty()) {
    const Transport::Io outcome = link_.transport.send(memory, sent, true);
    std::size_t all = 0;
    for (const iovec& one : memory) all += one.iov_len;
    if (outcome != Transport::Io::kMoved || sent < all) return outcome;
  }
  const FileRange piece = output_.file_range();
  std::size_t of_file = 0;
  const Transport::Io outcome =
      link_.transport.send_file(piece.file, piece.offset, static_cast<std::size_t>(piece.bytes), of_file);
  sent += of_file;
  return outcome == Transport::Io::kWait && sent > 0 ? Transport::Io::kMoved : outcome;
}

// In the clear, what is in the page cache need not pass through our memory.
bool Session::offer_file_piece() {
  if (link_.transport.encrypted()) return false;
  const bool proven = link_.transport.room().proven();
  const FileRange piece = output_.wanted_range(proven ? SendRoom::kWhole : Outgoing::kFilePieceBytes);
  const auto now = output_.body_sent() == 0 ? record_.began : TimerWheel::Clock::now();
  if (!believed_in_page_cache(*output_.response().object, now) && !is_in_page_cache(piece)) return false;
  worker_.counters().add(Counter::kFilePieces);
  output_.provide_from_file(static_cast<std::size_t>(piece.bytes));
  return true;
}

void Session::on_room() {
  if (state_ == State::kWriting && flush(true)) resume_after_output();
}

// Through TLS the bytes are read into our memory; else it is enough that the page cache has them.
bool Session::fetch_file_piece() {
  FilePiece piece = output_.wanted();
  std::shared_ptr<char[]> buffer;
  if (link_.transport.encrypted()) {
    buffer = std::make_shared_for_overwrite<char[]>(piece.bytes);
    worker_.counters().add(Counter::kFilePieces);
    if (read_from_page_cache(piece.range(), buffer.get())) {
      output_.provide(std::move(buffer), piece.bytes);
      return true;
    }
  }
  worker_.counters().add(Counter::kFileReads);
  state_ = State::kReadingFile;
  set_deadline(worker_.config().write_timeout);
  const bool taken = worker_.services().pool.post(
      [self = shared_as<Session>(), piece = std::move(piece), buffer = std::move(buffer)]() mutable {
        const bool ok = buffer ? read_range(piece.range(), buffer.get()) : bring_to_page_cache(piece.range());
        const std::size_t bytes = piece.bytes;
        Worker& worker = self->worker_;
        worker.post([self = std::move(self), buffer = std::move(buffer), bytes, ok]() mutable {
          self->on_file_piece(std::move(buffer), bytes, ok);
        });
      });
  if (!taken) close();
  return false;
}

void Session::on_file_piece(std::shared_ptr<char[]> bytes, std::size_t count, bool ok) {
  if (closed() || state_ != State::kReadingFile) return;
  if (!ok) {
    log_error("cannot read a stored file to its end", {{"target", record_.target}});
    worker_.counters().add(Counter::kLoadFailures);
    return close();  // the head is out: only a broken connection can say that the body is not whole
  }
  if (bytes)
    output_.provide(std::move(bytes), count);
  else
    output_.provide_from_file(count);
  state_ = State::kWriting;
  if (flush(true)) resume_after_output();
}

void Session::wait_for_growth() {
  state_ = State::kReadingFile;
  set_deadline(worker_.config().write_timeout);
  library::GrowingFile& growing = *output_.response().object->growing;
  growing.when_more(growing.seen().there, [self = shared_as<Session>()]() mutable {
    Worker& worker = self->worker_;
    worker.post([self = std::move(self)] { self->on_growth(); });
  });
}

void Session::on_growth() {
  if (closed() || state_ != State::kReadingFile) return;
  state_ = State::kWriting;
  if (flush(true)) resume_after_output();
}

bool Session::finish_response() {
  ended_ = note_answer(worker_, link_.peer, record_,
                       {"1.1", output_.response().status, output_.body_sent(), false, output_.response().object.get()});
  output_.clear();
  state_ = State::kReading;
  if (!close_after_) return true;
  if (linger_after_)
    become<Farewell>();
  else
    close();
  return false;
}

void Session::resume_after_output() {
  if (finish_response()) process(input_);
}

void Session::on_close() {
  if (state_ == State::kWriting || state_ == State::kReadingFile)
    note_answer(worker_, link_.peer, record_,
                {"1.1", output_.response().status, output_.body_sent(), true, output_.response().object.get()});
  output_.clear();
}

void Session::on_deadline() {
  const auto kept = shared_from_this();
  worker_.counters().add(Counter::kTimeouts);
  if (state_ == State::kReading && head_begun_) {
    head_begun_ = false;
    if (send(RequestHead(), refusal(worker_, RequestHead(), 408, "the request head did not come in time"))) close();
    return;
  }
  if (state_ == State::kLoading) {
    const RequestHead lost;
    if (send(lost, refusal(worker_, lost, 503, "it took too long to read", "Retry-After: 5\r\n"))) close();
    return;
  }
  close();
}

}  // namespace chalkline::streamer
