// What every delivery thread shares. Owned by the server (server.cpp), which outlives all of them; everything in it is
// immutable or thread-safe.
#pragma once

#include <functional>
#include <string>

#include "config/config.hpp"
#include "library/following.hpp"
#include "streamer/cache/object_cache.hpp"
#include "streamer/delivery/access_log.hpp"
#include "streamer/delivery/blocking_pool.hpp"
#include "streamer/delivery/connection_limits.hpp"
#include "streamer/delivery/cors.hpp"
#include "streamer/delivery/object_source.hpp"
#include "streamer/pages/asset_table.hpp"

namespace chalkline::streamer {

class Management;
class Steering;
class TlsContext;

struct Services {
  const config::Config& config;  // as the server started; a worker has its own, which may change
  AccessLogWriter* access_log;   // null: no access log
  const CorsPolicy& cors;
  const std::string cors_fields;  // cors.object_fields(), once
  const AssetTable& assets;
  ObjectCache& cache;
  ObjectSource& source;
  BlockingPool& pool;
  ConnectionLimits& limits;
  const TlsContext* tls;                // null where there is no TLS
  const std::string preview_secret;     // signs what an editor may look at before learners
  const library::Following* following;  // null where this is no mirror
  const Steering& steering;
  Management* management;                       // null where nothing is managed
  std::function<std::string()> render_metrics;  // any thread, does not block
};

// Runs source.load() and turns an exception, which would be our bug or no memory, into a failed load.
LoadResult load_safely(ObjectSource& source, const std::string& key) noexcept;

}  // namespace chalkline::streamer
