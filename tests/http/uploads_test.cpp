// tus 1.0 over sockets against the real server: the core protocol, each extension, each error.
#include <doctest/doctest.h>

#include "core/base64.hpp"
#include "tests/http/uploader.hpp"

using namespace chalkline;
using namespace chalkline::tests;

TEST_CASE("who may upload: an editor and above, by a token; anybody may ask what there is") {
  Uploader up;
  Client nobody(up.origin.port());
  const Reply none = nobody.request("POST", "/files/", "Tus-Resumable: 1.0.0\r\nUpload-Length: 5\r\n");
  CHECK(none.status == 401);
  CHECK(none.field("www-authenticate") == "Bearer");
  CHECK(none.field("content-type") == "application/problem+json");
  CHECK(nobody.request("POST", "/files/", "Tus-Resumable: 1.0.0\r\nAuthorization: Bearer ct_nonsense\r\n").status ==
        401);
  const std::string reader = up.new_token(library::Role::kReader);
  CHECK(nobody
            .request("POST", "/files/",
                     "Tus-Resumable: 1.0.0\r\nUpload-Length: 5\r\nAuthorization: Bearer " + reader + "\r\n")
            .status == 403);
  const std::string admin = up.new_token(library::Role::kAdmin);
  CHECK(nobody
            .request("POST", "/files/",
                     "Tus-Resumable: 1.0.0\r\nUpload-Length: 5\r\nAuthorization: bearer " + admin + "\r\n")
            .status == 201);
  const Reply options = nobody.request("OPTIONS", "/files/", "Origin: https://a.example\r\n");
  CHECK(options.status == 204);
  CHECK(options.field("tus-version") == "1.0.0");
  CHECK(options.field("access-control-allow-origin") == "*");
  CHECK(options.field("access-control-allow-methods").find("PATCH") != std::string::npos);
  CHECK(options.field("access-control-expose-headers").find("Upload-Offset") != std::string::npos);
  CHECK(nobody.get("/healthz").status == 200);  // all on one connection
}

TEST_CASE("an upload in two appends becomes a lesson") {
  Uploader up;
  const std::string at = up.create("Upload-Length: 11\r\nUpload-Metadata: filename dGFsay5tcDQ=,title V2F0ZXI=\r\n");
  Reply head = up.ask("HEAD", at);
  CHECK(head.status == 200);
  CHECK(head.field("upload-offset") == "0");
  CHECK(head.field("upload-length") == "11");
  CHECK(head.field("upload-metadata") == "filename dGFsay5tcDQ=,title V2F0ZXI=");
  CHECK(head.field("cache-control") == "no-store");
  CHECK(head.field("tus-resumable") == "1.0.0");
  CHECK_FALSE(head.field("upload-expires").empty());
  Reply part = up.append(at, 0, "hello");
  CHECK(part.status == 204);
  CHECK(part.field("upload-offset") == "5");
  CHECK_FALSE(part.field("upload-expires").empty());
  CHECK(part.field("chalkline-lesson").empty());
  part = up.append(at, 5, " world");
  CHECK(part.status == 204);
  CHECK(part.field("upload-offset") == "11");
  CHECK(part.field("chalkline-lesson") == "water");
  CHECK(part.field("location") == "/watch/water");
  head = up.ask("HEAD", at);
  CHECK(head.field("upload-offset") == "11");
  CHECK(head.field("chalkline-lesson") == "water");
  CHECK(up.append(at, 11, "").status == 204);  // said again
  CHECK(up.append(at, 5, " world").status == 409);
  const auto jobs = up.origin.library().jobs->list().value();
  CHECK(jobs[0].source_name == "talk.mp4");
  const Reply told = up.ask("GET", at);
  CHECK(told.body.find("\"state\":\"done\"") != std::string::npos);
  CHECK(told.body.find(sha256_hex("hello world")) != std::string::npos);
}

TEST_CASE("an append that does not fit changes nothing") {
  Uploader up;
  const std::string at = up.create("Upload-Length: 10\r\n");
  REQUIRE(up.append(at, 0, "hello").status == 204);
  const Reply conflict = up.append(at, 4, "xyz");
  CHECK(conflict.status == 409);
  CHECK(conflict.field("upload-offset") == "5");
  CHECK(up.append(at, 6, "xyz").status == 409);
  CHECK(up.append(at, 5, "too much").status == 413);
  CHECK(up.ask("PATCH", at, "Upload-Offset: 5\r\nContent-Type: video/mp4\r\n", "x").status == 415);
  CHECK(up.ask("PATCH", at, Uploader::kTyped, "x").status == 400);
  Client client(up.origin.port());
  client.send(up.bytes("PATCH", at, "Tus-Resumable: 0.2.2\r\n" + Uploader::kTyped + "Upload-Offset: 5\r\n", "x"));
  const Reply version = client.read();
  CHECK(version.status == 412);
  CHECK(version.field("tus-version") == "1.0.0");
  CHECK(up.offset(at) == "5");
  const std::string nothing = "/files/" + std::string(32, '0');
  CHECK(up.append(nothing, 0, "x").status == 404);
  CHECK(up.ask("HEAD", nothing).status == 404);
  CHECK(up.ask("HEAD", nothing).field("upload-offset").empty());
}

TEST_CASE("an append that is cut in the middle keeps what came") {
  Uploader up;
  const std::string at = up.create("Upload-Length: 600000\r\n");
  {
    Client client(up.origin.port());
    client.send("PATCH " + at + " HTTP/1.1\r\nHost: x\r\n" + up.bearer() + Uploader::kVersion + Uploader::kTyped +
                "Upload-Offset: 0\r\nContent-Length: 600000\r\n\r\n" + std::string(400'000, 'a'));
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (up.offset(at) != "400000" && std::chrono::steady_clock::now() < deadline) {
  }
  REQUIRE(up.offset(at) == "400000");
  Reply reply;
  do reply = up.append(at, 400'000, std::string(200'000, 'b'));
  while (reply.status == 423 && std::chrono::steady_clock::now() < deadline);
  CHECK(reply.status == 204);
  const std::string all = std::string(400'000, 'a') + std::string(200'000, 'b');
  CHECK(up.ask("GET", at).body.find(sha256_hex(all)) != std::string::npos);
}

TEST_CASE("an append that comes fast is whole, what follows on the connection is answered, and a cut keeps what came") {
  const Uploader up;
  std::string body(6'000'000, '\0');
  unsigned state = 7;
  for (char& one : body) one = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
  const std::string first = body.substr(0, 4'000'000);
  const std::string at = up.create("Upload-Length: 6000000\r\nUpload-Metadata: filename dGFsay5tcDQ=\r\n");
  {
    Client client(up.origin.port());
    client.send(up.bytes("PATCH", at, Uploader::kVersion + Uploader::kTyped + "Upload-Offset: 0\r\n", first) +
                up.bytes("HEAD", at, Uploader::kVersion));
    const Reply appended = client.read();
    CHECK(appended.status == 204);
    CHECK(appended.field("upload-offset") == "4000000");
    const Reply asked = client.read(true);
    CHECK(asked.status == 200);
    CHECK(asked.field("upload-offset") == "4000000");
  }
  {
    Client client(up.origin.port());
    client.send("PATCH " + at + " HTTP/1.1\r\nHost: x\r\n" + up.bearer() + Uploader::kVersion + Uploader::kTyped +
                "Upload-Offset: 4000000\r\nContent-Length: 2000000\r\n\r\n" + body.substr(4'000'000, 1'500'000));
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (up.offset(at) != "5500000" && std::chrono::steady_clock::now() < deadline) {
  }
  REQUIRE(up.offset(at) == "5500000");
  Reply rest;
  do rest = up.append(at, 5'500'000, body.substr(5'500'000));
  while (rest.status == 423 && std::chrono::steady_clock::now() < deadline);
  CHECK(rest.status == 204);
  const Reply done = up.ask("GET", at);
  CHECK(done.body.find(sha256_hex(body)) != std::string::npos);
}

TEST_CASE("two cannot append at the same time") {
  Uploader up;
  const std::string at = up.create("Upload-Length: 10\r\n");
  Client first(up.origin.port());
  first.send("PATCH " + at + " HTTP/1.1\r\nHost: x\r\n" + up.bearer() + Uploader::kVersion + Uploader::kTyped +
             "Upload-Offset: 0\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
  CHECK(first.read_some(100) == "HTTP/1.1 100 Continue\r\n\r\n");
  const Reply second = up.append(at, 0, "x");
  CHECK(second.status == 423);
  CHECK_FALSE(second.field("retry-after").empty());
  CHECK(up.ask("DELETE", at).status == 423);
  first.send("0123456789");
  CHECK(first.read().status == 204);
}

TEST_CASE("creation may bring the first bytes, or all of them") {
  Uploader up;
  const Reply part = up.ask("POST", "/files/", Uploader::kTyped + "Upload-Length: 10\r\n", "hello");
  CHECK(part.status == 201);
  CHECK(part.field("upload-offset") == "5");
  CHECK(up.append(part.field("location"), 5, "world").status == 204);
  const Reply all = up.ask("POST", "/files/", Uploader::kTyped + "Upload-Length: 6\r\n", "whole!");
  CHECK(all.status == 201);
  CHECK(all.field("location").starts_with("/files/"));
  CHECK_FALSE(all.field("chalkline-lesson").empty());
}

TEST_CASE("a length may come later, and then stays") {
  Uploader up;
  const std::string at = up.create("Upload-Defer-Length: 1\r\n");
  CHECK(up.append(at, 0, "hello").status == 204);
  const Reply head = up.ask("HEAD", at);
  CHECK(head.field("upload-defer-length") == "1");
  CHECK(head.field("upload-length").empty());
  CHECK(up.append(at, 5, " wor", "Upload-Length: 11\r\n").status == 204);
  CHECK(up.ask("HEAD", at).field("upload-length") == "11");
  CHECK(up.append(at, 9, "ld", "Upload-Length: 12\r\n").status == 400);
  CHECK_FALSE(up.append(at, 9, "ld").field("chalkline-lesson").empty());
}

TEST_CASE("checksums: what does not match is not kept") {
  Uploader up;
  const std::string at = up.create("Upload-Length: 11\r\n");
  const std::string sha1 = "Upload-Checksum: sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=\r\n";
  CHECK(up.append(at, 0, "hello wormd", sha1).status == 460);
  CHECK(up.offset(at) == "0");
  CHECK(up.append(at, 0, "hello world", "Upload-Checksum: crc32 AAAAAA==\r\n").status == 400);
  CHECK(up.append(at, 0, "hello world", sha1).status == 204);
  const std::string other = up.create("Upload-Length: 11\r\n");
  CHECK(up.append(other, 0, "hello world", "Upload-Checksum: sha256 uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=\r\n")
            .status == 204);
}

TEST_CASE("a cut append with a checksum keeps nothing of it") {
  Uploader up;
  const std::string at = up.create("Upload-Length: 11\r\n");
  {
    Client client(up.origin.port());
    client.send(
        "PATCH " + at + " HTTP/1.1\r\nHost: x\r\n" + up.bearer() + Uploader::kVersion + Uploader::kTyped +
        "Upload-Offset: 0\r\nContent-Length: 11\r\nUpload-Checksum: sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=\r\n\r\nhello");
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  Reply reply;
  do reply = up.append(at, 0, "hello world");
  while (reply.status == 423 && std::chrono::steady_clock::now() < deadline);
  CHECK(reply.status == 204);
}

TEST_CASE("what is ended is gone; what expired says so") {
  config::Config config = Origin::usual_config();
  config.uploads.expiry = std::chrono::seconds(3);
  Uploader up(config);
  const std::string ended = up.create("Upload-Length: 10\r\n");
  CHECK(up.ask("DELETE", ended).status == 204);
  CHECK(up.ask("HEAD", ended).status == 404);
  CHECK(up.append(ended, 0, "x").status == 404);
  CHECK(up.ask("DELETE", ended).status == 404);
  const std::string old = up.create("Upload-Length: 10\r\n");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (up.ask("HEAD", old).status != 410 && std::chrono::steady_clock::now() < deadline) {
  }
  CHECK(up.ask("HEAD", old).status == 410);
  CHECK(up.append(old, 0, "x").status == 410);
  CHECK(up.origin.library().uploads->unfinished()->empty());
}

TEST_CASE("partial uploads are joined") {
  Uploader up;
  const std::string a = up.create("Upload-Concat: partial\r\nUpload-Length: 5\r\n");
  const std::string b = up.create("Upload-Concat: partial\r\nUpload-Length: 6\r\n");
  CHECK(up.append(a, 0, "hello").field("chalkline-lesson").empty());
  CHECK(up.ask("HEAD", a).field("upload-concat") == "partial");
  const std::string concat = "Upload-Concat: final;" + a + " http://x" + b + "\r\n";
  CHECK(up.ask("POST", "/files/", concat).status == 400);  // b is not complete
  CHECK(up.append(b, 0, " world").status == 204);
  const Reply joined = up.ask("POST", "/files/", concat + "Upload-Metadata: title TWFqaQ==\r\n");
  CHECK(joined.status == 201);
  CHECK(joined.field("chalkline-lesson") == "maji");
  const Reply head = up.ask("HEAD", joined.field("location"));
  CHECK(head.field("upload-length") == "11");
  CHECK(head.field("upload-offset") == "11");
  CHECK(head.field("upload-concat") == concat.substr(15, concat.size() - 17));
  CHECK(up.append(joined.field("location"), 11, "x").status == 403);
  CHECK(up.ask("POST", "/files/", concat).field("location") == joined.field("location"));
}

TEST_CASE("size, quota, number and kind are checked before the first byte") {
  config::Config config = Origin::usual_config();
  config.uploads.max_size = 1000;
  config.uploads.quota = 1500;
  config.uploads.max_unfinished = 2;
  Uploader up(config);
  CHECK(up.ask("OPTIONS", "/files/").field("tus-max-size") == "1000");
  CHECK(up.ask("POST", "/files/", "Upload-Length: 1001\r\n").status == 413);
  up.create("Upload-Length: 1000\r\n");
  CHECK(up.ask("POST", "/files/", "Upload-Length: 501\r\n").status == 507);
  up.create("Upload-Length: 500\r\n");
  CHECK(up.ask("POST", "/files/", "Upload-Defer-Length: 1\r\n").status == 503);
  CHECK(up.ask("POST", "/files/", "Upload-Length: 5\r\nUpload-Metadata: filename d29yay5wZGY=\r\n").status == 415);
}

TEST_CASE("the same recording twice is one lesson, and the reply says which") {
  Uploader up;
  const std::string typed = Uploader::kTyped + "Upload-Length: 6\r\n";
  const Reply first = up.ask("POST", "/files/", typed + "Upload-Metadata: title TWFqaQ==\r\n", "whole!");
  const Reply second = up.ask("POST", "/files/", typed + "Upload-Metadata: title V2F0ZXI=\r\n", "whole!");
  CHECK(first.field("chalkline-duplicate").empty());
  CHECK(second.field("chalkline-lesson") == first.field("chalkline-lesson"));
  CHECK(second.field("chalkline-duplicate") == "1");
  CHECK(up.ask("POST", "/files/", typed + "Upload-Metadata: title V2F0ZXI=,again\r\n", "whole!")
            .field("chalkline-lesson") != first.field("chalkline-lesson"));
}

TEST_CASE("a file by PUT and a form become lessons; what is cut leaves nothing") {
  Uploader up;
  Client client(up.origin.port());
  client.send(up.bytes("PUT", "/files/Maji%20safi.mp4", "", "by PUT"));
  const Reply put = client.read();
  CHECK(put.status == 201);
  CHECK(put.field("chalkline-lesson") == "maji-safi");
  CHECK(put.field("location") == "/watch/maji-safi");
  const std::string form =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"talk.mp4\"\r\n"
      "Content-Type: video/mp4\r\n\r\nby form\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA form\r\n--b--\r\n";
  client.send(up.bytes("POST", "/files/", "Content-Type: multipart/form-data; boundary=b\r\n", form));
  const Reply posted = client.read();
  CHECK(posted.status == 201);
  CHECK(posted.field("chalkline-lesson") == "a-form");
  CHECK(posted.body.find(sha256_hex("by form")) != std::string::npos);
  {
    Client cut(up.origin.port());
    cut.send("PUT /files/cut.mp4 HTTP/1.1\r\nHost: x\r\n" + up.bearer() + "Content-Length: 100\r\n\r\nhalf");
  }
  client.send(up.bytes("POST", "/files/", "Content-Type: multipart/form-data; boundary=b\r\n", form.substr(0, 100)));
  CHECK(client.read().status == 400);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!up.origin.library().uploads->unfinished()->empty() && std::chrono::steady_clock::now() < deadline) {
  }
  CHECK(up.origin.library().uploads->unfinished()->empty());
}

TEST_CASE("a work sheet stands beside its lesson: by tus, by PUT and by form, of any type, and is no recording") {
  Uploader up;
  const std::string lesson = up.origin.lesson.id;
  const std::size_t jobs_before = up.origin.library().jobs->list()->size();
  const std::string metadata =
      "Upload-Metadata: filename " + to_base64("sheet 1.pdf") + ",attach " + to_base64(lesson) + "\r\n";
  const Reply made = up.ask("POST", "/files/", Uploader::kTyped + "Upload-Length: 6\r\n" + metadata, "%PDF-1");
  CHECK(made.status == 201);
  CHECK(made.field("chalkline-lesson") == lesson);
  const Reply told = up.ask("GET", made.field("location"));
  CHECK(told.body.find("\"attachment\":\"/l/" + lesson + "/files/sheet%201.pdf\"") != std::string::npos);
  const Reply served = fetch(up.origin.port(), "/l/" + lesson + "/files/sheet%201.pdf");
  CHECK(served.status == 200);
  CHECK(served.body == "%PDF-1");
  CHECK(served.field("content-type") == "application/pdf");
  Client client(up.origin.port());
  client.send(up.bytes("PUT", "/files/book.epub?from=shelf&attach=" + lesson + "&x", "", "a book"));
  const Reply put = client.read();
  CHECK(put.status == 201);
  CHECK(put.field("location") == "/l/" + lesson + "/files/book.epub");
  const std::string form = "--b\r\nContent-Disposition: form-data; name=\"attach\"\r\n\r\n" + lesson +
                           "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"book.epub\"\r\n"
                           "Content-Type: application/epub+zip\r\n\r\nanother\r\n--b--\r\n";
  client.send(up.bytes("POST", "/files/", "Content-Type: multipart/form-data; boundary=b\r\n", form));
  CHECK(client.read().status == 201);
  CHECK(fetch(up.origin.port(), "/l/" + lesson + "/files/book.epub").body == "another");  // in the place of the first
  CHECK(up.origin.library().records->find(lesson)->details.attachments.size() == 2);
  const std::string nowhere =
      "Upload-Metadata: filename " + to_base64("a.pdf") + ",attach " + to_base64("nothing") + "\r\n";
  CHECK(up.ask("POST", "/files/", "Upload-Length: 6\r\n" + nowhere).status == 400);
  CHECK(up.origin.library().jobs->list()->size() == jobs_before);
  // The same bytes as a recording are a lesson of their own.
  const Reply recording = up.ask("POST", "/files/", Uploader::kTyped + "Upload-Length: 6\r\n", "a book");
  CHECK(recording.field("chalkline-lesson") != lesson);
  CHECK(recording.field("chalkline-duplicate").empty());
}
