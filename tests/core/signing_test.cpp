// Ed25519 against the vectors of RFC 8032 7.1, and keys as texts.
#include "core/signing.hpp"

#include <string>

#include <doctest/doctest.h>

#include "core/base64.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;

static std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

TEST_CASE("a signature of RFC 8032 7.1, test 3, verifies, and no other text does") {
  const PublicKey key =
      PublicKey::parse("ed25519:" +
                       base64url(from_hex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")))
          .value();
  const std::string message = from_hex("af82");
  const std::string signature =
      base64url(from_hex("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
                         "c6594a7c15e9716ed28dc027beceea1ec40a"));
  CHECK(key.verifies(message, signature));
  CHECK_FALSE(key.verifies(message + "x", signature));
  CHECK_FALSE(key.verifies("", signature));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string other = signature;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    CHECK_FALSE(key.verifies(message, other));
  }
  CHECK_FALSE(key.verifies(message, ""));
  CHECK_FALSE(key.verifies(message, signature + "A"));
}

TEST_CASE("a key signs the same after it was written and read, and only its public key verifies") {
  const SigningKey key = SigningKey::generate();
  const SigningKey again = SigningKey::from_pem(key.to_pem()).value();
  const std::string signature = key.sign("lesson");
  CHECK(again.sign("lesson") == signature);
  CHECK(again.public_key() == key.public_key());
  CHECK(PublicKey::parse(key.public_key().text()).value().verifies("lesson", signature));
  CHECK_FALSE(SigningKey::generate().public_key().verifies("lesson", signature));
}

TEST_CASE("what is no key is refused with a sentence") {
  const std::string good = SigningKey::generate().public_key().text();
  for (const std::string& text : {std::string(), std::string("ed25519:"), good.substr(0, good.size() - 1), good + "A",
                                  "rsa:" + good.substr(8), good + "="}) {
    const auto parsed = PublicKey::parse(text);
    REQUIRE_FALSE_MESSAGE(parsed.has_value(), text);
    CHECK(parsed.error().code == Errc::kInvalidArgument);
  }
  CHECK_FALSE(SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n").has_value());
  CHECK_FALSE(SigningKey::from_pem("").has_value());
}

TEST_CASE("base64 is read as it is written, and nothing else is") {
  for (const std::string& bytes :
       {std::string(), std::string("f"), std::string("fo"), std::string("foo"), std::string("\0\xff\xfe", 3)})
    CHECK(from_base64(to_base64(bytes)).value() == bytes);
  CHECK(to_base64("f") == "Zg==");
  CHECK(to_base64("\xfb\xff") == "+/8=");
  for (const char* text : {"Z", "Zm8", "Zm9=", "Zh==", "Zg=", "Z===", "====", "Zm-v", "Zm 8", "Zg==Zg=="})
    CHECK_FALSE_MESSAGE(from_base64(text).has_value(), text);
}

TEST_CASE("base64url is read as it is written, and nothing else is") {
  for (const std::string& bytes :
       {std::string(), std::string("f"), std::string("fo"), std::string("foo"), std::string("\0\xff\xfe", 3)})
    CHECK(from_base64url(base64url(bytes)).value() == bytes);
  CHECK(base64url("fo") == "Zm8");
  for (const char* text : {"Z", "Zm8=", "Zm9", "Zm+v", "Zm 8"})
    CHECK_FALSE_MESSAGE(from_base64url(text).has_value(), text);
}
