// A lesson is staged, checked file by file while it is copied, adopted by a rename, and only then entered.
#include "mirror/unpack.hpp"

#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "core/file.hpp"
#include "core/format.hpp"
#include "library/lesson_list.hpp"
#include "library/random_name.hpp"
#include "manifests/index_json.hpp"
#include "mirror/checked_copy.hpp"
#include "mirror/version_check.hpp"
#include "publish/compress.hpp"

namespace chalkline::mirror {

namespace fs = std::filesystem;

namespace {

Error within_lesson(const Error& error, const std::string& lesson) { return error.within("lesson " + lesson); }

struct Arrival {
  const library::ListedLesson* lesson;
  std::optional<VersionIndex> index;  // none: its version is in the library
};

class Unpacking {
 public:
  Unpacking(library::Library& library, const fs::path& pack, const CarryListener& listener, const std::stop_token& stop)
      : library_(library), pack_(pack), listener_(listener), stop_(stop) {}

  // Reads every index that will be needed: faults in them come first, and so does the room.
  Result<std::vector<Arrival>> plan(const library::LessonList& list, UnpackReport& report) {
    std::vector<Arrival> arrivals;
    for (const library::ListedLesson& lesson : list.lessons) {
      if (library_.versions->contains(lesson.version)) {
        arrivals.push_back({&lesson, std::nullopt});
        continue;
      }
      auto index = read_version_index(pack_ / "v" / lesson.version, lesson.version);
      if (!index) {
        report.refused.push_back({lesson.id, within_lesson(index.error(), lesson.id)});
        continue;
      }
      for (const FileEntry& file : index->files) progress_.total += file.bytes;
      arrivals.push_back({&lesson, std::move(*index)});
    }
    std::error_code failed;
    const fs::space_info space = fs::space(library_.root, failed);
    if (!failed && progress_.total > space.available)
      return Error(Errc::kDiskFull,
                   "cannot unpack: " + format_bytes(progress_.total) + " are needed and " +
                       format_bytes(space.available) + " are free in " + library_.root.string(),
                   "make room, or give the library another disk");
    return arrivals;
  }

  Result<library::Received> take(const Arrival& arrival, const std::string& origin) {
    const library::ListedLesson& lesson = *arrival.lesson;
    if (arrival.index) CHALK_TRY(bring(lesson.version, *arrival.index));
    return library_.catalogue->receive(
        {lesson.id, lesson.title, lesson.course, lesson.language, lesson.version, lesson.updated_ms, lesson.updated_ms},
        origin);
  }

 private:
  Result<void> bring(const std::string& version, const VersionIndex& index) {
    const fs::path staged = library_.root / "staging" / ("unpack-" + library::random_name());
    auto brought = copy_all(version, index, staged);
    if (brought) brought = library_.versions->adopt(staged, version, library::Files::kHashed);
    std::error_code ignored;
    if (!brought) fs::remove_all(staged, ignored);
    return brought;
  }

  Result<void> copy_all(const std::string& version, const VersionIndex& index, const fs::path& staged) {
    const fs::path from = pack_ / "v" / version;
    for (const FileEntry& file : index.files) {
      if (stop_.stop_requested()) return Error(Errc::kCancelled, "stopped; the same command goes on from here");
      auto copied = copy_checked(from / file.path, file, staged / file.path);
      if (!copied && copied.error().code == Errc::kNotFound)
        return Error(Errc::kCorrupt, file.path + " is missing from the pack", "ask for a new copy of the pack");
      if (!copied && copied.error().code == Errc::kCorrupt)
        return Error(Errc::kCorrupt, copied.error().message, "ask for a new copy of the pack");
      CHALK_TRY(copied);
      progress_.done += file.bytes;
      listener_(progress_);
    }
    CHALK_TRY_ASSIGN(const std::string text, read_file(from / "index.json", manifests::kMaxIndexBytes));
    CHALK_TRY(write_file(staged / "index.json.gz", publish::gzip(text)));
    CHALK_TRY(write_file(staged / "index.json.br", publish::brotli(text)));
    return write_file(staged / "index.json", text);
  }

  library::Library& library_;
  const fs::path& pack_;
  const CarryListener& listener_;
  const std::stop_token& stop_;
  CarryProgress progress_;
};

void note(UnpackReport& report, const std::string& lesson, library::Received received) {
  switch (received) {
    case library::Received::kTaken: return report.taken.push_back(lesson);
    case library::Received::kSame: return report.there.push_back(lesson);
    case library::Received::kOlder: return report.older.push_back(lesson);
  }
}

Result<std::string> read_part(const fs::path& pack, const char* name) {
  auto text = read_file(pack / name, library::kMaxListBytes);
  if (text || text.error().code != Errc::kNotFound) return text;
  return Error(Errc::kUnusableInput, "cannot unpack " + pack.string() + ": there is no " + name + " in it",
               "name the folder into which `chalkline pack` wrote");
}

}  // namespace

Result<UnpackReport> unpack(library::Library& library, const fs::path& pack, std::span<const PublicKey> trusted,
                            const CarryListener& listener, const std::stop_token& stop) {
  CHALK_TRY_ASSIGN(const std::string text, read_part(pack, "pack.json"));
  CHALK_TRY_ASSIGN(const std::string signature, read_part(pack, "pack.sig"));
  auto origin = library::check_signature("lessons", text, signature, trusted);
  if (!origin) return origin.error().within("cannot unpack " + pack.string());
  CHALK_TRY_ASSIGN(const library::LessonList list, library::parse_lesson_list(text));
  UnpackReport report{{}, {}, {}, {}, *origin};
  Unpacking unpacking(library, pack, listener, stop);
  CHALK_TRY_ASSIGN(const std::vector<Arrival> arrivals, unpacking.plan(list, report));
  for (const Arrival& arrival : arrivals) {
    const std::string& id = arrival.lesson->id;
    const auto received = unpacking.take(arrival, origin->text());
    if (received) {
      note(report, id, *received);
    } else if (received.error().code == Errc::kCorrupt || received.error().code == Errc::kAlreadyExists ||
               received.error().code == Errc::kIo) {  // a bad sector is this lesson's fault alone
      report.refused.push_back({id, within_lesson(received.error(), id)});
    } else {
      return within_lesson(received.error(), id);
    }
  }
  return report;
}

}  // namespace chalkline::mirror
