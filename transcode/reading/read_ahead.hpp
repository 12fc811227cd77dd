// Decoding on a thread of its own, some pictures ahead of whoever takes them: one core decodes while another looks at
// what came before. Called by read_source(); outlets see no difference.
#pragma once

#include <functional>

#include "core/error.hpp"
#include "transcode/reading/source_reader.hpp"

namespace chalkline::transcode {

// `read` fills the outlet that it is given, on another thread; all that reaches it reaches `outlet` in the same order,
// on the calling thread, before this returns what `read` returned. An error of `outlet` ends the reading and is
// returned instead. What `read` throws is thrown here. Blocks.
Result<ReadOutcome> read_ahead(DecodedOutlet& outlet, const std::function<Result<ReadOutcome>(DecodedOutlet&)>& read);

}  // namespace chalkline::transcode
