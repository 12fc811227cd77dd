// Three things are watched at once: what the child says, how long it has said nothing new, whether we shall stop.
#include "cli/jobs/transcode_child.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "cli/exit_code.hpp"
#include "confine/confine.hpp"
#include "core/log.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::uint64_t kOpenFiles = 256;
// A film of a hundred thousand pictures opens in a tenth of a second; some files are made to take for ever, in loops of
// the demuxer that nothing inside the process can end. CPU time, so that a busy machine refuses nobody. A recording is
// opened three times, and all of that together must stay within ten seconds.
constexpr std::chrono::seconds kOpeningCpu{kUnderSanitizer ? 30 : 3};

// Reads a pipe without blocking and hands on whole lines; keeps a bounded rest.
class LineReader {
 public:
  // False at the end of the pipe.
  template <class OnLine>
  bool read(int fd, OnLine on_line) {
    std::array<char, 8192> buffer;
    for (;;) {
      const ssize_t got = ::read(fd, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
      if (got == 0) return false;
      rest_.append(buffer.data(), static_cast<std::size_t>(got));
      for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
        on_line(std::string_view(rest_).substr(0, end));
        rest_.erase(0, end + 1);
      }
      if (rest_.size() > kLongest) rest_.clear();  // no line of ours is that long
    }
  }

 private:
  static constexpr std::size_t kLongest = 1U << 20U;
  std::string rest_;
};

class Watcher {
 public:
  Watcher(ChildProcess& child, const Watch& watch) : child_(child), watch_(watch) {}

  ChildReport run() {
    std::optional<Clock::time_point> asked_at;
    for (;;) {
      pollfd watched[2] = {{output_open_ ? child_.output() : -1, POLLIN, 0},
                           {errors_open_ ? child_.errors() : -1, POLLIN, 0}};
      if (output_open_ || errors_open_) ::poll(watched, 2, 200);
      listen();
      if (const auto end = child_.wait(output_open_ || errors_open_ ? 0ms : 200ms)) {
        listen();  // what it said last
        report_.end = *end;
        return std::move(report_);
      }
      if (!asked_at && reason_to_stop()) {
        // One that cannot even open its file may not be able to listen either.
        child_.signal(report_.why == ChildReport::Why::kOpening ? SIGKILL : SIGTERM);
        asked_at = Clock::now();
      } else if (asked_at && Clock::now() - *asked_at > 5s) {
        child_.signal(SIGKILL);
      }
    }
  }

 private:
  void listen() {
    if (output_open_) output_open_ = output_.read(child_.output(), [&](std::string_view line) { take_event(line); });
    if (errors_open_) errors_open_ = errors_.read(child_.errors(), [&](std::string_view line) { take_words(line); });
  }

  void take_event(std::string_view line) {
    const auto event = parse_event(line);
    if (!event) return;
    if (const auto* progress = std::get_if<ProgressEvent>(&*event)) {
      opened_ = true;
      if (progress->fraction != latest_.fraction || progress->stage != latest_.stage) changed_ = Clock::now();
      latest_ = *progress;
      watch_.progress(latest_);
    } else if (const auto* done = std::get_if<DoneEvent>(&*event)) {
      report_.version = done->version;
    } else {
      report_.error = std::get<ErrorEvent>(*event);
    }
  }

  void take_words(std::string_view line) {
    report_.last_words = std::string(line.substr(0, 500));
    log_debug("transcode says", {{"line", report_.last_words}});
  }

  bool reason_to_stop() {
    using Why = ChildReport::Why;
    if (watch_.shall_stop(latest_))
      report_.why = Why::kStopped;
    else if (Clock::now() - changed_ > watch_.stall_timeout)
      report_.why = Why::kStalled;
    else if (!opened_ && child_.cpu_time() > kOpeningCpu)
      report_.why = Why::kOpening;
    return report_.why != Why::kItself;
  }

  ChildProcess& child_;
  const Watch& watch_;
  LineReader output_, errors_;
  bool output_open_ = true, errors_open_ = true;
  bool opened_ = false;  // it has got past the recording's headers: its first progress says so
  ProgressEvent latest_;
  Clock::time_point changed_ = Clock::now();
  ChildReport report_;
};

Errc code_of(const ErrorEvent& error, int exit_code) {
  if (const auto named = errc_named(error.code)) return *named;
  switch (static_cast<ExitCode>(exit_code)) {
    case ExitCode::kUnusableInput: return Errc::kUnusableInput;
    case ExitCode::kDiskFull: return Errc::kDiskFull;
    case ExitCode::kBadConfig: return Errc::kBadConfig;
    case ExitCode::kUsage: return Errc::kInvalidArgument;
    default: return Errc::kIo;
  }
}

// Of a child that could not say itself why it failed.
Error explain_end(const ChildEnd& end, const std::string& last_words) {
  const std::string words = last_words.empty() ? "" : "; its last words: " + last_words;
  if (end.exit_code)
    return Error(Errc::kInternal, fmt::format("the transcode ended with exit code {}{}", *end.exit_code, words));
  switch (end.signal) {
    case SIGXCPU:
      return Error(Errc::kLimitExceeded, "the transcode used more CPU time than it may",
                   "raise worker.cpu_limit, or shorten the recording");
    case SIGXFSZ:
      return Error(Errc::kLimitExceeded, "the transcode wrote a larger file than it may",
                   "raise worker.max_source_bytes");
    case SIGSYS:
      return Error(Errc::kUnusableInput,
                   "the transcode was ended when it asked the system for what no recording needs: the recording may be "
                   "made to attack",
                   "do not play it elsewhere; if you trust it, please report it");
    case SIGKILL:
      return Error(Errc::kInternal,
                   "the transcode was killed from outside, most likely because the machine ran out of memory" + words,
                   "give the machine more memory, or lower transcode.threads");
    default:
      return Error(
          Errc::kInternal,
          fmt::format("the transcode crashed with signal {} ({}){}", end.signal, ::strsignal(end.signal), words),
          "please report it with the recording");
  }
}

}  // namespace

std::vector<std::string> arguments_for(const TranscodeOrder& order) {
  std::vector<std::string> words = {"transcode", "--confined", "--json", "--out=" + order.out.string()};
  if (!order.title.empty()) words.push_back("--title=" + order.title);
  if (!order.language.empty()) words.push_back("--language=" + order.language);
  for (const SideFile& side : order.sides)
    words.push_back((side.kind == SideKind::kDescription ? "--described=" : "--captions=") + side.path.string() + ":" +
                    side.language);
  if (order.config_file) words.push_back("--config=" + order.config_file->string());
  if (order.improve) words.push_back("--improve=" + order.improve->string());
  words.emplace_back("--");  // a recording may be called -x.mp4
  words.push_back(order.input.string());
  return words;
}

confine::Limits limits_for(const config::WorkerConfig& worker) {
  confine::Limits limits;
  limits.memory = worker.memory_limit;
  limits.file_size = worker.max_source_bytes;
  limits.open_files = kOpenFiles;
  limits.cpu = std::chrono::duration_cast<std::chrono::seconds>(worker.cpu_limit);
  return limits;
}

ChildReport watch_child(ChildProcess& child, const Watch& watch) { return Watcher(child, watch).run(); }

Error failure_of(const ChildReport& report, const std::string& name) {
  switch (report.why) {
    case ChildReport::Why::kStalled:
      return Error(Errc::kTimeout,
                   "the transcode made no progress for longer than worker.stall_timeout and was stopped",
                   "please report it with the recording");
    case ChildReport::Why::kOpening:
      return Error(Errc::kUnusableInput, name + " keeps its reader busy without ever giving a picture or a sound",
                   "export the recording again as MP4");
    case ChildReport::Why::kStopped:
      if (!report.end.exit_code) return Error(Errc::kCancelled, "transcoding was stopped");
      break;
    case ChildReport::Why::kItself: break;
  }
  if (report.error && report.end.exit_code)
    return Error(code_of(*report.error, *report.end.exit_code), report.error->message, report.error->hint);
  return explain_end(report.end, report.last_words);
}

void warn_of_gaps() {
  if (kUnderSanitizer) return;
  const std::vector<std::string> missing = confine::available().missing();
  if (!missing.empty())
    log_warn("transcodes are confined only in part", {{"missing", fmt::format("{}", fmt::join(missing, "; "))}});
}

}  // namespace chalkline::cli
