// Takes the body of an HTTP/1.1 request out of a connection's bytes: so many of them (Content-Length), or chunked
// (RFC 9112 7.1; extensions and trailers are passed over). Line ends are CRLF and nothing else, as in a head. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chalkline::streamer {

class BodyReader {
 public:
  enum class Status : std::uint8_t { kMore, kDone, kBad };

  BodyReader() = default;  // no body
  static BodyReader with_length(std::uint64_t bytes);
  static BodyReader chunked();

  // Takes what belongs to the body off the front of `bytes` and appends its content. What is left of `bytes` after
  // kDone is the next request's.
  Status read(std::string_view& bytes, std::string& content);

  // How much of a body of a known length is still to come; 0 of a chunked one.
  [[nodiscard]] std::uint64_t counted() const { return part_ == Part::kCounted ? left_ : 0; }
  // So many of the counted bytes were read by somebody else.
  Status pass(std::uint64_t bytes);

 private:
  enum class Part : std::uint8_t {
    kDone,
    kCounted,       // of a known length
    kSize,          // hex digits
    kExtension,     // up to CR
    kSizeEnd,       // LF
    kData,          // of one chunk
    kDataCr,        // behind it
    kDataLf,        //
    kTrailerStart,  // of a line: CR ends the body
    kTrailer,       // up to CR
    kTrailerLf,
    kLastLf,
    kBad,
  };
  static constexpr std::uint64_t kMostOverhead = std::uint64_t{16} * 1024;  // of extensions and trailers together

  void step(char c);
  void add_digit(char c);

  Part part_ = Part::kDone;
  std::uint64_t left_ = 0;      // of kCounted, kData
  unsigned digits_ = 0;         // of kSize
  std::uint64_t overhead_ = 0;  // passed over
};

}  // namespace chalkline::streamer
