// Who may read our objects from a page of another origin (Fetch, CORS protocol). "*" is baked into every object's head;
// a list of origins costs one more line in responses to the listed ones, and Vary: Origin in all.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace chalkline::streamer {

class CorsPolicy {
 public:
  explicit CorsPolicy(std::vector<std::string> origins)
      : any_(std::find(origins.begin(), origins.end(), "*") != origins.end()), origins_(std::move(origins)) {}

  // Lines that belong into the head of every object, whoever asks.
  [[nodiscard]] std::string object_fields() const { return fields_with(kExpose); }
  // For segments: what a page would read of their fields stands in playlists and the index, and on a weak link's lowest
  // rung the line that exposes them was a fifth of each answer's head.
  [[nodiscard]] std::string segment_fields() const { return fields_with(""); }
  // The same for what is managed: pages of another site that upload read these fields.
  [[nodiscard]] std::string managed_fields() const { return fields_with(kExposeManaged); }

  // The line for this request's Origin, appended to `head`; nothing where object_fields() said it already.
  void append_for(std::string_view origin, std::string& head) const {
    if (any_ || origin.empty()) return;
    if (std::find(origins_.begin(), origins_.end(), origin) == origins_.end()) return;
    head.append("Access-Control-Allow-Origin: ").append(origin).append("\r\n");
  }

 private:
  [[nodiscard]] std::string fields_with(const char* expose) const {
    if (any_) return std::string("Access-Control-Allow-Origin: *\r\n") + expose;
    if (!origins_.empty()) return std::string("Vary: Origin\r\n") + expose;
    return {};
  }

  static constexpr const char* kExpose = "Access-Control-Expose-Headers: Content-Range, ETag, Date\r\n";
  static constexpr const char* kExposeManaged =
      "Access-Control-Expose-Headers: Chalkline-Duplicate, Chalkline-Lesson, Date, ETag, Link, Location, Retry-After, "
      "Tus-Checksum-Algorithm, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Concat, "
      "Upload-Defer-Length, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset\r\n";
  bool any_;
  std::vector<std::string> origins_;
};

}  // namespace chalkline::streamer
