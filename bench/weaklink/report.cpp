// Keys are documented in bench/README.md.
#include "bench/weaklink/report.hpp"

#include <nlohmann/json.hpp>

namespace chalkline::weaklink {
namespace {

using Json = nlohmann::ordered_json;

double ms(Nanos time) { return std::chrono::duration<double, std::milli>(time).count(); }

double rounded(double value) { return static_cast<double>(static_cast<std::int64_t>(value * 1000 + 0.5)) / 1000; }

Json asked(const DirectionPlan& plan) {
  Json json;
  json["kbps"] = static_cast<double>(plan.rate.mean_bits_per_second()) / 1000;
  json["trace"] = plan.rate.trace != nullptr;
  json["delay_ms"] = ms(plan.delay);
  json["jitter_ms"] = ms(plan.jitter);
  json["loss"] = plan.loss.mean();
  json["queue_bytes"] = plan.queue_bytes;
  json["dark_ms"] = ms(plan.outage.dark);
  json["dark_every_ms"] = ms(plan.outage.every);
  json["seed"] = plan.seed;
  return json;
}

Json did(const DirectionCounts& counts, Nanos elapsed) {
  const auto through = counts.offered_packets - counts.dropped_packets;
  Json json;
  json["offered_packets"] = counts.offered_packets;
  json["offered_bytes"] = counts.offered_bytes;
  json["delivered_packets"] = counts.delivered_packets;
  json["delivered_bytes"] = counts.delivered_bytes;
  json["delivered_kbps"] = rounded(static_cast<double>(counts.delivered_bytes) * 8 / ms(elapsed));
  json["lost_packets"] = counts.lost_packets;
  json["dropped_packets"] = counts.dropped_packets;
  json["waiting_mean_ms"] = rounded(through == 0 ? 0 : ms(counts.waiting_sum) / static_cast<double>(through));
  json["waiting_max_ms"] = rounded(ms(counts.waiting_max));
  json["late_max_ms"] = rounded(ms(counts.late_max));
  json["late_packets"] = counts.late_packets;
  return json;
}

}  // namespace

std::string report_json(const LinkPlan& plan, const LinkAddresses& addresses, const Ending& ending) {
  Json json;
  json["profile"] = plan.name;
  json["host"] = addresses.host;
  json["learner"] = addresses.learner;
  json["mtu"] = plan.mtu;
  json["seconds"] = rounded(ms(ending.counts.elapsed) / 1000);
  json["exit_code"] = ending.exit_code;
  json["asked"] = {{"down", asked(plan.down)}, {"up", asked(plan.up)}};
  json["down"] = did(ending.counts.down, ending.counts.elapsed);
  json["up"] = did(ending.counts.up, ending.counts.elapsed);
  return json.dump();
}

std::string sample_json(const Counts& counts, std::int64_t start_unix_ms) {
  Json json;
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(counts.elapsed).count();
  json["unix_ms"] = start_unix_ms + elapsed;
  json["ms"] = elapsed;
  json["down_bytes"] = counts.down.delivered_bytes;
  json["up_bytes"] = counts.up.delivered_bytes;
  json["down_queued"] = counts.down.queued_bytes;
  json["up_queued"] = counts.up.queued_bytes;
  json["down_dropped"] = counts.down.dropped_packets;
  json["down_lost"] = counts.down.lost_packets;
  return json.dump();
}

}  // namespace chalkline::weaklink
