// One connection's TLS, without sockets: ciphertext in, plaintext out, and the other way round (OpenSSL over a BIO of
// our own), so that many records leave in one system call and no call of OpenSSL ever touches a descriptor. Buffers
// belong to the thread; an idle connection keeps none. Used by delivery/transport.cpp on one delivery thread.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <openssl/ssl.h>
#include <sys/uio.h>

#include "streamer/tls/record_sizer.hpp"

namespace chalkline::streamer {

// Scratch space of one delivery thread, shared by its connections: empty between calls.
struct TlsBuffers {
  std::array<char, std::size_t{32} * 1024> received;
  std::array<char, RecordSizer::kLarge> gathered;
  std::string encrypted;  // what the call made
};

class TlsStream {
 public:
  TlsStream(SSL_CTX* context, TlsBuffers& buffers);
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  enum class Read : std::uint8_t { kBytes, kNeedsMore, kEnded, kFailed };
  // Takes all of `ciphertext`, goes on with the handshake where there is one, and decrypts what is complete into
  // `into`, which has room for whatever 32 kB of ciphertext can complete. kFailed: unsent() may hold an alert.
  Read read(std::string_view ciphertext, std::span<char> into, std::size_t& got);
  // Before a write(): true where know_link() should be told what TCP knows by now, as record_sizer.hpp has it.
  bool wonders(RecordSizer::Clock::time_point now) { return sizer_.wonders(now); }
  void know_link(std::uint64_t least_trip_us, std::uint64_t bytes_per_second) {
    sizer_.heard(least_trip_us, bytes_per_second);
  }
  // Encrypts up to `most` bytes of what is given; how many it took. 0 after a failure.
  std::size_t write(std::span<const iovec> vectors, std::size_t most, RecordSizer::Clock::time_point now);
  void end_writing();  // close_notify, once

  // Ciphertext that must leave before anything else; the transport takes off what the kernel took.
  [[nodiscard]] std::string& unsent() { return unsent_; }
  [[nodiscard]] TlsBuffers& buffers() { return buffers_; }

  // How much to encrypt ahead of the kernel: little while the reader is slow, so that a switch of rungs and a more
  // urgent answer take effect at once; more where it takes all.
  [[nodiscard]] std::size_t batch() const { return batch_; }
  void kernel_took_all(bool all);

  [[nodiscard]] bool open() const { return phase_ == Phase::kOpen; }
  // The handshake has gone as far as the application protocol is known: early data may be there before the end.
  [[nodiscard]] bool protocol_known() const { return open() || early_; }
  [[nodiscard]] std::string_view protocol() const;  // ALPN; empty where the client offered none
  [[nodiscard]] bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  [[nodiscard]] bool had_early_data() const { return early_; }

 private:
  enum class Phase : std::uint8_t { kEarly, kHandshake, kOpen, kBroken };
  struct Free {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  };
  friend struct MemoryBio;

  Read advance(std::span<char> into, std::size_t& got);
  Read outcome_of(int result);
  bool write_record(const char* bytes, std::size_t count);

  TlsBuffers& buffers_;
  std::string_view input_;  // during read(): not yet taken by OpenSSL
  std::string unsent_;
  std::size_t batch_ = kLeastBatch;
  RecordSizer sizer_;
  Phase phase_ = Phase::kEarly;
  bool early_ = false;
  std::unique_ptr<SSL, Free> ssl_;

  static constexpr std::size_t kLeastBatch = std::size_t{16} * 1024;
  static constexpr std::size_t kMostBatch = std::size_t{64} * 1024;
};

}  // namespace chalkline::streamer
