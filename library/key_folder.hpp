// The keys of a library, in DIR/keys/:
//   signing.pem    with which it signs what it gives away; readable by its owner alone
//   succession     its keys of before, each signed over to the next, one a line (library/trust.hpp)
//   trusted        the origins from which it takes lessons, one public key a line
// Blocks; one process changes them at a time.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/error.hpp"
#include "core/signing.hpp"
#include "library/trust.hpp"

namespace chalkline::library {

struct OwnKeys {
  SigningKey key;
  std::vector<Succession> before;
};

// None where the library has no key yet. Completes a rotation that was cut short.
Result<std::optional<OwnKeys>> read_own_keys(const std::filesystem::path& library);

// kAlreadyExists where there is a key.
Result<OwnKeys> create_own_key(const std::filesystem::path& library);

// A new key, signed over to by the one before, which is then gone. kNotFound where there is none.
Result<OwnKeys> rotate_own_key(const std::filesystem::path& library);

// Those that were pinned, and the library's own and its predecessors: what it gave away it takes back.
Result<std::vector<PublicKey>> trusted_keys(const std::filesystem::path& library);
Result<void> trust_key(const std::filesystem::path& library, const PublicKey& key);

}  // namespace chalkline::library
