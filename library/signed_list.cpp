// A mirror hands on its origin's words and never its own.
#include "library/signed_list.hpp"

#include <algorithm>
#include <optional>

#include "core/file.hpp"

namespace chalkline::library {

std::string render_signed_list(const LessonList& list, const OwnKeys& keys) {
  const std::string text = render_lesson_list(list);
  return render_signature("lessons", text, keys.key, keys.before) + "\n" + text;
}

Result<SignedList> parse_signed_list(std::string_view text, std::span<const PublicKey> trusted) {
  const std::size_t end = text.find("\n\n");
  if (end == std::string_view::npos) return Error(Errc::kCorrupt, "that is no signed list of lessons");
  const std::string_view list = text.substr(end + 2);
  CHALK_TRY_ASSIGN(PublicKey origin, check_signature("lessons", list, text.substr(0, end + 1), trusted));
  CHALK_TRY_ASSIGN(LessonList lessons, parse_lesson_list(list));
  return SignedList{std::move(lessons), std::move(origin)};
}

std::filesystem::path followed_list(const std::filesystem::path& root) { return root / "mirrored" / "lessons"; }

Result<std::string> list_for_mirrors(Library& library) {
  auto followed = read_file(followed_list(library.root), kMaxListBytes);
  if (followed || followed.error().code != Errc::kNotFound) return followed;
  CHALK_TRY_ASSIGN(const std::optional<OwnKeys> keys, read_own_keys(library.root));
  if (!keys) return Error(Errc::kNotFound, "this library has no key");
  CHALK_TRY_ASSIGN(const std::vector<Lesson> lessons, library.catalogue->list());
  LessonList list;
  for (const Lesson& lesson : lessons)
    if (lesson.version && lesson.state == LessonState::kPublished)
      list.lessons.push_back(
          {lesson.id, lesson.title, lesson.course, lesson.language, *lesson.version, lesson.updated_ms});
  std::ranges::sort(list.lessons, {}, &ListedLesson::id);
  return render_signed_list(list, *keys);
}

}  // namespace chalkline::library
