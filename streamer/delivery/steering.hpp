// Which mirror is near a learner, and whether it answers: by the networks that are configured, and behind them by those
// that mirrors registered, as far as the configuration lets them. `streamer` asks, on any thread and for every request;
// cli/serve/mirror_watch tells how the mirrors are.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "config/config.hpp"
#include "core/network.hpp"
#include "library/mirrors.hpp"
#include "manifests/steering.hpp"

namespace chalkline::streamer {

class Steering {
 public:
  // Before the addresses of a playlist that offers both: what is asked for under it is not sent to a mirror.
  static constexpr std::string_view kStay = "/here/";
  // Before what is asked of a mirror by a player that has another way: what cannot be had there is refused with 421
  // (RFC 9110 15.5.20), not with 503: who is told to wait, waits (hls.js for half a minute), and the other way is
  // there.
  static constexpr std::string_view kNear = "/near/";
  // A mirror's answer to /readyz says with this line that it knows kNear (a boolean of RFC 8941); in lower case, as
  // names of fields come from client/.
  static constexpr std::string_view kNearField = "chalkline-near";
  static constexpr std::string_view kKnowsNear = "Chalkline-Near: ?1\r\n";
  // Behind an address that a player asks for once more: where it was sent the first time, it got nothing.
  static constexpr std::string_view kAgain = "?here";

  struct Mirror {
    // Before every address that a learner asks it for.
    [[nodiscard]] std::string base() const {
      return pathway.base + (refuses.load(std::memory_order_relaxed) ? "/near" : "");
    }

    manifests::Pathway pathway;
    std::vector<Network> networks;
    std::string name;                  // that it registered by; empty: it is configured
    std::atomic<bool> up{false};       // until it is known to answer it is not sent anybody
    std::atomic<bool> refuses{false};  // knows kNear: it is one of ours
  };

  // The configuration was checked (config/text_checks.hpp).
  explicit Steering(const config::SteeringConfig& config);

  // Null where none is near, or does not answer; of those that registered the first that does.
  [[nodiscard]] std::shared_ptr<const Mirror> mirror_for(const boost::asio::ip::address& learner) const;
  // The mirror of that id first where it answers, and last where it does not; empty where there is none of that id.
  [[nodiscard]] std::vector<manifests::Pathway> pathways(std::string_view id) const;

  [[nodiscard]] std::vector<std::shared_ptr<Mirror>> mirrors() const;
  // Their addresses, which a learner's phone may need; one that does not answer now may answer tomorrow.
  [[nodiscard]] std::vector<std::string> bases() const;

  // Whether mirrors that register are heard at all.
  [[nodiscard]] bool hears_registered() const { return !allowed_.empty(); }
  // From now on these, of whose networks those count that lie in one of steering.registered. What is known of the
  // health of one whose address and networks have not changed stays.
  void set_registered(const std::vector<library::RegisteredMirror>& registered);
  // Whether a registered mirror is sent learners, and if so whether it answers; none where it is not.
  [[nodiscard]] std::optional<bool> answers(std::string_view name) const;
  [[nodiscard]] bool redirects() const { return redirects_; }
  [[nodiscard]] std::int64_t ttl_s() const { return ttl_s_; }

 private:
  using Mirrors = std::vector<std::shared_ptr<Mirror>>;

  Mirrors configured_;
  std::vector<Network> allowed_;
  mutable std::shared_mutex mutex_;  // of registered_, which is not looked at where none may be
  Mirrors registered_;
  const bool redirects_;
  const std::int64_t ttl_s_;
};

}  // namespace chalkline::streamer
