// The list is kept as it came, signature and all: what is served without an upstream is proved as well.
#include "mirror/follow.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "core/file.hpp"
#include "library/following.hpp"

namespace chalkline::mirror {

Result<FollowReport> Follower::enter(const library::SignedList& signed_list) {
  FollowReport report;
  report.changed = true;
  std::set<std::string> versions;
  for (const library::ListedLesson& lesson : signed_list.list.lessons) versions.insert(lesson.version);
  store_.want(versions);  // before any page names one of them
  CHALK_TRY_ASSIGN(const library::ReceivedList received,
                   library_.catalogue->receive_list(signed_list.list, signed_list.origin.text()));
  report.taken = received.taken;
  report.withdrawn = received.withdrawn;
  list_ = signed_list.list;
  return report;
}

Result<void> Follower::recall(std::span<const PublicKey> trusted) {
  const auto text = read_file(library::followed_list(library_.root), library::kMaxListBytes);
  if (!text && text.error().code == Errc::kNotFound) return {};
  if (!text) return text.error();
  CHALK_TRY_ASSIGN(const library::SignedList signed_list, library::parse_signed_list(*text, trusted));
  CHALK_TRY(enter(signed_list));
  return {};
}

Result<Fetched> Follower::ask(const std::string& path, const std::string& etag) {
  auto fetched = upstream_.read(path, etag, library::kMaxListBytes);
  const bool looped = fetched && library::names_hop(fetched->via, options_.name);
  upstream_.set_looped(looped);
  if (looped)
    return Error(Errc::kBadConfig,
                 "the upstream follows this mirror, through " + fetched->via + ", so that neither hears of the origin",
                 "let one of them follow the origin: mirror.upstream");
  return fetched;
}

Result<FollowReport> Follower::keep(const library::SignedList& signed_list) {
  CHALK_TRY(library::check_follows(list_, signed_list));
  CHALK_TRY(make_directories(library::followed_list(library_.root).parent_path()));
  CHALK_TRY(write_file_atomically(library::followed_list(library_.root), signed_list.text));
  return enter(signed_list);
}

Result<FollowReport> Follower::refresh(std::span<const PublicKey> trusted) {
  if (list_.serial > 0) {
    const std::string serial = std::to_string(list_.serial);
    const auto changes = ask("/mirror/changes/" + serial, "\"" + serial + "\"");
    if (changes && changes->unchanged) return FollowReport{false, changes->via, 0, 0};
    if (!changes && changes.error().code != Errc::kNotFound) return changes.error();
    const auto next = changes ? library::take_signed_changes(list_, changes->text, trusted)
                              : Result<library::SignedList>(Error(Errc::kCorrupt, "none"));
    // What cannot be told since that serial, or leads elsewhere, comes whole.
    if (!next && next.error().code != Errc::kCorrupt) return next.error();
    if (next) {
      CHALK_TRY_ASSIGN(FollowReport report, keep(*next));
      report.via = changes->via;
      return report;
    }
  }
  CHALK_TRY_ASSIGN(const Fetched fetched, ask("/mirror/lessons", {}));
  CHALK_TRY_ASSIGN(const library::SignedList signed_list, library::parse_signed_list(fetched.text, trusted));
  if (signed_list.list == list_) return FollowReport{false, fetched.via, 0, 0};
  CHALK_TRY_ASSIGN(FollowReport report, keep(signed_list));
  report.via = fetched.via;
  return report;
}

bool Follower::is_planned(const library::ListedLesson& lesson) const {
  return std::ranges::any_of(options_.courses,
                             [&](const std::string& course) { return course == "*" || course == lesson.course; });
}

Result<int> Follower::tidy() {
  CHALK_TRY_ASSIGN(std::vector<StoredCopy> copies, store_.copies(options_.disk > 0));
  std::set<std::string> planned;
  for (const library::ListedLesson& lesson : list_.lessons)
    if (is_planned(lesson)) planned.insert(lesson.version);
  for (StoredCopy& copy : copies) copy.planned = planned.contains(copy.version);
  const std::int64_t now_s = library::system_clock_ms() / 1000;
  const std::vector<std::string> going = copies_to_give_up(std::move(copies), options_.disk, now_s);
  for (const std::string& version : going) CHALK_TRY(store_.give_up(version));
  return static_cast<int>(going.size());
}

// Planned copies that do not fit would push each other out for ever.
Result<bool> Follower::has_room() {
  if (options_.disk == 0) return true;
  CHALK_TRY_ASSIGN(const std::vector<StoredCopy> copies, store_.copies(true));
  std::uint64_t planned = 0;
  for (const StoredCopy& copy : copies)
    if (const auto at = std::ranges::find(list_.lessons, copy.version, &library::ListedLesson::version);
        at != list_.lessons.end() && is_planned(*at))
      planned += copy.bytes;
  return planned < options_.disk - options_.disk / 20;
}

Result<bool> Follower::fetch_next(const std::stop_token& stop) {
  std::vector<library::ListedLesson> planned;
  for (const library::ListedLesson& lesson : list_.lessons)
    if (is_planned(lesson) && !store_.contains(lesson.version)) planned.push_back(lesson);
  if (planned.empty()) return false;
  CHALK_TRY_ASSIGN(const bool room, has_room());
  if (!room) return false;
  const auto newest = std::ranges::max_element(planned, {}, &library::ListedLesson::updated_ms);
  auto completed = store_.complete(newest->version, options_.parallel, stop);
  if (!completed) return completed.error().within("lesson " + newest->id);
  return true;
}

}  // namespace chalkline::mirror
