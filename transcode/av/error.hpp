// AVERROR codes as Errors, and libav's own log kept off standard error.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace chalkline::transcode::av {

// "doing: libav's text". ENOSPC and friends keep their meaning; what libav calls invalid data is `otherwise`.
Error error(int averror, std::string_view doing, Errc otherwise = Errc::kInternal);

std::string message(int averror);

// libav speaks through our log at debug level only; call once from the entry points.
void quiet_logs();

}  // namespace chalkline::transcode::av
