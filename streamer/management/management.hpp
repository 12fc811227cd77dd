// What is managed, and who answers it: uploads at /files/, the API's requests that change something, reports of visits.
// The composition root (server.cpp) fills it before the first connection comes; afterwards it does not change. It has a
// pool of its own, so that an upload that waits for the disk keeps no reader waiting.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "streamer/delivery/blocking_pool.hpp"
#include "streamer/http/request.hpp"
#include "streamer/management/exchange.hpp"

namespace chalkline::streamer {

class Management {
 public:
  enum class Area : std::uint8_t { kNone, kUploads, kApi, kReports };

  StreamedHandler* uploads = nullptr;  // /files and what is below
  ManagedHandler* api = nullptr;       // /api/v1/, but for what may be read there by http/route.hpp
  ManagedHandler* reports = nullptr;   // /reports, of learners' pages

  // One look at the target's first letters, for every request of the read side.
  [[nodiscard]] static bool may_be_managed(std::string_view target) {
    if (target.size() < 2) return false;
    if (target[0] != '/') return true;  // absolute-form
    switch (target[1]) {
      case 'a':
      case 'f':
      case 'r':
      case '%':
      case '.': return true;
      default: return false;
    }
  }

  // Whose the request is; kNone: the read side's, also where its target cannot be understood.
  [[nodiscard]] Area area_of(const RequestHead& head) const;
  [[nodiscard]] bool takes(const RequestHead& head) const {
    return may_be_managed(head.target) && area_of(head) != Area::kNone;
  }
  [[nodiscard]] std::unique_ptr<Exchange> open(Area area, Method method) const;

  BlockingPool& pool() { return pool_; }

 private:
  BlockingPool pool_{4, 1024};
};

}  // namespace chalkline::streamer
