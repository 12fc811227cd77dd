// clone3 with a process namespace, then init: a mount namespace with a /proc that fits, COMMAND, reaping.
// After clone3 the child is a copy of a single-threaded process, so ordinary library calls are safe in it.
#include "bench/weaklink/sandbox.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace chalkline::weaklink {
namespace {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> make_pipe(int flags) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), flags) < 0) return error_from_errno(errno, "cannot make a pipe");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// What the child tells when it cannot begin.
struct Trouble {
  int errnum = 0;
  std::array<char, 48> doing{};
};

[[noreturn]] void give_up(int to, const char* doing) {
  Trouble trouble{.errnum = errno, .doing = {}};
  std::strncpy(trouble.doing.data(), doing, trouble.doing.size() - 1);
  [[maybe_unused]] const auto written = ::write(to, &trouble, sizeof trouble);
  ::_exit(125);
}

[[noreturn]] void become(const std::vector<std::string>& command, int trouble_fd) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));  // execvp's signature
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  give_up(trouble_fd, "cannot run");
}

sigset_t passed_on() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD}) sigaddset(&set, number);
  return set;
}

// Reaps whatever ends, hands signals on to COMMAND, ends as COMMAND ends. Its own end ends all others inside.
[[noreturn]] void reap(pid_t command) {
  const sigset_t set = passed_on();
  for (;;) {
    int status = 0;
    pid_t ended = 0;
    while ((ended = ::waitpid(-1, &status, WNOHANG)) > 0)
      if (ended == command) ::_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    const int number = ::sigwaitinfo(&set, nullptr);
    if (number > 0 && number != SIGCHLD) ::kill(command, number);
  }
}

[[noreturn]] void run_init(const SandboxPlan& plan, UniqueFd alive, UniqueFd trouble) {
  // The order matters: first ask to die with weaklink, then see whether it is still there. A process that ends closes
  // its descriptors before it signals its children: whoever asked too late finds the pipe hung up.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pollfd weaklink{alive.get(), POLLIN, 0};
  if (::poll(&weaklink, 1, 0) != 0) ::_exit(125);
  alive.reset();
  sigset_t before;
  const sigset_t set = passed_on();
  ::sigprocmask(SIG_BLOCK, &set, &before);
  if (plan.network != nullptr && !plan.network->enter()) give_up(trouble.get(), "cannot enter the link's network");
  if (::unshare(CLONE_NEWNS) < 0) give_up(trouble.get(), "cannot make a mount namespace");
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0)
    give_up(trouble.get(), "cannot keep mounts private");
  if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) < 0)
    give_up(trouble.get(), "cannot mount /proc");
  const pid_t command = ::fork();
  if (command < 0) give_up(trouble.get(), "cannot fork");
  if (command == 0) {
    // weaklink blocks these for its signalfd; COMMAND must not inherit that.
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const auto& [key, value] : plan.environment) ::setenv(key.c_str(), value.c_str(), 1);
    become(plan.command, trouble.get());
  }
  trouble.reset();
  reap(command);
}

}  // namespace

Result<Sandbox> Sandbox::start(const SandboxPlan& plan) {
  CHALK_TRY_ASSIGN(Pipe alive, make_pipe(O_CLOEXEC));
  CHALK_TRY_ASSIGN(Pipe trouble, make_pipe(O_CLOEXEC));
  int pidfd = -1;
  clone_args arguments{};
  arguments.flags = CLONE_NEWPID | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  const auto child = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child < 0)
    return error_from_errno(errno, "cannot make a process namespace", "run weaklink as root, with CAP_SYS_ADMIN");
  if (child == 0) {
    alive.write.reset();
    trouble.read.reset();
    run_init(plan, std::move(alive.read), std::move(trouble.write));
  }
  Sandbox sandbox(UniqueFd(pidfd), std::move(alive.write));
  alive.read.reset();
  trouble.write.reset();

  Trouble told;
  ssize_t got = 0;
  do {
    got = ::read(trouble.read.get(), &told, sizeof told);
  } while (got < 0 && errno == EINTR);
  if (got == static_cast<ssize_t>(sizeof told))
    return error_from_errno(told.errnum, fmt::format("{} {}", told.doing.data(), plan.command.front()),
                            told.errnum == ENOENT ? "check its name and PATH" : "");
  return sandbox;
}

Sandbox::~Sandbox() {
  if (!pidfd_) return;
  signal(SIGKILL);
  wait();
}

void Sandbox::signal(int number) const { ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0); }

int Sandbox::wait() {
  siginfo_t info{};
  int got = 0;
  do {
    got = ::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED);
  } while (got < 0 && errno == EINTR);
  pidfd_.reset();
  if (got < 0) return 125;
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

}  // namespace chalkline::weaklink
