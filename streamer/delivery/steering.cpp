// The first mirror in the configuration whose networks have the address.
#include "streamer/delivery/steering.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>

namespace chalkline::streamer {

static AddressBytes bytes_of(const boost::asio::ip::address& address) {
  namespace ip = boost::asio::ip;
  const auto six = address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()) : address.to_v6();
  return six.to_bytes();
}

Steering::Steering(const config::SteeringConfig& config)
    : redirects_(config.redirect), ttl_s_(std::chrono::duration_cast<std::chrono::seconds>(config.ttl).count()) {
  for (const std::string& line : config.mirrors) {
    std::istringstream words(line);
    Mirror& mirror = mirrors_.emplace_back();
    mirror.pathway.id = "mirror-" + std::to_string(mirrors_.size());
    words >> mirror.pathway.base;
    for (std::string word; words >> word;)
      if (auto network = Network::parse(word)) mirror.networks.push_back(*network);
  }
}

const Steering::Mirror* Steering::mirror_for(const boost::asio::ip::address& learner) const {
  if (mirrors_.empty()) return nullptr;
  const AddressBytes address = bytes_of(learner);
  for (const Mirror& mirror : mirrors_)
    if (std::ranges::any_of(mirror.networks, [&](const Network& network) { return network.contains(address); }))
      return mirror.up.load(std::memory_order_relaxed) ? &mirror : nullptr;
  return nullptr;
}

std::vector<manifests::Pathway> Steering::pathways(std::string_view id) const {
  for (const Mirror& mirror : mirrors_) {
    if (mirror.pathway.id != id) continue;
    std::vector<manifests::Pathway> both = {
        {mirror.pathway.id, mirror.base()},
        {".", redirects_ ? std::string(kStay.substr(0, kStay.size() - 1)) : std::string()}};
    if (!mirror.up.load(std::memory_order_relaxed)) std::ranges::reverse(both);
    return both;
  }
  return {};
}

}  // namespace chalkline::streamer
