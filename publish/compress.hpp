// Whole texts compressed as small as they go (gzip RFC 1952 at level 9, brotli RFC 7932 at quality 11): done once when
// a version is made or its file comes into memory, read a million times. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chalkline::publish {

// `seam`: where bytes of another kind begin; what suits those before would not suit those after.
std::string gzip(std::string_view text, std::size_t seam = 0);
std::string brotli(std::string_view text);

// The text again; none where the bytes are no such stream, or one of more than `limit` bytes.
std::optional<std::string> gunzip(std::string_view compressed, std::size_t limit);
std::optional<std::string> unbrotli(std::string_view compressed, std::size_t limit);

}  // namespace chalkline::publish
