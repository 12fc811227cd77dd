// One large file copied as cheaply as the file systems allow: shared blocks, else inside the kernel, else by hand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

#include "core/error.hpp"

namespace chalkline::library {

// `to` must not exist. `copied` is told of every piece in bytes. Not fsynced. On an error a partial `to` is left for
// the caller, who removes its whole folder. kCancelled when `stop` was asked for.
Result<void> copy_file(const std::filesystem::path& from, const std::filesystem::path& to,
                       const std::function<void(std::uint64_t piece)>& copied, std::stop_token stop);

}  // namespace chalkline::library
