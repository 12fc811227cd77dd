// One delivery thread: its io_context, its own SO_REUSEPORT listening sockets, its timer wheel, counters and spare
// buffers, and the connections it accepted, which never change thread. Everything but post() and drain() is that
// thread's own.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include "core/file.hpp"
#include "streamer/delivery/acceptor.hpp"
#include "streamer/delivery/access_log.hpp"
#include "streamer/delivery/connection.hpp"
#include "streamer/delivery/counters.hpp"
#include "streamer/delivery/distributions.hpp"
#include "streamer/delivery/poller.hpp"
#include "streamer/delivery/services.hpp"
#include "streamer/delivery/timer_wheel.hpp"
#include "streamer/h2/h2_scratch.hpp"
#include "streamer/http/request_parser.hpp"
#include "streamer/tls/tls_stream.hpp"

namespace chalkline::streamer {

class Worker {
 public:
  Worker(Services& services, std::vector<ListeningSocket> sockets);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void run();                               // the thread's life: until drained
  void drain();                             // any thread
  void take(config::Config configuration);  // any thread: what connections go by from now on

  template <class Task>
  void post(Task task) {  // any thread
    boost::asio::post(context_.get_executor(), std::move(task));
  }

  // For the connections of this thread.
  [[nodiscard]] Services& services() { return services_; }
  [[nodiscard]] const config::ServerConfig& config() const { return config_.server; }
  [[nodiscard]] const config::AccessConfig& access() const { return config_.access; }
  [[nodiscard]] Counters& counters() { return counters_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] Distributions& distributions() { return distributions_; }
  [[nodiscard]] TimerWheel& wheel() { return wheel_; }
  [[nodiscard]] RequestParser& parser() { return parser_; }
  [[nodiscard]] std::array<char, 64 * 1024>& scratch() { return scratch_; }
  [[nodiscard]] std::string& key_storage() { return key_storage_; }
  [[nodiscard]] std::string& tail_storage() { return tail_storage_; }
  [[nodiscard]] AccessLog* access_log() { return access_log_ ? &*access_log_ : nullptr; }  // null: none is kept
  [[nodiscard]] bool draining() const { return draining_; }
  [[nodiscard]] std::string_view date_line();  // "Date: ...\r\n", made once a second
  [[nodiscard]] std::int64_t unix_now() const;
  // The time of day at `moment`; a clock that was set is noticed at the next tick.
  [[nodiscard]] AccessLog::WallClock::time_point wall_clock(TimerWheel::Clock::time_point moment) const {
    return AccessLog::WallClock::time_point(
        std::chrono::duration_cast<AccessLog::WallClock::duration>(moment.time_since_epoch() + wall_ahead_));
  }
  [[nodiscard]] H2Scratch& h2() { return h2_; }
  [[nodiscard]] TlsBuffers& tls_buffers() { return tls_buffers_; }
  void admit(int fd, const boost::asio::ip::tcp::endpoint& peer, bool tls);  // for the acceptors
  void remove(const std::shared_ptr<Connection>& connection, bool refused);
  void replace(const std::shared_ptr<Connection>& connection, const std::shared_ptr<Connection>& next);

 private:
  using Context = boost::asio::io_context;
  using Executor = Context::executor_type;
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  using Descriptor = boost::asio::posix::basic_stream_descriptor<Executor>;

  void look_at_clock(TimerWheel::Clock::time_point now);
  void tick();
  void watch_sockets();
  void serve_sockets();
  void begin_drain();
  void end_if_drained();

  Services& services_;
  config::Config config_;  // this thread's own, as the others have it or will soon
  Counters counters_;
  Distributions distributions_;
  TimerWheel wheel_;  // before the context: connections leave it when the context's handlers are destroyed
  Poller poller_;     // and their sockets leave this one
  RequestParser parser_;
  std::optional<AccessLog> access_log_;
  std::array<char, 64 * 1024> scratch_{};
  TlsBuffers tls_buffers_{};
  H2Scratch h2_{};
  std::string key_storage_;
  std::string tail_storage_;
  std::string date_line_;
  std::int64_t date_second_ = -1;
  std::chrono::nanoseconds wall_ahead_{};  // of the clock that timers go by
  bool draining_ = false;
  std::chrono::steady_clock::time_point drain_until_{};
  int refusing_ = 0;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  Context context_{1};
  std::deque<Acceptor> acceptors_;
  Timer tick_timer_{context_.get_executor()};
  Descriptor sockets_{context_.get_executor()};  // poller_'s
};

}  // namespace chalkline::streamer
