// A process gives up, for good, what it will not need: memory, time and descriptors beyond its bounds, new privileges,
// the network, every file but its own, and most system calls. For a process that is about to read what a stranger made:
// whoever takes it over through that file has gained a decoder without a computer.
//
// Called once, before the process starts its first thread (some of the rules hold for the calling thread and its
// offspring only) and after it has loaded what it needs from elsewhere. What a kernel or a container does not grant is
// left out and told: an older kernel transcodes too.
#pragma once

#include <string>
#include <vector>

#include "confine/file_view.hpp"
#include "confine/limits.hpp"
#include "core/error.hpp"

namespace chalkline::confine {

struct Request {
  Limits limits;
  FileView files;
};

struct Confinement {
  int landlock = 0;           // the version of its interface; 0: files are not confined
  bool no_network = false;    // in an empty network namespace
  bool system_calls = false;  // filtered
  // One clause for each that is missing and what grants it: empty when everything holds.
  [[nodiscard]] std::vector<std::string> missing() const;
};

// Errors: a path of the request cannot be opened, or the system breaks its word in the middle.
Result<Confinement> confine(const Request& request);

// What confine() would reach on this machine. May be called with threads running; takes a short-lived child process.
Confinement available();

}  // namespace chalkline::confine
