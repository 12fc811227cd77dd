// The last step of a transcode: what captions came for its lesson meanwhile (library/late_captions.hpp) are joined to
// the version that it made, before learners see it. The job runner calls it; blocks.
#pragma once

#include <filesystem>
#include <string>

#include "core/error.hpp"
#include "library/library.hpp"

namespace chalkline::cli {

struct JoinedVersion {
  std::string version;             // to be published
  library::JoinedCaptions joined;  // what it has of them
};

// `version`, which the store has, with all late captions of `lesson` as another version, made in `out` and taken into
// the store; `version` itself where none wait. Those that cannot be joined go on waiting and are logged: a recording is
// not kept from learners by its captions. Errors: of the catalogue and the store.
Result<JoinedVersion> join_late_captions(library::Library& library, const std::string& lesson,
                                         const std::string& version, const std::filesystem::path& out);

}  // namespace chalkline::cli
