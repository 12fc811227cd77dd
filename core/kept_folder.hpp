// Where an interrupted work keeps what it had finished: one folder inside the folder in which a version is made.
// Whoever clears such a place after a death leaves it, and whoever goes on with the work finds it
// (transcode/kept_work.hpp).
#pragma once

#include <filesystem>
#include <string_view>

#include "core/error.hpp"

namespace chalkline {

inline constexpr std::string_view kKeptFolder = "resume";

// Removes all that is in `folder` but what is kept there; the folder itself too, where nothing is. None there is
// success.
Result<void> remove_but_kept(const std::filesystem::path& folder);

// The same, and what is kept goes into `heir`, where that holds none.
Result<void> remove_and_bequeath(const std::filesystem::path& folder, const std::filesystem::path& heir);

}  // namespace chalkline
