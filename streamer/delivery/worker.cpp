// Accepting, ticking and draining.
#include "streamer/delivery/worker.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>
#include <time.h>

#include "core/log.hpp"
#include "streamer/http/date.hpp"

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

Worker::Worker(Services& services, UniqueFd listener, bool ipv6)
    : services_(services), wheel_(TimerWheel::Clock::now()), parser_(parser_limits(services.config)) {
  if (services.access_log != nullptr) access_log_.emplace(*services.access_log);
  acceptor_.assign(ipv6 ? ip::tcp::v6() : ip::tcp::v4(), listener.release());
  wait_acceptable();
  tick();
}

Worker::~Worker() {
  // Handlers still queued hold sessions; those must find the list empty when they go.
  auto sessions = std::move(sessions_);
  for (const auto& session : sessions) session->close();
  if (access_log_) access_log_->flush();
}

void Worker::run() { context_.run(); }

void Worker::drain() {
  post([this] { begin_drain(); });
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

void Worker::wait_acceptable() {
  acceptor_.async_wait(Acceptor::wait_read, [this](const error_code& failed) {
    if (failed || draining_) return;
    accept_some();
  });
}

void Worker::accept_some() {
  // A bounded burst, so that a flood of connections does not starve those that are open.
  for (int i = 0; i < 64; ++i) {
    ip::tcp::endpoint peer;
    auto length = static_cast<socklen_t>(peer.capacity());
    const int fd = ::accept4(acceptor_.native_handle(), peer.data(), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO || errno == EPERM) continue;
      counters_.add(Counter::kAcceptFailures);
      return back_off();
    }
    accept_pause_ = {};
    peer.resize(length);
    admit(fd, peer);
  }
  wait_acceptable();
}

// Out of descriptors or memory (EMFILE, ENFILE, ENOBUFS, ENOMEM): the queue keeps what we cannot take; try again soon.
void Worker::back_off() {
  constexpr std::chrono::milliseconds kFirst{50};
  constexpr std::chrono::milliseconds kLongest{1000};
  if (accept_pause_ == std::chrono::milliseconds(0))
    log_error("cannot accept connections for now", {{"error", error_from_errno(errno, "accept").message}});
  accept_pause_ = std::clamp(accept_pause_ * 2, kFirst, kLongest);
  accept_timer_.expires_after(accept_pause_);
  accept_timer_.async_wait([this](const error_code& failed) {
    if (!failed && !draining_) accept_some();
  });
}

void Worker::admit(int fd, const ip::tcp::endpoint& peer) {
  UniqueFd owner(fd);
  std::optional<AddressKey> counted = address_key(peer);
  if (!services_.limits.acquire(*counted)) {
    counted.reset();
    counters_.add(Counter::kConnectionsRefused);
    constexpr int kRefusingAtOnce = 64;  // told so politely; beyond that, just closed
    if (refusing_ >= kRefusingAtOnce) return;
    ++refusing_;
  }
  Session::Socket socket(context_.get_executor());
  error_code failed;
  socket.assign(peer.protocol(), owner.get(), failed);
  if (failed) {
    if (counted)
      services_.limits.release(*counted);
    else
      --refusing_;
    return;
  }
  (void)owner.release();
  counters_.add(Counter::kConnections);
  counters_.add(Counter::kConnectionsOpen);
  const auto session = std::make_shared<Session>(*this, std::move(socket), peer, counted);
  sessions_.insert(session);
  session->start();
}

void Worker::remove(const std::shared_ptr<Session>& session, bool refused) {
  if (refused) --refusing_;
  counters_.add(Counter::kConnectionsOpen, -1);
  sessions_.erase(session);
  if (draining_) end_if_drained();
}

void Worker::tick() {
  tick_timer_.expires_after(TimerWheel::kTick);
  tick_timer_.async_wait([this](const error_code& failed) {
    if (failed) return;
    const auto now = TimerWheel::Clock::now();
    wheel_.advance(now);
    if (access_log_) access_log_->flush();
    if (draining_ && now >= drain_until_) {
      const auto rest = sessions_;
      if (!rest.empty()) log_warn("connections cut at the end of the drain time", {{"connections", rest.size()}});
      for (const auto& session : rest) session->close();
    }
    if (!draining_ || !sessions_.empty()) tick();
  });
}

void Worker::begin_drain() {
  if (draining_) return;
  accept_some();  // who waits in the queue has connected, and would be reset
  draining_ = true;
  drain_until_ = TimerWheel::Clock::now() + services_.config.drain_timeout;
  error_code ignored;
  acceptor_.close(ignored);
  accept_timer_.cancel();
  const auto open = sessions_;  // drain() removes some
  for (const auto& session : open) session->drain();
  end_if_drained();
}

void Worker::end_if_drained() {
  if (sessions_.empty()) tick_timer_.cancel();
}

}  // namespace chalkline::streamer
