// A build without web/: no assets, and the pages are the built-in bare ones.
#include "streamer/pages/assets.hpp"

namespace chalkline::streamer {

std::span<const Asset> assets() { return {}; }

}  // namespace chalkline::streamer
