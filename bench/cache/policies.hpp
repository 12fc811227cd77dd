// The policies that S3-FIFO (streamer/cache/s3_fifo.hpp) is compared with, all weighted by bytes: LRU, and W-TinyLFU
// with the size-aware admission of Einziger et al. 2021 ("aggregated victims"). Each answers one question: was this
// object there?
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

namespace chalkline::bench {

// A list ordered by use, with its weight: the part that LRU and W-TinyLFU are made of.
class UseOrder {
 public:
  struct Node {
    std::uint32_t object = 0;
    std::uint32_t bytes = 0;
  };
  [[nodiscard]] std::uint64_t weight() const { return weight_; }
  [[nodiscard]] bool empty() const { return nodes_.empty(); }
  [[nodiscard]] bool contains(std::uint32_t object) const { return at_.contains(object); }
  [[nodiscard]] const Node& last() const { return nodes_.back(); }
  [[nodiscard]] const std::list<Node>& nodes() const { return nodes_; }

  void push(Node node) {
    nodes_.push_front(node);
    at_[node.object] = nodes_.begin();
    weight_ += node.bytes;
  }
  bool touch(std::uint32_t object) {
    const auto at = at_.find(object);
    if (at == at_.end()) return false;
    nodes_.splice(nodes_.begin(), nodes_, at->second);
    return true;
  }
  Node take(std::uint32_t object) {
    const auto at = at_.find(object);
    const Node node = *at->second;
    nodes_.erase(at->second);
    at_.erase(at);
    weight_ -= node.bytes;
    return node;
  }
  Node take_last() { return take(nodes_.back().object); }

 private:
  std::list<Node> nodes_;
  std::unordered_map<std::uint32_t, std::list<Node>::iterator> at_;
  std::uint64_t weight_ = 0;
};

class Lru {
 public:
  explicit Lru(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}
  bool ask(std::uint32_t object, std::uint32_t bytes) {
    if (order_.touch(object)) return true;
    if (bytes > max_bytes_) return false;
    order_.push({object, bytes});
    while (order_.weight() > max_bytes_) order_.take_last();
    return false;
  }

 private:
  std::uint64_t max_bytes_;
  UseOrder order_;
};

// How often something was asked for lately: count-min over four rows of small counters that are halved now and then.
class Sketch {
 public:
  explicit Sketch(std::size_t counters) : width_(std::max<std::size_t>(counters, 1024)), sample_(width_ * 10) {
    for (auto& row : rows_) row.assign(width_, 0);
  }
  void note(std::uint32_t object) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      auto& counter = rows_[i][place(object, i)];
      if (counter < 15) ++counter;
    }
    if (++noted_ < sample_) return;
    noted_ /= 2;
    for (auto& row : rows_)
      for (auto& counter : row) counter = static_cast<std::uint8_t>(counter / 2);
  }
  [[nodiscard]] unsigned estimate(std::uint32_t object) const {
    unsigned least = 15;
    for (std::size_t i = 0; i < rows_.size(); ++i) least = std::min<unsigned>(least, rows_[i][place(object, i)]);
    return least;
  }

 private:
  [[nodiscard]] std::size_t place(std::uint32_t object, std::size_t row) const {
    std::uint64_t x = (std::uint64_t{object} + 1) * (0x9E3779B97F4A7C15ULL + 2 * row);
    x ^= x >> 31;
    x *= 0xBF58476D1CE4E5B9ULL;
    return static_cast<std::size_t>((x ^ (x >> 29)) % width_);
  }
  std::size_t width_;
  std::size_t sample_;
  std::size_t noted_ = 0;
  std::array<std::vector<std::uint8_t>, 4> rows_;
};

class WTinyLfu {
 public:
  WTinyLfu(std::uint64_t max_bytes, std::size_t expected_objects)
      : window_max_(max_bytes / 100), main_max_(max_bytes - window_max_), sketch_(expected_objects) {}

  bool ask(std::uint32_t object, std::uint32_t bytes) {
    sketch_.note(object);
    if (window_.touch(object) || protected_.touch(object)) return true;
    if (probation_.contains(object)) {
      protected_.push(probation_.take(object));
      while (protected_.weight() > main_max_ / 5 * 4) probation_.push(protected_.take_last());
      return true;
    }
    if (bytes > main_max_) return false;
    window_.push({object, bytes});
    while (window_.weight() > window_max_ && !window_.empty()) admit(window_.take_last());
    return false;
  }

 private:
  // Into the main part where it is asked for more than all that would have to leave for it.
  void admit(const UseOrder::Node& candidate) {
    std::uint64_t room = main_max_ - std::min(main_max_, probation_.weight() + protected_.weight());
    unsigned victims = 0;
    std::size_t count = 0;
    const unsigned wanted = sketch_.estimate(candidate.object);
    for (auto at = probation_.nodes().rbegin(); room < candidate.bytes && at != probation_.nodes().rend(); ++at) {
      victims += sketch_.estimate(at->object);
      room += at->bytes;
      ++count;
      if (victims >= wanted) {  // they stay, and the oldest gets a second chance against the next candidate
        probation_.touch(probation_.last().object);
        return;
      }
    }
    if (room < candidate.bytes) return;
    for (; count > 0; --count) probation_.take_last();
    probation_.push(candidate);
  }

  std::uint64_t window_max_;
  std::uint64_t main_max_;
  Sketch sketch_;
  UseOrder window_;
  UseOrder probation_;
  UseOrder protected_;
};

}  // namespace chalkline::bench
