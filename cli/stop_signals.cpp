// signalfd(2) and poll(2).
#include "cli/stop_signals.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace chalkline::cli {

namespace {

struct Hangup {
  std::mutex mutex;
  std::function<void()> reload;
};

// One for the process, as signals are.
Hangup& hangup() {
  static Hangup one;
  return one;
}

bool has_terminal() { return static_cast<bool>(UniqueFd(::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC))); }

}  // namespace

HangupHandler::HangupHandler(std::function<void()> reload) {
  const std::lock_guard lock(hangup().mutex);
  hangup().reload = std::move(reload);
}

HangupHandler::~HangupHandler() {
  const std::lock_guard lock(hangup().mutex);  // also waits for a call that is under way
  hangup().reload = nullptr;
}

StopSignals::StopSignals() : had_terminal_(has_terminal()) {
  ::signal(SIGPIPE, SIG_IGN);  // a reader that went away is an error of write(2), not our death
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, number);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC));
  end_ = UniqueFd(::eventfd(0, EFD_CLOEXEC));
  if (!signals_ || !end_) throw std::system_error(errno, std::generic_category(), "cannot listen for signals");
  thread_ = std::jthread([this] { listen(); });
}

StopSignals::~StopSignals() {
  const std::uint64_t one = 1;
  while (::write(end_.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
}

void StopSignals::listen() {
  pollfd watched[2] = {{signals_.get(), POLLIN, 0}, {end_.get(), POLLIN, 0}};
  for (;;) {
    if (::poll(watched, 2, -1) < 0) continue;
    if (watched[1].revents != 0) return;
    signalfd_siginfo info;
    if (::read(signals_.get(), &info, sizeof info) != sizeof info) continue;
    take(static_cast<int>(info.ssi_signo));
  }
}

void StopSignals::take(int number) {
  if (number == SIGHUP && (!had_terminal_ || has_terminal())) {
    const std::lock_guard lock(hangup().mutex);
    if (hangup().reload) return hangup().reload();
  }
  if (source_.stop_requested()) std::_Exit(128 + number);
  source_.request_stop();
}

}  // namespace chalkline::cli
