// Why a job failed, as strangers may read it: the studio's readers, the API's callers and the receivers of hooks get
// this sentence, and where the library lies on this machine is no business of theirs. Called by the job runner, which
// returns the whole sentence to whoever logs it. Pure but for the current folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "library/job_queue.hpp"

namespace chalkline::cli {

// `sentence` with the name that the uploader gave in the place of the recording's path, side files and the
// configuration by their file names, and paths inside the library as they are from its root; of any other absolute path
// its last part.
std::string told_failure(std::string sentence, const library::Job& job, const std::filesystem::path& root,
                         const std::optional<std::filesystem::path>& config_file);

}  // namespace chalkline::cli
