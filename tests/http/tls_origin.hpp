// An Origin that serves TLS too, with a certificate and key of its own in a folder of its own.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "tests/http/origin.hpp"
#include "tests/http/tls_client.hpp"

namespace chalkline::tests {

struct TlsOrigin {
  explicit TlsOrigin(const std::function<void(config::Config&)>& change = [](config::Config&) {})
      : certificate(folder.path() / "certificate.pem"), key(folder.path() / "key.pem") {
    write_certificate("first.example", certificate, key);
    config::Config config = Origin::usual_config();
    config.tls.certificate = certificate.string();
    config.tls.key = key.string();
    config.tls.port = 0;
    change(config);
    origin = std::make_unique<Origin>(config);
  }
  [[nodiscard]] std::uint16_t port() const { return origin->server().tls_port(); }

  TemporaryFolder folder;
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::unique_ptr<Origin> origin;
};

}  // namespace chalkline::tests
