// Captions that come beside a recording: a version of the store with others as another one of the store, and what
// waits for a lesson's recording (library/late_captions.hpp) joined to what it became. Called by the job runner, as the
// last step of a transcode before learners see it, and by the API; blocks.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "core/error.hpp"
#include "library/library.hpp"
#include "publish/captioned_version.hpp"

namespace chalkline::publish {

// The name of `version` with `changes`, made in `out` and taken into the store. `files`: what is known of those that it
// shares with `version`. Errors as make_captioned_version, and of the store.
Result<std::string> adopt_captioned(library::VersionStore& store, const std::string& version,
                                    std::span<const CaptionChange> changes, const std::filesystem::path& out,
                                    library::Files files);

struct JoinedVersion {
  std::string version;             // to be published
  library::JoinedCaptions joined;  // what it has of them
};

// `version`, which the store has, with all late captions of `lesson` as another version; `version` itself where none
// wait. Where they cannot be joined they go on waiting, which is logged: a recording is not kept from learners by its
// captions. Those that nobody can read count as joined. Errors: of the catalogue and the store.
Result<JoinedVersion> join_late_captions(library::Library& library, const std::string& lesson,
                                         const std::string& version, const std::filesystem::path& out,
                                         library::Files files);

// Points every lesson whose late captions are overdue at its version with them. Logs what cannot be done; call again.
// One thread of one process at a time; others may change captions meanwhile.
void join_overdue_captions(library::Library& library);

}  // namespace chalkline::publish
