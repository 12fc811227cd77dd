// Cursor arithmetic over head, memory pieces and file pieces.
#include "streamer/delivery/outgoing.hpp"

#include <algorithm>

namespace chalkline::streamer {

void Outgoing::begin(Response&& response, std::string_view tail) {
  begin_body(std::move(response));
  head_.assign(response_.shared_head.empty() ? std::string_view(response_.head) : response_.shared_head);
  head_.append(tail);
}

void Outgoing::begin_body(Response&& response) {
  response_ = std::move(response);
  head_.clear();
  head_sent_ = 0;
  piece_ = 0;
  piece_sent_ = 0;
  body_sent_ = 0;
  buffer_bytes_ = buffer_sent_ = file_bytes_ = 0;
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
  if (file_bytes_ > 0) return Next::kSendFile;
  // A file's first piece is fetched before the head leaves, so that both leave together.
  const Next rest = head_sent_ < head_.size() ? Next::kWrite : Next::kDone;
  if (piece_ == response_.body.size()) return rest;
  if (!from_file(response_.body[piece_])) return Next::kWrite;
  if (allowed() > 0) return Next::kNeedsFile;
  if (rest == Next::kWrite) return rest;
  return response_.object->growing->seen().failed ? Next::kBroken : Next::kNotYet;
}

std::uint64_t Outgoing::allowed() const {
  const BodyPiece& piece = response_.body[piece_];
  const std::uint64_t end = piece.offset + piece.bytes;
  const std::uint64_t at = piece.offset + piece_sent_;
  if (!response_.object->growing) return end - at;
  const library::GrowingFile::Seen seen = response_.object->growing->seen();
  if (seen.whole) return end - at;
  if (seen.failed) return 0;
  const std::uint64_t until = std::min(seen.there, end - std::min(kHeldBack, piece.bytes));
  return until > at ? until - at : 0;
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
  if (file_bytes_ > 0) return count;
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
    const std::uint64_t rest = buffer_bytes_ > buffer_sent_ ? buffer_bytes_ - buffer_sent_
                               : file_bytes_ > 0            ? file_bytes_
                                                            : piece.bytes - piece_sent_;
    const std::size_t step = static_cast<std::size_t>(std::min<std::uint64_t>(sent, rest));
    if (buffer_bytes_ > buffer_sent_)
      buffer_sent_ += step;
    else if (file_bytes_ > 0)
      file_bytes_ -= step;
    piece_sent_ += step;
    sent -= step;
    if (piece_sent_ == piece.bytes) {
      ++piece_;
      piece_sent_ = 0;
    }
  }
}

FileRange Outgoing::file_range() const {
  return {response_.object->descriptor(), response_.body[piece_].offset + piece_sent_, file_bytes_};
}

FileRange Outgoing::wanted_range(std::size_t most) const {
  return {response_.object->descriptor(), response_.body[piece_].offset + piece_sent_,
          std::min<std::uint64_t>(allowed(), most)};
}

FilePiece Outgoing::wanted(std::size_t most) const {
  const FileRange range = wanted_range(most);
  return FilePiece{response_.object, range.offset, static_cast<std::size_t>(range.bytes)};
}

void Outgoing::provide(std::shared_ptr<char[]> bytes, std::size_t count) {
  buffer_ = std::move(bytes);
  buffer_bytes_ = count;
  buffer_sent_ = 0;
}

}  // namespace chalkline::streamer
