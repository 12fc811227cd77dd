// What OpenSSL is told, once a context.
#include "streamer/tls/tls_context.hpp"

#include <algorithm>
#include <new>
#include <string_view>

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace chalkline::streamer {

namespace {

// AES-128 first: as safe in practice as AES-256 and cheaper on both sides. A client that puts ChaCha20 first, which is
// a cheap phone without AES in its processor, gets that (SSL_OP_PRIORITIZE_CHACHA).
constexpr const char* kSuites13 = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384";
// RFC 9325 4.2: forward secrecy and AEAD only, which is also what RFC 9113 9.2.2 leaves for HTTP/2.
constexpr const char* kSuites12 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
constexpr const char* kGroups = "X25519:P-256:P-384";

std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown reason" : reason;
}

Error bad_file(std::string_view what, const std::string& path, std::string_view hint) {
  return Error(Errc::kBadConfig, fmt::format("cannot use the {} {}: {}", what, path, openssl_reason()),
               std::string(hint));
}

// RFC 7301 3.2: ours is the choice, h2 before http/1.1; where nothing fits, the alert no_application_protocol.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* length, const unsigned char* offered,
                    unsigned offered_bytes, void*) noexcept {
  constexpr std::string_view kOurs = "\x02h2\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, length, reinterpret_cast<const unsigned char*>(kOurs.data()),
                            static_cast<unsigned>(kOurs.size()), offered, offered_bytes) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

int use_key(const TicketKey& key, const unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, bool seal) {
  std::string digest = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, const_cast<unsigned char*>(key.mac.data()), key.mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0), OSSL_PARAM_construct_end()};
  if (EVP_MAC_CTX_set_params(mac, parameters) != 1) return -1;
  return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv, seal ? 1 : 0) == 1 ? 1 : -1;
}

// -1 ends the handshake, 0 goes on without the ticket, 1 uses it, 2 uses it and gives a new one.
int ticket_key(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
               int seal) noexcept {
  try {
    auto& keys = *static_cast<TicketKeys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    const auto now = TicketKeys::Clock::now();
    if (seal == 1) {
      const TicketKey key = keys.current(now);
      std::copy(key.name.begin(), key.name.end(), name);
      if (RAND_bytes(iv, EVP_MAX_IV_LENGTH) != 1) return -1;
      return use_key(key, iv, cipher, mac, true);
    }
    const auto found = keys.find(std::span<const unsigned char, 16>(name, 16), now);
    if (!found) return 0;
    const int used = use_key(found->key, iv, cipher, mac, false);
    return used == 1 && found->renew ? 2 : used;
  } catch (const std::exception&) {
    return -1;
  }
}

int no_passphrase(char*, int, int, void*) noexcept { return -1; }  // never ask a terminal

void set_rules(SSL_CTX* context, const config::TlsConfig& config, TicketKeys& tickets) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_ciphersuites(context, kSuites13);
  SSL_CTX_set_cipher_list(context, kSuites12);
  SSL_CTX_set1_groups_list(context, kGroups);
  // No anti-replay store: early data is only ever used for GETs of what never changes, which may be replayed at will,
  // and without the store tickets are good on every thread and after a restart of a mirror's neighbour.
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_NO_COMPRESSION | SSL_OP_NO_ANTI_REPLAY);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_app_data(context, &tickets);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, ticket_key);
  SSL_CTX_set_num_tickets(context,
                          1);  // each costs a phone a quarter of a kilobyte, and one connection is all it needs
  SSL_CTX_set_timeout(context, std::chrono::duration_cast<std::chrono::seconds>(config.session_lifetime).count());
  constexpr std::string_view kSessionContext = "chalkline";
  SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(kSessionContext.data()),
                                 static_cast<unsigned>(kSessionContext.size()));
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_max_early_data(context, config.early_data ? TlsContext::kMaxEarlyData : 0);
  SSL_CTX_set_recv_max_early_data(context, config.early_data ? TlsContext::kMaxEarlyData : 0);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
}

Result<std::shared_ptr<SSL_CTX>> make_context(const config::TlsConfig& config, TicketKeys& tickets) {
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) throw std::bad_alloc();
  set_rules(context.get(), config, tickets);
  if (SSL_CTX_use_certificate_chain_file(context.get(), config.certificate.c_str()) != 1)
    return bad_file("certificate", config.certificate,
                    "tls.certificate must be a PEM file: the server's, then its chain");
  if (SSL_CTX_use_PrivateKey_file(context.get(), config.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return bad_file("key", config.key, "tls.key must be a PEM file without a passphrase, the key of tls.certificate");
  if (SSL_CTX_check_private_key(context.get()) != 1)
    return bad_file("key", config.key, "it must be the key of tls.certificate");
  return context;
}

}  // namespace

TlsContext::TlsContext(const config::TlsConfig& config)
    : config_(config), tickets_(config.session_lifetime, TicketKeys::Clock::now()) {}

Result<std::unique_ptr<TlsContext>> TlsContext::load(const config::TlsConfig& config) {
  auto made = std::make_unique<TlsContext>(config);
  CHALK_TRY(made->reload());
  return made;
}

Result<void> TlsContext::reload() {
  CHALK_TRY_ASSIGN(std::shared_ptr<SSL_CTX> context, make_context(config_, tickets_));
  const std::lock_guard lock(mutex_);
  current_ = std::move(context);
  return {};
}

std::shared_ptr<SSL_CTX> TlsContext::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

}  // namespace chalkline::streamer
