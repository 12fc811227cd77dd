// SSL_connect and the X.509 of it.
#include "tests/http/tls_client.hpp"

#include <array>
#include <cstdio>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace chalkline::tests {

static std::unique_ptr<std::FILE, ReleasedBy<std::fclose>> to_write(const std::filesystem::path& path) {
  std::unique_ptr<std::FILE, ReleasedBy<std::fclose>> file(std::fopen(path.c_str(), "w"));
  REQUIRE(file);
  return file;
}

void write_certificate(const std::string& name, const std::filesystem::path& certificate,
                       const std::filesystem::path& key) {
  const std::unique_ptr<EVP_PKEY, ReleasedBy<EVP_PKEY_free>> pair(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, ReleasedBy<X509_free>> made(X509_new());
  REQUIRE(pair);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 86'400);
  X509_set_pubkey(made.get(), pair.get());
  X509_NAME* subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(made.get(), subject);
  REQUIRE(X509_sign(made.get(), pair.get(), EVP_sha256()) > 0);
  REQUIRE(PEM_write_X509(to_write(certificate).get(), made.get()) == 1);
  REQUIRE(PEM_write_PrivateKey(to_write(key).get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
}

static UniqueFd connected(std::uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(fd);
  const timeval deadline{20, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof deadline);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

TlsClient::TlsClient(std::uint16_t port, const TlsOffer& offer)
    : fd_(connected(port)), context_(SSL_CTX_new(TLS_client_method())), ssl_(SSL_new(context_.get())) {
  SSL* ssl = ssl_.get();
  // What is refused must be refused by the server, not by a strict client.
  SSL_set_security_level(ssl, 0);
  SSL_set_min_proto_version(ssl, offer.least);
  SSL_set_max_proto_version(ssl, offer.most);
  SSL_set_mode(ssl, SSL_MODE_AUTO_RETRY);
  std::string protocols;
  for (const std::string& protocol : offer.protocols)
    protocols.append(1, static_cast<char>(protocol.size())).append(protocol);
  if (!protocols.empty())
    SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(protocols.data()),
                        static_cast<unsigned>(protocols.size()));
  SSL_set_tlsext_host_name(ssl, "localhost");
  SSL_set_fd(ssl, fd_.get());
  if (offer.session) SSL_set_session(ssl, offer.session.get());
  SSL_set_connect_state(ssl);
  std::size_t written = 0;
  if (!offer.early.empty()) REQUIRE(SSL_write_early_data(ssl, offer.early.data(), offer.early.size(), &written) == 1);
  open_ = SSL_do_handshake(ssl) == 1;
  ERR_clear_error();
}

TlsClient::~TlsClient() {
  // OpenSSL resumes no session whose connection was not shut down.
  if (open_) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

std::string TlsClient::protocol() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &length);
  return {reinterpret_cast<const char*>(name), length};
}

std::string TlsClient::peer_name() const {
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_get0_peer_certificate(ssl_.get())), NID_commonName, name.data(),
                            static_cast<int>(name.size()));
  return name.data();
}

std::shared_ptr<SSL_SESSION> TlsClient::session() const { return {SSL_get1_session(ssl_.get()), SSL_SESSION_free}; }

void TlsClient::send(std::string_view bytes) {
  (void)SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  ERR_clear_error();
}

std::string TlsClient::read_some() {
  std::string bytes(16'384, '\0');
  const int got = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  ERR_clear_error();
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

std::string TlsClient::read_response() {
  std::string all;
  std::size_t wanted = std::string::npos;
  while (all.size() < wanted) {
    const std::string more = read_some();
    if (more.empty()) return all;
    all += more;
    const std::size_t end = all.find("\r\n\r\n");
    if (wanted != std::string::npos || end == std::string::npos) continue;
    const std::size_t at = all.find("Content-Length: ");
    wanted = end + 4 + (at < end ? std::stoull(all.substr(at + 16)) : 0);
  }
  return all;
}

std::string TlsClient::get(std::string_view target) {
  send("GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  return read_response();
}

}  // namespace chalkline::tests
