// AVERROR to Error.
#include "transcode/av/error.hpp"

extern "C" {
#include <libavutil/error.h>
#include <libavutil/log.h>
}

#include <cerrno>

#include "core/log.hpp"

namespace chalkline::transcode::av {

std::string message(int averror) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(averror, text, sizeof text);
  return text;
}

Error error(int averror, std::string_view doing, Errc otherwise) {
  switch (averror) {
    case AVERROR(ENOSPC):
    case AVERROR(EDQUOT):
    case AVERROR(ENOENT):
    case AVERROR(EACCES): return error_from_errno(AVUNERROR(averror), doing);
    case AVERROR(ENOMEM): return Error(Errc::kLimitExceeded, std::string(doing) + ": out of memory");
    case AVERROR_EXIT: return Error(Errc::kCancelled, std::string(doing) + ": stopped");
    default: return Error(otherwise, std::string(doing) + ": " + message(averror));
  }
}

static void to_our_log(void*, int level, const char* format, va_list arguments) noexcept {
  if (level > AV_LOG_WARNING) return;
  char line[512];
  std::vsnprintf(line, sizeof line, format, arguments);
  std::string_view text(line);
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  try {
    log_debug("libav", {{"says", text}});
  } catch (...) {  // a C callback must not throw
  }
}

void quiet_logs() { av_log_set_callback(to_our_log); }

}  // namespace chalkline::transcode::av
