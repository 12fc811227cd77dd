// Bytes sent by lesson and rendition, for /metrics: one counter that every object of a rendition shares and every
// answer adds to. Bounded: a library of very many lessons ends in "other". Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace chalkline::streamer {

using ByteMeter = std::atomic<std::int64_t>;

class RenditionMeters {
 public:
  explicit RenditionMeters(std::size_t most = 4096) : most_(most) {}

  // `rendition`: "video/0", or "text" and the like for what belongs to no rung.
  std::shared_ptr<ByteMeter> meter(const std::string& lesson, const std::string& rendition) {
    const std::lock_guard lock(mutex_);
    auto key = std::pair(lesson, rendition);
    if (!meters_.contains(key) && meters_.size() >= most_) key = std::pair<std::string, std::string>("other", "other");
    auto& meter = meters_[key];
    if (!meter) meter = std::make_shared<ByteMeter>(0);
    return meter;
  }

  // The Prometheus text format; empty before anything was sent.
  [[nodiscard]] std::string render() const;

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<ByteMeter>> meters_;
};

inline constexpr const char* kRenditionBytesName = "chalkline_rendition_bytes_total";
inline constexpr const char* kRenditionBytesHelp =
    "bytes of bodies by lesson and rendition; over 4,096 of them the rest is \"other\"";

}  // namespace chalkline::streamer
