// EVP.
#include "streamer/uploads/digest.hpp"

#include <array>

#include <openssl/evp.h>

namespace chalkline::streamer {

struct Digest::State {
  std::unique_ptr<EVP_MD_CTX, decltype([](EVP_MD_CTX* context) { EVP_MD_CTX_free(context); })> context{
      EVP_MD_CTX_new()};
};

Digest::Digest(TusChecksum::Algorithm algorithm) : state_(std::make_unique<State>()) {
  const EVP_MD* kind = algorithm == TusChecksum::Algorithm::kSha256 ? EVP_sha256() : EVP_sha1();
  EVP_DigestInit_ex(state_->context.get(), kind, nullptr);
}
Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::update(std::string_view bytes) { EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()); }

std::string Digest::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_DigestFinal_ex(state_->context.get(), digest.data(), &length);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

}  // namespace chalkline::streamer
