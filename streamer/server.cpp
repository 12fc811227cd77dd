// The composition root of the origin server: reads top to bottom. Everything shared is made here and outlives the
// delivery threads; the order of the members is the order of their lives.
#include "streamer/server.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <optional>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/file.hpp"
#include "core/log.hpp"
#include "library/random_secret.hpp"
#include "publish/joined_captions.hpp"
#include "streamer/api/api.hpp"
#include "streamer/api/job_feed.hpp"
#include "streamer/delivery/library_source.hpp"
#include "streamer/delivery/link_options.hpp"
#include "streamer/delivery/listener.hpp"
#include "streamer/delivery/passed_sockets.hpp"
#include "streamer/delivery/services.hpp"
#include "streamer/delivery/steering.hpp"
#include "streamer/delivery/warm_start.hpp"
#include "streamer/delivery/worker.hpp"
#include "streamer/management/management.hpp"
#include "streamer/management/visit_desk.hpp"
#include "streamer/pages/hosts.hpp"
#include "streamer/tls/tls_context.hpp"
#include "streamer/uploads/upload_service.hpp"

namespace chalkline::streamer {

namespace {

// A connection is a descriptor, and the usual soft limit of 1024 is for programs that use select().
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

// The kernel doubles a process's table of descriptors when it is full, and where there are threads each doubling waits
// for every processor to have passed by (expand_fdtable, synchronize_rcu): ten milliseconds and more in which nobody
// gets a descriptor, neither for a connection nor for a file. A table that has been large stays so.
void make_room_for_descriptors(std::uint64_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const std::uint64_t count = std::min<std::uint64_t>({wanted, limit.rlim_cur, std::uint64_t{1} << 20});
  const UniqueFd any(::open("/", O_PATH | O_CLOEXEC));
  if (any && count > 0) (void)UniqueFd(::fcntl(any.get(), F_DUPFD_CLOEXEC, static_cast<int>(count - 1)));
}

// Of the library, by the cache: half of the descriptors stay for connections.
std::uint64_t most_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 512;
  return std::max<std::uint64_t>(limit.rlim_cur / 2, 64);
}

int thread_count(const config::ServerConfig& config) {
  if (config.threads > 0) return config.threads;
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

// A socket that was passed to us goes before the configured address and port.
Result<Listeners> listeners_for(std::optional<UniqueFd> passed, const std::string& address, int port, int threads) {
  if (passed) return share_passed_socket(std::move(*passed), threads);
  return open_listeners(address, port, threads);
}

LinkOptions link_options(const config::ServerConfig& config) {
  return LinkOptions{config.congestion_control, config.unsent_bytes, config.send_buffer};
}

std::string_view home_stylesheet() {
  for (const Asset& asset : assets())
    if (asset.path.ends_with(".css") && asset.path.find("home") != std::string_view::npos) return asset.path;
  return {};
}

LibrarySourceOptions source_options(const ObjectCache& cache, const CorsPolicy& cors, const config::Config& config,
                                    const Steering& steering, const std::string& preview_secret, int port,
                                    int tls_port) {
  LibrarySourceOptions options(steering);
  const config::AccessConfig& access = config.access;
  options.most_file_charge = cache.max_object_bytes();
  options.base_url = config.server.base_url;
  options.reporting = {config.learners.reports, config.learners.request_data, config.learners.lrs};
  options.preview_secret = preview_secret;
  options.access_secret = access.closed() ? access.secrets.front() : std::string();
  options.pace_percent = static_cast<std::uint64_t>(config.server.pace_percent);
  options.verify_reads = config.server.verify_reads;
  options.least_file_charge = cache.bytes() / most_open_files();
  options.cors_fields = cors.object_fields();
  options.cors_segment_fields = cors.segment_fields();
  options.watch_template = asset_text(assets(), "watch.html");
  options.home_stylesheet = home_stylesheet();
  options.hosts_page = [config, port, tls_port, &steering] {
    return render_hosts_page(needed_hosts(config, port, tls_port, steering.bases()));
  };
  return options;
}

// Threads of the pool. A mirror's wait for its upstream, each for a file, and must keep nobody from what is here; twice
// as many indexes may come at a time as there are threads for the disk.
constexpr std::size_t kReadingTheDisk = 4;
constexpr std::size_t kMostWaiting = 4096;
std::size_t pool_threads(const config::Config& config, bool mirrors) {
  return kReadingTheDisk + (mirrors ? static_cast<std::size_t>(config.mirror.waiting) + 2 * kReadingTheDisk : 0);
}

class OriginServer final : public Server {
 public:
  OriginServer(const config::Config& config, library::Library& library, Listeners plain, Listeners encrypted,
               std::unique_ptr<TlsContext> tls, std::string preview_secret)
      : config_(config),
        preview_secret_(std::move(preview_secret)),
        port_(plain.port),
        tls_port_(encrypted.port),
        tls_(std::move(tls)),
        cors_(config_.server.cors_origins),
        cache_(config_.server.cache_bytes),
        steering_(config_.steering),
        library_(library),
        source_(library, source_options(cache_, cors_, config_, steering_, preview_secret_, port_, tls_port_)),
        assets_(assets()),
        limits_(config_.server.max_connections, config_.server.connections_per_address()),
        pool_(pool_threads(config_, library.following != nullptr), kMostWaiting),
        access_log_(config_.log.access && config_.log.level <= LogLevel::kInfo
                        ? std::make_unique<AccessLogWriter>(STDERR_FILENO)
                        : nullptr),
        management_(config_.management.enabled || config_.learners.reports ? std::make_unique<Management>() : nullptr),
        services_{config_,
                  access_log_.get(),
                  cors_,
                  cors_.object_fields(),
                  assets_,
                  cache_,
                  source_,
                  pool_,
                  limits_,
                  tls_.get(),
                  preview_secret_,
                  library.following.get(),
                  steering_,
                  management_.get(),
                  [this] { return metrics(); }} {
    if (config_.learners.reports) {
      visits_ = std::make_unique<VisitDesk>(library.root);
      management_->reports = visits_.get();
    }
    if (config_.management.enabled) {
      job_feed_ = std::make_unique<JobFeed>(*library.jobs);
      api_ = make_api(library, *job_feed_, preview_secret_, config_.access.closed(), steering_, visits_.get());
      management_->api = api_.get();
      uploads_ =
          std::make_unique<UploadService>(library, config_, [&library] { publish::join_overdue_captions(library); });
      management_->uploads = uploads_.get();
    }
    if (config_.server.warm_start)
      warm_start_ = std::make_unique<WarmStart>(library.root / "cache" / "hot-objects.txt", cache_, source_);
    for (const Listeners* listeners : {&plain, &encrypted})
      if (const std::string missing = set_link_options(*listeners, link_options(config_.server)); !missing.empty())
        log_warn("weak links are served as well as the kernel lets us", {{"missing", missing}});
    for (std::size_t i = 0; i < plain.sockets.size(); ++i) {
      std::vector<ListeningSocket> sockets;
      sockets.push_back({std::move(plain.sockets[i]), plain.ipv6, false});
      if (tls_) sockets.push_back({std::move(encrypted.sockets[i]), encrypted.ipv6, true});
      workers_.push_back(std::make_unique<Worker>(services_, std::move(sockets)));
    }
  }

  ~OriginServer() override {
    if (job_feed_) job_feed_->stop();  // before the workers that it posts to
    warm_start_.reset();               // it knows the cache and the source
    library_.versions->end_transfers();
    pool_.join();  // its tasks know the workers, which go first
    if (management_) management_->pool().join();
  }

  [[nodiscard]] std::uint16_t port() const override { return port_; }

  [[nodiscard]] std::uint16_t tls_port() const override { return tls_port_; }

  [[nodiscard]] Steering& steering() override { return steering_; }

  [[nodiscard]] std::uint64_t body_bytes() const override {
    std::uint64_t sum = 0;
    for (const auto& worker : workers_)
      sum += static_cast<std::uint64_t>(worker->counters().value(Counter::kBodyBytes));
    return sum;
  }

  Result<void> reload() override {
    if (tls_) CHALK_TRY(tls_->reload());
    return {};
  }

  config::Reread take(const config::Config& read) override {
    config::Reread reread = config::reread(running_, read);
    running_ = reread.config;
    limits_.set(running_.server.max_connections, running_.server.connections_per_address());
    // Whoever brings what is signed from now on must be known: the workers first.
    for (const auto& worker : workers_) worker->take(running_);
    if (running_.access.closed()) source_.sign_with(running_.access.secrets.front());
    return reread;
  }

  Result<void> run() override {
    std::vector<std::exception_ptr> failures(workers_.size());
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < workers_.size(); ++i)
        threads.emplace_back([this, i, &failures] {
          try {
            workers_[i]->run();
          } catch (...) {
            failures[i] = std::current_exception();
            stop();
          }
        });
    }
    for (const auto& failure : failures)
      if (failure) return failed(failure);
    return {};
  }

  void stop() override {
    for (const auto& worker : workers_) worker->drain();
  }

 private:
  static Error failed(const std::exception_ptr& failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& thrown) {
      return Error(Errc::kInternal, std::string("a delivery thread failed: ") + thrown.what());
    } catch (...) {
      return Error(Errc::kInternal, "a delivery thread failed");
    }
  }

  std::string metrics() {
    CounterSums sums{};
    for (const auto& worker : workers_)
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += worker->counters().value(static_cast<Counter>(i));
    const ObjectCache::Figures figures = cache_.figures();
    Gauges gauges;
    gauges.cache_bytes = figures.bytes;
    gauges.cache_objects = figures.objects;
    gauges.cache_evictions = figures.evictions;
    gauges.pool_waiting = pool_.waiting();
    gauges.files_hashed = source_.files_hashed();
    if (access_log_) gauges.access_lines_dropped = access_log_->dropped_lines();
    gauges.uptime_seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started_).count();
    gauges.threads = static_cast<std::int64_t>(workers_.size());
    DistributionSums spreads{};
    for (const auto& worker : workers_) worker->distributions().add_to(spreads);
    return render_metrics(sums, gauges) + render_distributions(spreads) + source_.meters().render() +
           (visits_ ? visits_->figures().render() : std::string());
  }

  const config::Config config_;
  config::Config running_ = config_;  // what take() made of it
  const std::string preview_secret_;  // of this process alone: a restart ends what it opened
  const std::uint16_t port_;
  const std::uint16_t tls_port_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  const std::unique_ptr<TlsContext> tls_;
  CorsPolicy cors_;
  ObjectCache cache_;
  Steering steering_;
  library::Library& library_;
  LibrarySource source_;
  AssetTable assets_;
  ConnectionLimits limits_;
  BlockingPool pool_;
  std::unique_ptr<AccessLogWriter> access_log_;  // null: none is kept
  std::unique_ptr<JobFeed> job_feed_;            // null, as the next: nothing is managed
  std::unique_ptr<ManagedHandler> api_;          // null, as the next: nothing is managed
  std::unique_ptr<UploadService> uploads_;       // null, as the next: nothing is managed
  std::unique_ptr<VisitDesk> visits_;            // null: pages do not report
  std::unique_ptr<Management> management_;       // null: nothing is managed, and pages do not report
  Services services_;
  std::unique_ptr<WarmStart> warm_start_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const config::Config& config, library::Library& library) {
  ::signal(SIGPIPE, SIG_IGN);  // sendfile() knows no MSG_NOSIGNAL
  raise_descriptor_limit();
  // As many files as connections: both come and go with the load.
  make_room_for_descriptors(
      std::max<std::uint64_t>(2 * static_cast<std::uint64_t>(config.server.max_connections), 4096));
  const int threads = thread_count(config.server);
  PassedSockets passed = take_passed_sockets();
  std::unique_ptr<TlsContext> tls;
  Listeners encrypted;
  if (config.tls.enabled()) {
    CHALK_TRY_ASSIGN(tls, TlsContext::load(config.tls));
    CHALK_TRY_ASSIGN(encrypted, listeners_for(std::move(passed.tls), config.server.address, config.tls.port, threads));
  }
  CHALK_TRY_ASSIGN(Listeners plain,
                   listeners_for(std::move(passed.plain), config.server.address, config.server.port, threads));
  CHALK_TRY_ASSIGN(std::string preview_secret, library::random_secret(""));
  return std::unique_ptr<Server>(std::make_unique<OriginServer>(config, library, std::move(plain), std::move(encrypted),
                                                                std::move(tls), std::move(preview_secret)));
}

}  // namespace chalkline::streamer
