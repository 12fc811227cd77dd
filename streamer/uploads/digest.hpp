// The sum of one request's bytes, by the algorithm that its client chose. Over OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "streamer/uploads/tus_fields.hpp"

namespace chalkline::streamer {

class Digest {
 public:
  explicit Digest(TusChecksum::Algorithm algorithm);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  void update(std::string_view bytes);
  [[nodiscard]] std::string finish();  // bytes; once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace chalkline::streamer
