// Cursor arithmetic over head, memory pieces and file pieces.
#include "streamer/delivery/outgoing.hpp"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

namespace chalkline::streamer {

bool read_piece_from_page_cache(const FilePiece& piece, char* into) {
  std::size_t done = 0;
  while (done < piece.bytes) {
    const iovec vector{into + done, piece.bytes - done};
    const ssize_t got =
        ::preadv2(piece.object->file.get(), &vector, 1, static_cast<off_t>(piece.offset + done), RWF_NOWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

bool read_piece(const FilePiece& piece, char* into) {
  std::size_t done = 0;
  while (done < piece.bytes) {
    const ssize_t got =
        ::pread(piece.object->file.get(), into + done, piece.bytes - done, static_cast<off_t>(piece.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

void Outgoing::begin(Response response, std::string_view tail) {
  begin_body(std::move(response));
  head_.assign(response_.shared_head.empty() ? std::string_view(response_.head) : response_.shared_head);
  head_.append(tail);
}

void Outgoing::begin_body(Response response) {
  response_ = std::move(response);
  head_.clear();
  head_sent_ = 0;
  piece_ = 0;
  piece_sent_ = 0;
  body_sent_ = 0;
  buffer_bytes_ = buffer_sent_ = 0;
}

void Outgoing::clear() {
  response_ = Response();
  buffer_.reset();
}

bool Outgoing::from_file(const BodyPiece& piece) const {
  return piece.source == BodyPiece::Source::kObject && response_.object->file &&
         response_.representation->coding == Coding::kIdentity;
}

std::string_view Outgoing::memory_of(const BodyPiece& piece) const {
  const std::string_view all =
      piece.source == BodyPiece::Source::kText ? std::string_view(response_.text) : response_.representation->bytes;
  return all.substr(piece.offset, piece.bytes);
}

Outgoing::Next Outgoing::next() const {
  if (buffer_sent_ < buffer_bytes_) return Next::kWrite;
  // A file's first piece is fetched before the head leaves, so that both leave together.
  if (piece_ < response_.body.size()) return from_file(response_.body[piece_]) ? Next::kNeedsFile : Next::kWrite;
  return head_sent_ < head_.size() ? Next::kWrite : Next::kDone;
}

std::size_t Outgoing::fill(std::span<iovec> vectors) const {
  std::size_t count = 0;
  const auto add = [&](std::string_view bytes) {
    if (!bytes.empty()) vectors[count++] = iovec{const_cast<char*>(bytes.data()), bytes.size()};  // sendmsg only reads
  };
  add(std::string_view(head_).substr(head_sent_));
  std::size_t piece = piece_;
  std::uint64_t skip = piece_sent_;
  if (buffer_sent_ < buffer_bytes_) {
    add({buffer_.get() + buffer_sent_, buffer_bytes_ - buffer_sent_});
    return count;
  }
  for (; piece < response_.body.size() && count < vectors.size(); ++piece, skip = 0) {
    if (from_file(response_.body[piece])) break;
    add(memory_of(response_.body[piece]).substr(skip));
  }
  return count;
}

void Outgoing::advance(std::size_t sent) {
  const std::size_t of_head = std::min(sent, head_.size() - head_sent_);
  head_sent_ += of_head;
  sent -= of_head;
  body_sent_ += sent;
  while (sent > 0) {
    const BodyPiece& piece = response_.body[piece_];
    const std::uint64_t rest = buffer_bytes_ > buffer_sent_ ? buffer_bytes_ - buffer_sent_ : piece.bytes - piece_sent_;
    const std::size_t step = static_cast<std::size_t>(std::min<std::uint64_t>(sent, rest));
    if (buffer_bytes_ > buffer_sent_) buffer_sent_ += step;
    piece_sent_ += step;
    sent -= step;
    if (piece_sent_ == piece.bytes) {
      ++piece_;
      piece_sent_ = 0;
    }
  }
}

FilePiece Outgoing::wanted() const {
  const BodyPiece& piece = response_.body[piece_];
  const std::uint64_t rest = piece.bytes - piece_sent_;
  return FilePiece{response_.object, piece.offset + piece_sent_,
                   static_cast<std::size_t>(std::min<std::uint64_t>(rest, kFilePieceBytes))};
}

void Outgoing::provide(std::shared_ptr<char[]> bytes, std::size_t count) {
  buffer_ = std::move(bytes);
  buffer_bytes_ = count;
  buffer_sent_ = 0;
}

}  // namespace chalkline::streamer
