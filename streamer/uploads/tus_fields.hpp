// The header fields of tus 1.0 (https://tus.io/protocols/resumable-upload), taken apart. Pure; what is malformed gives
// none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chalkline::streamer {

inline constexpr std::string_view kTusVersion = "1.0.0";
inline constexpr std::string_view kTusExtensions =
    "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination,concatenation";
inline constexpr std::string_view kTusChecksums = "sha1,sha256";
inline constexpr std::string_view kTusContentType = "application/offset+octet-stream";

// Upload-Offset, Upload-Length, Content-Length: digits alone, below 2^62.
std::optional<std::uint64_t> parse_count(std::string_view text);

// Upload-Metadata: "key base64,key base64,key". Keys are unique and hold no space.
class TusMetadata {
 public:
  static std::optional<TusMetadata> parse(std::string_view text);
  // The decoded value; none where the key is absent.
  [[nodiscard]] std::optional<std::string> value(std::string_view key) const;
  void set(std::string key, std::string value) { pairs_.emplace_back(std::move(key), std::move(value)); }
  // As it stands in the field.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

// Upload-Checksum: "sha1 base64".
struct TusChecksum {
  enum class Algorithm : std::uint8_t { kSha1, kSha256 };
  Algorithm algorithm = Algorithm::kSha1;
  std::string digest;  // bytes
};
std::optional<TusChecksum> parse_checksum(std::string_view text);

// Upload-Concat: "partial", or "final;URL URL": the ids that the URLs end with, in order.
struct TusConcat {
  bool partial = false;
  std::vector<std::string> parts;
};
std::optional<TusConcat> parse_concat(std::string_view text);

// The media type of a Content-Type without its parameters, in lower case; and one of its parameters, unquoted.
std::string media_type_of(std::string_view content_type);
std::optional<std::string> parameter_of(std::string_view field, std::string_view name);

}  // namespace chalkline::streamer
