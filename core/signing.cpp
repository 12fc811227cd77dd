// Ed25519 over OpenSSL's EVP.
#include "core/signing.hpp"

#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "core/base64.hpp"

namespace chalkline {

namespace {

constexpr std::string_view kPrefix = "ed25519:";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;

using Key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* k) { EVP_PKEY_free(k); })>;
using Digest = std::unique_ptr<EVP_MD_CTX, decltype([](EVP_MD_CTX* c) { EVP_MD_CTX_free(c); })>;
using Bio = std::unique_ptr<BIO, decltype([](BIO* b) { BIO_free(b); })>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

Result<PublicKey> PublicKey::parse(std::string_view text) {
  std::optional<std::string> bytes;
  if (text.starts_with(kPrefix)) bytes = from_base64url(text.substr(kPrefix.size()));
  if (bytes && bytes->size() == kKeyBytes) return PublicKey(std::move(*bytes));
  return Error(Errc::kInvalidArgument, "\"" + std::string(text) + "\" is not a public key",
               "write it as `chalkline keys` of its origin shows it: ed25519: and 43 characters");
}

std::string PublicKey::text() const { return std::string(kPrefix) + base64url(bytes_); }

bool PublicKey::verifies(std::string_view message, std::string_view signature) const {
  const std::optional<std::string> given = from_base64url(signature);
  if (!given || given->size() != kSignatureBytes) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes_), bytes_.size()));
  const Digest context(EVP_MD_CTX_new());
  return key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(*given), given->size(), bytes_of(message), message.size()) == 1;
}

struct SigningKey::State {
  Key key;
};

SigningKey::SigningKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

SigningKey SigningKey::generate() {
  auto state = std::make_unique<State>();
  state->key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!state->key) throw std::runtime_error("OpenSSL made no Ed25519 key");  // no randomness, or no memory
  return SigningKey(std::move(state));
}

Result<SigningKey> SigningKey::from_pem(std::string_view pem) {
  const Bio from(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto state = std::make_unique<State>();
  // A passphrase is never asked for on the terminal: the empty one is given.
  if (from) state->key.reset(PEM_read_bio_PrivateKey(from.get(), nullptr, nullptr, const_cast<char*>("")));
  if (state->key && EVP_PKEY_get_base_id(state->key.get()) == EVP_PKEY_ED25519) return SigningKey(std::move(state));
  return Error(Errc::kInvalidArgument, "that is not an Ed25519 key in PEM, without a passphrase",
               "make one with `chalkline keys --create`");
}

std::string SigningKey::to_pem() const {
  const Bio to(BIO_new(BIO_s_mem()));
  if (!to || PEM_write_bio_PrivateKey(to.get(), state_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    throw std::runtime_error("OpenSSL did not write a key");
  char* data = nullptr;
  const long length = BIO_get_mem_data(to.get(), &data);
  return {data, static_cast<std::size_t>(length)};
}

PublicKey SigningKey::public_key() const {
  std::string bytes(kKeyBytes, '\0');
  std::size_t length = bytes.size();
  if (EVP_PKEY_get_raw_public_key(state_->key.get(), reinterpret_cast<unsigned char*>(bytes.data()), &length) != 1)
    throw std::runtime_error("OpenSSL did not give the public key");
  return PublicKey(std::move(bytes));
}

std::string SigningKey::sign(std::string_view message) const {
  std::array<unsigned char, kSignatureBytes> made{};
  std::size_t length = made.size();
  const Digest context(EVP_MD_CTX_new());
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), made.data(), &length, bytes_of(message), message.size()) != 1)
    throw std::runtime_error("OpenSSL did not sign");
  return base64url({reinterpret_cast<const char*>(made.data()), length});
}

}  // namespace chalkline
