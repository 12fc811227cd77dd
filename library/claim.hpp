// A drop that a watched folder has taken for itself: DIR/.taking/<claim>/ with the drop's files and a hidden file that
// says how far it has come, so that whoever starts again after a kill neither loses it nor takes it twice. Used by
// library/watched_folder only.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "core/error.hpp"
#include "library/drops.hpp"
#include "library/library.hpp"

namespace chalkline::library {

struct ClaimFacts {
  std::filesystem::path recording;  // as it was dropped, relative to the watched folder
  std::filesystem::path source;     // of the copy in the library; empty: not taken in yet
};

// Moves the drop's files from `folder` into a new claim in `folder`/.taking, the recording last.
Result<void> make_claim(const std::filesystem::path& folder, const Drop& drop);

Result<ClaimFacts> read_claim(const std::filesystem::path& claim);
Result<void> write_claim(const std::filesystem::path& claim, const ClaimFacts& facts);

// The drop again, of the files that are there; no recording (empty) where the claim was cut short before it came.
Drop drop_of_claim(const std::filesystem::path& claim, const ClaimFacts& facts);

// Puts what is there back where it was dropped, and removes the claim. Files that stand there now keep their names.
Result<void> undo_claim(const std::filesystem::path& folder, const std::filesystem::path& claim,
                        const ClaimFacts& facts);

// Moves the claim to `folder`/`place`/<name>, or <name>-2 and so on, without the hidden file; where it is then.
Result<std::filesystem::path> end_claim(const std::filesystem::path& folder, const std::filesystem::path& claim,
                                        const std::string& place, const std::string& name);

}  // namespace chalkline::library
