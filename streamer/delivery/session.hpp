// One HTTP/1.1 connection as a small state machine over readiness: the socket says it can be read or written, and we
// receive and send ourselves. No coroutine, no timer and, for a hit, no allocation per request; an idle connection
// holds no buffer. Bytes that open HTTP/2 by prior knowledge make it an H2Session, a request that changes something
// makes it a ManagedSession for as long as that lasts.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "streamer/delivery/answer_record.hpp"
#include "streamer/delivery/answering.hpp"
#include "streamer/delivery/connection.hpp"
#include "streamer/delivery/outgoing.hpp"
#include "streamer/http/request.hpp"
#include "streamer/http/response.hpp"

namespace chalkline::streamer {

class Session final : public Connection {
 public:
  enum class Opening : std::uint8_t {
    kFirst,      // nothing was asked on this connection yet
    kReturning,  // from a ManagedSession
  };

  // `received`: what came before the protocol was known, or behind a managed request.
  Session(Worker& worker, Link link, std::string received = {}, Opening opening = Opening::kFirst);
  ~Session() override;

  void start() override;
  void drain() override;

 private:
  enum class State : std::uint8_t { kReading, kLoading, kWriting, kReadingFile };
  using Ready = Transport::Ready;

  // session.cpp: reading and answering
  void wait_readable();
  void on_readable();
  bool opens_http2(std::string_view bytes);  // true: it was, or may still be
  [[nodiscard]] bool is_managed(const RequestHead& head) const;
  void process(std::string_view bytes);  // answers as many requests as are there
  void keep(std::string_view bytes);     // what is not used up, until more comes
  // True when all of the answer was sent at once and the connection goes on.
  bool handle(const RequestHead& head);
  ObjectCache::Waiter make_waiter();
  void on_loaded(const LoadResult& loaded);

  // session_output.cpp: writing and ending
  bool send(const RequestHead& head, Response&& response);  // as handle()
  // True: nothing is left to send. `woken`: the socket has just become writable, or the answer begins.
  bool flush(bool woken);
  Transport::Io send_with_file(std::span<const iovec> memory, std::size_t& sent);
  bool offer_file_piece();  // true: it may be sent from the file
  bool fetch_file_piece();  // true: it was in the page cache
  void on_file_piece(std::shared_ptr<char[]> bytes, std::size_t count, bool ok);
  void on_room() override;
  void wait_for_growth();
  void on_growth();
  bool finish_response();
  void resume_after_output();
  void on_close() override;
  void on_deadline() override;

  State state_ = State::kReading;
  bool close_after_ = false;
  bool linger_after_ = false;  // the client may still be sending: end without a reset
  bool opening_ = true;        // nothing was asked yet: it may be HTTP/2 by prior knowledge
  bool held_ = false;          // a request that came as early data waits in input_ for the end of the handshake
  bool head_begun_ = false;    // the header timeout runs
  bool read_waiting_ = false;  // wait_readable() is pending
  std::string input_;          // bytes kept while we wait; empty when idle
  Outgoing output_;
  AnswerRecord record_;
  TimerWheel::Clock::time_point ended_{};  // the last answer
};

}  // namespace chalkline::streamer
