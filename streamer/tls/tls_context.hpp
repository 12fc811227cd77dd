// The server's certificate, key and TLS rules as one OpenSSL context, which every delivery thread makes its connections
// from. reload() reads the files again: new connections get the new certificate, open ones keep theirs, and tickets go
// on being good. Made by the server, which outlives the threads; thread-safe.
#pragma once

#include <memory>
#include <mutex>

#include <openssl/ssl.h>

#include "config/config.hpp"
#include "core/error.hpp"
#include "streamer/tls/ticket_keys.hpp"

namespace chalkline::streamer {

class TlsContext {
 public:
  // kBadConfig where a file cannot be read, is not what it should be, or the key is not the certificate's.
  static Result<std::unique_ptr<TlsContext>> load(const config::TlsConfig& config);
  explicit TlsContext(const config::TlsConfig& config);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // On failure everything stays as it was.
  Result<void> reload();
  [[nodiscard]] std::shared_ptr<SSL_CTX> current() const;

  // Bytes of early data taken at most (RFC 8446 4.2.10): a few requests.
  static constexpr unsigned kMaxEarlyData = 16'384;

 private:
  const config::TlsConfig config_;
  TicketKeys tickets_;
  mutable std::mutex mutex_;
  std::shared_ptr<SSL_CTX> current_;
};

}  // namespace chalkline::streamer
