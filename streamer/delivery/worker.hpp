// One delivery thread: its io_context, its own SO_REUSEPORT listening socket, its timer wheel, counters and spare
// buffers, and the connections it accepted, which never change thread. Everything but post() and drain() is that
// thread's own.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_set>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "core/file.hpp"
#include "streamer/delivery/access_log.hpp"
#include "streamer/delivery/counters.hpp"
#include "streamer/delivery/services.hpp"
#include "streamer/delivery/session.hpp"
#include "streamer/delivery/timer_wheel.hpp"
#include "streamer/http/request_parser.hpp"

namespace chalkline::streamer {

class Worker {
 public:
  // `listener`: a bound, listening, non-blocking socket.
  Worker(Services& services, UniqueFd listener, bool ipv6);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void run();    // the thread's life: until drained
  void drain();  // any thread

  template <class Task>
  void post(Task task) {  // any thread
    boost::asio::post(context_.get_executor(), std::move(task));
  }

  // For the sessions of this thread.
  [[nodiscard]] Services& services() { return services_; }
  [[nodiscard]] Counters& counters() { return counters_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] TimerWheel& wheel() { return wheel_; }
  [[nodiscard]] RequestParser& parser() { return parser_; }
  [[nodiscard]] std::array<char, 64 * 1024>& scratch() { return scratch_; }
  [[nodiscard]] std::string& key_storage() { return key_storage_; }
  [[nodiscard]] std::string& tail_storage() { return tail_storage_; }
  [[nodiscard]] AccessLog* access_log() { return access_log_ ? &*access_log_ : nullptr; }  // null: none is kept
  [[nodiscard]] bool draining() const { return draining_; }
  [[nodiscard]] std::string_view date_line();  // "Date: ...\r\n", made once a second
  [[nodiscard]] std::int64_t unix_now() const;
  void remove(const std::shared_ptr<Session>& session, bool refused);

 private:
  using Context = boost::asio::io_context;
  using Executor = Context::executor_type;
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  void wait_acceptable();
  void accept_some();
  void admit(int fd, const boost::asio::ip::tcp::endpoint& peer);
  void back_off();
  void tick();
  void begin_drain();
  void end_if_drained();

  Services& services_;
  Counters counters_;
  TimerWheel wheel_;  // before the context: sessions leave it when the context's handlers are destroyed
  RequestParser parser_;
  std::optional<AccessLog> access_log_;
  std::array<char, 64 * 1024> scratch_{};
  std::string key_storage_;
  std::string tail_storage_;
  std::string date_line_;
  std::int64_t date_second_ = -1;
  bool draining_ = false;
  std::chrono::steady_clock::time_point drain_until_{};
  std::chrono::milliseconds accept_pause_{0};
  int refusing_ = 0;
  std::unordered_set<std::shared_ptr<Session>> sessions_;
  Context context_{1};
  Acceptor acceptor_{context_.get_executor()};
  Timer tick_timer_{context_.get_executor()};
  Timer accept_timer_{context_.get_executor()};
};

}  // namespace chalkline::streamer
