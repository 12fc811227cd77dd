// Who may speak for an origin: the keys that an operator has pinned, and the keys that those have handed over to. A
// signed text travels with a few lines beside it:
//   chalkline-signature-1
//   succession OLD NEW SIGNATURE      (any number: OLD says that NEW comes after it)
//   key KEY
//   signature SIGNATURE
// Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/signing.hpp"

namespace chalkline::library {

// `next` comes after `previous`, which has signed that.
struct Succession {
  PublicKey previous;
  PublicKey next;
  std::string signature;
};

Succession hand_over(const SigningKey& previous, const PublicKey& next);

// "OLD NEW SIGNATURE". parse: kCorrupt, also where OLD did not sign.
std::string render_succession(const Succession& step);
Result<Succession> parse_succession(std::string_view line);

// What a text is signed for, so that a signature of one thing is none of another: "pack".
std::string render_signature(std::string_view purpose, std::string_view text, const SigningKey& key,
                             std::span<const Succession> before);

// The key that signed `text`, which is one of `trusted` or comes after one. kCorrupt where the lines are none or the
// signature is not of this text; kPermissionDenied, naming the key, where it is nobody's who is trusted.
Result<PublicKey> check_signature(std::string_view purpose, std::string_view text, std::string_view signature,
                                  std::span<const PublicKey> trusted);

}  // namespace chalkline::library
