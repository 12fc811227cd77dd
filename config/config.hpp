// The typed configuration: what config/chalkline.yaml says, as values with their defaults. Made once by the loader
// (config/load.hpp) before any thread starts, then read-only and shared by reference.
// A key is added here, in the table of config/keys.cpp and in config/chalkline.yaml; a test holds the three together.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/encoding_options.hpp"
#include "core/log.hpp"

namespace chalkline::config {

using Duration = std::chrono::milliseconds;
using Bytes = std::uint64_t;

struct ServerConfig {
  std::string address = "127.0.0.1";  // IPv4 or IPv6 address to listen on
  int port = 8080;                    // 0: the system chooses a free one
  int threads = 0;                    // delivery threads; 0: one per core
  int max_connections = 10'000;
  int max_connections_per_address = 0;                 // 0: connections_per_address() says
  Duration header_timeout = std::chrono::seconds(15);  // from a request's first byte to the end of its header
  Duration idle_timeout = std::chrono::seconds(75);    // between two requests of one connection
  Duration write_timeout = std::chrono::seconds(60);   // without any byte taken by the reader
  Duration drain_timeout = std::chrono::seconds(30);   // from stop() until open responses are cut
  Bytes max_header_bytes = 16'384;
  Bytes max_target_bytes = 4'096;
  Bytes cache_bytes = 256'000'000;                // objects kept in memory, all threads together; 0: none
  std::string congestion_control = "bbr";         // of TCP; empty: the system's
  Bytes unsent_bytes = 12'288;                    // of each connection, written and not yet sent
  Bytes send_buffer = 0;                          // of each connection, in the kernel; 0: the system's
  int pace_percent = 0;                           // of a rung's average rate; 0: as fast as the link
  bool warm_start = true;                         // the hottest objects are remembered over a restart
  bool cache_status = true;                       // Cache-Status in answers (RFC 9211)
  bool verify_reads = false;                      // a file is hashed at every read, not only when it is new or changed
  std::vector<std::string> cors_origins = {"*"};  // "*", or exact origins: https://school.example
  std::string base_url;                           // as learners see the server: https://video.example; empty: relative
  // A quarter of all, so that nobody alone keeps the others out; not less than a class needs.
  [[nodiscard]] int connections_per_address() const {
    constexpr int kClass = 256;
    if (max_connections_per_address > 0) return max_connections_per_address;
    return std::max(max_connections / 4, std::min(max_connections, kClass));
  }
  friend bool operator==(const ServerConfig&, const ServerConfig&) = default;
};

struct TlsConfig {
  std::string certificate;  // PEM file, the server's first, then its chain; empty: no TLS
  std::string key;          // PEM file
  int port = 8443;          // 0: the system chooses a free one
  Duration session_lifetime = std::chrono::hours(24);
  bool early_data = true;
  [[nodiscard]] bool enabled() const { return !certificate.empty(); }
  friend bool operator==(const TlsConfig&, const TlsConfig&) = default;
};

struct LibraryConfig {
  std::filesystem::path path = "library-data";  // relative to the folder where chalkline was started
  friend bool operator==(const LibraryConfig&, const LibraryConfig&) = default;
};

struct ManagementConfig {
  bool enabled = true;  // what changes the library over HTTP: uploads, the API's writing half, the studio
  friend bool operator==(const ManagementConfig&, const ManagementConfig&) = default;
};

struct UploadsConfig {
  Bytes max_size = 20'000'000'000;           // of one recording
  Duration expiry = std::chrono::hours(72);  // of an unfinished upload, since its last byte
  Bytes quota = 200'000'000'000;             // of all unfinished uploads together, as long as they say they will be
  int max_unfinished = 1'000;
  friend bool operator==(const UploadsConfig&, const UploadsConfig&) = default;
};

struct WorkerConfig {
  bool enabled = true;                                // `serve` transcodes too
  int niceness = 19;                                  // of transcodes, as in nice(1)
  int max_tries = 3;                                  // of one job, all workers together
  Duration lease = std::chrono::seconds(60);          // how long a silent worker keeps a job
  Duration stall_timeout = std::chrono::minutes(10);  // a transcode without progress for this long is stopped
  Bytes memory_limit = 6'000'000'000;                 // of one transcode, private memory
  Duration cpu_limit = std::chrono::hours(24);        // of one transcode, CPU time over all its threads
  Bytes max_source_bytes = 20'000'000'000;            // larger recordings are refused
  friend bool operator==(const WorkerConfig&, const WorkerConfig&) = default;
};

struct WatchedFolderConfig {
  std::string path;                            // empty: none is watched
  Duration settle = std::chrono::seconds(10);  // a file is finished when it has not changed for so long
  friend bool operator==(const WatchedFolderConfig&, const WatchedFolderConfig&) = default;
};

struct SteeringConfig {
  std::vector<std::string> mirrors;         // "https://mirror.example 10.1.0.0/16 2001:db8::/32": for whom it is near
  std::vector<std::string> registered;      // networks of which mirrors that register may say that they are near
  bool redirect = true;                     // also players that know no steering, by 307
  Duration ttl = std::chrono::seconds(30);  // after which a player asks again where to go
  friend bool operator==(const SteeringConfig&, const SteeringConfig&) = default;
};
struct MirrorConfig {
  std::string upstream;              // https://video.example: an origin or another mirror; empty: this is no mirror
  std::vector<std::string> keys;     // public keys of the origin, as `chalkline keys` shows them there
  std::vector<std::string> courses;  // to lie here whole; "*": all
  std::string hours;                 // in which they are fetched, local time: 01:00-05:00; empty: always
  Bytes rate = 0;                    // of what is fetched, a second; 0: as fast as it goes
  int parallel = 4;                  // files at a time
  Bytes disk = 0;                    // of all copies together; 0: as many as there is room for
  Duration interval = std::chrono::minutes(1);           // between two questions for changes
  Duration longest_interval = std::chrono::hours(6);     // while nothing changes
  std::string register_token_file;                       // the token to register with; empty: it does not
  std::string register_at;                               // where; empty: at the upstream
  std::string register_as;                               // by what name; empty: one of its own
  std::string register_address;                          // under which learners reach it
  std::vector<std::string> register_networks;            // of the learners that it is near to
  Duration register_interval = std::chrono::minutes(5);  // between two reports
  Duration wait = std::chrono::minutes(1);               // of a learner for the first byte of what is not here
  int waiting = 200;                                     // files for which learners may wait at a time
  [[nodiscard]] bool enabled() const { return !upstream.empty(); }
  [[nodiscard]] bool registers() const { return !register_token_file.empty(); }
  friend bool operator==(const MirrorConfig&, const MirrorConfig&) = default;
};

struct AccessConfig {
  std::vector<std::string> secrets;  // empty: lessons are open
  [[nodiscard]] bool closed() const { return !secrets.empty(); }
  friend bool operator==(const AccessConfig&, const AccessConfig&) = default;
};

struct HooksConfig {
  std::vector<std::string> urls;                   // told of publications and failures
  std::vector<std::string> secrets;                // sign what is sent to them; all of them
  Duration timeout = std::chrono::seconds(15);     // of one try
  Duration first_retry = std::chrono::seconds(5);  // after a try that failed; each later one four times as long
  Duration give_up = std::chrono::hours(72);       // since the event
  bool private_addresses = false;                  // also for hooks that the API made
  friend bool operator==(const HooksConfig&, const HooksConfig&) = default;
};

struct LearnersConfig {
  bool reports = false;       // the page tells how a visit was (docs/reports.md)
  bool request_data = false;  // its player tells how it is doing with each request (CMCD)
  std::string lrs;            // an xAPI endpoint to which it sends statements; empty: none
  friend bool operator==(const LearnersConfig&, const LearnersConfig&) = default;
};

struct LogConfig {
  LogLevel level = LogLevel::kInfo;
  bool access = true;  // one line a request
  friend bool operator==(const LogConfig&, const LogConfig&) = default;
};

struct Config {
  ServerConfig server;
  TlsConfig tls;
  LibraryConfig library;
  ManagementConfig management;
  UploadsConfig uploads;
  WorkerConfig worker;
  WatchedFolderConfig watched_folder;
  EncodingOptions transcode;
  MirrorConfig mirror;
  SteeringConfig steering;
  AccessConfig access;
  HooksConfig hooks;
  LearnersConfig learners;
  LogConfig log;
  friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace chalkline::config
