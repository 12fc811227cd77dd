// epoll_ctl once for a socket, again only where the kernel must look now.
#include "streamer/delivery/poller.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/epoll.h>

#include "streamer/delivery/connection.hpp"

namespace chalkline::streamer {

static constexpr std::uint32_t kWatched = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
static constexpr auto kRead = static_cast<std::size_t>(WatchedSocket::Ready::kRead);
static constexpr auto kWrite = static_cast<std::size_t>(WatchedSocket::Ready::kWrite);

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

void Poller::call(Waiter& waiter) {
  const Waiter called = std::exchange(waiter, {});
  if (called.who == nullptr) return;
  const auto kept = called.who->shared_from_this();  // it may end meanwhile
  called.then(*called.who);
}

// Of those who ask, few enough that who gets room meanwhile waits for less than a millisecond, and many enough that
// looking for them costs next to nothing. One newcomer: a signature with P-256 and what goes with it takes 0.3 to 1 ms.
bool Poller::dispatch() {
  constexpr int kRounds = 16;
  constexpr int kAtOnce = 16;
  constexpr int kNewcomersAtOnce = 1;
  for (int round = 1; round <= kRounds; ++round) {
    const bool more = take_events();
    if (more && round < kRounds) continue;  // who has room may be among the rest
    serve(arrived_, kAtOnce);
    serve(newcomers_, kNewcomersAtOnce);
    if (!somebody_waits()) break;  // what has become ready meanwhile, the next call is for
  }
  std::erase_if(retired_, [](const std::unique_ptr<Watch>& watch) { return !watch->queued; });
  return somebody_waits();
}

bool Poller::take_events() {
  constexpr std::uint32_t kOver = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  std::array<epoll_event, 256> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const std::uint32_t happened = events[static_cast<std::size_t>(i)].events;
    Watch& watch = *static_cast<Watch*>(events[static_cast<std::size_t>(i)].data.ptr);
    if ((happened & kOver) != 0) watch.over = true;
    if ((happened & (EPOLLIN | kOver)) != 0) {
      watch.readable = true;
      if (!watch.queued) (watch.newcomer ? newcomers_ : arrived_).push_back(&watch);
      watch.queued = true;
    }
    if ((happened & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) call(watch.waiters[kWrite]);
  }
  return count == static_cast<int>(events.size());
}

void Poller::serve(Queue& queue, int most) {
  for (int i = 0; i < most && !queue.empty(); ++i) {
    Watch& watch = *queue.front();
    queue.pop_front();
    watch.queued = false;
    call(watch.waiters[kRead]);
  }
}

WatchedSocket::WatchedSocket(Poller& poller, UniqueFd socket)
    : poller_(&poller), fd_(std::move(socket)), watch_(std::make_unique<Poller::Watch>()) {
  epoll_event event{};
  event.events = kWatched;
  event.data.ptr = watch_.get();
  if (::epoll_ctl(poller_->descriptor(), EPOLL_CTL_ADD, fd_.get(), &event) != 0)
    fd_.reset();  // out of memory or of watches (epoll(7))
}

void WatchedSocket::when_ready(Ready what, Connection& who, Poller::Then then) {
  if (!watch_) return;
  watch_->waiters[static_cast<std::size_t>(what)] = {&who, then};
  // Writable is not remembered: the limit of unsent bytes may have changed since. What is readable was told before
  // anybody waited for it.
  if (what == Ready::kWrite || watch_->readable) look_again();
}

void WatchedSocket::look_again() {
  epoll_event event{};
  event.events = kWatched;
  event.data.ptr = watch_.get();
  (void)::epoll_ctl(poller_->descriptor(), EPOLL_CTL_MOD, fd_.get(), &event);
}

void WatchedSocket::lend() {
  if (!watch_) return;
  epoll_event event{};
  event.events = EPOLLET;  // an end is told all the same, once
  event.data.ptr = watch_.get();
  (void)::epoll_ctl(poller_->descriptor(), EPOLL_CTL_MOD, fd_.get(), &event);
}

void WatchedSocket::take_back() {
  if (watch_) look_again();
}

void WatchedSocket::forget() {
  if (watch_) watch_->waiters = {};
}

void WatchedSocket::set_newcomer(bool newcomer) {
  if (watch_) watch_->newcomer = newcomer;
}

void WatchedSocket::close() {
  if (!watch_) return;  // moved from
  forget();
  // Not by close(2) alone: a child process that is about to exec may still hold the socket.
  if (fd_) (void)::epoll_ctl(poller_->descriptor(), EPOLL_CTL_DEL, fd_.get(), nullptr);
  fd_.reset();
  poller_->retired_.push_back(std::move(watch_));
}

}  // namespace chalkline::streamer
