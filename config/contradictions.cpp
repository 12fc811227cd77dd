// The rules, in the order of chalkline.yaml.
#include "config/contradictions.hpp"

#include <fmt/format.h>

#include "config/units.hpp"

namespace chalkline::config {

static void check_server(const ServerConfig& server, std::vector<Contradiction>& found) {
  if (server.max_connections_per_address > server.max_connections)
    found.push_back(
        {"server.max_connections_per_address", "server.max_connections",
         fmt::format("server.max_connections_per_address ({}) is more than server.max_connections ({}); lower it",
                     server.max_connections_per_address, server.max_connections)});
  if (server.max_target_bytes > server.max_header_bytes)
    found.push_back(
        {"server.max_target_bytes", "server.max_header_bytes",
         fmt::format("server.max_target_bytes ({}) is more than server.max_header_bytes ({}), which counts the "
                     "target too; lower it",
                     format_size(server.max_target_bytes), format_size(server.max_header_bytes))});
  if (server.cors_origins.size() > 1)
    for (const std::string& origin : server.cors_origins)
      if (origin == "*")
        found.push_back({"server.cors_origins", "server.cors_origins",
                         "server.cors_origins holds \"*\", which allows all, beside others; keep \"*\" or the others"});
}

static void check_tls(const TlsConfig& tls, std::vector<Contradiction>& found) {
  if (tls.certificate.empty() == tls.key.empty()) return;
  const bool lacks_key = tls.key.empty();
  found.push_back({lacks_key ? "tls.key" : "tls.certificate", lacks_key ? "tls.certificate" : "tls.key",
                   lacks_key ? "tls.certificate is given without its tls.key; give both or neither"
                             : "tls.key is given without its tls.certificate; give both or neither"});
}

static void check_uploads(const UploadsConfig& uploads, std::vector<Contradiction>& found) {
  if (uploads.max_size > uploads.quota)
    found.push_back({"uploads.max_size", "uploads.quota",
                     fmt::format("uploads.max_size ({}) is more than uploads.quota ({}), which holds it; lower it",
                                 format_size(uploads.max_size), format_size(uploads.quota))});
}

static void check_worker(const WorkerConfig& worker, std::vector<Contradiction>& found) {
  if (worker.stall_timeout > worker.cpu_limit)
    found.push_back({"worker.stall_timeout", "worker.cpu_limit",
                     fmt::format("worker.stall_timeout ({}) is longer than worker.cpu_limit ({}); lower it",
                                 format_duration(worker.stall_timeout), format_duration(worker.cpu_limit))});
}

static void check_ladder(const EncodingOptions& options, std::vector<Contradiction>& found) {
  const std::vector<RungOptions>& ladder = options.ladder;
  if (!options.fixed_ladder && ladder != EncodingOptions().ladder)
    found.push_back({"transcode.ladder", "transcode.fixed_ladder",
                     "transcode.ladder is not used while transcode.fixed_ladder is false; make that true, or leave the "
                     "ladder out"});
  for (std::size_t i = 1; i < ladder.size(); ++i) {
    if (ladder[i].height <= ladder[i - 1].height)
      found.push_back({"transcode.ladder", "transcode.ladder",
                       fmt::format("transcode.ladder goes from height {} to {}; order the rungs from the smallest up",
                                   ladder[i - 1].height, ladder[i].height)});
    else if (ladder[i].max_kbps < ladder[i - 1].max_kbps)
      found.push_back(
          {"transcode.ladder", "transcode.ladder",
           fmt::format("transcode.ladder gives height {} less max_kbps ({}) than height {} ({}); a larger picture "
                       "needs at least as much",
                       ladder[i].height, ladder[i].max_kbps, ladder[i - 1].height, ladder[i - 1].max_kbps)});
  }
}

static void check_segments(const EncodingOptions& options, std::vector<Contradiction>& found) {
  const auto longer = [&](std::string_view key, int ms, std::string_view other, int other_ms) {
    if (ms > other_ms)
      found.push_back({key, other,
                       fmt::format("{} ({}) is longer than {} ({}); lower it", key, format_duration(Duration(ms)),
                                   other, format_duration(Duration(other_ms)))});
  };
  longer("transcode.first_segment", options.first_segment_ms, "transcode.segment_target", options.segment_target_ms);
  longer("transcode.segment_target", options.segment_target_ms, "transcode.segment_max", options.segment_max_ms);
}

static void check_hooks(const HooksConfig& hooks, std::vector<Contradiction>& found) {
  if (!hooks.urls.empty() && hooks.secrets.empty())
    found.push_back({"hooks.urls", "hooks.secrets",
                     "hooks.urls is given without hooks.secrets, by which receivers know who sends; give one"});
}

static void check_mirror(const MirrorConfig& mirror, std::vector<Contradiction>& found) {
  if (mirror.registers() && !mirror.enabled())
    found.push_back({"mirror.register_token_file", "mirror.upstream",
                     "mirror.register_token_file is given without mirror.upstream; this is no mirror"});
  if (!mirror.register_networks.empty() && mirror.register_address.empty())
    found.push_back({"mirror.register_networks", "mirror.register_address",
                     "mirror.register_networks is given without mirror.register_address, to which their learners "
                     "would be sent; give both"});
}

std::vector<Contradiction> contradictions(const Config& config) {
  std::vector<Contradiction> found;
  check_server(config.server, found);
  check_tls(config.tls, found);
  check_uploads(config.uploads, found);
  check_worker(config.worker, found);
  check_ladder(config.transcode, found);
  check_segments(config.transcode, found);
  check_mirror(config.mirror, found);
  check_hooks(config.hooks, found);
  return found;
}

}  // namespace chalkline::config
