// SHA-256 against the published vectors (FIPS 180-4 examples, NIST CAVP) and against itself in pieces and in files.
#include "core/sha256.hpp"

#include <string>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "tests/core/scratch.hpp"

using namespace chalkline;

TEST_CASE("the published vectors hold") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("bytes fed in pieces give the same digest as in one") {
  const std::string text(100'003, 'x');
  for (const std::size_t piece : {1UL, 63UL, 64UL, 65UL, 4096UL, 100'003UL}) {
    Sha256 hash;
    for (std::size_t at = 0; at < text.size(); at += piece) hash.update(std::string_view(text).substr(at, piece));
    CHECK(hash.finish_hex() == sha256_hex(text));
  }
}

TEST_CASE("a digest can be moved while it is being made") {
  Sha256 first;
  first.update("a");
  Sha256 second = std::move(first);
  second.update("bc");
  CHECK(second.finish_hex() == sha256_hex("abc"));
}

TEST_CASE("a file's digest is that of its bytes, past the size of one read") {
  const Scratch scratch;
  const std::string bytes(600'001, '\7');
  REQUIRE(write_file(scratch.path() / "file", bytes));
  const auto digest = sha256_file(scratch.path() / "file");
  REQUIRE(digest);
  CHECK(*digest == sha256_hex(bytes));
}

TEST_CASE("a file that is not there and a folder are errors") {
  const Scratch scratch;
  CHECK(sha256_file(scratch.path() / "absent").error().code == Errc::kNotFound);
  CHECK(sha256_file(scratch.path()).error().code == Errc::kInvalidArgument);
}

TEST_CASE("a digest is sixty-four lower-case hex digits") {
  CHECK(is_sha256_hex(sha256_hex("")));
  CHECK_FALSE(is_sha256_hex(""));
  CHECK_FALSE(is_sha256_hex(std::string(63, 'a')));
  CHECK_FALSE(is_sha256_hex(std::string(65, 'a')));
  CHECK_FALSE(is_sha256_hex(std::string(64, 'A')));
  CHECK_FALSE(is_sha256_hex(std::string(63, 'a') + "g"));
}
