// The first mirror whose networks have the address; what stands in the configuration goes before what registered.
#include "streamer/delivery/steering.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <sstream>
#include <utility>

namespace chalkline::streamer {

static AddressBytes bytes_of(const boost::asio::ip::address& address) {
  namespace ip = boost::asio::ip;
  const auto six = address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()) : address.to_v6();
  return six.to_bytes();
}

static bool is_near(const Steering::Mirror& mirror, const AddressBytes& address) {
  return std::ranges::any_of(mirror.networks, [&](const Network& network) { return network.contains(address); });
}

Steering::Steering(const config::SteeringConfig& config)
    : redirects_(config.redirect), ttl_s_(std::chrono::duration_cast<std::chrono::seconds>(config.ttl).count()) {
  for (const std::string& line : config.mirrors) {
    std::istringstream words(line);
    Mirror& mirror = *configured_.emplace_back(std::make_shared<Mirror>());
    mirror.pathway.id = "mirror-" + std::to_string(configured_.size());
    words >> mirror.pathway.base;
    for (std::string word; words >> word;)
      if (auto network = Network::parse(word)) mirror.networks.push_back(*network);
  }
  for (const std::string& text : config.registered)
    if (auto network = Network::parse(text)) allowed_.push_back(*network);
}

// Of mirrors that registered the first that answers: one that is gone for good stays registered, and must be in
// nobody's way. What the operator wrote is meant: where that mirror is down its learners are served here.
std::shared_ptr<const Steering::Mirror> Steering::mirror_for(const boost::asio::ip::address& learner) const {
  if (configured_.empty() && allowed_.empty()) return nullptr;
  const AddressBytes address = bytes_of(learner);
  const auto answers = [](const auto& mirror) { return mirror->up.load(std::memory_order_relaxed); };
  for (const auto& mirror : configured_)
    if (is_near(*mirror, address)) return answers(mirror) ? mirror : nullptr;
  if (!hears_registered()) return nullptr;
  const std::shared_lock lock(mutex_);
  for (const auto& mirror : registered_)
    if (answers(mirror) && is_near(*mirror, address)) return mirror;
  return nullptr;
}

std::vector<std::shared_ptr<Steering::Mirror>> Steering::mirrors() const {
  Mirrors all = configured_;
  const std::shared_lock lock(mutex_);
  all.insert(all.end(), registered_.begin(), registered_.end());
  return all;
}

std::vector<std::string> Steering::bases() const {
  std::vector<std::string> bases;
  for (const auto& mirror : mirrors()) bases.push_back(mirror->pathway.base);
  return bases;
}

void Steering::set_registered(const std::vector<library::RegisteredMirror>& registered) {
  Mirrors next;
  for (const library::RegisteredMirror& one : registered) {
    auto mirror = std::make_shared<Mirror>();
    mirror->name = one.name;
    mirror->pathway = {"at-" + one.name, one.address};
    for (const std::string& text : one.networks)
      if (const auto network = Network::parse(text);
          network && std::ranges::any_of(allowed_, [&](const Network& all) { return all.contains(*network); }))
        mirror->networks.push_back(*network);
    if (!one.address.empty() && !mirror->networks.empty()) next.push_back(std::move(mirror));
  }
  const std::unique_lock lock(mutex_);
  for (auto& mirror : next)
    for (const auto& known : registered_)
      if (known->name == mirror->name && known->pathway.base == mirror->pathway.base &&
          known->networks == mirror->networks)
        mirror = known;
  registered_ = std::move(next);
}

std::optional<bool> Steering::answers(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  for (const auto& mirror : registered_)
    if (mirror->name == name) return mirror->up.load(std::memory_order_relaxed);
  return std::nullopt;
}

std::vector<manifests::Pathway> Steering::pathways(std::string_view id) const {
  for (const auto& mirror : mirrors()) {
    if (mirror->pathway.id != id) continue;
    std::vector<manifests::Pathway> both = {
        {mirror->pathway.id, mirror->base()},
        {".", redirects_ ? std::string(kStay.substr(0, kStay.size() - 1)) : std::string()}};
    if (!mirror->up.load(std::memory_order_relaxed)) std::ranges::reverse(both);
    return both;
  }
  return {};
}

}  // namespace chalkline::streamer
