// Trouble is logged when it begins and when it is over: an upstream that is gone for weeks fills no disk.
#include "cli/mirror_service.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <string>
#include <utility>

#include "core/hours.hpp"
#include "core/log.hpp"
#include "library/key_folder.hpp"

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

class Trouble {
 public:
  void began(const Error& error) {
    std::string sentence = error.to_sentence();
    if (sentence != told_) log_warn("the mirror goes on with what it has", {{"reason", sentence}});
    told_ = std::move(sentence);
  }
  void over() {
    if (!told_.empty()) log_info("the upstream is there again");
    told_.clear();
  }

 private:
  std::string told_;
};

}  // namespace

MirrorService::MirrorService(config::MirrorConfig config, library::Library& library, std::vector<PublicKey> trusted)
    : config_(std::move(config)), trusted_(std::move(trusted)) {
  mirror::UpstreamOptions options;
  options.base_url = config_.upstream;
  options.bytes_per_second = config_.rate / static_cast<std::uint64_t>(config_.parallel);
  std::stop_source transfers;
  options.stop = transfers.get_token();
  upstream_ = std::make_shared<mirror::Upstream>(options);
  auto store =
      std::make_unique<mirror::PullThroughStore>(std::move(library.versions), library.root, upstream_, transfers);
  follower_ = std::make_unique<mirror::Follower>(
      library, *store, *upstream_, mirror::FollowOptions{config_.courses, config_.parallel, config_.disk});
  library.versions = std::move(store);
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
  std::unique_ptr<MirrorService> service(new MirrorService(config.mirror, library, std::move(trusted)));
  if (const auto known = service->follower_->recall(service->trusted_); !known)
    log_warn("what was known of the upstream cannot be used", {{"reason", known.error().to_sentence()}});
  return service;
}

void MirrorService::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void MirrorService::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any condition;
  const auto hours = parse_hours(config_.hours);
  Trouble trouble;
  Clock::time_point ask_at = Clock::now();
  Clock::time_point tidy_at = ask_at;
  while (!stop.stop_requested()) {
    bool more = false;
    if (Clock::now() >= ask_at) {
      const auto report = follower_->refresh(trusted_);
      ask_at = Clock::now() + config_.interval;
      if (!report) {
        trouble.began(report.error());
      } else {
        trouble.over();
        if (report->changed)
          log_info("the upstream's list was taken", {{"new", report->taken}, {"withdrawn", report->withdrawn}});
      }
    }
    if (Clock::now() >= tidy_at) {
      tidy_at = Clock::now() + kTidyEvery;
      if (const auto gone = follower_->tidy(); !gone)
        trouble.began(gone.error());
      else if (*gone > 0)
        log_info("copies were given up", {{"versions", *gone}});
    }
    if (!hours || hours->contains(minute_of_local_day())) {
      const auto fetched = follower_->fetch_next(stop);
      if (!fetched && fetched.error().code != Errc::kCancelled) trouble.began(fetched.error());
      more = fetched && *fetched;
    }
    if (more) continue;
    std::unique_lock lock(mutex);
    const auto nap = std::min<Clock::duration>(std::chrono::seconds(10), ask_at - Clock::now());
    condition.wait_for(lock, stop, nap, [] { return false; });
  }
}

}  // namespace chalkline::cli
