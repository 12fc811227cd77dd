// The wall at which exceptions of a blocking-pool task end.
#include "streamer/delivery/services.hpp"

#include <exception>

#include "core/log.hpp"
#include "streamer/http/status.hpp"

namespace chalkline::streamer {

LoadResult load_safely(ObjectSource& source, const std::string& key) noexcept {
  try {
    auto result = source.load(key);
    if (!result && status_of(result.error().code) >= 500)
      log_error("cannot load an object", {{"key", key}, {"error", result.error().to_sentence()}});
    return result;
  } catch (const std::exception& thrown) {
    log_error("cannot load an object", {{"key", key}, {"error", thrown.what()}});
    return Error(Errc::kInternal, "cannot load an object");
  }
}

}  // namespace chalkline::streamer
