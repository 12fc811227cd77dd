// pack.json: what a pack holds, as a value and as text. With the signature beside it, pack.sig (mirror/trust.hpp), it
// vouches for every byte: a version's name is the hash of its index, which has the hash of each file. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace chalkline::mirror {

struct PackedLesson {
  std::string id;
  std::string title;
  std::string course;
  std::string language;
  std::string version;          // sha256 of its index.json
  std::int64_t updated_ms = 0;  // when its origin published that; Unix time
  friend bool operator==(const PackedLesson&, const PackedLesson&) = default;
};

struct PackList {
  std::vector<PackedLesson> lessons;  // sorted by id, each once
  friend bool operator==(const PackList&, const PackList&) = default;
};

inline constexpr std::size_t kMaxPackListBytes = 64 * 1024 * 1024;

// One line a lesson, in a fixed order.
std::string render_pack_list(const PackList& list);

// kCorrupt with what is wrong: no such JSON, an id or a version that has not the shape of one, an id twice.
Result<PackList> parse_pack_list(std::string_view text);

}  // namespace chalkline::mirror
