// Boxes of ISO/IEC 14496-12 as text, for tests of what reads and writes them.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace chalkline::tests {

inline std::string u32(std::uint32_t v) {
  return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8), static_cast<char>(v)};
}
inline std::string box(const std::string& type, const std::string& payload) {
  return u32(static_cast<std::uint32_t>(payload.size() + 8)) + type + payload;
}
inline std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace chalkline::tests
