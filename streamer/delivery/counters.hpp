// Everything the server counts, in one table: /metrics and the table of docs/delivery.md are made from it. Each
// delivery thread has its own Counters and is their only writer; a scrape adds them up.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace chalkline::streamer {

enum class Counter : std::uint8_t {
  kConnections,
  kConnectionsOpen,
  kConnectionsRefused,
  kAcceptFailures,
  kTimeouts,
  kTlsFull,
  kTlsResumed,
  kTlsFailed,
  kTlsEarly,
  kHttp2,
  kHttp2Refused,
  kRequests,
  kRequestsRefused,
  kResponses2xx,
  kResponses206,
  kResponses304,
  kResponses4xx,
  kResponses5xx,
  kBodyBytes,
  kAborted,
  kLookupHit,
  kLookupStale,
  kLookupMiss,
  kLookupCoalesced,
  kLoadFailures,
  kFileReads,
  kFilePieces,
  kClientReports,
  kClientStarved,
  kPrefetches,
  kCount
};

struct CounterInfo {
  Counter counter;
  std::string_view name;    // Prometheus metric
  std::string_view labels;  // "result=\"hit\"", or empty
  std::string_view type;    // "counter" or "gauge"
  std::string_view help;    // of the metric: the same for all rows of one name
};

inline constexpr std::array kCounterTable = {
    CounterInfo{Counter::kConnections, "chalkline_connections_total", "", "counter", "connections accepted"},
    CounterInfo{Counter::kConnectionsOpen, "chalkline_connections_open", "", "gauge", "connections open now"},
    CounterInfo{Counter::kConnectionsRefused, "chalkline_connections_refused_total", "", "counter",
                "connections over server.max_connections or server.max_connections_per_address, answered 503"},
    CounterInfo{Counter::kAcceptFailures, "chalkline_accept_failures_total", "", "counter",
                "accept() failures, among them out of file descriptors; the server backs off and goes on"},
    CounterInfo{Counter::kTimeouts, "chalkline_timeouts_total", "", "counter",
                "connections closed for a header, idle or write timeout"},
    CounterInfo{Counter::kTlsFull, "chalkline_tls_handshakes_total", "result=\"full\"", "counter",
                "TLS handshakes by result; failed also where the client went away or was too slow"},
    CounterInfo{Counter::kTlsResumed, "chalkline_tls_handshakes_total", "result=\"resumed\"", "counter",
                "TLS handshakes by result; failed also where the client went away or was too slow"},
    CounterInfo{Counter::kTlsFailed, "chalkline_tls_handshakes_total", "result=\"failed\"", "counter",
                "TLS handshakes by result; failed also where the client went away or was too slow"},
    CounterInfo{Counter::kTlsEarly, "chalkline_tls_early_data_total", "", "counter",
                "connections whose first requests came as TLS early data (0-RTT)"},
    CounterInfo{Counter::kHttp2, "chalkline_http2_connections_total", "", "counter", "connections that speak HTTP/2"},
    CounterInfo{Counter::kHttp2Refused, "chalkline_http2_ended_total", "", "counter",
                "HTTP/2 connections ended for malformed frames or a flood"},
    CounterInfo{Counter::kRequests, "chalkline_requests_total", "", "counter", "requests with a well-formed head"},
    CounterInfo{Counter::kRequestsRefused, "chalkline_requests_malformed_total", "", "counter",
                "request heads refused: malformed, ambiguous or over a limit"},
    CounterInfo{Counter::kResponses2xx, "chalkline_responses_total", "code=\"2xx\"", "counter",
                "responses by kind of status; 206 and 304 apart from their class"},
    CounterInfo{Counter::kResponses206, "chalkline_responses_total", "code=\"206\"", "counter",
                "responses by kind of status; 206 and 304 apart from their class"},
    CounterInfo{Counter::kResponses304, "chalkline_responses_total", "code=\"304\"", "counter",
                "responses by kind of status; 206 and 304 apart from their class"},
    CounterInfo{Counter::kResponses4xx, "chalkline_responses_total", "code=\"4xx\"", "counter",
                "responses by kind of status; 206 and 304 apart from their class"},
    CounterInfo{Counter::kResponses5xx, "chalkline_responses_total", "code=\"5xx\"", "counter",
                "responses by kind of status; 206 and 304 apart from their class"},
    CounterInfo{Counter::kBodyBytes, "chalkline_body_bytes_total", "", "counter",
                "bytes of response bodies handed to the kernel"},
    CounterInfo{Counter::kAborted, "chalkline_responses_aborted_total", "", "counter",
                "responses whose reader went away or was too slow"},
    CounterInfo{Counter::kLookupHit, "chalkline_cache_lookups_total", "result=\"hit\"", "counter",
                "object cache lookups by result"},
    CounterInfo{Counter::kLookupStale, "chalkline_cache_lookups_total", "result=\"stale\"", "counter",
                "object cache lookups by result"},
    CounterInfo{Counter::kLookupMiss, "chalkline_cache_lookups_total", "result=\"miss\"", "counter",
                "object cache lookups by result"},
    CounterInfo{Counter::kLookupCoalesced, "chalkline_cache_lookups_total", "result=\"coalesced\"", "counter",
                "object cache lookups by result"},
    CounterInfo{
        Counter::kLoadFailures, "chalkline_load_failures_total", "", "counter",
        "requests whose object could not be read or made: corrupt, unreadable, overloaded; not those not found"},
    CounterInfo{Counter::kFileReads, "chalkline_file_reads_total", "", "counter",
                "pieces of files that were not in the page cache and were read by the blocking pool"},
    CounterInfo{Counter::kFilePieces, "chalkline_file_pieces_total", "", "counter",
                "pieces of files that the page cache had"},
    CounterInfo{Counter::kClientReports, "chalkline_client_reports_total", "", "counter",
                "requests in which a player says how it is doing (CMCD)"},
    CounterInfo{Counter::kClientStarved, "chalkline_client_starved_total", "", "counter",
                "of them, those whose player had run empty since its last request: a stall (CMCD bs)"},
    CounterInfo{Counter::kPrefetches, "chalkline_prefetches_total", "", "counter",
                "objects loaded into memory because a player said that it would ask for them next (CMCD nor)"},
};
static_assert(kCounterTable.size() == static_cast<std::size_t>(Counter::kCount));

class Counters {
 public:
  // One writer: no read-modify-write instruction is needed.
  void add(Counter counter, std::int64_t amount = 1) {
    auto& value = values_[static_cast<std::size_t>(counter)];
    value.store(value.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  [[nodiscard]] std::int64_t value(Counter counter) const {
    return values_[static_cast<std::size_t>(counter)].load(std::memory_order_relaxed);
  }
  void count_status(unsigned status) {
    add(status == 206   ? Counter::kResponses206
        : status == 304 ? Counter::kResponses304
        : status < 300  ? Counter::kResponses2xx
        : status < 500  ? Counter::kResponses4xx
                        : Counter::kResponses5xx);
  }

 private:
  std::array<std::atomic<std::int64_t>, static_cast<std::size_t>(Counter::kCount)> values_{};
};

using CounterSums = std::array<std::int64_t, static_cast<std::size_t>(Counter::kCount)>;

struct Gauges {
  std::uint64_t cache_bytes = 0;
  std::uint64_t cache_objects = 0;
  std::uint64_t cache_evictions = 0;
  std::uint64_t pool_waiting = 0;
  std::int64_t files_hashed = 0;
  std::int64_t access_lines_dropped = 0;
  std::int64_t uptime_seconds = 0;
  std::int64_t threads = 0;
};

// The Prometheus text format, version 0.0.4. Pure.
std::string render_metrics(const CounterSums& sums, const Gauges& gauges);

// The same table as Markdown, for docs/delivery.md; a test holds the two equal.
std::string render_metrics_docs();

}  // namespace chalkline::streamer
