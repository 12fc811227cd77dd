// The captions were read once, by the API; they are kept as they came.
#include "cli/work/joined_captions.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/file.hpp"
#include "core/log.hpp"
#include "manifests/index_json.hpp"
#include "manifests/version_path.hpp"
#include "manifests/webvtt_reader.hpp"
#include "publish/captioned_version.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;

static Result<std::string> captioned(library::VersionStore& store, const std::string& version,
                                     const std::vector<publish::CaptionChange>& changes, const fs::path& out) {
  CHALK_TRY_ASSIGN(const library::StoredFile stored, store.open(version, manifests::kIndexName));
  CHALK_TRY_ASSIGN(const std::string text,
                   read_file(fmt::format("/proc/self/fd/{}", stored.fd.get()), manifests::kMaxIndexBytes));
  CHALK_TRY_ASSIGN(const VersionIndex index, manifests::parse_index(text));
  const auto place = [&](const std::string& path, const fs::path& to) { return store.place(version, path, to); };
  CHALK_TRY_ASSIGN(publish::MadeVersion made, publish::make_captioned_version(index, changes, out, place));
  CHALK_TRY(store.adopt(out, made.id, library::Files::kUnknown));
  return std::move(made.id);
}

Result<JoinedVersion> join_late_captions(library::Library& library, const std::string& lesson,
                                         const std::string& version, const fs::path& out) {
  CHALK_TRY_ASSIGN(const std::vector<library::LateCaption> waiting, library.late_captions->of(lesson));
  JoinedVersion made{version, {}};
  made.joined.seen = waiting.empty() ? 0 : waiting.back().id;
  std::vector<publish::CaptionChange> changes;
  for (const library::LateCaption& one : waiting) {
    auto cues = manifests::read_webvtt(one.webvtt);
    if (!cues) {
      log_error("captions cannot be joined", {{"lesson", lesson}, {"error", cues.error().to_sentence()}});
      continue;
    }
    changes.push_back({one.language, std::move(*cues)});
    made.joined.ids.push_back(one.id);
  }
  if (changes.empty()) return made;
  auto joined = captioned(*library.versions, version, changes, out);
  if (!joined) {
    log_error("captions wait on", {{"lesson", lesson}, {"error", joined.error().to_sentence()}});
    made.joined.ids.clear();
    return made;
  }
  if (*joined != version) made.joined.without = version;
  made.version = std::move(*joined);
  return made;
}

}  // namespace chalkline::cli
