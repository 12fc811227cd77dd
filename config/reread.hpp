// What a running server takes from a configuration that was read again: the keys that the table marks as read again
// (keys.hpp), and nothing else. Called by the server on SIGHUP. Pure.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace chalkline::config {

struct Reread {
  Config config;                     // what runs from now on
  std::vector<std::string> changed;  // keys that are other than before
  std::vector<std::string> waiting;  // keys that are other in the file, and count after a restart
};

// Lessons that are open do not become closed by this, nor closed ones open: what was sent may be in caches for years.
Reread reread(const Config& running, const Config& read);

}  // namespace chalkline::config
