// Bodies out of a connection's bytes, however these are cut up.
#include "streamer/management/body_reader.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using chalkline::streamer::BodyReader;
using Status = BodyReader::Status;

namespace {

struct Read {
  Status status = Status::kMore;
  std::string content;
  std::string rest;
};

Read read_in_pieces(BodyReader reader, std::string_view bytes, std::size_t piece) {
  Read made;
  while (!bytes.empty()) {
    std::string_view now = bytes.substr(0, piece);
    bytes.remove_prefix(now.size());
    made.status = reader.read(now, made.content);
    if (made.status == Status::kMore) continue;
    made.rest = std::string(now) + std::string(bytes);
    break;
  }
  return made;
}

}  // namespace

TEST_CASE("what somebody else reads of a counted body is counted, and of a chunked one there is none to count") {
  BodyReader reader = BodyReader::with_length(10);
  CHECK(reader.counted() == 10);
  std::string content;
  std::string_view bytes = "hel";
  CHECK(reader.read(bytes, content) == Status::kMore);
  CHECK(reader.counted() == 7);
  CHECK(reader.pass(0) == Status::kMore);
  CHECK(reader.pass(5) == Status::kMore);
  bytes = "ldGET";
  CHECK(reader.read(bytes, content) == Status::kDone);
  CHECK(bytes == "GET");
  CHECK(reader.counted() == 0);
  reader = BodyReader::with_length(4);
  CHECK(reader.pass(4) == Status::kDone);
  CHECK(BodyReader::chunked().counted() == 0);
}

TEST_CASE("a counted body ends where it says, and what follows is left") {
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 100U}) {
    CAPTURE(piece);
    const Read read = read_in_pieces(BodyReader::with_length(5), "helloGET / HTTP/1.1", piece);
    CHECK(read.status == Status::kDone);
    CHECK(read.content == "hello");
    CHECK(read.rest == "GET / HTTP/1.1");
  }
  std::string_view nothing;
  std::string content;
  CHECK(BodyReader::with_length(0).read(nothing, content) == Status::kDone);
  CHECK(BodyReader().read(nothing, content) == Status::kDone);
}

TEST_CASE("a chunked body is put together, its extensions and trailers passed over") {
  const std::string body =
      "5\r\nhello\r\n006;name=\"v\"\r\n world\r\nA \r\n0123456789\r\n0\r\nTrailer: x\r\nMore: y\r\n\r\nnext";
  for (const std::size_t piece : {1U, 2U, 5U, 11U, 1000U}) {
    CAPTURE(piece);
    const Read read = read_in_pieces(BodyReader::chunked(), body, piece);
    CHECK(read.status == Status::kDone);
    CHECK(read.content == "hello world0123456789");
    CHECK(read.rest == "next");
  }
  CHECK(read_in_pieces(BodyReader::chunked(), "0\r\n\r\n", 1).status == Status::kDone);
}

TEST_CASE("malformed chunks are refused, never guessed at") {
  for (const char* body :
       {"\r\nhello", "g\r\n", "5\nhello", "5\r\nhelloX", "5\r\nhello\n5", "-5\r\n", "0x5\r\n", " 5\r\n",
        "1234567890abcdef0\r\n", "5;a\nhello", "0\r\nTrailer: x\n\r\n", "0\r\n\rx", ";\r\n"}) {
    CAPTURE(body);
    CHECK(read_in_pieces(BodyReader::chunked(), body, 1).status == Status::kBad);
    CHECK(read_in_pieces(BodyReader::chunked(), body, 100).status == Status::kBad);
  }
  const std::string endless = "5;" + std::string(20'000, 'a');
  CHECK(read_in_pieces(BodyReader::chunked(), endless, 100).status == Status::kBad);
}
