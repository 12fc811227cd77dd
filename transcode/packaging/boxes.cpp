// Box walking.
#include "transcode/packaging/boxes.hpp"

namespace chalkline::transcode {

std::uint32_t big_endian(Bytes bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  return value;
}

std::optional<Bytes> find_box(Bytes boxes, std::string_view type) {
  while (boxes.size() >= 8) {
    const std::size_t size = big_endian(boxes, 0);
    if (size < 8 || size > boxes.size()) return std::nullopt;
    const std::string_view found(reinterpret_cast<const char*>(boxes.data()) + 4, 4);
    if (found == type) return boxes.subspan(8, size - 8);
    boxes = boxes.subspan(size);
  }
  return std::nullopt;
}

// 8.8.7 tfhd: default_sample_size, where present.
static std::uint32_t default_sample_size(Bytes tfhd) {
  if (tfhd.size() < 8) return 0;
  const std::uint32_t flags = big_endian(tfhd, 0) & 0xFFFFFF;
  if ((flags & 0x10) == 0) return 0;
  std::size_t at = 8;
  if ((flags & 0x01) != 0) at += 8;  // base_data_offset
  if ((flags & 0x02) != 0) at += 4;  // sample_description_index
  if ((flags & 0x08) != 0) at += 4;  // default_sample_duration
  return at + 4 <= tfhd.size() ? big_endian(tfhd, at) : 0;
}

// 8.8.8 trun: the first sample's size, where the run carries sizes.
static std::optional<std::uint32_t> first_size_in_run(Bytes trun) {
  if (trun.size() < 8 || big_endian(trun, 4) == 0) return std::nullopt;
  const std::uint32_t flags = big_endian(trun, 0) & 0xFFFFFF;
  if ((flags & 0x200) == 0) return std::nullopt;
  std::size_t at = 8;
  if ((flags & 0x001) != 0) at += 4;  // data_offset
  if ((flags & 0x004) != 0) at += 4;  // first_sample_flags
  if ((flags & 0x100) != 0) at += 4;  // sample_duration
  if (at + 4 > trun.size()) return std::nullopt;
  return big_endian(trun, at);
}

std::uint64_t bytes_to_first_sample_end(Bytes segment) {
  const auto moof = find_box(segment, "moof");
  const auto mdat = find_box(segment, "mdat");
  if (!moof || !mdat) return 0;
  const auto traf = find_box(*moof, "traf");
  if (!traf) return 0;
  const auto trun = find_box(*traf, "trun");
  if (!trun) return 0;
  auto size = first_size_in_run(*trun);
  if (!size) {
    const auto tfhd = find_box(*traf, "tfhd");
    size = tfhd ? default_sample_size(*tfhd) : 0;
  }
  if (*size == 0 || *size > mdat->size()) return 0;
  return static_cast<std::uint64_t>(mdat->data() - segment.data()) + *size;
}

}  // namespace chalkline::transcode
