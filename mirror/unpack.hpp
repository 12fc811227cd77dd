// Lessons from a pack (mirror/pack.hpp) into a library that may never have seen their origin. Nothing is believed: the
// list is signed by a key that is trusted here, each version is what the list names, each file what the version's index
// says, or the lesson is not taken. Blocks.
#pragma once

#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "library/library.hpp"
#include "library/trust.hpp"
#include "mirror/pack.hpp"

namespace chalkline::mirror {

struct UnpackReport {
  struct Refused {
    std::string lesson;
    Error why;  // names the file
  };
  std::vector<std::string> taken;  // lessons that are new here, or newer than they were
  std::vector<std::string> there;  // as they were
  std::vector<std::string> older;  // this library has a later version
  std::vector<Refused> refused;
  PublicKey origin;
};

// An error where the pack as a whole cannot be used: no pack, its signature (check_signature), no room, `stop`. One
// damaged lesson does not keep the others away. Called again it goes on with what is missing.
Result<UnpackReport> unpack(library::Library& library, const std::filesystem::path& pack,
                            std::span<const PublicKey> trusted, const CarryListener& listener,
                            const std::stop_token& stop);

}  // namespace chalkline::mirror
