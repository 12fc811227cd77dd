// A TLS client over OpenSSL and a blocking socket, for tests: it says which versions, protocols and sessions it offers,
// and what came of it. And certificates, made on the spot. Every wait ends by itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/ssl.h>

#include "core/file.hpp"
#include "tests/http/released_by.hpp"

namespace chalkline::tests {

// Writes a self-signed certificate for `name` and its key (P-256), both PEM.
void write_certificate(const std::string& name, const std::filesystem::path& certificate,
                       const std::filesystem::path& key);

struct TlsOffer {
  std::vector<std::string> protocols = {};  // ALPN, by preference
  int least = TLS1_2_VERSION;
  int most = TLS1_3_VERSION;
  std::shared_ptr<SSL_SESSION> session = {};  // to resume
  std::string early = {};                     // bytes sent as early data, with `session`
};

class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, const TlsOffer& offer = {});
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] std::string version() const { return SSL_get_version(ssl_.get()); }
  [[nodiscard]] std::string protocol() const;
  [[nodiscard]] bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  [[nodiscard]] bool early_taken() const { return SSL_get_early_data_status(ssl_.get()) == SSL_EARLY_DATA_ACCEPTED; }
  [[nodiscard]] std::string peer_name() const;  // of its certificate
  // The session to resume with; the server's ticket has come with the first answer.
  [[nodiscard]] std::shared_ptr<SSL_SESSION> session() const;

  void send(std::string_view bytes);
  std::string read_some();  // one record's bytes; empty at the end, a failure or the deadline
  // All bytes up to the end of one HTTP/1.1 response with a Content-Length.
  std::string read_response();
  std::string get(std::string_view target);

 private:
  UniqueFd fd_;
  std::unique_ptr<SSL_CTX, ReleasedBy<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, ReleasedBy<SSL_free>> ssl_;
  bool open_ = false;
};

}  // namespace chalkline::tests
