// Admitting, ticking and draining.
#include "streamer/delivery/worker.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <time.h>

#include "core/log.hpp"
#include "streamer/delivery/session.hpp"
#include "streamer/http/date.hpp"
#include "streamer/tls/handshake.hpp"

namespace chalkline::streamer {

using boost::system::error_code;
namespace ip = boost::asio::ip;

static ParserLimits parser_limits(const config::ServerConfig& config) {
  ParserLimits limits;
  limits.header_bytes = config.max_header_bytes;
  limits.target_bytes = config.max_target_bytes;
  return limits;
}

static AddressKey address_key(const ip::tcp::endpoint& peer) {
  AddressKey key;
  const ip::address address = peer.address();
  if (address.is_v4()) {
    key.low = address.to_v4().to_uint();
  } else if (address.to_v6().is_v4_mapped()) {
    key.low = ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_uint();
  } else {
    const auto bytes = address.to_v6().to_bytes();
    for (std::size_t i = 0; i < 8; ++i) key.high = key.high << 8 | bytes[i];
  }
  return key;
}

Worker::Worker(Services& services, std::vector<ListeningSocket> sockets)
    : services_(services),
      config_(services.config),
      wheel_(TimerWheel::Clock::now()),
      parser_(parser_limits(services.config.server)) {
  if (services.access_log != nullptr) access_log_.emplace(*services.access_log);
  for (ListeningSocket& socket : sockets) acceptors_.emplace_back(*this, context_, std::move(socket));
  for (Acceptor& acceptor : acceptors_) acceptor.start();
  UniqueFd poller(::fcntl(poller_.descriptor(), F_DUPFD_CLOEXEC, 0));
  if (!poller) throw std::system_error(errno, std::generic_category(), "a second descriptor of epoll");
  sockets_.assign(poller.get());
  (void)poller.release();
  look_at_clock(TimerWheel::Clock::now());
  watch_sockets();
  tick();
}

Worker::~Worker() {
  // Handlers still queued hold connections; those must find the list empty when they go.
  auto connections = std::move(connections_);
  for (const auto& connection : connections) connection->close();
  if (access_log_) access_log_->flush();
}

void Worker::run() { context_.run(); }

void Worker::drain() {
  post([this] { begin_drain(); });
}

void Worker::take(config::Config configuration) {
  post([this, configuration = std::move(configuration)]() mutable { config_ = std::move(configuration); });
}

std::int64_t Worker::unix_now() const {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return now.tv_sec;
}

std::string_view Worker::date_line() {
  const std::int64_t now = unix_now();
  if (now != date_second_) {
    date_second_ = now;
    date_line_ = "Date: " + format_http_date(now) + "\r\n";
  }
  return date_line_;
}

void Worker::admit(int fd, const ip::tcp::endpoint& peer, bool tls) {
  UniqueFd owner(fd);
  std::optional<AddressKey> counted = address_key(peer);
  if (!services_.limits.acquire(*counted)) {
    counted.reset();
    counters_.add(Counter::kConnectionsRefused);
    constexpr int kRefusingAtOnce = 64;  // told so politely; beyond that, just closed
    if (refusing_ >= kRefusingAtOnce) return;
    ++refusing_;
  }
  WatchedSocket socket(poller_, std::move(owner));
  if (!socket.is_open()) {
    if (counted)
      services_.limits.release(*counted);
    else
      --refusing_;
    return;
  }
  counters_.add(Counter::kConnections);
  counters_.add(Counter::kConnectionsOpen);
  std::shared_ptr<Connection> connection;
  if (tls)
    connection = std::make_shared<Handshake>(*this, std::move(socket), peer, counted);
  else
    connection = std::make_shared<Session>(*this, Link{Transport(std::move(socket), nullptr), peer, counted});
  connections_.insert(connection);
  connection->start();
}

void Worker::remove(const std::shared_ptr<Connection>& connection, bool refused) {
  if (refused) --refusing_;
  counters_.add(Counter::kConnectionsOpen, -1);
  connections_.erase(connection);
  if (draining_) end_if_drained();
}

void Worker::replace(const std::shared_ptr<Connection>& connection, const std::shared_ptr<Connection>& next) {
  connections_.erase(connection);
  connections_.insert(next);
}

void Worker::watch_sockets() {
  sockets_.async_wait(Descriptor::wait_read, [this](const error_code& failed) {
    if (!failed) serve_sockets();
  });
}

void Worker::serve_sockets() {
  const bool more = poller_.dispatch();
  if (draining_ && connections_.empty()) return;
  if (more)
    post([this] { serve_sockets(); });
  else
    watch_sockets();
}

void Worker::look_at_clock(TimerWheel::Clock::time_point now) {
  wall_ahead_ = AccessLog::WallClock::now().time_since_epoch() - now.time_since_epoch();
}

void Worker::tick() {
  tick_timer_.expires_after(TimerWheel::kTick);
  tick_timer_.async_wait([this](const error_code& failed) {
    if (failed) return;
    const auto now = TimerWheel::Clock::now();
    look_at_clock(now);
    wheel_.advance(now);
    if (access_log_) access_log_->flush();
    if (draining_ && now >= drain_until_) {
      const auto rest = connections_;
      if (!rest.empty()) log_warn("connections cut at the end of the drain time", {{"connections", rest.size()}});
      for (const auto& connection : rest) connection->close();
    }
    if (!draining_ || !connections_.empty()) tick();
  });
}

void Worker::begin_drain() {
  if (draining_) return;
  for (Acceptor& acceptor : acceptors_) acceptor.accept_some();  // who waits in the queue would be reset
  draining_ = true;
  drain_until_ = TimerWheel::Clock::now() + config_.server.drain_timeout;
  for (Acceptor& acceptor : acceptors_) acceptor.close();
  const auto open = connections_;  // drain() removes some
  for (const auto& connection : open) connection->drain();
  end_if_drained();
}

void Worker::end_if_drained() {
  if (!connections_.empty()) return;
  tick_timer_.cancel();
  sockets_.cancel();
}

}  // namespace chalkline::streamer
