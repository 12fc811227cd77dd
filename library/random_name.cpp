// std::random_device reads getrandom(2) on Linux.
#include "library/random_name.hpp"

#include <cstdint>
#include <random>

#include <fmt/format.h>

namespace chalkline::library {

std::string random_name() {
  std::random_device source;
  const std::uint64_t bits = (std::uint64_t{source()} << 32U) | source();
  return fmt::format("{:016x}", bits);
}

}  // namespace chalkline::library
