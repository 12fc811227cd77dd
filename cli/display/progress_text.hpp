// Progress as text for people. Pure.
#pragma once

#include <string>

#include "cli/jobs/event.hpp"

namespace chalkline::cli {

// "encoding [=========>          ]  42 %  3.1x  1:20 left", at most `columns` wide; the bar goes first where that is
// narrow.
std::string bar_text(const ProgressEvent& event, int columns);

// "encoding 42 %, 3.1x real time, 1:20 left": a line of a log.
std::string line_text(const ProgressEvent& event);

}  // namespace chalkline::cli
