// One HTTP/1.1 connection as a small state machine over readiness: the socket says it can be read or written, and we
// recv and sendmsg ourselves. No coroutine, no timer and, for a hit, no allocation per request; an idle connection
// holds no buffer. Lives on one delivery thread for its whole life; kept by the handlers it waits for and by its
// worker's list.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "streamer/cache/object_cache.hpp"
#include "streamer/delivery/connection_limits.hpp"
#include "streamer/delivery/outgoing.hpp"
#include "streamer/delivery/timer_wheel.hpp"
#include "streamer/http/request.hpp"
#include "streamer/http/response.hpp"
#include "streamer/http/route.hpp"

namespace chalkline::streamer {

class Worker;

class Session final : public std::enable_shared_from_this<Session>, private TimerWheel::Entry {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
  using Endpoint = boost::asio::ip::tcp::endpoint;

  // `counted`: the address to release from the limits at the end; none: over a limit, every request gets 503.
  Session(Worker& worker, Socket socket, const Endpoint& peer, std::optional<AddressKey> counted);
  ~Session() override;

  void start();
  // The server stops: an idle connection ends now, a busy one after its response.
  void drain();
  void close();  // at once; any number of times

 private:
  enum class State : std::uint8_t { kReading, kLoading, kWriting, kReadingFile, kLingering, kClosed };

  // session.cpp: reading and answering
  void wait_readable();
  void on_readable();
  void process(std::string_view bytes);  // answers as many requests as are there
  void keep(std::string_view bytes);     // what is not used up, until more comes
  // These answer: true when all of it was sent at once and the connection goes on.
  bool handle(const RequestHead& head);
  bool answer_inline(const RequestHead& head, RouteId route);
  bool answer_from_cache(const RequestHead& head, std::string_view key);
  bool answer_loaded(const RequestHead& head, const LoadResult& loaded);
  bool refuse(const RequestHead& head, unsigned status, std::string_view reason, std::string_view fields = {});
  void start_load(std::string_view key);        // completes in the cache
  bool start_fresh_load(std::string_view key);  // for this session alone; false: the pool is full
  ObjectCache::Waiter make_waiter();
  void on_loaded(const LoadResult& loaded);

  // session_output.cpp: writing, logging, ending
  bool send(const RequestHead& head, Response response);  // as the answers above
  bool flush();                                           // true: nothing is left to send
  bool fetch_file_piece();                                // true: it was in the page cache
  void on_file_piece(std::shared_ptr<char[]> bytes, std::size_t count, bool ok);
  void wait_writable();
  bool finish_response();
  void resume_after_output();
  void linger();
  void discard_input();
  void log_access(bool aborted) const;
  void on_deadline() override;
  void set_deadline(std::chrono::milliseconds from_now);

  Worker& worker_;
  Socket socket_;
  Endpoint peer_;
  std::optional<AddressKey> counted_;
  State state_ = State::kReading;
  bool close_after_ = false;
  bool linger_after_ = false;  // the client may still be sending: end without a reset
  bool head_begun_ = false;    // the header timeout runs
  bool read_waiting_ = false;  // wait_readable() is pending
  bool write_waited_ = false;  // this response had to wait for its reader
  unsigned progress_ = 0;      // bytes the reader took since its deadline was set
  std::size_t discarded_ = 0;
  std::string input_;  // bytes kept while we wait; empty when idle
  Outgoing output_;
  // For the access log, kept only where it is on.
  std::string_view lookup_ = "-";
  std::string log_method_;
  std::string log_target_;
  TimerWheel::Clock::time_point began_{};
};

}  // namespace chalkline::streamer
