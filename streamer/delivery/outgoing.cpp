// Cursor arithmetic over head, memory pieces and file pieces.
#include "streamer/delivery/outgoing.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>

#include <sys/syscall.h>
#include <unistd.h>

namespace chalkline::streamer {

namespace {

// <linux/mman.h> of Debian 12 does not know cachestat(2), Linux 6.5, yet.
struct CacheStatRange {
  std::uint64_t offset, bytes;
};
struct CacheStat {
  std::uint64_t cached, dirty, writeback, evicted, recently_evicted;  // pages
};
constexpr long kCacheStat = 451;  // the same number on every architecture

bool seems_to_be_in_page_cache(const FilePiece& piece) {
  constexpr std::size_t kStep = 64 * 1024;
  for (std::size_t done = 0;;) {
    char byte = 0;
    const iovec vector{&byte, 1};
    if (::preadv2(piece.object->file.get(), &vector, 1, static_cast<off_t>(piece.offset + done), RWF_NOWAIT) != 1)
      return false;
    if (done == piece.bytes - 1) return true;
    done = std::min(done + kStep, piece.bytes - 1);
  }
}

}  // namespace

bool is_in_page_cache(const FilePiece& piece) {
  static const std::uint64_t page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  static std::atomic<bool> can_ask{true};
  if (can_ask.load(std::memory_order_relaxed)) {
    const CacheStatRange range{piece.offset, piece.bytes};
    CacheStat found{};
    if (::syscall(kCacheStat, piece.object->file.get(), &range, &found, 0) == 0) {
      const std::uint64_t pages = (piece.offset + piece.bytes - 1) / page - piece.offset / page + 1;
      return found.cached >= pages;
    }
    can_ask.store(false, std::memory_order_relaxed);
  }
  return seems_to_be_in_page_cache(piece);
}

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

FilePiece Outgoing::file_piece() const {
  const BodyPiece& piece = response_.body[piece_];
  return FilePiece{response_.object, piece.offset + piece_sent_, file_bytes_};
}

FilePiece Outgoing::wanted(std::size_t most) const {
  const BodyPiece& piece = response_.body[piece_];
  const std::uint64_t rest = piece.bytes - piece_sent_;
  return FilePiece{response_.object, piece.offset + piece_sent_,
                   static_cast<std::size_t>(std::min<std::uint64_t>(rest, most))};
}

void Outgoing::provide(std::shared_ptr<char[]> bytes, std::size_t count) {
  buffer_ = std::move(bytes);
  buffer_bytes_ = count;
  buffer_sent_ = 0;
}

}  // namespace chalkline::streamer
