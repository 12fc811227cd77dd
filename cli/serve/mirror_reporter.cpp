// Trouble is logged when it begins and when it is over, as the following thread's.
#include "cli/serve/mirror_reporter.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <span>
#include <sstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "core/folder_size.hpp"
#include "core/log.hpp"
#include "library/following.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds kFirstRetry{5};

Result<std::string> token_in(const std::string& file) {
  CHALK_TRY_ASSIGN(const std::string text, read_file(file, 10'000));
  const std::string token = text.substr(0, text.find_first_of(" \t\r\n"));
  if (token.empty())
    return Error(Errc::kBadConfig, file + " does not begin with a token",
                 "make one where it registers: chalkline token create --role mirror");
  return token;
}

// What the server at which it registers says no to; 2xx is none.
Result<client::Reply> checked(client::Reply reply) {
  if (reply.status >= 200 && reply.status < 300) return reply;
  const auto problem = nlohmann::json::parse(reply.body, nullptr, false);
  const std::string detail = problem.is_object() && problem.contains("detail") && problem["detail"].is_string()
                                 ? problem["detail"].get<std::string>()
                                 : "it answers " + std::to_string(reply.status);
  switch (reply.status) {
    case 401:
    case 403: return Error(Errc::kPermissionDenied, detail);
    case 400:
    case 422: return Error(Errc::kInvalidArgument, detail);
    case 404: return Error(Errc::kNotFound, detail);
    case 409: return Error(Errc::kAlreadyExists, detail);
    case 507: return Error(Errc::kDiskFull, detail);
    default: return Error(Errc::kBusy, detail);
  }
}

}  // namespace

MirrorReporter::MirrorReporter(config::MirrorConfig config, library::Library& library,
                               std::function<MirrorTraffic()> traffic)
    : config_(std::move(config)),
      library_(library),
      traffic_(std::move(traffic)),
      name_(config_.register_as.empty() ? library.following->name() : config_.register_as),
      traffic_file_(library.root / "mirrored" / "traffic"),
      visits_(library.root, name_) {
  if (config_.register_at.empty()) config_.register_at = config_.upstream;
  if (const auto text = read_file(traffic_file_, 1000)) {
    std::istringstream words(*text);
    words >> before_.served >> before_.fetched;
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

// On disk each time: a restart goes on counting, and what a crash takes is one interval's.
MirrorTraffic MirrorReporter::count() {
  MirrorTraffic sum = traffic_();
  sum.served += before_.served;
  sum.fetched += before_.fetched;
  (void)write_file_atomically(traffic_file_, fmt::format("{} {}\n", sum.served, sum.fetched));
  return sum;
}

std::string MirrorReporter::report_text() {
  const MirrorTraffic traffic = count();
  // Looking at every file is for when there is something new.
  if (stored_ == 0 || weighed_at_ != traffic.fetched) {
    stored_ = folder_size(library_.root / "versions") + folder_size(library_.root / "mirrored");
    weighed_at_ = traffic.fetched;
  }
  std::int64_t lessons = 0;
  if (const auto all = library_.catalogue->list())
    lessons = std::ranges::count_if(*all, [&](const library::Lesson& lesson) {
      return lesson.version && library_.versions->contains(*lesson.version);
    });
  const library::UpstreamView upstream = library_.following->view();
  nlohmann::ordered_json json = {
      {"networks", config_.register_networks},
      {"version", CHALKLINE_VERSION},
      {"serial", upstream.serial},
      {"stale_since_ms", upstream.stale_since_ms},
      {"lessons", lessons},
      {"stored_bytes", stored_},
      {"disk_bytes", config_.disk},
      {"served_bytes", traffic.served},
      {"fetched_bytes", traffic.fetched},
      {"interval_s",
       std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::seconds>(config_.register_interval).count(), 1)}};
  if (!config_.register_address.empty()) json["address"] = config_.register_address;
  return json.dump();
}

Result<client::Reply> MirrorReporter::ask(client::Request request) {
  CHALK_TRY_ASSIGN(const std::string token, token_in(config_.register_token_file));
  request.url = config_.register_at + request.url;
  request.fields.emplace_back("Authorization", "Bearer " + token);
  CHALK_TRY_ASSIGN(client::Reply reply, client_->ask(request));
  return checked(std::move(reply));
}

Result<void> MirrorReporter::report() {
  const std::string text = report_text();
  client::Request request;
  request.method = "PUT";
  request.url = "/api/v1/mirrors/" + name_;
  request.fields = {{"Content-Type", "application/json"}};
  request.body_bytes = text.size();
  request.body = [&text](std::uint64_t at, std::span<char> into) -> Result<std::size_t> {
    return text.copy(into.data(), into.size(), static_cast<std::size_t>(at));
  };
  CHALK_TRY(ask(std::move(request)));
  return {};
}

void MirrorReporter::trouble(const Error& error) {
  std::string sentence = error.to_sentence();
  if (sentence != told_) log_warn("the mirror could not report how it is", {{"reason", sentence}});
  told_ = std::move(sentence);
}

void MirrorReporter::run(const std::stop_token& stop) {
  client::ClientOptions options;
  options.user_agent = "chalkline-mirror";
  options.http_1_only = true;
  options.stop = stop;
  client_ = std::make_unique<client::HttpClient>(options);
  std::mutex mutex;
  std::condition_variable_any condition;
  std::chrono::milliseconds retry = kFirstRetry;
  while (!stop.stop_requested()) {
    const auto reported = report();
    std::chrono::milliseconds wait = config_.register_interval;
    if (!reported) {
      if (!stop.stop_requested()) trouble(reported.error());
      wait = std::min<std::chrono::milliseconds>(wait, retry);
      retry = std::min<std::chrono::milliseconds>(retry * 2, config_.register_interval);
    } else {
      if (!told_.empty()) log_info("the mirror reports again");
      told_.clear();
      retry = kFirstRetry;
      const auto sent = visits_.forward([this](client::Request request) { return ask(std::move(request)); }, stop);
      std::string sentence = sent ? visits_.passed_over() : sent.error().to_sentence();
      if (!sentence.empty() && sentence != told_of_visits_)
        log_warn("reports of visits wait here", {{"reason", sentence}});
      told_of_visits_ = std::move(sentence);
    }
    std::unique_lock lock(mutex);
    condition.wait_for(lock, stop, wait, [] { return false; });
  }
  (void)count();
}

}  // namespace chalkline::cli
