// The captions were read once, by the API; they are kept as they came.
#include "publish/joined_captions.hpp"

#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/file.hpp"
#include "core/log.hpp"
#include "manifests/index_json.hpp"
#include "manifests/version_path.hpp"
#include "manifests/webvtt_reader.hpp"

namespace chalkline::publish {

namespace fs = std::filesystem;

Result<std::string> adopt_captioned(library::VersionStore& store, const std::string& version,
                                    std::span<const CaptionChange> changes, const fs::path& out, library::Files files) {
  CHALK_TRY_ASSIGN(const library::StoredFile stored, store.open(version, manifests::kIndexName));
  CHALK_TRY_ASSIGN(const std::string text,
                   read_file(fmt::format("/proc/self/fd/{}", stored.fd.get()), manifests::kMaxIndexBytes));
  CHALK_TRY_ASSIGN(const VersionIndex index, manifests::parse_index(text));
  const auto place = [&](const std::string& path, const fs::path& to) { return store.place(version, path, to); };
  CHALK_TRY_ASSIGN(MadeVersion made, make_captioned_version(index, changes, out, place));
  CHALK_TRY(store.adopt(out, made.id, files));
  return std::move(made.id);
}

Result<JoinedVersion> join_late_captions(library::Library& library, const std::string& lesson,
                                         const std::string& version, const fs::path& out, library::Files files) {
  CHALK_TRY_ASSIGN(const std::vector<library::LateCaption> waiting, library.late_captions->of(lesson));
  JoinedVersion made{version, {}};
  made.joined.seen = waiting.empty() ? 0 : waiting.back().id;
  std::vector<CaptionChange> changes;
  std::vector<std::int64_t> unreadable;
  for (const library::LateCaption& one : waiting) {
    auto cues = manifests::read_webvtt(one.webvtt);
    if (cues) {
      changes.push_back({one.language, std::move(*cues)});
      made.joined.ids.push_back(one.id);
      continue;
    }
    log_error("captions that waited cannot be read, and are gone",
              {{"lesson", lesson}, {"language", one.language}, {"error", cues.error().to_sentence()}});
    unreadable.push_back(one.id);
  }
  if (!changes.empty()) {
    auto joined = adopt_captioned(*library.versions, version, changes, out, files);
    if (joined) {
      if (*joined != version) made.joined.without = version;
      made.version = std::move(*joined);
    } else {
      log_error("captions wait on", {{"lesson", lesson}, {"error", joined.error().to_sentence()}});
      made.joined.ids.clear();
    }
  }
  made.joined.ids.insert(made.joined.ids.end(), unreadable.begin(), unreadable.end());
  return made;
}

// A version of a lesson has them before they wait no more: killed in between, the same version is made again.
static Result<void> join_overdue(library::Library& library, const std::string& lesson) {
  const library::Author self{"captions that waited for their recording", ""};
  CHALK_TRY_ASSIGN(const library::LessonRecord record, library.records->find(lesson));
  if (!record.version) return {};
  CHALK_TRY_ASSIGN(const fs::path staged, library.versions->staging_for(-1));  // no job has this number
  const auto made = join_late_captions(library, lesson, *record.version, staged, library::Files::kUnknown);
  std::error_code ignored;
  fs::remove_all(staged.parent_path(), ignored);
  if (!made) return made.error();
  if (made->version != *record.version) {
    CHALK_TRY_ASSIGN(const auto pointed, library.records->point_at(lesson, made->version, record.revision, self));
    if (!pointed) return {};  // somebody changed the lesson: next time
    log_info("captions that had waited are joined", {{"lesson", lesson}, {"version", made->version}});
  }
  return library.late_captions->settle(made->joined.ids);
}

void join_overdue_captions(library::Library& library) {
  const auto lessons = library.late_captions->overdue();
  if (!lessons) return log_error("cannot look for captions that wait", {{"error", lessons.error().to_sentence()}});
  for (const std::string& lesson : *lessons)
    if (auto joined = join_overdue(library, lesson); !joined)
      log_error("captions wait on", {{"lesson", lesson}, {"error", joined.error().to_sentence()}});
}

}  // namespace chalkline::publish
