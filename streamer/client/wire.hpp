// The bytes of a client's connection, in the clear or through TLS. Used by http_client.cpp alone; blocks, in slices
// that look at the stop token.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <stop_token>
#include <string_view>

#include <openssl/ssl.h>

#include "core/file.hpp"
#include "streamer/client/http_client.hpp"

namespace chalkline::streamer {

class Wire {
 public:
  static Result<std::unique_ptr<Wire>> open(const ServerAddress& address, const std::stop_token& stop,
                                            std::chrono::milliseconds patience);

  Result<std::size_t> read(std::span<char> into);  // 0: the server has ended
  Result<std::size_t> write(std::string_view bytes);
  bool has_something();  // to read, now

 private:
  Wire(UniqueFd fd, std::stop_token stop, std::chrono::milliseconds patience)
      : fd_(std::move(fd)), stop_(std::move(stop)), patience_(patience) {}
  Result<void> wait(short what);
  Result<void> shake_hands(const ServerAddress& address);
  Result<bool> go_on(int result, const char* doing);  // of SSL: again once the socket is ready; false: the end

  UniqueFd fd_;
  std::stop_token stop_;
  std::chrono::milliseconds patience_;
  struct Free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace chalkline::streamer
