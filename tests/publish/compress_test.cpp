// Compressed texts come back as they were, by the public decoders.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "publish/compress.hpp"

#include <cstdint>

#include <brotli/decode.h>
#include <doctest/doctest.h>
#include <zlib.h>

TEST_CASE("gzip and brotli give back every byte and make playlists small") {
  std::string text = "#EXTM3U\n";
  for (int i = 1; i < 500; ++i) text += "#EXTINF:6,\n" + std::to_string(i) + ".m4s\n";
  const std::string packed = chalkline::publish::gzip(text);
  CHECK(packed.size() * 5 < text.size());
  std::string out(text.size() + 10, '\0');
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  CHECK(out.substr(0, stream.total_out) == text);
  inflateEnd(&stream);

  const std::string smaller = chalkline::publish::brotli(text);
  CHECK(smaller.size() < packed.size());
  std::size_t size = out.size();
  REQUIRE(BrotliDecoderDecompress(smaller.size(), reinterpret_cast<const std::uint8_t*>(smaller.data()), &size,
                                  reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_DECODER_RESULT_SUCCESS);
  CHECK(out.substr(0, size) == text);
}

TEST_CASE("at a seam a new code begins: what is before it is packed as if it stood alone") {
  std::string text(700, '\0');
  for (std::size_t i = 3; i < text.size(); i += 4) text[i] = static_cast<char>(i * i % 251);
  std::uint32_t random = 1;
  std::string noise(9'000, '\0');
  for (char& byte : noise) byte = static_cast<char>((random = random * 1'664'525 + 1'013'904'223) >> 24);
  const std::string both = text + noise;
  const std::string packed = chalkline::publish::gzip(both, text.size());
  CHECK(chalkline::publish::gunzip(packed, both.size()) == both);
  CHECK(packed.size() < chalkline::publish::gzip(both).size());
  CHECK(packed.size() <= chalkline::publish::gzip(text).size() + noise.size() + 16);
  for (const std::size_t seam : {std::size_t{0}, std::size_t{1}, both.size() - 1, both.size(), both.size() + 9})
    CHECK(chalkline::publish::gunzip(chalkline::publish::gzip(both, seam), both.size()) == both);
}

TEST_CASE("an empty text can be packed too") { CHECK_FALSE(chalkline::publish::gzip("").empty()); }
