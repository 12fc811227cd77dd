// How managed requests are read: bodies however they come, on one connection with what is only read, and what is too
// slow, malformed or in HTTP/2.
#include <doctest/doctest.h>

#include "tests/http/h2_client.hpp"
#include "tests/http/tls_client.hpp"
#include "tests/http/uploader.hpp"

using namespace chalkline;
using namespace chalkline::tests;

TEST_CASE("managed and read requests share a connection, also where they come at once") {
  Uploader up;
  const std::string at = up.create("Upload-Length: 11\r\n");
  Client client(up.origin.port());
  const std::string append = Uploader::kVersion + Uploader::kTyped + "Upload-Offset: ";
  client.send(up.bytes("GET", "/healthz", "") + up.bytes("PATCH", at, append + "0\r\n", "hello") +
              up.bytes("GET", up.origin.url(Origin::kSmall), "") + up.bytes("PATCH", at, append + "5\r\n", " world") +
              up.bytes("HEAD", at, Uploader::kVersion) + up.bytes("GET", "/healthz", ""));
  CHECK(client.read().body == "ok\n");
  CHECK(client.read().field("upload-offset") == "5");
  CHECK((client.read().body == up.origin.stored(Origin::kSmall)));
  CHECK(client.read().field("upload-offset") == "11");
  CHECK(client.read(true).field("upload-length") == "11");
  CHECK(client.read().body == "ok\n");
}

TEST_CASE("a body comes byte by byte, in chunks, or after 100 Continue") {
  Uploader up;
  const std::string head = "PATCH " + up.create("Upload-Length: 11\r\n") + " HTTP/1.1\r\nHost: x\r\n" + up.bearer() +
                           Uploader::kVersion + Uploader::kTyped;
  Client client(up.origin.port());
  for (const char c : head + "Upload-Offset: 0\r\nContent-Length: 5\r\n\r\nhello") client.send(std::string_view(&c, 1));
  CHECK(client.read().field("upload-offset") == "5");
  client.send(head +
              "Upload-Offset: 5\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n \r\n3;x=y\r\nwor\r\n0\r\nA: b\r\n\r\n");
  CHECK(client.read().field("upload-offset") == "9");
  client.send(head + "Upload-Offset: 9\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.read_some(100) == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ld");
  CHECK_FALSE(client.read().field("chalkline-lesson").empty());
}

TEST_CASE("who is refused at the head is not told to go on, and what is malformed ends the connection") {
  Uploader up;
  const std::string at = up.create("Upload-Length: 11\r\n");
  Client refused(up.origin.port());
  refused.send("PATCH " + at + " HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");
  const Reply reply = refused.read();
  CHECK(reply.status == 401);
  CHECK(reply.field("connection") == "close");
  CHECK(refused.ends());
  Client odd(up.origin.port());
  odd.send(up.bytes("POST", "/files/", Uploader::kVersion + "Expect: wonders\r\n"));
  CHECK(odd.read().status == 417);
  Client malformed(up.origin.port());
  malformed.send("PATCH " + at + " HTTP/1.1\r\nHost: x\r\n" + up.bearer() + Uploader::kVersion + Uploader::kTyped +
                 "Upload-Offset: 0\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n");
  CHECK(malformed.read().status == 400);
  CHECK(malformed.ends());
  CHECK(up.offset(at) == "5");  // what came before is kept
}

TEST_CASE("a sender that falls silent is told so, and what came is kept") {
  config::Config config = Origin::usual_config();
  config.server.write_timeout = std::chrono::milliseconds(500);
  Uploader up(config);
  const std::string at = up.create("Upload-Length: 11\r\n");
  Client client(up.origin.port());
  client.send("PATCH " + at + " HTTP/1.1\r\nHost: x\r\n" + up.bearer() + Uploader::kVersion + Uploader::kTyped +
              "Upload-Offset: 0\r\nContent-Length: 11\r\n\r\nhello");
  CHECK(client.read().status == 408);
  CHECK(client.ends());
  CHECK(up.offset(at) == "5");
}

TEST_CASE("a large body goes through whole, in the clear and over TLS") {
  TemporaryFolder folder;
  write_certificate("first.example", folder.path() / "c.pem", folder.path() / "k.pem");
  config::Config config = Origin::usual_config();
  config.tls.certificate = (folder.path() / "c.pem").string();
  config.tls.key = (folder.path() / "k.pem").string();
  config.tls.port = 0;
  Uploader up(config);
  std::string body(20'000'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 2654435761U >> 13U);
  Client client(up.origin.port());
  client.send(up.bytes("PUT", "/files/clear.mp4", "", body));
  CHECK(client.read().body.find(sha256_hex(body)) != std::string::npos);
  body[5] = static_cast<char>(body[5] + 1);
  TlsClient tls(up.origin.server().tls_port());
  tls.send(up.bytes("PUT", "/files/tls.mp4", "", body));
  CHECK(tls.read_response().find(sha256_hex(body)) != std::string::npos);
  CHECK(tls.get("/healthz").find("200 OK") != std::string::npos);
}

TEST_CASE("over HTTP/2 a managed request is asked again by HTTP/1.1, and the connection goes on") {
  Uploader up;
  H2Client client(up.origin.port());
  client.open();
  const std::int32_t stream = client.next_stream();
  client.frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream,
               client.block({{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/files/"}}));
  CHECK(client.answer(stream).reset == std::uint32_t{NGHTTP2_HTTP_1_1_REQUIRED});
  CHECK(client.fetch("/healthz").status == 200);
}

TEST_CASE("without management nothing can be changed") {
  config::Config config = Origin::usual_config();
  config.management.enabled = false;
  Uploader up(config);
  CHECK(up.ask("POST", "/files/", "Upload-Length: 5\r\n").status == 404);
  CHECK(up.ask("OPTIONS", "/files/").status == 404);
}
