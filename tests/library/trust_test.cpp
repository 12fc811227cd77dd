// Whose signature counts.
#include "library/trust.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;

static Errc refusal(const Result<PublicKey>& checked) {
  REQUIRE_FALSE(checked.has_value());
  return checked.error().code;
}

TEST_CASE("a trusted key's signature counts, of this text and for this purpose") {
  const SigningKey key = SigningKey::generate();
  const std::vector<PublicKey> trusted = {SigningKey::generate().public_key(), key.public_key()};
  const std::string signature = render_signature("pack", "lessons", key, {});
  CHECK(check_signature("pack", "lessons", signature, trusted).value() == key.public_key());
  CHECK(refusal(check_signature("pack", "lessons!", signature, trusted)) == Errc::kCorrupt);
  CHECK(refusal(check_signature("feed", "lessons", signature, trusted)) == Errc::kCorrupt);
  CHECK(refusal(check_signature("pack", "lessons", signature, {})) == Errc::kPermissionDenied);
  CHECK(refusal(check_signature("pack", "lessons", "", trusted)) == Errc::kCorrupt);
  CHECK(refusal(check_signature("pack", "lessons", "chalkline-signature-1\n", trusted)) == Errc::kCorrupt);
}

TEST_CASE("whoever comes after a trusted key is trusted, over any number of steps") {
  const SigningKey first = SigningKey::generate();
  const SigningKey second = SigningKey::generate();
  const SigningKey third = SigningKey::generate();
  const std::vector<PublicKey> trusted = {first.public_key()};
  const std::vector<Succession> steps = {hand_over(first, second.public_key()), hand_over(second, third.public_key())};
  CHECK(check_signature("pack", "x", render_signature("pack", "x", third, steps), trusted).has_value());
  const std::vector<Succession> gap = {steps[1]};
  CHECK(refusal(check_signature("pack", "x", render_signature("pack", "x", third, gap), trusted)) ==
        Errc::kPermissionDenied);
}

TEST_CASE("nobody makes himself a successor") {
  const SigningKey trusted = SigningKey::generate();
  const SigningKey stranger = SigningKey::generate();
  Succession forged = hand_over(stranger, stranger.public_key());
  forged.previous = trusted.public_key();
  const std::vector<Succession> steps = {forged};
  const std::vector<PublicKey> pinned = {trusted.public_key()};
  CHECK(refusal(check_signature("pack", "x", render_signature("pack", "x", stranger, steps), pinned)) ==
        Errc::kCorrupt);
}

TEST_CASE("lines of a later version are passed over") {
  const SigningKey key = SigningKey::generate();
  const std::vector<PublicKey> trusted = {key.public_key()};
  CHECK(check_signature("pack", "x", render_signature("pack", "x", key, {}) + "until 2030\n", trusted).has_value());
}
