// A version on the disk is whole when its index.json is there: that is written last, after everything else is durable.
// pack.json comes after all versions, pack.sig with it, and only then do old versions go.
#include "mirror/pack.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <system_error>

#include "core/file.hpp"
#include "core/format.hpp"
#include "core/sha256.hpp"
#include "library/lesson_list.hpp"
#include "manifests/index_json.hpp"
#include "mirror/checked_copy.hpp"
#include "mirror/pack_files.hpp"
#include "mirror/pack_pages.hpp"
#include "mirror/version_check.hpp"

namespace chalkline::mirror {

namespace fs = std::filesystem;

namespace {

using Lessons = std::map<std::string, library::ListedLesson>;

library::ListedLesson packed(const library::Lesson& lesson) {
  return {lesson.id, lesson.title, lesson.course, lesson.language, *lesson.version, lesson.updated_ms};
}

Result<Lessons> chosen(library::Library& library, const PackChoice& choice) {
  CHALK_TRY_ASSIGN(const std::vector<library::Lesson> all, library.catalogue->list());
  Lessons lessons;
  std::set<std::string> found;
  for (const library::Lesson& lesson : all) {
    if (!lesson.version || lesson.state != library::LessonState::kPublished) continue;
    const bool by_course = std::ranges::find(choice.courses, lesson.course) != choice.courses.end();
    const bool by_id = std::ranges::find(choice.lessons, lesson.id) != choice.lessons.end();
    if (by_course) found.insert("course " + lesson.course);
    if (by_id) found.insert("lesson " + lesson.id);
    if (choice.all || by_course || by_id) lessons.emplace(lesson.id, packed(lesson));
  }
  for (const std::string& course : choice.courses)
    if (!found.contains("course " + course))
      return Error(Errc::kNotFound, "no published lesson is in course \"" + course + "\"",
                   "write the course as the list of lessons has it");
  for (const std::string& id : choice.lessons)
    if (!found.contains("lesson " + id))
      return Error(Errc::kNotFound, "there is no published lesson " + id, "check its id in the list of lessons");
  if (lessons.empty()) return Error(Errc::kNotFound, "there is no published lesson to pack", "add one");
  return lessons;
}

// What the disk says it holds, if we said so ourselves. A disk with somebody else's pack is not written to.
Result<Lessons> lessons_on(const fs::path& out, const library::OwnKeys& keys) {
  const auto text = read_file(out / "pack.json", library::kMaxListBytes);
  if (!text && text.error().code == Errc::kNotFound) return Lessons{};
  if (!text) return text.error();
  CHALK_TRY_ASSIGN(const std::string signature, read_file(out / "pack.sig", library::kMaxListBytes));
  std::vector<PublicKey> ours = {keys.key.public_key()};
  for (const library::Succession& step : keys.before) ours.push_back(step.previous);
  if (const auto signer = library::check_signature("lessons", *text, signature, ours); !signer) {
    if (signer.error().code == Errc::kCorrupt) return Lessons{};  // cut between the two: the new one replaces both
    return Error(Errc::kPermissionDenied, "cannot pack onto " + out.string() + ": it holds a pack of another origin",
                 "choose another folder");
  }
  CHALK_TRY_ASSIGN(const library::LessonList list, library::parse_lesson_list(*text));
  Lessons lessons;
  for (const library::ListedLesson& lesson : list.lessons) lessons.emplace(lesson.id, lesson);
  return lessons;
}

class Packing {
 public:
  Packing(library::Library& library, const fs::path& out, const CarryListener& listener, const std::stop_token& stop)
      : library_(library), out_(out), listener_(listener), stop_(stop) {}

  // `all`: those of the disk too. `check`: versions that look whole are read again too. `play`: all get play files.
  Result<void> plan(const Lessons& wanted, const Lessons& all, bool check, bool play) {
    std::uint64_t needed = 0;
    if (play) {
      CHALK_TRY_ASSIGN(needed, missing_play_bytes(wanted, all));
    }
    for (const auto& [id, lesson] : wanted) {
      const fs::path from = folder_of(lesson.version);
      auto index = read_version_index(from, lesson.version);
      if (!index) return index.error().within("lesson " + id);
      if (!check && read_version_index(to(lesson.version), lesson.version)) continue;
      for (const FileEntry& file : index->files) {
        std::error_code absent;
        progress_.total += file.bytes;
        if (fs::file_size(to(lesson.version) / file.path, absent) != file.bytes || absent) needed += file.bytes;
      }
      missing_.emplace(lesson.version, std::move(*index));
    }
    std::error_code failed;
    const fs::space_info space = fs::space(out_, failed);
    if (failed || needed <= space.available) return {};
    return Error(Errc::kDiskFull,
                 "cannot pack onto " + out_.string() + ": " + format_bytes(needed) + " are needed and " +
                     format_bytes(space.available) + " are free",
                 "take a larger disk or fewer lessons");
  }

  Result<void> copy(PackReport& report) {
    for (const auto& [version, index] : missing_) {
      const std::uint64_t before = report.bytes;
      auto copied = copy_version(version, index, report.bytes);
      if (!copied) return copied.error().within("version " + version);
      if (report.bytes > before) ++report.copied;
    }
    return {};
  }

 private:
  [[nodiscard]] fs::path folder_of(const std::string& version) const { return library_.root / "versions" / version; }
  [[nodiscard]] fs::path to(const std::string& version) const { return out_ / "v" / version; }

  Result<std::uint64_t> missing_play_bytes(const Lessons& wanted, const Lessons& all) const {
    std::uint64_t bytes = 0;
    for (const auto& [id, lesson] : all) {
      const auto index =
          read_version_index(wanted.contains(id) ? folder_of(lesson.version) : to(lesson.version), lesson.version);
      if (!index) return index.error().within("lesson " + id);
      for (const PlayFile& file : play_files(*index, lesson.version)) {
        std::error_code absent;
        if (!fs::exists(out_ / "play" / file.name, absent)) bytes += file.bytes;
      }
    }
    return bytes;
  }

  Result<void> copy_version(const std::string& version, const VersionIndex& index, std::uint64_t& bytes) {
    for (const FileEntry& file : index.files) {
      if (stop_.stop_requested()) return Error(Errc::kCancelled, "stopped; the same command goes on from here");
      const fs::path place = to(version) / file.path;
      CHALK_TRY_ASSIGN(const std::string fault, check_file(place, file));  // a call that was cut short left it
      if (!fault.empty()) {
        CHALK_TRY(copy_checked(folder_of(version) / file.path, file, place));
        bytes += file.bytes;
      }
      progress_.done += file.bytes;
      listener_(progress_);
    }
    CHALK_TRY(fsync_tree(to(version)));
    CHALK_TRY_ASSIGN(const std::string text, read_file(folder_of(version) / "index.json", manifests::kMaxIndexBytes));
    return write_file_atomically(to(version) / "index.json", text);
  }

  library::Library& library_;
  const fs::path& out_;
  const CarryListener& listener_;
  const std::stop_token& stop_;
  CarryProgress progress_;
  std::map<std::string, VersionIndex> missing_;
};

// Of lessons that have gone, or are of another version now.
Result<void> remove_unneeded_play_files(const fs::path& out, const Lessons& lessons) {
  std::set<std::string> names;
  for (const auto& [id, lesson] : lessons) {
    CHALK_TRY_ASSIGN(const VersionIndex index, read_version_index(out / "v" / lesson.version, lesson.version));
    for (const PlayFile& file : play_files(index, lesson.version)) names.insert(file.name);
  }
  std::error_code failed;
  for (fs::directory_iterator it(out / "play", failed), end; !failed && it != end; it.increment(failed)) {
    std::error_code ignored;
    if (!names.contains(it->path().filename().string())) fs::remove(it->path(), ignored);
  }
  return {};
}

Result<int> remove_unneeded(const fs::path& out, const Lessons& lessons) {
  CHALK_TRY(remove_unneeded_play_files(out, lessons));
  std::set<std::string> needed;
  for (const auto& [id, lesson] : lessons) needed.insert(lesson.version);
  int removed = 0;
  std::error_code failed;
  for (fs::directory_iterator it(out / "v", failed), end; !failed && it != end; it.increment(failed)) {
    const std::string name = it->path().filename().string();
    if (!is_sha256_hex(name) || needed.contains(name)) continue;
    std::error_code gone;
    fs::remove_all(it->path(), gone);
    if (gone) return error_from_errno(gone.value(), "cannot remove " + it->path().string());
    ++removed;
  }
  if (failed) return error_from_errno(failed.value(), "cannot read " + (out / "v").string());
  return removed;
}

// Of all lessons of the disk: what was packed without them gets them too.
Result<void> bring_play_files(const fs::path& out, const Lessons& lessons, bool anew, const std::stop_token& stop) {
  for (const auto& [id, lesson] : lessons) {
    if (stop.stop_requested()) return Error(Errc::kCancelled, "stopped; the same command goes on from here");
    CHALK_TRY_ASSIGN(const VersionIndex index, read_version_index(out / "v" / lesson.version, lesson.version));
    if (auto written = write_play_files(index, lesson.version, out / "v" / lesson.version, out, anew); !written)
      return written.error().within("lesson " + id);
  }
  return {};
}

Result<void> write_list(const fs::path& out, const Lessons& lessons, const library::OwnKeys& keys) {
  library::LessonList list;
  for (const auto& [id, lesson] : lessons) list.lessons.push_back(lesson);
  const std::string text = library::render_lesson_list(list);
  CHALK_TRY(write_pack_pages(out, list));
  CHALK_TRY(write_file_atomically(out / "pack.json", text));
  return write_file_atomically(out / "pack.sig", library::render_signature("lessons", text, keys.key, keys.before));
}

}  // namespace

Result<PackReport> pack(library::Library& library, const library::OwnKeys& keys, const PackChoice& choice,
                        const fs::path& out, const CarryListener& listener, const std::stop_token& stop) {
  CHALK_TRY_ASSIGN(const Lessons wanted, chosen(library, choice));
  CHALK_TRY(make_directories(out / "v"));
  CHALK_TRY_ASSIGN(Lessons lessons, lessons_on(out, keys));
  for (const auto& [id, lesson] : wanted) lessons.insert_or_assign(id, lesson);
  PackReport report;
  Packing packing(library, out, listener, stop);
  CHALK_TRY(packing.plan(wanted, lessons, choice.check, choice.play));
  CHALK_TRY(packing.copy(report));
  if (choice.play) CHALK_TRY(bring_play_files(out, lessons, choice.check, stop));
  CHALK_TRY(write_list(out, lessons, keys));
  CHALK_TRY_ASSIGN(report.removed, remove_unneeded(out, lessons));
  report.lessons = static_cast<int>(lessons.size());
  return report;
}

}  // namespace chalkline::mirror
