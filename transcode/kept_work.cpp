// Files with a checksum over the work's identity and their own bytes.
#include "transcode/kept_work.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.hpp"
#include "core/log.hpp"
#include "core/sha256.hpp"
#include "transcode/program_identity.hpp"

namespace chalkline::transcode {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChecksum = 64;                      // hex digits before the bytes
constexpr std::size_t kMostBytes = 1024ULL * 1024 * 1024;  // of one file
constexpr std::size_t kEnd = 1024ULL * 1024;               // of the recording, at either end
constexpr const char* kIdentityName = "identity";

std::string checksum(const std::string& identity, const std::string& name, std::string_view bytes) {
  Sha256 sum;
  sum.update(identity + "\n" + name + "\n");
  sum.update(bytes);
  return sum.finish_hex();
}

// What is at one place of a file, shorter at its end.
Result<std::string> read_at(int fd, std::uint64_t offset, const fs::path& path) {
  std::string bytes(kEnd, '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t more = ::pread(fd, bytes.data() + got, bytes.size() - got, static_cast<off_t>(offset + got));
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return error_from_errno(errno, "cannot read " + path.string());
    if (more == 0) break;
    got += static_cast<std::size_t>(more);
  }
  bytes.resize(got);
  return bytes;
}

// Every option is named here: one that is added does not compile until it is.
std::string text_of(const EncodingOptions& options) {
  const auto& [fixed_ladder, floor_kbps, ceiling_kbps, ceiling_height, quality_step, quality_top, pale_details,
               repackage, measure_ordinary, ladder, x264_preset, av1, saver_codec, av1_preset, max_frame_rate,
               segment_target_ms, first_segment_ms, segment_max_ms, segment_bytes, opus_mono_kbps, opus_stereo_kbps,
               opus_music_kbps, aac_mono_kbps, aac_stereo_kbps, loudness_lufs, opus_pause, denoise, recognise_music,
               keep_stereo, threads] = options;
  std::string text = fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", fixed_ladder, floor_kbps,
                                 ceiling_kbps, ceiling_height, quality_step, quality_top, pale_details, repackage,
                                 measure_ordinary, x264_preset, av1, saver_codec, av1_preset, max_frame_rate,
                                 segment_target_ms, first_segment_ms, segment_max_ms, segment_bytes);
  text += fmt::format(" {} {} {} {} {} {} {} {} {} {} {}", fmt::join(opus_mono_kbps, ","),
                      fmt::join(opus_stereo_kbps, ","), fmt::join(opus_music_kbps, ","), aac_mono_kbps, aac_stereo_kbps,
                      loudness_lufs, opus_pause, denoise, recognise_music, keep_stereo, threads);
  for (const RungOptions& rung : ladder) text += fmt::format(" {}:{}:{}", rung.height, rung.crf, rung.max_kbps);
  return text;
}

struct PacketHead {
  std::int64_t pts;
  std::int32_t flags;
  std::int32_t size;
};

}  // namespace

KeptWork KeptWork::open(const fs::path& folder, const std::string& identity) {
  KeptWork work;
  work.folder_ = folder;
  work.identity_ = identity;
  std::error_code failed;
  if (work.load(kIdentityName)) return work;
  fs::remove_all(folder, failed);
  if (!failed) fs::create_directories(folder, failed);
  if (failed) {
    log_debug("nothing will be kept of this transcode", {{"folder", folder.string()}, {"error", failed.message()}});
    return {};
  }
  work.save(kIdentityName, "");
  return work;
}

void KeptWork::save(const std::string& name, std::string_view bytes) const {
  if (!keeps()) return;
  const fs::path path = folder_ / name, beside = folder_ / ("." + name);
  std::string text = checksum(identity_, name, bytes);
  text += bytes;
  std::error_code failed;
  if (write_file(beside, text)) fs::rename(beside, path, failed);
  // What cannot be kept is made again.
  if (failed) log_debug("a part of this transcode is not kept", {{"file", path.string()}, {"error", failed.message()}});
}

std::optional<std::string> KeptWork::load(const std::string& name) const {
  if (!keeps()) return std::nullopt;
  auto text = read_file(folder_ / name, kMostBytes);
  if (!text || text->size() < kChecksum) return std::nullopt;
  const std::string sum = text->substr(0, kChecksum);
  text->erase(0, kChecksum);
  if (sum != checksum(identity_, name, *text)) return std::nullopt;
  return std::move(*text);
}

Result<std::string> work_identity(const fs::path& input, const EncodingOptions& options, std::string_view purpose) {
  CHALK_TRY_ASSIGN(const UniqueFd fd, open_for_reading(input));
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return error_from_errno(errno, "cannot stat " + input.string());
  const auto size = static_cast<std::uint64_t>(info.st_size);
  Sha256 sum;
  sum.update(
      fmt::format("{}\n{} {}.{:09}\n{}\n", purpose, size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec, text_of(options)));
  CHALK_TRY_ASSIGN(const std::string first, read_at(fd.get(), 0, input));
  CHALK_TRY_ASSIGN(const std::string last, read_at(fd.get(), size > kEnd ? size - kEnd : 0, input));
  sum.update(first);
  sum.update(last);
  sum.update(program_identity());
  return sum.finish_hex();
}

void pack(const AVPacket& packet, std::string& bytes) {
  const PacketHead head{packet.pts, packet.flags, packet.size};
  bytes.append(reinterpret_cast<const char*>(&head), sizeof head);
  bytes.append(reinterpret_cast<const char*>(packet.data), static_cast<std::size_t>(packet.size));
}

std::vector<av::PacketPtr> unpack_packets(std::string_view bytes) {
  std::vector<av::PacketPtr> packets;
  while (!bytes.empty()) {
    PacketHead head{};
    if (bytes.size() < sizeof head) return {};
    std::memcpy(&head, bytes.data(), sizeof head);
    bytes.remove_prefix(sizeof head);
    if (head.size < 0 || static_cast<std::size_t>(head.size) > bytes.size()) return {};
    av::PacketPtr packet = av::make_packet();
    if (av_new_packet(packet.get(), head.size) < 0) return {};
    packet->pts = head.pts;
    packet->flags = head.flags;
    std::memcpy(packet->data, bytes.data(), static_cast<std::size_t>(head.size));
    bytes.remove_prefix(static_cast<std::size_t>(head.size));
    packets.push_back(std::move(packet));
  }
  return packets;
}

}  // namespace chalkline::transcode
