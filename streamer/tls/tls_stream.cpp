// OpenSSL 3 behind a BIO over two views of memory.
#include "streamer/tls/tls_stream.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include <openssl/bio.h>
#include <openssl/err.h>

namespace chalkline::streamer {

// The BIO's callbacks: C, so noexcept; bad_alloc in one would be std::terminate, as anywhere without memory.
struct MemoryBio {
  static int read(BIO* bio, char* into, std::size_t most, std::size_t* got) noexcept {
    auto& stream = *static_cast<TlsStream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (stream.input_.empty()) {
      BIO_set_retry_read(bio);
      *got = 0;
      return 0;
    }
    *got = std::min(most, stream.input_.size());
    std::memcpy(into, stream.input_.data(), *got);
    stream.input_.remove_prefix(*got);
    return 1;
  }

  static int write(BIO* bio, const char* bytes, std::size_t count, std::size_t* written) noexcept {
    auto& stream = *static_cast<TlsStream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    stream.buffers_.encrypted.append(bytes, count);
    *written = count;
    return 1;
  }

  static long control(BIO*, int command, long, void*) noexcept { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static const BIO_METHOD* method() {
    static const BIO_METHOD* const made = [] {
      BIO_METHOD* methods = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "chalkline memory");
      if (methods == nullptr) throw std::bad_alloc();
      BIO_meth_set_read_ex(methods, read);
      BIO_meth_set_write_ex(methods, write);
      BIO_meth_set_ctrl(methods, control);
      return methods;
    }();
    return made;
  }
};

TlsStream::TlsStream(SSL_CTX* context, TlsBuffers& buffers) : buffers_(buffers), ssl_(SSL_new(context)) {
  BIO* bio = ssl_ ? BIO_new(MemoryBio::method()) : nullptr;
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

TlsStream::Read TlsStream::outcome_of(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return Read::kNeedsMore;
    case SSL_ERROR_ZERO_RETURN: return Read::kEnded;
    default: break;
  }
  ERR_clear_error();
  phase_ = Phase::kBroken;
  return Read::kFailed;
}

// One step: bytes, or why there are none. RFC 8446 2.3: early data comes before the client's Finished.
TlsStream::Read TlsStream::advance(std::span<char> into, std::size_t& got) {
  got = 0;
  if (phase_ == Phase::kBroken) return Read::kFailed;
  if (phase_ == Phase::kEarly) {
    const int result = SSL_read_early_data(ssl_.get(), into.data(), into.size(), &got);
    if (result == SSL_READ_EARLY_DATA_ERROR) return outcome_of(0);
    if (result == SSL_READ_EARLY_DATA_SUCCESS) {
      early_ = true;
      return Read::kBytes;
    }
    phase_ = Phase::kHandshake;
  }
  if (phase_ == Phase::kHandshake) {
    const int result = SSL_do_handshake(ssl_.get());
    if (result != 1) return outcome_of(result);
    phase_ = Phase::kOpen;
  }
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
  return result == 1 ? Read::kBytes : outcome_of(result);
}

TlsStream::Read TlsStream::read(std::string_view ciphertext, std::span<char> into, std::size_t& got) {
  input_ = ciphertext;
  got = 0;
  ERR_clear_error();
  for (;;) {
    std::size_t more = 0;
    const Read outcome = advance(into.subspan(got), more);
    got += more;
    if (outcome == Read::kBytes && got < into.size()) continue;
    input_ = {};
    return got > 0 && outcome != Read::kFailed ? Read::kBytes : outcome;
  }
}

bool TlsStream::write_record(const char* bytes, std::size_t count) {
  std::size_t written = 0;
  ERR_clear_error();
  const int result = open() ? SSL_write_ex(ssl_.get(), bytes, count, &written)
                            : SSL_write_early_data(ssl_.get(), bytes, count, &written);
  if (result == 1 && written == count) return true;
  ERR_clear_error();
  phase_ = Phase::kBroken;
  return false;
}

std::size_t TlsStream::write(std::span<const iovec> vectors, std::size_t most, RecordSizer::Clock::time_point now) {
  std::size_t taken = 0;
  std::size_t offset = 0;  // into vectors.front()
  while (!vectors.empty() && taken < most && phase_ != Phase::kBroken) {
    const std::size_t record = std::min(sizer_.next(now), most - taken);
    const char* bytes = static_cast<const char*>(vectors.front().iov_base) + offset;
    std::size_t count = std::min(record, vectors.front().iov_len - offset);
    if (count == record) {
      offset += count;
    } else {
      // A head and the beginning of its body share a record.
      count = 0;
      while (count < record && !vectors.empty()) {
        const std::size_t step = std::min(record - count, vectors.front().iov_len - offset);
        std::memcpy(buffers_.gathered.data() + count, static_cast<const char*>(vectors.front().iov_base) + offset,
                    step);
        count += step;
        offset += step;
        if (offset == vectors.front().iov_len) {
          vectors = vectors.subspan(1);
          offset = 0;
        }
      }
      bytes = buffers_.gathered.data();
    }
    if (!write_record(bytes, count)) return 0;
    sizer_.sent(count);
    taken += count;
    if (!vectors.empty() && offset == vectors.front().iov_len) {
      vectors = vectors.subspan(1);
      offset = 0;
    }
  }
  return taken;
}

void TlsStream::end_writing() {
  if (phase_ != Phase::kOpen) return;
  ERR_clear_error();
  (void)SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

void TlsStream::kernel_took_all(bool all) { batch_ = all ? std::min(batch_ * 2, kMostBatch) : kLeastBatch; }

std::string_view TlsStream::protocol() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &length);
  return {reinterpret_cast<const char*>(name), length};
}

}  // namespace chalkline::streamer
