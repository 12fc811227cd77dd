// What an interrupted transcode had finished, in a folder of the work's own (core/kept_folder.hpp): its plan, and the
// packets of each group of segments. Each is a file that says itself, by a checksum, that it is whole and of this work;
// what is not is as good as not there. Thread-safe for different names.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/encoding_options.hpp"
#include "core/error.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode {

class KeptWork {
 public:
  KeptWork() = default;  // keeps nothing
  // Clears the folder where it holds another work's. One that cannot be written keeps nothing: that is no failure.
  static KeptWork open(const std::filesystem::path& folder, const std::string& identity);

  [[nodiscard]] bool keeps() const { return !folder_.empty(); }
  // Written beside and renamed. Not fsynced: after the death of the process all is there, after that of the machine the
  // checksums say what is.
  void save(const std::string& name, std::string_view bytes) const;
  [[nodiscard]] std::optional<std::string> load(const std::string& name) const;

 private:
  std::filesystem::path folder_;
  std::string identity_;
};

// SHA-256 over all that a work's result follows from: the recording (size, time of its last change, first and last
// megabyte), the options, this program and every library that it has loaded (their build ids), and `purpose`.
Result<std::string> work_identity(const std::filesystem::path& input, const EncodingOptions& options,
                                  std::string_view purpose);

// Packets as bytes and back: times, flags and data. Nothing where the bytes are not of packets.
void pack(const AVPacket& packet, std::string& bytes);
std::vector<av::PacketPtr> unpack_packets(std::string_view bytes);

}  // namespace chalkline::transcode
