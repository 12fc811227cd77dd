// Mirrors that registered here, and what each last said of itself. An interface: SQLite stands behind it today
// (library/sqlite/mirrors.hpp). Thread-safe; blocks (milliseconds).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace chalkline::library {

struct MirrorReport {
  std::string version;              // of the program
  std::int64_t serial = 0;          // of the list that it has
  std::int64_t stale_since_ms = 0;  // since when that is not known to be the newest; 0: it is. Unix time
  std::int64_t lessons = 0;         // that lie there whole
  std::int64_t stored_bytes = 0;
  std::int64_t disk_bytes = 0;     // that its copies may take; 0: as much as there is
  std::int64_t served_bytes = 0;   // to learners, since it was set up
  std::int64_t fetched_bytes = 0;  // from its upstream, since it was set up
  std::int64_t interval_s = 0;     // until it reports again
  friend bool operator==(const MirrorReport&, const MirrorReport&) = default;
};

struct RegisteredMirror {
  std::string name;                   // is_mirror_name()
  std::string owner;                  // whose token registered it (its id)
  std::string address;                // "https://mirror.school.example"; empty: learners are not sent there
  std::vector<std::string> networks;  // of the learners that it is near to (core/network)
  MirrorReport report;
  std::int64_t created_ms = 0;
  std::int64_t reported_ms = 0;
  friend bool operator==(const RegisteredMirror&, const RegisteredMirror&) = default;
};

// Small letters, digits, "-" and ".", 64 at most, a letter or digit first: it is a part of addresses, of a folder's
// name, and of a PATHWAY-ID.
bool is_mirror_name(std::string_view text) noexcept;

class Mirrors {
 public:
  static constexpr int kMost = 100;

  Mirrors() = default;
  Mirrors(const Mirrors&) = delete;
  Mirrors& operator=(const Mirrors&) = delete;
  virtual ~Mirrors() = default;
  // Enters what `said` says of itself; its times are not read. kAlreadyExists where another's token, that is still
  // good, registered the name; kBusy where there are kMost.
  virtual Result<RegisteredMirror> report(const RegisteredMirror& said) = 0;
  virtual Result<RegisteredMirror> find(const std::string& name) = 0;  // kNotFound
  virtual Result<std::vector<RegisteredMirror>> list() = 0;            // in the order in which they registered
  virtual Result<void> remove(const std::string& name) = 0;            // kNotFound; it may register again
};

}  // namespace chalkline::library
