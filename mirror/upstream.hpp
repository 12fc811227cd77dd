// What a mirror follows, over HTTP or HTTPS: an origin or another mirror. Connections are kept and shared; any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "client/http_client.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "mirror/part_file.hpp"

namespace chalkline::mirror {

struct UpstreamOptions {
  std::string base_url;                // "https://video.example", without a "/" at its end
  std::uint64_t bytes_per_second = 0;  // of each transfer; 0: as fast as it goes
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds silence{30};  // a transfer that brings less than a byte a second for so long is over
  std::stop_token stop;              // ends all transfers
  std::string name;                  // of this mirror: in CDN-Loop (RFC 8586) of what it asks
};

struct Fetched {
  bool unchanged = false;  // it still is what the ETag names
  std::string text;
  std::string via;  // RFC 9110 7.6.3: through which mirrors it came
};

class Upstream {
 public:
  explicit Upstream(UpstreamOptions options);

  // A text of at most `limit` bytes, or that it still is what `etag`, with its quotes, names. kNotFound for
  // 404, kPermissionDenied for 401 and 403, kBusy while the upstream cannot be reached or says 5xx, kLimitExceeded.
  Result<Fetched> read(const std::string& path, const std::string& etag, std::size_t limit);

  // A file whose bytes are known beforehand, of which `part` has what an earlier call brought (RFC 9110 14) and in the
  // end all, checked. kCorrupt for other bytes.
  Result<void> fetch(const std::string& path, const FileEntry& entry, PartFile& part);

  // Bytes of answers, all together, as they came over the line.
  [[nodiscard]] std::uint64_t received() const { return received_.load(std::memory_order_relaxed); }

  // While it leads back to this mirror no file is asked for: it would wait for itself. kBusy.
  void set_looped(bool looped) { looped_.store(looped, std::memory_order_relaxed); }

 private:
  std::atomic<bool> looped_{false};
  std::atomic<std::uint64_t> received_{0};
  const std::string base_url_;
  const std::string name_;
  client::HttpClient client_;
};

}  // namespace chalkline::mirror
