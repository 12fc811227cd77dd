// Read the muxer's tables, share them out over runs, write them again.
#include "transcode/packaging/fragment.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string_view>

namespace chalkline::transcode {

namespace {

// Flags of tfhd (8.8.7) and trun (8.8.8).
constexpr std::uint32_t kBaseOffset = 0x1, kDescription = 0x2, kDefaultDuration = 0x8, kDefaultSize = 0x10,
                        kDefaultFlags = 0x20, kBaseIsMoof = 0x20000;
constexpr std::uint32_t kDataOffset = 0x1, kFirstFlags = 0x4, kDuration = 0x100, kSize = 0x200, kFlags = 0x400,
                        kComposition = 0x800;
constexpr std::size_t kBoxHead = 8;
constexpr std::size_t kRunBytes = kBoxHead + 12;  // version and flags, count, data offset
constexpr std::string_view kCmafBrand = "cmfc";

struct Sample {
  std::uint32_t duration = 0;
  std::uint32_t size = 0;
  std::uint32_t composition = 0;
};

struct Fragment {
  std::uint32_t sequence = 0;
  std::uint32_t track = 0;
  std::uint64_t decode_time = 0;
  std::optional<std::uint32_t> sample_flags, first_flags;
  std::uint32_t run_version = 0;  // 1: composition offsets have a sign
  bool has_composition = false;
  std::vector<Sample> samples;
};

class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}
  std::uint32_t u32() {
    if (at_ + 4 > bytes_.size()) {
      bad_ = true;
      return 0;
    }
    const std::uint32_t value = big_endian(bytes_, at_);
    at_ += 4;
    return value;
  }
  std::uint64_t u64() {
    const std::uint64_t high = u32();
    return high << 32 | u32();
  }
  std::optional<std::uint32_t> u32_if(bool there) { return there ? std::optional(u32()) : std::nullopt; }
  // All was there, and nothing is left.
  [[nodiscard]] bool ended_well() const { return !bad_ && at_ == bytes_.size(); }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  bool bad_ = false;
};

struct Defaults {
  std::optional<std::uint32_t> duration, size;
};

bool read_header(Bytes tfhd, Fragment& fragment, Defaults& defaults) {
  Reader reader(tfhd);
  const std::uint32_t flags = reader.u32() & 0xFFFFFF;
  fragment.track = reader.u32();
  // Sample description 1 is what trex says of all.
  const bool first_description = reader.u32_if((flags & kDescription) != 0).value_or(1) == 1;
  defaults.duration = reader.u32_if((flags & kDefaultDuration) != 0);
  defaults.size = reader.u32_if((flags & kDefaultSize) != 0);
  fragment.sample_flags = reader.u32_if((flags & kDefaultFlags) != 0);
  return first_description && (flags & kBaseIsMoof) != 0 && (flags & kBaseOffset) == 0 && reader.ended_well();
}

bool read_run(Bytes trun, const Defaults& defaults, std::size_t samples_at, Fragment& fragment) {
  Reader reader(trun);
  const std::uint32_t version_and_flags = reader.u32();
  const std::uint32_t flags = version_and_flags & 0xFFFFFF;
  const std::uint32_t count = reader.u32();
  if (count == 0 || count > trun.size() / 4 + 1 || (flags & kFlags) != 0 || (flags & kDataOffset) == 0) return false;
  if (reader.u32() != samples_at) return false;
  fragment.run_version = version_and_flags >> 24;
  fragment.first_flags = reader.u32_if((flags & kFirstFlags) != 0);
  fragment.has_composition = (flags & kComposition) != 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto duration = (flags & kDuration) != 0 ? std::optional(reader.u32()) : defaults.duration;
    const auto size = (flags & kSize) != 0 ? std::optional(reader.u32()) : defaults.size;
    if (!duration || !size) return false;
    fragment.samples.push_back({*duration, *size, fragment.has_composition ? reader.u32() : 0});
  }
  return reader.ended_well();
}

// Exactly these boxes in this order.
template <std::size_t N>
std::optional<std::array<Bytes, N>> boxes_of(Bytes bytes, const std::array<std::string_view, N>& types) {
  std::array<Bytes, N> found;
  for (std::size_t i = 0; i < N; ++i) {
    const auto payload = find_box(bytes, types[i]);
    if (!payload || payload->data() != bytes.data() + kBoxHead) return std::nullopt;
    found[i] = *payload;
    bytes = bytes.subspan(kBoxHead + payload->size());
  }
  return bytes.empty() ? std::optional(found) : std::nullopt;
}

std::optional<Fragment> read_fragment(Bytes moof, std::size_t samples_at) {
  const auto in_moof = boxes_of<2>(moof, {"mfhd", "traf"});
  if (!in_moof) return std::nullopt;
  const auto in_traf = boxes_of<3>((*in_moof)[1], {"tfhd", "tfdt", "trun"});
  if (!in_traf) return std::nullopt;
  Fragment fragment;
  Reader sequence((*in_moof)[0]);
  sequence.u32();
  fragment.sequence = sequence.u32();
  Reader time((*in_traf)[1]);
  fragment.decode_time = time.u32() >> 24 == 1 ? time.u64() : time.u32();
  Defaults defaults;
  if (!sequence.ended_well() || !time.ended_well() || !read_header((*in_traf)[0], fragment, defaults) ||
      !read_run((*in_traf)[2], defaults, samples_at, fragment))
    return std::nullopt;
  return fragment;
}

std::uint32_t commonest_duration(const std::vector<Sample>& samples) {
  std::map<std::uint32_t, std::size_t> counts;
  for (const Sample& sample : samples) ++counts[sample.duration];
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
}

struct Run {
  std::size_t first = 0, end = 0;
  bool own_durations = false;
};

// The cheapest division into runs: each costs a box, and within it either all samples say their duration or none does.
std::vector<Run> divide(const std::vector<Sample>& samples, std::uint32_t common) {
  constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max() / 2;
  const std::size_t count = samples.size();
  std::array<std::size_t, 2> cost = {kRunBytes, kRunBytes};  // of all before, where the open run is of this kind
  std::vector<std::array<bool, 2>> other(count);             // a run ended before this sample
  for (std::size_t i = 0; i < count; ++i) {
    const std::array<std::size_t, 2> own = {samples[i].duration == common ? 0 : kNever, 4};
    const auto before = cost;
    for (const std::size_t kind : {0U, 1U}) {
      other[i][kind] = i > 0 && before[1 - kind] + kRunBytes < before[kind];
      cost[kind] = std::min(kNever, (other[i][kind] ? before[1 - kind] + kRunBytes : before[kind]) + own[kind]);
    }
  }
  std::vector<Run> runs;
  std::size_t kind = cost[1] < cost[0] ? 1 : 0, end = count;
  for (std::size_t i = count; i-- > 0;) {
    if (i > 0 && !other[i][kind]) continue;
    runs.push_back({i, end, kind == 1});
    end = i;
    kind = 1 - kind;
  }
  std::ranges::reverse(runs);
  return runs;
}

class Writer {
 public:
  void u32(std::uint32_t value) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes_.push_back(static_cast<std::byte>(value >> shift & 0xFF));
  }
  void raw(Bytes bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  // A box is what is written between these two.
  std::size_t open(std::string_view type) {
    u32(0);
    raw(std::as_bytes(std::span(type.data(), type.size())));
    return bytes_.size() - kBoxHead;
  }
  void close(std::size_t box) { patch(box, static_cast<std::uint32_t>(bytes_.size() - box)); }
  void patch(std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) bytes_[at + i] = static_cast<std::byte>(value >> (24 - 8 * i) & 0xFF);
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

// The data offset is not known before all runs are written: where it stands is returned.
std::size_t write_run(Writer& out, const Fragment& fragment, const Run& run) {
  const bool first = run.first == 0 && fragment.first_flags;
  const std::uint32_t flags = kDataOffset | kSize | (first ? kFirstFlags : 0U) | (run.own_durations ? kDuration : 0U) |
                              (fragment.has_composition ? kComposition : 0U);
  const std::size_t box = out.open("trun");
  out.u32(fragment.run_version << 24 | flags);
  out.u32(static_cast<std::uint32_t>(run.end - run.first));
  const std::size_t offset = out.size();
  out.u32(0);
  if (first) out.u32(*fragment.first_flags);
  for (std::size_t i = run.first; i < run.end; ++i) {
    const Sample& sample = fragment.samples[i];
    if (run.own_durations) out.u32(sample.duration);
    out.u32(sample.size);
    if (fragment.has_composition) out.u32(sample.composition);
  }
  out.close(box);
  return offset;
}

void write_moof(Writer& out, const Fragment& fragment) {
  const std::uint32_t common = commonest_duration(fragment.samples);
  const std::vector<Run> runs = divide(fragment.samples, common);
  const bool has_default = std::ranges::any_of(runs, [](const Run& run) { return !run.own_durations; });

  const std::size_t moof = out.open("moof");
  const std::size_t mfhd = out.open("mfhd");
  out.u32(0);
  out.u32(fragment.sequence);
  out.close(mfhd);
  const std::size_t traf = out.open("traf");
  const std::size_t tfhd = out.open("tfhd");
  out.u32(kBaseIsMoof | (has_default ? kDefaultDuration : 0U) | (fragment.sample_flags ? kDefaultFlags : 0U));
  out.u32(fragment.track);
  if (has_default) out.u32(common);
  if (fragment.sample_flags) out.u32(*fragment.sample_flags);
  out.close(tfhd);
  const std::size_t tfdt = out.open("tfdt");
  const bool wide = fragment.decode_time > std::numeric_limits<std::uint32_t>::max();
  out.u32(wide ? 1U << 24 : 0U);
  if (wide) out.u32(static_cast<std::uint32_t>(fragment.decode_time >> 32));
  out.u32(static_cast<std::uint32_t>(fragment.decode_time));
  out.close(tfdt);
  std::vector<std::size_t> offsets;
  for (const Run& run : runs) offsets.push_back(write_run(out, fragment, run));
  out.close(traf);
  out.close(moof);
  auto data = static_cast<std::uint32_t>(out.size() - moof + kBoxHead);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    out.patch(offsets[i], data);
    for (std::size_t k = runs[i].first; k < runs[i].end; ++k) data += fragment.samples[k].size;
  }
}

std::vector<std::byte> same(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

std::vector<std::byte> compact_segment(Bytes segment) {
  const auto boxes = boxes_of<2>(segment, {"moof", "mdat"});
  if (!boxes) return same(segment);
  const auto [moof, mdat] = *boxes;
  const auto fragment = read_fragment(moof, moof.size() + 2 * kBoxHead);
  if (!fragment) return same(segment);
  std::uint64_t sum = 0;
  for (const Sample& sample : fragment->samples) sum += sample.size;
  if (sum != mdat.size()) return same(segment);
  Writer out;
  write_moof(out, *fragment);
  const std::size_t box = out.open("mdat");
  out.raw(mdat);
  out.close(box);
  return out.take();
}

std::vector<std::byte> compact_init(Bytes init) {
  const auto boxes = boxes_of<2>(init, {"ftyp", "moov"});
  if (!boxes) return same(init);
  const auto [ftyp, moov] = *boxes;
  constexpr std::size_t kBrand = 4, kFirstCompatible = 8;  // after the major brand and its version
  const Bytes claim = std::as_bytes(std::span(kCmafBrand));
  Writer out;
  const std::size_t types = out.open("ftyp");
  for (std::size_t i = 0; i + kBrand <= ftyp.size(); i += kBrand)
    if (const Bytes brand = ftyp.subspan(i, kBrand); i < kFirstCompatible || !std::ranges::equal(brand, claim))
      out.raw(brand);
  out.close(types);
  const auto udta = find_box(moov, "udta");
  const std::size_t box = out.open("moov");
  if (udta) {
    const auto at = static_cast<std::size_t>(udta->data() - moov.data()) - kBoxHead;
    out.raw(moov.first(at));
    out.raw(moov.subspan(at + kBoxHead + udta->size()));
  } else {
    out.raw(moov);
  }
  out.close(box);
  return out.take();
}

}  // namespace chalkline::transcode
