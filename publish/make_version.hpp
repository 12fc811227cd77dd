// A file in, a published version out: transcode into a staging folder beside `out`, seal, rename. Whatever happens,
// `out` is either absent or complete, and no staging folder is left (one of a killed run is removed by the next).
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "core/index.hpp"
#include "transcode/transcode.hpp"

namespace chalkline::publish {

struct VersionRequest {
  transcode::Request source;
  std::filesystem::path out;  // must not exist, or be an empty folder
  std::string title;          // empty: the container's title, else the file's name without extension
};

struct MadeVersion {
  VersionIndex index;
  std::string id;  // sha256 of index.json: the version's name
};

Result<MadeVersion> make_version(const VersionRequest& request, const transcode::ProgressListener& progress,
                                 std::stop_token stop);

}  // namespace chalkline::publish
