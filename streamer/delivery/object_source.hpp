// Where objects come from when the cache does not have them: the library (library_source.hpp); a mirror's upstream
// later.
#pragma once

#include <string>

#include "streamer/cache/object_cache.hpp"

namespace chalkline::streamer {

class ObjectSource {
 public:
  ObjectSource() = default;
  ObjectSource(const ObjectSource&) = delete;
  ObjectSource& operator=(const ObjectSource&) = delete;
  virtual ~ObjectSource() = default;
  // Called on blocking-pool threads, several at once; may block. `key` as request_plan.hpp makes it.
  virtual LoadResult load(const std::string& key) = 0;
};

}  // namespace chalkline::streamer
