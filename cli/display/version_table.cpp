// Columns are as wide as their longest cell; numbers stand to the right.
#include "cli/display/version_table.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "core/format.hpp"
#include "core/shown_name.hpp"
#include "manifests/multivariant_playlist.hpp"

namespace chalkline::cli {

namespace {
template <std::size_t N>
struct Table {
  std::array<const char*, N> heads;
  std::array<bool, N> right;  // numbers
  std::array<bool, N> optional;
  std::vector<std::array<std::string, N>> rows;

  [[nodiscard]] std::string render() const {
    std::array<std::size_t, N> width{};
    for (std::size_t c = 0; c < N; ++c) {
      width[c] = std::string_view(heads[c]).size();
      for (const auto& row : rows) width[c] = std::max(width[c], row[c].size());
    }
    std::array<std::string, N> first;
    std::ranges::copy(heads, first.begin());
    // A column without a value is left out.
    std::array<bool, N> any{};
    for (std::size_t c = 0; c < N; ++c)
      any[c] = !optional[c] || std::ranges::any_of(rows, [c](const auto& row) { return !row[c].empty(); });
    std::string text = line(first, width, any);
    for (const auto& row : rows) text += line(row, width, any);
    return text;
  }

 private:
  [[nodiscard]] std::string line(const std::array<std::string, N>& cells, const std::array<std::size_t, N>& width,
                                 const std::array<bool, N>& any) const {
    std::string text = " ";
    for (std::size_t c = 0; c < N; ++c)
      if (any[c])
        text += right[c] ? fmt::format(" {:>{}}", cells[c], width[c]) : fmt::format(" {:<{}}", cells[c], width[c]);
    while (text.back() == ' ') text.pop_back();
    return text + "\n";
  }
};
}  // namespace

std::string kilobits(std::uint64_t bits_per_second) {
  return fmt::format("{:.1f}", static_cast<double>(bits_per_second) / 1000);
}

std::string frame_rate_text(const Ratio& rate) {
  if (!rate.known()) return "-";
  std::string text = fmt::format("{:.2f}", rate.value());
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::uint64_t total_bytes(const VersionIndex& index) {
  std::uint64_t bytes = 0;
  for (const FileEntry& file : index.files) bytes += file.bytes;
  return bytes;
}

static std::string size_text(const RenditionFormat& format) {
  if (format.kind == MediaKind::kVideo) return fmt::format("{}x{}", format.width, format.height);
  if (format.kind == MediaKind::kAudio)
    return format.channels == 1 ? "mono" : fmt::format("{} channels", format.channels);
  return "";
}

// MB per hour of a bit rate.
static std::string per_hour(std::uint64_t bits_per_second) {
  return format_megabytes_per_hour(bits_per_second * 450, 3'600'000);
}

static std::string rendition_table(const VersionIndex& index, const std::optional<SeenLesson>& seen) {
  Table<11> table{
      {"rendition", "codec", "language", "size", "fps", "kbit/s", "peak", "MB/hour", "quality", "segments", "bytes"},
      {false, false, false, false, true, true, true, true, true, true, true},
      {false, false, false, false, false, false, false, false, true, false, false},
      {}};
  for (const RenditionEntry& entry : index.renditions) {
    const RenditionFormat& format = entry.format;
    const bool is_video = format.kind == MediaKind::kVideo;
    const double quality = seen ? seen->quality_of(format.id) : 0;
    table.rows.push_back({format.id, std::string(name(format.codec)), is_video ? "" : format.language,
                          size_text(format), is_video ? frame_rate_text(format.frame_rate) : "",
                          kilobits(entry.average_bandwidth), kilobits(entry.peak_bandwidth),
                          per_hour(entry.average_bandwidth), quality > 0 ? fmt::format("{:.0f}", quality) : "",
                          std::to_string(entry.segments.size()), format_bytes(entry.bytes)});
  }
  return table.render();
}

static std::string variant_table(const VersionIndex& index) {
  Table<5> table{{"variant", "codecs", "kbit/s", "peak", "MB/hour"}, {false, false, true, true, true}, {}, {}};
  for (const manifests::VariantStream& variant : manifests::make_multivariant_playlist(index).variants) {
    const std::string picture = variant.height > 0 ? fmt::format("{}x{}", variant.width, variant.height) : "audio only";
    table.rows.push_back({picture, variant.codecs, kilobits(variant.average_bandwidth), kilobits(variant.bandwidth),
                          per_hour(variant.average_bandwidth)});
  }
  return table.render();
}

std::string version_table(const VersionIndex& index, const std::string& id, const std::optional<SeenLesson>& seen) {
  std::string text = fmt::format("{} ({}, {} in {} files)\nversion {}\n\n", index.title,
                                 format_clock(MediaTime{index.duration_ms, 1000}), format_bytes(total_bytes(index)),
                                 index.files.size(), id);
  text += rendition_table(index, seen) + "\n" + variant_table(index);
  for (std::size_t i = 0; seen && i < seen->sound.size(); ++i)
    text += fmt::format("  audio track {}: {:.0f} % of the time is music, {:.1f} % of its energy has two sides{}\n",
                        i + 1, seen->sound[i].music * 100, seen->sound[i].two_sided * 100,
                        seen->sound[i].noise_db
                            ? fmt::format("; noise of {:.0f} dB behind the voice", *seen->sound[i].noise_db)
                            : std::string());
  for (const RenditionEntry& entry : index.renditions)
    if (entry.format.repackaged) text += fmt::format("  {} is the recording's own stream as it is\n", entry.format.id);
  if (seen && !seen->encoded_because.empty())
    text += fmt::format("  the recording's own stream {}: all rungs are encoded anew\n", seen->encoded_because);
  if (seen && seen->saver)
    text += fmt::format(
        "\nThe {} ladder takes {:.0f} % less than the H.264 one at the same quality, by the probe encodes.\n",
        shown_name(seen->saver->codec), seen->saver->saved * 100);
  for (const std::string& warning : index.warnings) text += "\nwarning: " + warning;
  if (!index.warnings.empty()) text += '\n';
  return text;
}

}  // namespace chalkline::cli
