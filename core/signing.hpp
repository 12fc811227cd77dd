// Signatures with Ed25519 (RFC 8032): by which a copy of a lesson, however it came, proves that its origin made it.
// Keys are written as texts that can be read out on the telephone and pasted into a configuration.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace chalkline {

// 32 bytes that everybody may know.
class PublicKey {
 public:
  // "ed25519:" and 43 characters of base64url (RFC 4648 5, without padding). kInvalidArgument for anything else.
  static Result<PublicKey> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  // `signature` as SigningKey::sign() wrote it; false for every other text.
  [[nodiscard]] bool verifies(std::string_view message, std::string_view signature) const;
  friend bool operator==(const PublicKey&, const PublicKey&) = default;

 private:
  friend class SigningKey;
  explicit PublicKey(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

class SigningKey {
 public:
  static SigningKey generate();
  // PEM, PKCS #8 without a passphrase (RFC 8410 7), as `openssl genpkey -algorithm ed25519` writes it.
  // kInvalidArgument.
  static Result<SigningKey> from_pem(std::string_view pem);
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();
  [[nodiscard]] std::string to_pem() const;
  [[nodiscard]] PublicKey public_key() const;
  // 86 characters of base64url: the same for the same message (RFC 8032 5.1.6).
  [[nodiscard]] std::string sign(std::string_view message) const;

 private:
  struct State;
  explicit SigningKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace chalkline
