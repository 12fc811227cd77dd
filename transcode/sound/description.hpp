// Described sound that is a file of its own beside the recording: a voice that tells what its pictures show. The
// pipeline takes it as one more sound track; it begins where the recording begins.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "transcode/reading/probe.hpp"
#include "transcode/transcode.hpp"

namespace chalkline::transcode {

// Those among `sides` enter the facts behind the recording's own sounds. kUnusableInput: there is no sound in one.
Result<void> add_descriptions(const std::vector<SideFile>& sides, SourceFacts& facts, const std::stop_token& stop);

// A text that is another one where they are other sounds; "" where there are none.
Result<std::string> identity_of_descriptions(const std::vector<SideFile>& sides);

}  // namespace chalkline::transcode
