// A response on its way into a socket: which bytes come next, as iovecs over the head and the pieces of the body, so
// that head and body leave in one gathered write. Large files leave from the page cache, or come through one buffer of
// a piece at a time. No I/O here. One delivery thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <sys/uio.h>

#include "streamer/delivery/page_cache.hpp"
#include "streamer/http/response.hpp"

namespace chalkline::streamer {

struct FilePiece {
  ObjectPtr object;  // its file
  std::uint64_t offset = 0;
  std::size_t bytes = 0;

  [[nodiscard]] FileRange range() const { return {object->descriptor(), offset, bytes}; }
};

class Outgoing {
 public:
  static constexpr std::size_t kFilePieceBytes = 256 * 1024;
  // The end of each piece of a file that is still coming, held back until all of the file is found right. One byte
  // would do for HTTP; a segment that lacks so much is one for no player either.
  static constexpr std::uint64_t kHeldBack = 4096;

  // `tail` closes the head: Date, Connection and the empty line.
  void begin(Response&& response, std::string_view tail);

  // The body alone, for a protocol that sends heads in its own way.
  void begin_body(Response&& response);

  enum class Next {
    kWrite,
    kNeedsFile,
    kSendFile,
    kNotYet,  // the file is still coming: ask again when there is more of it
    kBroken,  // and will not become whole: only a broken connection can say so
    kDone
  };
  [[nodiscard]] Next next() const;
  // kWrite: the bytes to send now; how many of `vectors` were filled.
  std::size_t fill(std::span<iovec> vectors) const;
  void advance(std::size_t sent);
  // kNeedsFile: what to read; then where it was read to, or, where it is in the page cache and the transport can send
  // from there, that it may be sent from the file.
  [[nodiscard]] FilePiece wanted(std::size_t most = kFilePieceBytes) const;
  void provide(std::shared_ptr<char[]> bytes, std::size_t count);
  void provide_from_file(std::size_t count) { file_bytes_ = count; }
  // The same for who looks and sends at once, without a reference to the object.
  [[nodiscard]] FileRange wanted_range(std::size_t most) const;
  // kSendFile: the piece to send from the file, once fill() has nothing left of the head.
  [[nodiscard]] FileRange file_range() const;

  [[nodiscard]] const Response& response() const { return response_; }
  [[nodiscard]] std::uint64_t body_sent() const { return body_sent_; }
  [[nodiscard]] std::uint64_t body_left() const { return response_.body_bytes() - body_sent_; }
  // Lets go of the object and of large buffers; keeps the head's storage for the next response.
  void clear();

 private:
  [[nodiscard]] bool from_file(const BodyPiece& piece) const;
  [[nodiscard]] std::uint64_t allowed() const;  // bytes of the current piece, from a file, that may leave
  [[nodiscard]] std::string_view memory_of(const BodyPiece& piece) const;

  Response response_;
  std::string head_;
  std::size_t head_sent_ = 0;
  std::size_t piece_ = 0;         // index of the piece being sent
  std::uint64_t piece_sent_ = 0;  // of it
  std::uint64_t body_sent_ = 0;
  std::shared_ptr<char[]> buffer_;  // shared with a pool thread that may outlive the connection
  std::size_t buffer_bytes_ = 0;
  std::size_t buffer_sent_ = 0;
  std::size_t file_bytes_ = 0;  // of the current piece, may be sent from the file
};

}  // namespace chalkline::streamer
