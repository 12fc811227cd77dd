// fork(2) rather than posix_spawn(3), which can set neither limits nor the parent-death signal. This process has other
// threads, so between fork and exec the child calls async-signal-safe functions only; all memory is prepared before.
#include "cli/jobs/child_process.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "confine/priority.hpp"

namespace chalkline::cli {

namespace {

struct Pipe {
  UniqueFd read_end, write_end;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return error_from_errno(errno, "cannot make a pipe");
  Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  if (::fcntl(pipe.read_end.get(), F_SETFL, O_NONBLOCK) != 0) return error_from_errno(errno, "cannot set up a pipe");
  return pipe;
}

[[noreturn]] void become(const char* program, char* const* arguments, const ChildOptions& options, pid_t parent, int in,
                         int out, int err) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != parent) ::_exit(127);
  ::setpgid(0, 0);
  if (options.niceness) confine::give_way(*options.niceness);
  confine::apply(options.limits);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  ::close_range(3, std::numeric_limits<unsigned>::max(), CLOSE_RANGE_CLOEXEC);  // sockets that were not opened so
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execv(program, arguments);
  constexpr char kText[] = "chalkline: cannot run itself as a child process\n";
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, kText, sizeof kText - 1);
  ::_exit(127);
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::string& program, const std::vector<std::string>& arguments,
                                         const ChildOptions& options) {
  CHALK_TRY_ASSIGN(Pipe output, make_pipe());
  CHALK_TRY_ASSIGN(Pipe errors, make_pipe());
  const UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing) return error_from_errno(errno, "cannot open /dev/null");
  std::vector<std::string> words = {"chalkline"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0)
    return error_from_errno(errno, "cannot start a child process", "see whether the machine is out of memory");
  if (child == 0)
    become(program.c_str(), pointers.data(), options, parent, nothing.get(), output.write_end.get(),
           errors.write_end.get());
  ::setpgid(child, child);  // on both sides, so that signal() finds the group whoever is first
  UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  ChildProcess process(child, std::move(handle), std::move(output.read_end), std::move(errors.read_end));
  if (!process.handle_) return error_from_errno(errno, "cannot watch a child process", "Linux 5.3 or later is needed");
  return process;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      handle_(std::move(other.handle_)),
      output_(std::move(other.output_)),
      errors_(std::move(other.errors_)) {}

ChildProcess::~ChildProcess() {
  if (pid_ == 0) return;
  signal(SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ChildProcess::signal(int number) const {
  if (pid_ == 0) return;
  if (::kill(-pid_, number) != 0) ::kill(pid_, number);
}

std::chrono::nanoseconds ChildProcess::cpu_time() const {
  clockid_t clock{};
  timespec used{};
  if (pid_ == 0 || ::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return {};
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

std::optional<ChildEnd> ChildProcess::wait(std::chrono::milliseconds patience) {
  pollfd watched{handle_.get(), POLLIN, 0};
  if (::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(patience.count(), 0))) <= 0) return std::nullopt;
  // Whatever it started goes with it, while its number is still its own.
  ::kill(-pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0)
    if (errno != EINTR) return ChildEnd{std::nullopt, SIGKILL};
  pid_ = 0;
  if (WIFEXITED(status)) return ChildEnd{WEXITSTATUS(status), 0};
  return ChildEnd{std::nullopt, WTERMSIG(status)};
}

}  // namespace chalkline::cli
