// Writing responses, and the ways a connection ends.
#include <array>

#include "core/log.hpp"
#include "streamer/delivery/farewell.hpp"
#include "streamer/delivery/session.hpp"
#include "streamer/delivery/worker.hpp"

namespace chalkline::streamer {

// A reader that takes less than this between two looks at the clock does not count as reading.
static constexpr unsigned kProgressBytes = 4096;

bool Session::send(const RequestHead& head, Response response) {
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
  link_.transport.begin_answer();
  link_.transport.pace(response.pace);
  output_.begin(std::move(response), tail);
  state_ = State::kWriting;
  write_waited_ = false;
  return flush() && finish_response();
}

bool Session::flush() {
  for (;;) {
    const Outgoing::Next next = output_.next();
    switch (next) {
      case Outgoing::Next::kDone: return flush_transport();
      case Outgoing::Next::kNeedsFile:
        if (!offer_file_piece() && !fetch_file_piece()) return false;
        continue;
      case Outgoing::Next::kSendFile:
      case Outgoing::Next::kWrite: break;
    }
    std::array<iovec, 16> vectors;
    std::size_t sent = 0;
    const std::size_t vectors_used = output_.fill(vectors);
    switch (send_next(next == Outgoing::Next::kSendFile, {vectors.data(), vectors_used}, sent)) {
      case Transport::Io::kMoved: output_.advance(sent); break;
      case Transport::Io::kWait: wait_writable(); return false;
      case Transport::Io::kEnded: close(); return false;
    }
    if (next == Outgoing::Next::kSendFile && vectors_used == 0 && !link_.transport.fast() &&
        output_.next() != Outgoing::Next::kDone && link_.transport.holds_unsent()) {
      wait_writable();
      return false;
    }
  }
}

// Bytes in memory first; the head goes with the file's first bytes in one packet (MSG_MORE).
Transport::Io Session::send_next(bool from_file, std::span<const iovec> memory, std::size_t& sent) {
  if (!from_file || !memory.empty()) return link_.transport.send(memory, sent, from_file);
  const FilePiece piece = output_.file_piece();
  return link_.transport.send_file(piece.object->file.get(), piece.offset, piece.bytes, sent);
}

// In the clear, what is in the page cache need not pass through our memory.
bool Session::offer_file_piece() {
  if (link_.transport.encrypted()) return false;
  constexpr std::size_t kMostWhenFast = std::size_t{2} * 1024 * 1024;
  const FilePiece piece = output_.wanted(link_.transport.fast() ? kMostWhenFast : Outgoing::kFilePieceBytes);
  if (!is_in_page_cache(piece)) return false;
  worker_.counters().add(Counter::kFilePieces);
  output_.provide_from_file(piece.bytes);
  return true;
}

bool Session::flush_transport() {
  switch (link_.transport.flush()) {
    case Transport::Io::kMoved: return true;
    case Transport::Io::kWait: wait_writable(); return false;
    case Transport::Io::kEnded: break;
  }
  close();
  return false;
}

void Session::wait_writable() {
  const std::uint64_t taken = link_.transport.sent_bytes();
  if (!write_waited_ || taken - progress_ >= kProgressBytes) {
    set_deadline(worker_.services().config.write_timeout);
    progress_ = taken;
  }
  write_waited_ = true;
  when_ready<Session>(Socket::wait_write, [](Session& self) {
    if (self.state_ == State::kWriting && self.flush()) self.resume_after_output();
  });
}

bool Session::fetch_file_piece() {
  FilePiece piece = output_.wanted();
  auto buffer = std::make_shared_for_overwrite<char[]>(piece.bytes);
  worker_.counters().add(Counter::kFilePieces);
  if (read_piece_from_page_cache(piece, buffer.get())) {
    output_.provide(std::move(buffer), piece.bytes);
    return true;
  }
  worker_.counters().add(Counter::kFileReads);
  state_ = State::kReadingFile;
  set_deadline(worker_.services().config.write_timeout);
  const bool taken = worker_.services().pool.post(
      [self = shared_as<Session>(), piece = std::move(piece), buffer = std::move(buffer)]() mutable {
        const bool ok = read_piece(piece, buffer.get());
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
  output_.provide(std::move(bytes), count);
  state_ = State::kWriting;
  if (flush()) resume_after_output();
}

bool Session::finish_response() {
  note_answer(worker_, link_.peer, record_,
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
