// Lists are sorted by id: two of them are walked side by side.
#include "library/list_changes.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include <nlohmann/json.hpp>

namespace chalkline::library {

namespace {

constexpr std::size_t kMostWithdrawn = 1000;

// What went longest ago is forgotten; from lists older than that, changes cannot be told.
void forget_some(LessonList& list) {
  if (list.withdrawn.size() <= kMostWithdrawn) return;
  std::vector<std::int64_t> serials;
  for (const WithdrawnLesson& gone : list.withdrawn) serials.push_back(gone.serial);
  const auto at = serials.end() - static_cast<std::ptrdiff_t>(kMostWithdrawn / 2);
  std::nth_element(serials.begin(), at, serials.end());
  list.since = std::max(list.since, *at);
  std::erase_if(list.withdrawn, [&](const WithdrawnLesson& gone) { return gone.serial <= list.since; });
}

bool says_the_same(ListedLesson a, const ListedLesson& b) {
  a.serial = b.serial;
  return a == b;
}

}  // namespace

LessonList next_list(const LessonList& before, std::vector<ListedLesson> lessons, std::int64_t now_ms,
                     std::vector<ListedNode> nodes) {
  LessonList next = before;
  const std::int64_t serial = std::max(before.serial + 1, now_ms);
  if (before.serial == 0) next.since = serial;
  std::ranges::sort(lessons, {}, &ListedLesson::id);
  bool changed = before.serial == 0;
  auto old = before.lessons.begin();
  const auto withdraw = [&] {
    next.withdrawn.push_back({old->id, serial});
    changed = true;
    ++old;
  };
  for (ListedLesson& lesson : lessons) {
    while (old != before.lessons.end() && old->id < lesson.id) withdraw();
    const bool known = old != before.lessons.end() && old->id == lesson.id;
    const bool same = known && says_the_same(lesson, *old);
    lesson.serial = same ? old->serial : serial;
    if (!same) std::erase_if(next.withdrawn, [&](const WithdrawnLesson& gone) { return gone.id == lesson.id; });
    changed = changed || !same;
    if (known) ++old;
  }
  while (old != before.lessons.end()) withdraw();
  if (nodes != before.nodes) {
    next.nodes_serial = serial;
    changed = true;
  }
  if (!changed) return before;
  next.nodes = std::move(nodes);
  next.serial = serial;
  next.lessons = std::move(lessons);
  std::ranges::sort(next.withdrawn, {}, &WithdrawnLesson::id);
  forget_some(next);
  return next;
}

bool knows_changes_since(const LessonList& list, std::int64_t serial) {
  return serial >= list.since && serial <= list.serial;
}

std::string render_changes(const LessonList& list, std::int64_t since) {
  LessonList changes;
  changes.serial = list.serial;
  changes.since = list.since;
  std::ranges::copy_if(list.lessons, std::back_inserter(changes.lessons),
                       [&](const ListedLesson& lesson) { return lesson.serial > since; });
  std::ranges::copy_if(list.withdrawn, std::back_inserter(changes.withdrawn),
                       [&](const WithdrawnLesson& gone) { return gone.serial > since; });
  if (list.nodes_serial > since) {
    changes.nodes_serial = list.nodes_serial;
    changes.nodes = list.nodes;
  }
  return render_lesson_list(changes);
}

Result<LessonList> apply_changes(const LessonList& before, std::string_view text) {
  CHALK_TRY_ASSIGN(LessonList changes, parse_lesson_list(text));
  std::map<std::string, ListedLesson> lessons;
  for (const ListedLesson& lesson : before.lessons) lessons.emplace(lesson.id, lesson);
  std::map<std::string, WithdrawnLesson> withdrawn;
  for (const WithdrawnLesson& gone : before.withdrawn) withdrawn.emplace(gone.id, gone);
  for (WithdrawnLesson& gone : changes.withdrawn) {
    lessons.erase(gone.id);
    withdrawn.insert_or_assign(gone.id, gone);
  }
  for (ListedLesson& lesson : changes.lessons) {
    withdrawn.erase(lesson.id);
    lessons.insert_or_assign(lesson.id, lesson);
  }
  LessonList after{{}, changes.serial, changes.since, {}};
  for (auto& [id, lesson] : lessons) after.lessons.push_back(std::move(lesson));
  for (auto& [id, gone] : withdrawn)
    if (gone.serial > after.since) after.withdrawn.push_back(std::move(gone));
  const bool rearranged = changes.nodes_serial > 0;
  after.nodes_serial = rearranged ? changes.nodes_serial : before.nodes_serial;
  after.nodes = rearranged ? std::move(changes.nodes) : before.nodes;
  return after;
}

}  // namespace chalkline::library
