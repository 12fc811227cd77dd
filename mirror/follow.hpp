// A mirror keeping up: the signed list of its upstream's lessons, entered into its own library, and the courses that
// are to lie here whole, fetched in the hours in which that is allowed. Blocks.
#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "library/library.hpp"
#include "library/signed_list.hpp"
#include "mirror/pull_through_store.hpp"
#include "mirror/upstream.hpp"

namespace chalkline::mirror {

struct FollowOptions {
  std::vector<std::string> courses;  // to lie here whole; "*": all of them
  int parallel = 4;                  // files at a time
  std::string name;                  // of this mirror, in CDN-Loop and Via
  std::uint64_t disk = 0;            // bytes of all copies together; 0: as many as there is room for
};

struct FollowReport {
  bool changed = false;  // the list was another one
  std::string via;       // of the answer, RFC 9110 7.6.3
  int taken = 0;         // lessons that are new here, or newer
  int withdrawn = 0;     // that the origin does not list any more
};

class Follower {
 public:
  Follower(library::Library& library, PullThroughStore& store, Upstream& upstream, FollowOptions options)
      : library_(library), store_(store), upstream_(upstream), options_(std::move(options)) {}

  // What was known when the mirror last ran: it serves that without its upstream. Nothing where there was nothing.
  Result<void> recall(std::span<const PublicKey> trusted);

  // Asks for what changed; where nothing did that costs one request of some hundred bytes. Errors of Upstream::read,
  // parse_signed_list and check_follows, and kBadConfig where the upstream follows this mirror: the mirror stays as it
  // was.
  Result<FollowReport> refresh(std::span<const PublicKey> trusted);

  // Gives up what no lesson is any more, and what the disk has no room for. How many copies went.
  Result<int> tidy();

  // Fetches the next planned version that is not whole yet and for which there is room; false where there is none.
  Result<bool> fetch_next(const std::stop_token& stop);

  [[nodiscard]] std::int64_t serial() const { return list_.serial; }  // of the list that is here; 0: none

 private:
  Result<Fetched> ask(const std::string& path, const std::string& etag);
  Result<FollowReport> enter(const library::SignedList& signed_list);
  Result<FollowReport> keep(const library::SignedList& signed_list);
  Result<bool> has_room();
  [[nodiscard]] bool is_planned(const library::ListedLesson& lesson) const;

  library::Library& library_;
  PullThroughStore& store_;
  Upstream& upstream_;
  FollowOptions options_;
  library::LessonList list_;
};

}  // namespace chalkline::mirror
