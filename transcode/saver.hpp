// The second stage: the saver ladder (options.saver_codec) for a lesson whose version is made already. Called by
// publish/; blocks; uses its own jthreads.
#pragma once

#include "core/index.hpp"
#include "transcode/transcode.hpp"

namespace chalkline::transcode {

struct SaverRequest {
  std::filesystem::path input;  // the recording that the version was made of
  const VersionIndex& version;
  EncodingOptions options;
  std::filesystem::path keep;  // as Request::keep
};

// Writes the new renditions into `sink`, with the version's segment boundaries, and a report of the plan; nothing else
// is written, and no rendition where that codec would not make the lesson smaller (or it has no pictures, or
// options.fixed_ladder): the number of them is returned. Errors: kInvalidArgument (the version has one already, or is
// not of this recording), and as transcode().
Result<int> add_saver_ladder(const SaverRequest& request, VersionSink& sink, const ProgressListener& progress,
                             std::stop_token stop);

}  // namespace chalkline::transcode
