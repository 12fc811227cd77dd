// zlib and brotli, one shot each.
#include "publish/compress.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <brotli/decode.h>
#include <brotli/encode.h>
#include <zlib.h>

namespace chalkline::publish {

std::string gzip(std::string_view text, std::size_t seam) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  constexpr std::size_t kBlockHead = 16;  // of deflate, for the one that is added; deflateBound reckons with one call
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 9, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, text.size()) + kBlockHead, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(std::min(seam, text.size()));
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  // The code of a block is made for all of it: a new one begins at the seam.
  const bool first = stream.avail_in == 0 || deflate(&stream, Z_BLOCK) == Z_OK;
  stream.avail_in = static_cast<uInt>(text.size() - std::min(seam, text.size()));
  const bool done = first && deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(done ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

std::string brotli(std::string_view text) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(size, '\0');
  const bool done = BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                                          reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                                          reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_TRUE;
  out.resize(done ? size : 0);
  return out;
}

std::optional<std::string> gunzip(std::string_view compressed, std::size_t limit) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) return std::nullopt;
  std::string out(limit + 1, '\0');  // one more than may come, so that too much is seen
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0 && stream.total_out <= limit;
  out.resize(done ? stream.total_out : 0);
  inflateEnd(&stream);
  return done ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<std::string> unbrotli(std::string_view compressed, std::size_t limit) {
  std::size_t size = limit + 1;
  std::string out(size, '\0');
  if (BrotliDecoderDecompress(compressed.size(), reinterpret_cast<const std::uint8_t*>(compressed.data()), &size,
                              reinterpret_cast<std::uint8_t*>(out.data())) != BROTLI_DECODER_RESULT_SUCCESS ||
      size > limit)
    return std::nullopt;
  out.resize(size);
  return out;
}

}  // namespace chalkline::publish
