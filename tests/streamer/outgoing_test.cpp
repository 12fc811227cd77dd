// A response's bytes come out whole and in order however little the socket takes at a time.
#include "streamer/delivery/outgoing.hpp"

#include <array>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "library/growing_file.hpp"
#include "tests/library/temporary_folder.hpp"

using namespace chalkline;
using namespace chalkline::streamer;

static std::string drained(Outgoing& output, std::size_t at_most) {
  std::string all;
  for (;;) {
    const Outgoing::Next next = output.next();
    if (next == Outgoing::Next::kDone) return all;
    if (next == Outgoing::Next::kNeedsFile) {
      const FilePiece piece = output.wanted();
      auto buffer = std::make_shared_for_overwrite<char[]>(piece.bytes);
      REQUIRE(read_range(piece.range(), buffer.get()));
      output.provide(std::move(buffer), piece.bytes);
      continue;
    }
    std::array<iovec, 4> vectors;
    const std::size_t count = output.fill(vectors);
    REQUIRE(count > 0);
    std::size_t left = at_most;
    std::size_t sent = 0;
    for (std::size_t i = 0; i < count && left > 0; ++i) {
      const std::size_t step = std::min(left, vectors[i].iov_len);
      all.append(static_cast<const char*>(vectors[i].iov_base), step);
      left -= step;
      sent += step;
    }
    output.advance(sent);
  }
}

static Response response_over(ObjectPtr object, std::string text) {
  Response response;
  response.head = "HEAD\r\n";
  response.text = std::move(text);
  response.representation = &object->representations.front();
  response.object = std::move(object);
  return response;
}

static ObjectPtr memory_object(std::string bytes) {
  ObjectSpec spec;
  RepresentationSpec part;
  part.owned = std::move(bytes);
  spec.representations.push_back(std::move(part));
  return make_object(std::move(spec));
}

TEST_CASE("head, texts and pieces of an object come out in order for any size of write") {
  const ObjectPtr object = memory_object("0123456789");
  for (std::size_t at_most = 1; at_most < 60; ++at_most) {
    CAPTURE(at_most);
    Response response = response_over(object, "<a><b>");
    using Source = BodyPiece::Source;
    response.body.push_back({Source::kText, 0, 3});
    response.body.push_back({Source::kObject, 2, 3});
    response.body.push_back({Source::kText, 3, 3});
    response.body.push_back({Source::kObject, 0, 10});
    Outgoing output;
    output.begin(std::move(response), "Date: now\r\n\r\n");
    CHECK(drained(output, at_most) == "HEAD\r\nDate: now\r\n\r\n<a>234<b>0123456789");
    CHECK(output.body_sent() == 19);
  }
}

TEST_CASE("a file comes out piece by piece between texts, whole and from its middle") {
  const tests::TemporaryFolder folder;
  std::string bytes;
  for (int i = 0; bytes.size() < 3 * Outgoing::kFilePieceBytes + 12345; ++i) bytes += std::to_string(i) + ",";
  REQUIRE(write_file(folder.path() / "large", bytes));
  ObjectSpec spec;
  spec.file = open_for_reading(folder.path() / "large").value();
  RepresentationSpec part;
  part.file_bytes = bytes.size();
  spec.representations.push_back(std::move(part));
  const ObjectPtr object = make_object(std::move(spec));
  for (const std::size_t at_most : {std::size_t{1000}, std::size_t{70'001}, std::size_t{10'000'000}}) {
    CAPTURE(at_most);
    Response response = response_over(object, "<a><b>");
    using Source = BodyPiece::Source;
    response.body.push_back({Source::kText, 0, 3});
    response.body.push_back({Source::kObject, 0, bytes.size()});
    response.body.push_back({Source::kText, 3, 3});
    response.body.push_back({Source::kObject, 300'000, 300'000});
    Outgoing output;
    output.begin(std::move(response), "\r\n");
    const std::string all = drained(output, at_most);
    CHECK((all == "HEAD\r\n\r\n<a>" + bytes + "<b>" + bytes.substr(300'000, 300'000)));
  }
}

TEST_CASE("of a file that is still coming, what is there leaves, and the end of each piece once all of it is right") {
  const tests::TemporaryFolder folder;
  const std::string bytes(50'000, 'x');
  REQUIRE(write_file(folder.path() / "coming", bytes));
  for (const bool right : {true, false}) {
    CAPTURE(right);
    ObjectSpec spec;
    spec.file = open_for_reading(folder.path() / "coming").value();
    spec.growing = std::make_shared<library::GrowingFile>();
    const auto growing = spec.growing;
    growing->opened(open_for_reading(folder.path() / "coming").value());
    RepresentationSpec part;
    part.file_bytes = bytes.size();
    part.etag = "right";
    spec.representations.push_back(std::move(part));
    const ObjectPtr object = make_object(std::move(spec));
    CHECK(object->representations.front().etag.empty());
    Response response = response_over(object, "");
    response.body.push_back({BodyPiece::Source::kObject, 100, 30'000});
    Outgoing output;
    output.begin_body(std::move(response));
    CHECK(output.next() == Outgoing::Next::kNotYet);
    growing->grew(100);
    CHECK(output.next() == Outgoing::Next::kNotYet);
    growing->grew(1'100);
    REQUIRE(output.next() == Outgoing::Next::kNeedsFile);
    CHECK(output.wanted().bytes == 1'000);
    growing->grew(50'000);
    CHECK(output.wanted().bytes == 30'000 - Outgoing::kHeldBack);
    output.provide_from_file(30'000 - Outgoing::kHeldBack);
    output.advance(30'000 - Outgoing::kHeldBack);
    CHECK(output.next() == Outgoing::Next::kNotYet);
    growing->ended(right ? Result<void>() : Error(Errc::kCorrupt, "other bytes"));
    if (right)
      CHECK(drained(output, 1'000).size() == Outgoing::kHeldBack);
    else
      CHECK(output.next() == Outgoing::Next::kBroken);
  }
}

TEST_CASE("a file that is shorter than promised is not readable to its end") {
  const tests::TemporaryFolder folder;
  REQUIRE(write_file(folder.path() / "short", "12345"));
  ObjectSpec spec;
  spec.file = open_for_reading(folder.path() / "short").value();
  RepresentationSpec part;
  part.file_bytes = 10;
  spec.representations.push_back(std::move(part));
  const ObjectPtr object = make_object(std::move(spec));
  std::array<char, 10> buffer{};
  CHECK(read_range(FilePiece{object, 0, 5}.range(), buffer.data()));
  CHECK_FALSE(read_range(FilePiece{object, 0, 10}.range(), buffer.data()));
  CHECK_FALSE(read_from_page_cache(FilePiece{object, 0, 10}.range(), buffer.data()));
}
