// A mirror hands on its origin's words and never its own.
#include "library/signed_list.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>

#include <fcntl.h>
#include <sys/file.h>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "library/list_changes.hpp"

namespace chalkline::library {

namespace {

constexpr std::string_view kPurpose = "list";

// The parts of either text.
struct Parts {
  std::string_view before;  // signature, empty line and signed line
  std::string_view hash;    // of the list
  std::int64_t serial = 0;  // of the list
  std::string_view rest;
  PublicKey origin;
};

Result<Parts> take_apart(std::string_view text, std::span<const PublicKey> trusted) {
  const Error none(Errc::kCorrupt, "that is no signed list of lessons");
  const std::size_t end = text.find("\n\n");
  if (end == std::string_view::npos) return none;
  const std::string_view signature = text.substr(0, end + 1);
  const std::string_view rest = text.substr(end + 2);
  const std::size_t line_end = rest.find('\n');
  if (line_end == std::string_view::npos) return none;
  const std::string_view line = rest.substr(0, line_end);
  constexpr std::string_view kWord = "list ";
  constexpr std::size_t kHash = 64;
  if (!line.starts_with(kWord) || line.size() < kWord.size() + kHash + 2) return none;
  const std::string_view hash = line.substr(line.size() - kHash);
  std::int64_t serial = 0;
  const char* number_end = hash.data() - 1;
  if (std::from_chars(line.data() + kWord.size(), number_end, serial).ptr != number_end || !is_sha256_hex(hash))
    return none;
  CHALK_TRY_ASSIGN(PublicKey origin, check_signature(kPurpose, rest.substr(0, line_end + 1), signature, trusted));
  return Parts{text.substr(0, end + 2 + line_end + 1), hash, serial, rest.substr(line_end + 1), std::move(origin)};
}

Result<std::vector<ListedLesson>> published_lessons(Library& library) {
  constexpr int kAtOnce = 500;
  std::vector<ListedLesson> listed;
  std::optional<std::int64_t> from;
  do {
    CHALK_TRY_ASSIGN(LessonPage page, library.records->list({}, from, kAtOnce));
    for (LessonRecord& record : page.lessons) {
      if (!record.version) continue;
      LessonDetails& details = record.details;
      ListedLesson lesson{
          record.id,        details.title,   details.course_id.empty() ? details.course : record.course_title,
          details.language, *record.version, record.updated_ms};
      lesson.course_id = std::move(details.course_id);
      lesson.position = details.position;
      lesson.description = std::move(details.description);
      lesson.licence = std::move(details.licence);
      lesson.tags = std::move(details.tags);
      lesson.texts = std::move(details.texts);
      listed.push_back(std::move(lesson));
    }
    from = page.next;
  } while (from);
  return listed;
}

Result<ListForMirrors> own_list(Library& library, const OwnKeys& keys) {
  const std::filesystem::path folder = library.root / "feed";
  CHALK_TRY(make_directories(folder));
  const UniqueFd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) return error_from_errno(errno, "cannot open " + folder.string());
  while (::flock(lock.get(), LOCK_EX) != 0)
    if (errno != EINTR) return error_from_errno(errno, "cannot lock " + folder.string());
  LessonList before;
  auto kept = read_file(folder / "lessons", kMaxListBytes);
  if (!kept && kept.error().code != Errc::kNotFound) return kept.error();
  if (kept) {
    CHALK_TRY_ASSIGN(before, parse_lesson_list(*kept));
  }
  CHALK_TRY_ASSIGN(std::vector<ListedLesson> lessons, published_lessons(library));
  CHALK_TRY_ASSIGN(const std::vector<Node> all, library.curriculum->list({}));
  std::vector<ListedNode> nodes;
  for (const Node& node : all) nodes.push_back({node.id, node.details});
  LessonList list = next_list(before, std::move(lessons), system_clock_ms(), std::move(nodes));
  if (list != before) CHALK_TRY(write_file_atomically(folder / "lessons", render_lesson_list(list)));
  std::string text = render_signed_list(list, keys);
  return ListForMirrors{std::move(list), std::move(text)};
}

}  // namespace

std::string render_signed_list(const LessonList& list, const OwnKeys& keys) {
  const std::string text = render_lesson_list(list);
  const std::string line = "list " + std::to_string(list.serial) + " " + sha256_hex(text) + "\n";
  return render_signature(kPurpose, line, keys.key, keys.before) + "\n" + line + text;
}

Result<SignedList> parse_signed_list(std::string_view text, std::span<const PublicKey> trusted) {
  CHALK_TRY_ASSIGN(Parts parts, take_apart(text, trusted));
  if (sha256_hex(parts.rest) != parts.hash) return Error(Errc::kCorrupt, "the list is not the one that was signed");
  CHALK_TRY_ASSIGN(LessonList list, parse_lesson_list(parts.rest));
  if (list.serial != parts.serial) return Error(Errc::kCorrupt, "the list is not of the serial that was signed");
  return SignedList{std::move(list), std::move(parts.origin), std::string(text)};
}

Result<std::string> render_signed_changes(const ListForMirrors& now, std::int64_t since) {
  if (!knows_changes_since(now.list, since))
    return Error(Errc::kNotFound, "changes since " + std::to_string(since) + " cannot be told");
  const std::string_view text = now.text;
  const std::size_t line = text.find("\n\n") + 2;
  return std::string(text.substr(0, text.find('\n', line) + 1)) + render_changes(now.list, since);
}

Result<SignedList> take_signed_changes(const LessonList& before, std::string_view text,
                                       std::span<const PublicKey> trusted) {
  CHALK_TRY_ASSIGN(Parts parts, take_apart(text, trusted));
  CHALK_TRY_ASSIGN(LessonList list, apply_changes(before, parts.rest));
  const std::string body = render_lesson_list(list);
  if (sha256_hex(body) != parts.hash || list.serial != parts.serial)
    return Error(Errc::kCorrupt, "the changes do not lead to the list that was signed");
  return SignedList{std::move(list), std::move(parts.origin), std::string(parts.before) + body};
}

Result<void> check_follows(const LessonList& known, const SignedList& next) {
  if (next.list.serial > known.serial || known.serial == 0) return {};
  const bool older = next.list.serial < known.serial;
  if (!older && next.list == known) return {};
  return Error(Errc::kPermissionDenied,
               "the upstream's list, serial " + std::to_string(next.list.serial) + ", " +
                   (older ? "is older than" : "is another one than") + " the one that is here, serial " +
                   std::to_string(known.serial),
               "somebody plays an old list again, or the origin was set back to an older copy: then its next change "
               "puts it right");
}

std::filesystem::path followed_list(const std::filesystem::path& root) { return root / "mirrored" / "lessons"; }

// What is followed was proved when it came; nobody but this program writes there.
Result<ListForMirrors> list_for_mirrors(Library& library) {
  auto followed = read_file(followed_list(library.root), kMaxListBytes);
  if (followed) {
    const std::size_t line = followed->find("\n\n");
    const std::size_t list = line == std::string::npos ? line : followed->find('\n', line + 2);
    if (list == std::string::npos) return Error(Errc::kCorrupt, "the list that is followed is damaged");
    CHALK_TRY_ASSIGN(LessonList lessons, parse_lesson_list(std::string_view(*followed).substr(list + 1)));
    return ListForMirrors{std::move(lessons), std::move(*followed)};
  }
  if (followed.error().code != Errc::kNotFound) return followed.error();
  CHALK_TRY_ASSIGN(const std::optional<OwnKeys> keys, read_own_keys(library.root));
  if (!keys) return Error(Errc::kNotFound, "this library has no key");
  return own_list(library, *keys);
}

}  // namespace chalkline::library
