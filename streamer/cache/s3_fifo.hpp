// S3-FIFO (Yang et al., SOSP 2023), weighted by bytes: three queues, no list is reordered by a hit. New keys go to a
// small queue (a tenth of the room); what is asked for again before it leaves moves to the main queue, the rest leaves
// soon and is remembered by hash only in a ghost queue, so that a scan through one long lesson does not push out the
// common ones. Pure: no lock, no clock. Used by ObjectCache and the table of indexes under their locks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace chalkline::streamer {

template <class Value>
class S3Fifo {
 public:
  explicit S3Fifo(std::uint64_t max_weight) : max_weight_(max_weight), small_max_(max_weight / 10) {}

  // The value, noted as asked for; null where absent. Valid until the next insert or erase.
  Value* find(std::string_view key) {
    const auto at = nodes_.find(key);
    if (at == nodes_.end()) return nullptr;
    Node& node = *at->second;
    if (node.asked < kMaxAsked) ++node.asked;
    return &node.value;
  }

  // Inserts or replaces, then evicts down to the bound. False, and nothing kept, where it alone exceeds the bound.
  // `proven`: it was asked for often before this queue began, and is not put among the new ones.
  bool insert(std::string_view key, Value value, std::uint64_t weight, bool proven = false) {
    if (weight > max_weight_) {
      erase(key);
      return false;
    }
    if (const auto at = nodes_.find(key); at != nodes_.end()) {
      Node& node = *at->second;
      weight_of(node.in_main) += weight - node.weight;  // wraps and unwraps: unsigned
      node.weight = weight;
      node.value = std::move(value);
    } else {
      const bool known = forget_ghost(key) || proven;
      std::list<Node>& queue = known ? main_ : small_;
      queue.push_front(Node(std::string(key), std::move(value), weight, known));
      weight_of(known) += weight;
      nodes_.emplace(queue.front().key, queue.begin());
    }
    while (total_weight() > max_weight_) evict_one();
    return true;
  }

  bool erase(std::string_view key) {
    const auto at = nodes_.find(key);
    if (at == nodes_.end()) return false;
    const auto node = at->second;
    nodes_.erase(at);
    weight_of(node->in_main) -= node->weight;
    (node->in_main ? main_ : small_).erase(node);
    return true;
  }

  // Calls visit(key) for what has proven itself, from what was asked for most.
  template <class Visit>
  void visit_proven(const Visit& visit) const {
    for (int asked = kMaxAsked; asked >= 0; --asked) {
      for (const Node& node : main_)
        if (node.asked == asked) visit(std::string_view(node.key));
      for (const Node& node : small_)
        if (asked > 0 && node.asked == asked) visit(std::string_view(node.key));
    }
  }

  [[nodiscard]] std::uint64_t total_weight() const { return small_weight_ + main_weight_; }
  [[nodiscard]] std::uint64_t max_weight() const { return max_weight_; }
  [[nodiscard]] bool contains(std::string_view key) const { return nodes_.contains(key); }  // not noted as asked for
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] std::uint64_t evictions() const { return evictions_; }

 private:
  static constexpr std::uint8_t kMaxAsked = 3;

  struct Node {
    Node(std::string k, Value v, std::uint64_t w, bool main)
        : key(std::move(k)), value(std::move(v)), weight(w), in_main(main) {}
    std::string key;
    Value value;
    std::uint64_t weight;
    std::uint8_t asked = 0;
    bool in_main;
  };
  struct Ghost {
    std::size_t hash;
    std::uint64_t weight;
  };

  std::uint64_t& weight_of(bool in_main) { return in_main ? main_weight_ : small_weight_; }

  void evict_one() {
    if (!small_.empty() && (small_weight_ > small_max_ || main_.empty()))
      evict_from_small();
    else
      evict_from_main();
  }

  void evict_from_small() {
    const auto last = std::prev(small_.end());
    small_weight_ -= last->weight;
    if (last->asked > 0) {  // asked for again while it was new: it stays
      last->asked = 0;
      last->in_main = true;
      main_weight_ += last->weight;
      main_.splice(main_.begin(), small_, last);
      return;
    }
    remember_ghost(*last);
    drop(small_, last);
  }

  void evict_from_main() {
    for (;;) {
      const auto last = std::prev(main_.end());
      if (last->asked == 0) {
        main_weight_ -= last->weight;
        drop(main_, last);
        return;
      }
      --last->asked;
      main_.splice(main_.begin(), main_, last);
    }
  }

  void drop(std::list<Node>& queue, typename std::list<Node>::iterator node) {
    nodes_.erase(std::string_view(node->key));
    queue.erase(node);
    ++evictions_;
  }

  void remember_ghost(const Node& node) {
    const std::size_t hash = std::hash<std::string_view>()(node.key);
    if (ghosts_.contains(hash)) return;
    ghost_queue_.push_front(Ghost{hash, node.weight});
    ghosts_.emplace(hash, ghost_queue_.begin());
    ghost_weight_ += node.weight;
    // As many bytes remembered as the main queue may hold, and a bound on their number for tiny objects.
    while (ghost_weight_ > max_weight_ - small_max_ || ghost_queue_.size() > 65'536) {
      ghost_weight_ -= ghost_queue_.back().weight;
      ghosts_.erase(ghost_queue_.back().hash);
      ghost_queue_.pop_back();
    }
  }

  bool forget_ghost(std::string_view key) {
    const auto at = ghosts_.find(std::hash<std::string_view>()(key));
    if (at == ghosts_.end()) return false;
    ghost_weight_ -= at->second->weight;
    ghost_queue_.erase(at->second);
    ghosts_.erase(at);
    return true;
  }

  std::uint64_t max_weight_;
  std::uint64_t small_max_;
  std::uint64_t small_weight_ = 0;
  std::uint64_t main_weight_ = 0;
  std::uint64_t ghost_weight_ = 0;
  std::uint64_t evictions_ = 0;
  std::list<Node> small_;
  std::list<Node> main_;
  std::list<Ghost> ghost_queue_;
  std::unordered_map<std::string_view, typename std::list<Node>::iterator> nodes_;  // keys are the nodes' own
  std::unordered_map<std::size_t, typename std::list<Ghost>::iterator> ghosts_;
};

}  // namespace chalkline::streamer
