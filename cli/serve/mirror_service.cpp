// Trouble is logged when it begins and when it is over: an upstream that is gone for weeks fills no disk.
#include "cli/serve/mirror_service.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/file.hpp"
#include "core/hours.hpp"
#include "core/log.hpp"
#include "library/following.hpp"
#include "library/key_folder.hpp"
#include "library/random_name.hpp"

namespace chalkline::cli {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::minutes kTidyEvery{1};

int minute_of_local_day() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return local.tm_hour * 60 + local.tm_min;
}

// By which it is known to its upstream and to those who follow it; made once, so that it can recognise itself.
Result<std::string> name_of_mirror(const std::filesystem::path& root) {
  const std::filesystem::path file = root / "mirrored" / "name";
  const auto known = read_file(file, 100);
  if (known && known->starts_with("chalkline-")) return known;
  CHALK_TRY(make_directories(file.parent_path()));
  const std::string name = "chalkline-" + library::random_name();
  CHALK_TRY(write_file_atomically(file, name));
  return name;
}

std::int64_t unix_ms_of(const std::filesystem::path& file) {
  std::error_code none;
  const auto at = std::filesystem::last_write_time(file, none);
  if (none) return 0;
  const auto since_epoch = std::chrono::file_clock::to_sys(at).time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

// For a stranger: no address, no folder.
std::string_view clause_for(const Error& error) {
  switch (error.code) {
    case Errc::kBadConfig: return "the upstream follows this mirror";
    case Errc::kPermissionDenied: return "the upstream's list is not believed";
    case Errc::kCorrupt: return "the upstream's list is damaged";
    default: return "the upstream cannot be reached";
  }
}

}  // namespace

MirrorService::MirrorService(config::MirrorConfig config, library::Library& library, std::vector<PublicKey> trusted,
                             std::string name)
    : config_(std::move(config)),
      library_(library),
      trusted_(std::move(trusted)),
      in_step_file_(library.root / "mirrored" / "in-step") {
  mirror::UpstreamOptions options;
  options.base_url = config_.upstream;
  options.bytes_per_second = config_.rate / static_cast<std::uint64_t>(config_.parallel);
  std::stop_source transfers;
  options.stop = transfers.get_token();
  options.name = name;
  upstream_ = std::make_shared<mirror::Upstream>(options);
  auto store = std::make_unique<mirror::PullThroughStore>(
      std::move(library.versions), library.root, upstream_, transfers,
      mirror::WaitOptions{config_.wait, static_cast<std::size_t>(config_.waiting)});
  follower_ = std::make_unique<mirror::Follower>(
      library, *store, *upstream_, mirror::FollowOptions{config_.courses, config_.parallel, name, config_.disk});
  library.versions = std::move(store);
  following_ = std::make_shared<library::Following>(config_.upstream, std::move(name), unix_ms_of(in_step_file_));
  library.following = following_;
}

Result<std::unique_ptr<MirrorService>> MirrorService::attach(const config::Config& config, library::Library& library) {
  std::vector<PublicKey> trusted;
  for (const std::string& text : config.mirror.keys) {
    CHALK_TRY_ASSIGN(PublicKey key, PublicKey::parse(text));
    trusted.push_back(std::move(key));
  }
  CHALK_TRY_ASSIGN(const std::vector<PublicKey> pinned, library::trusted_keys(library.root));
  trusted.insert(trusted.end(), pinned.begin(), pinned.end());
  if (trusted.empty())
    return Error(Errc::kBadConfig, "mirror.upstream is given and no key is trusted",
                 "put what `chalkline keys` shows at the origin into mirror.keys");
  CHALK_TRY_ASSIGN(std::string name, name_of_mirror(library.root));
  std::unique_ptr<MirrorService> service(
      new MirrorService(config.mirror, library, std::move(trusted), std::move(name)));
  if (const auto known = service->follower_->recall(service->trusted_); !known)
    log_warn("what was known of the upstream cannot be used", {{"reason", known.error().to_sentence()}});
  service->following_->recall(service->follower_->serial());
  return service;
}

void MirrorService::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

std::unique_ptr<MirrorReporter> MirrorService::reporter(std::function<std::uint64_t()> served) {
  if (!config_.registers()) return nullptr;
  return std::make_unique<MirrorReporter>(config_, library_, [this, served = std::move(served)] {
    return MirrorTraffic{served(), upstream_->received()};
  });
}

void MirrorService::trouble(const Error& error) {
  std::string sentence = error.to_sentence();
  if (sentence != told_) log_warn("the mirror goes on with what it has", {{"reason", sentence}});
  told_ = std::move(sentence);
}

bool MirrorService::follow() {
  const auto report = follower_->refresh(trusted_);
  if (!report) {
    following_->out_of_step(library::system_clock_ms(), clause_for(report.error()));
    trouble(report.error());
    return true;
  }
  following_->in_step(follower_->serial(), library::system_clock_ms(), report->via);
  (void)write_file(in_step_file_, {});  // without it the time is forgotten when the mirror ends
  if (!told_.empty()) log_info("the upstream is there again");
  told_.clear();
  if (report->changed)
    log_info("the upstream's list was taken", {{"new", report->taken}, {"withdrawn", report->withdrawn}});
  return report->changed;
}

void MirrorService::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any condition;
  const auto hours = parse_hours(config_.hours);
  Clock::time_point asked_at = Clock::now() - config_.interval;
  Clock::duration wait = config_.interval;
  Clock::time_point tidy_at = Clock::now();
  while (!stop.stop_requested()) {
    if (following_->take_wish()) wait = config_.interval;
    if (Clock::now() >= asked_at + wait) {
      const bool lively = follow();
      asked_at = Clock::now();
      // Twice as long each time that nothing has changed: a quiet day costs a handful of questions.
      wait = lively ? config_.interval : std::min<Clock::duration>(wait * 2, config_.longest_interval);
      wait = std::max<Clock::duration>(wait, config_.interval);
    }
    if (Clock::now() >= tidy_at) {
      tidy_at = Clock::now() + kTidyEvery;
      if (const auto gone = follower_->tidy(); !gone)
        trouble(gone.error());
      else if (*gone > 0)
        log_info("copies were given up", {{"versions", *gone}});
    }
    bool more = false;
    if (!hours || hours->contains(minute_of_local_day())) {
      const auto fetched = follower_->fetch_next(stop);
      if (!fetched && fetched.error().code != Errc::kCancelled) trouble(fetched.error());
      more = fetched && *fetched;
    }
    if (more) continue;
    std::unique_lock lock(mutex);
    const auto nap = std::min<Clock::duration>(std::chrono::seconds(5), asked_at + wait - Clock::now());
    condition.wait_for(lock, stop, nap, [] { return false; });
  }
}

}  // namespace chalkline::cli
