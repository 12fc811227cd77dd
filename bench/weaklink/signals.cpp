// signalfd, and the lab's small wait.
#include "bench/weaklink/signals.hpp"

#include <array>
#include <cerrno>

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace chalkline::weaklink {

Result<SignalRelay> SignalRelay::open() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) sigaddset(&set, number);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return error_from_errno(errno, "cannot listen for signals");
  return SignalRelay(std::move(fd));
}

bool SignalRelay::pass_on(const Sandbox& sandbox) const {
  bool any = false;
  signalfd_siginfo info{};
  while (::read(fd_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    any = true;
    if (info.ssi_code <= 0) sandbox.signal(static_cast<int>(info.ssi_signo));  // SI_USER, not SI_KERNEL's key press
  }
  return any;
}

Result<int> wait_passing_signals(Sandbox& sandbox, const SignalRelay& signals) {
  int timeout = -1;
  for (;;) {
    std::array<pollfd, 2> watched{{{sandbox.ended_fd(), POLLIN, 0}, {signals.fd(), POLLIN, 0}}};
    const int ready = ::poll(watched.data(), watched.size(), timeout);
    if (ready < 0 && errno != EINTR) return error_from_errno(errno, "cannot wait for the command");
    if (ready == 0) sandbox.signal(SIGKILL);
    if (watched[0].revents != 0) return sandbox.wait();
    if (watched[1].revents != 0 && signals.pass_on(sandbox))
      timeout = static_cast<int>(std::chrono::milliseconds(kGrace).count());
  }
}

}  // namespace chalkline::weaklink
