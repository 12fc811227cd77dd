// A 2xx answer takes an event; anything else is tried again, later and later (Standard Webhooks 1.0, "Deliverability").
#include "hooks/courier.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "core/log.hpp"
#include "hooks/message.hpp"
#include "library/library.hpp"

namespace chalkline::hooks {

using namespace std::chrono_literals;
using library::DeliveryState;

static constexpr int kThreads = 4;
static constexpr std::size_t kMostHeard = 4'000;
static constexpr std::int64_t kKeptMs = 31LL * 24 * 3'600'000;  // events, whatever became of them
static constexpr std::int64_t kForgetEveryMs = 3'600'000;

static client::ClientOptions options_for(const config::HooksConfig& config, bool public_only, std::stop_token stop) {
  client::ClientOptions options;
  options.user_agent = "chalkline-hooks";
  options.connect_timeout = std::max(1s, std::chrono::duration_cast<std::chrono::seconds>(config.timeout));
  options.whole = config.timeout;
  options.http_1_only = true;
  options.public_only = public_only;
  options.stop = std::move(stop);
  return options;
}

Courier::Courier(library::Hooks& hooks, config::HooksConfig config)
    : hooks_(hooks),
      config_(std::move(config)),
      anywhere_(options_for(config_, false, stop_.get_token())),
      public_only_(options_for(config_, true, stop_.get_token())) {
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { run(); });
}

Courier::~Courier() { request_stop(); }

// The wall is inside the loop: one event that cannot be told ends the telling of none. What was claimed is claimed
// again when its time is over.
void Courier::run() {
  while (!stop_.stop_requested()) {
    try {
      if (const auto errand = next()) deliver(*errand);
    } catch (const std::exception& thrown) {
      log_error("a hook cannot be told now", {{"error", thrown.what()}});
      pause();
    }
  }
}

std::optional<library::Errand> Courier::next() {
  const std::scoped_lock lock(looking_);
  while (!stop_.stop_requested()) {
    forget_old();
    // Longer than a try lasts: who claims it after that knows that its first claimer is gone.
    auto errand = hooks_.claim(config_.timeout + 5s);
    std::string trouble = errand ? std::string() : errand.error().to_sentence();
    if (trouble != told_ && !trouble.empty()) log_error("cannot read what hooks are to be told", {{"error", trouble}});
    told_ = std::move(trouble);
    if (errand && *errand) return std::move(*errand);
    pause();
  }
  return std::nullopt;
}

void Courier::pause() {
  std::unique_lock lock(mutex_);
  condition_.wait_for(lock, stop_.get_token(), 1s, [] { return false; });
}

void Courier::forget_old() {
  const std::int64_t now = library::system_clock_ms();
  if (now - forgot_ms_ < kForgetEveryMs) return;
  forgot_ms_ = now;
  if (const auto forgot = hooks_.forget(now - kKeptMs); !forgot)
    log_warn("cannot forget old events of hooks", {{"error", forgot.error().to_sentence()}});
}

Result<client::Reply> Courier::send(const library::Errand& errand, std::int64_t now_ms) {
  const std::vector<std::string> secrets =
      errand.hook.configured ? config_.secrets : std::vector<std::string>{errand.secret};
  Message message = message_of(errand.delivery, secrets, now_ms / 1000);
  client::Request request;
  request.method = "POST";
  request.url = errand.hook.url;
  request.fields = std::move(message.fields);
  request.body_bytes = message.body.size();
  request.body = [&body = message.body](std::uint64_t at, std::span<char> into) -> Result<std::size_t> {
    const std::size_t piece = std::min(into.size(), body.size() - static_cast<std::size_t>(at));
    std::memcpy(into.data(), body.data() + at, piece);
    return piece;
  };
  request.most = kMostHeard;  // what a receiver says besides is not for us
  request.cut = true;
  // Who writes the configuration has the machine; who has a token of the API may not reach through it.
  const bool anywhere = errand.hook.configured || config_.private_addresses;
  return (anywhere ? anywhere_ : public_only_).ask(request);
}

library::DeliveryOutcome Courier::outcome_of(const library::Errand& errand, const Result<client::Reply>& reply,
                                             std::int64_t now_ms) {
  library::DeliveryOutcome outcome;
  if (reply) outcome.status = static_cast<int>(reply->status);
  if (reply && reply->status >= 200 && reply->status < 300) return outcome;
  if (!reply)
    outcome.problem = reply.error().to_sentence();
  else if (reply->status >= 300 && reply->status < 400)
    outcome.problem = fmt::format("status {}: redirects are not followed; change the hook's address", reply->status);
  else
    outcome.problem = fmt::format("status {}", reply->status);
  const std::scoped_lock lock(mutex_);
  const double chance = std::uniform_real_distribution<double>(0, 1)(chance_);
  const auto asked = reply ? asked_pause(reply->field("retry-after")) : 0ms;
  const auto pause = std::max(pause_after(errand.delivery.tries, config_.first_retry, chance), asked);
  outcome.next_ms = now_ms + pause.count();
  // What else it is to be told would fare no better, so that its receiver rests: as long as it fails, ever longer.
  const auto rest = std::max(pause_after(errand.hook.failures + 1, config_.first_retry, chance), asked);
  outcome.rests_until_ms = now_ms + rest.count();
  const bool over = outcome.status == 410 || outcome.next_ms > errand.delivery.at_ms + config_.give_up.count();
  outcome.state = over ? DeliveryState::kGivenUp : DeliveryState::kWaiting;
  return outcome;
}

void Courier::deliver(const library::Errand& errand) {
  const library::Delivery& delivery = errand.delivery;
  const std::int64_t begun_ms = library::system_clock_ms();
  const auto reply = send(errand, begun_ms);
  const std::int64_t now_ms = library::system_clock_ms();
  library::DeliveryOutcome outcome = outcome_of(errand, reply, now_ms);
  // Whether it arrived is not known: the next start sends it again, by the same id.
  if (!reply && reply.error().code == Errc::kCancelled) {
    outcome.state = DeliveryState::kWaiting;
    outcome.next_ms = now_ms;
    outcome.rests_until_ms.reset();
  }
  const auto noted = hooks_.settle(delivery, outcome);
  if (!noted) log_error("cannot note what a hook was told", {{"error", noted.error().to_sentence()}});
  if (outcome.state == DeliveryState::kDelivered)
    return log_info("a hook was told", {{"hook", delivery.hook_id},
                                        {"delivery", delivery.id},
                                        {"event", delivery.event},
                                        {"lesson", delivery.lesson_id},
                                        {"try", delivery.tries},
                                        {"status", outcome.status},
                                        {"ms", now_ms - begun_ms}});
  const bool gone = outcome.status == 410;  // "no longer interested"
  if (gone)
    if (const auto off = hooks_.set_enabled(delivery.hook_id, false); !off)
      log_error("cannot turn a hook off", {{"error", off.error().to_sentence()}});
  log_warn(gone                                       ? "a hook's receiver is gone, and the hook is off"
           : outcome.state == DeliveryState::kGivenUp ? "a hook was not told, and is given up"
                                                      : "a hook was not told, and will be tried again",
           {{"hook", delivery.hook_id},
            {"delivery", delivery.id},
            {"event", delivery.event},
            {"lesson", delivery.lesson_id},
            {"try", delivery.tries},
            {"reason", outcome.problem},
            {"again_in_ms", outcome.state == DeliveryState::kWaiting ? outcome.next_ms - now_ms : 0}});
}

}  // namespace chalkline::hooks
