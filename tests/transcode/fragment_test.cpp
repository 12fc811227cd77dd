// Segments made smaller: what a player reads out of them stays the same.
#include "transcode/packaging/fragment.hpp"

#include <random>
#include <string>

#include <doctest/doctest.h>

#include "tests/transcode/box_text.hpp"

using namespace chalkline::tests;
using namespace chalkline::transcode;

namespace {

struct Sample {
  std::uint32_t duration = 0, size = 0, composition = 0, flags = 0;
  std::size_t at = 0;  // in the segment
  bool operator==(const Sample&) const = default;
};

// What a player reads.
struct Fragment {
  std::uint32_t sequence = 0, track = 0;
  std::uint64_t decode_time = 0;
  std::vector<Sample> samples;
  bool operator==(const Fragment&) const = default;
};

// As libavformat's mov muxer has it: one run, every sample with all that differs between any of them.
std::string muxed(const std::vector<Sample>& samples, bool with_durations = true, std::uint64_t decode_time = 90'000) {
  std::string table, data;
  for (const Sample& sample : samples) {
    if (with_durations) table += u32(sample.duration);
    table += u32(sample.size) + u32(sample.composition);
    data += std::string(sample.size, static_cast<char>('a' + data.size() % 26));
  }
  const auto moof = [&](std::uint32_t offset) {
    const std::string tfhd =
        box("tfhd", u32(0x2003A) + u32(3) + u32(1) + u32(samples[0].duration) + u32(1) + u32(0x01010000));
    const std::string tfdt = box("tfdt", u32(0x01000000) + u32(static_cast<std::uint32_t>(decode_time >> 32)) +
                                             u32(static_cast<std::uint32_t>(decode_time)));
    const std::string trun =
        box("trun", u32(with_durations ? 0xB05 : 0xA05) + u32(static_cast<std::uint32_t>(samples.size())) +
                        u32(offset) + u32(0x02000000) + table);
    return box("moof", box("mfhd", u32(0) + u32(7)) + box("traf", tfhd + tfdt + trun));
  };
  return moof(static_cast<std::uint32_t>(moof(0).size() + 8)) + box("mdat", data);
}

// By 8.8.7 and 8.8.8, of any number of runs.
Fragment read(Bytes segment) {
  const Bytes moof = *find_box(segment, "moof");
  const Bytes traf = *find_box(moof, "traf");
  Fragment fragment;
  fragment.sequence = big_endian(*find_box(moof, "mfhd"), 4);
  const Bytes tfdt = *find_box(traf, "tfdt");
  const bool wide = big_endian(tfdt, 0) >> 24 == 1;
  fragment.decode_time = wide ? std::uint64_t{big_endian(tfdt, 4)} << 32 | big_endian(tfdt, 8) : big_endian(tfdt, 4);
  const Bytes tfhd = *find_box(traf, "tfhd");
  fragment.track = big_endian(tfhd, 4);
  std::vector<std::uint32_t> defaults(4);  // description, duration, size, flags
  std::size_t at = 8;
  for (std::size_t bit = 0; bit < 4; ++bit) {
    constexpr std::uint32_t kBits[] = {0x2, 0x8, 0x10, 0x20};
    if ((big_endian(tfhd, 0) & kBits[bit]) == 0) continue;
    defaults[bit] = big_endian(tfhd, at);
    at += 4;
  }
  for (Bytes rest = traf; !rest.empty(); rest = rest.subspan(big_endian(rest, 0))) {
    if (big_endian(rest, 4) != 0x7472756E) continue;
    const Bytes trun = rest.subspan(8, big_endian(rest, 0) - 8);
    const std::uint32_t flags = big_endian(trun, 0);
    std::size_t data = big_endian(trun, 8);
    at = (flags & 0x4) != 0 ? 16 : 12;
    for (std::uint32_t i = 0; i < big_endian(trun, 4); ++i) {
      const auto next = [&](std::uint32_t bit, std::uint32_t otherwise) {
        if ((flags & bit) == 0) return otherwise;
        at += 4;
        return big_endian(trun, at - 4);
      };
      Sample sample;
      sample.duration = next(0x100, defaults[1]);
      sample.size = next(0x200, defaults[2]);
      sample.composition = next(0x800, 0);
      sample.flags = i == 0 && (flags & 0x4) != 0 ? big_endian(trun, 12) : defaults[3];
      sample.at = segment.size() - data;  // from the end: what stands before the samples may differ
      data += sample.size;
      fragment.samples.push_back(sample);
    }
  }
  return fragment;
}

std::vector<Sample> steady(std::size_t count) {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < count; ++i)
    samples.push_back({3000, static_cast<std::uint32_t>(20 + i), static_cast<std::uint32_t>(i % 3 * 3000)});
  return samples;
}

}  // namespace

TEST_CASE("samples that last equally long do not say so each") {
  const std::string before = muxed(steady(100));
  const auto after = compact_segment(bytes(before));
  CHECK(read(after) == read(bytes(before)));
  CHECK(read(after).sequence == 7);
  CHECK(read(after).track == 3);
  CHECK(read(after).decode_time == 90'000);
  CHECK(before.size() - after.size() == 100 * 4 + 8 + 4);  // and two fields of tfhd, half of tfdt
}

TEST_CASE("a time beyond 32 bits, some 13 hours at 90 kHz, stays") {
  const std::string before = muxed(steady(3), true, 0x1'2345'6789);
  CHECK(read(compact_segment(bytes(before))) == read(bytes(before)));
  CHECK(read(bytes(before)).decode_time == 0x1'2345'6789);
}

TEST_CASE("a few that last otherwise, first and last, are runs of their own") {
  auto samples = steady(100);
  samples[0].duration = samples[1].duration = samples[2].duration = 1000;
  samples[99].duration = 9000;
  const std::string before = muxed(samples);
  const auto after = compact_segment(bytes(before));
  CHECK(read(after) == read(bytes(before)));
  CHECK(before.size() - after.size() == 96 * 4 + 12 - 2 * 20);
}

TEST_CASE("whatever samples last, the same is read as before and it is never more") {
  std::mt19937 random(11);
  for (unsigned round = 0; round < 200; ++round) {
    std::vector<Sample> samples;
    const std::size_t count = 1 + random() % 60;
    for (std::size_t i = 0; i < count; ++i)
      samples.push_back({static_cast<std::uint32_t>(random() % (1 + round % 5) == 0 ? 3000 : random() % 9000),
                         static_cast<std::uint32_t>(random() % 30), static_cast<std::uint32_t>(random() % 9000)});
    const std::string before = muxed(samples);
    const auto after = compact_segment(bytes(before));
    CHECK(read(after) == read(bytes(before)));
    CHECK(after.size() <= before.size());
  }
}

TEST_CASE("a segment of another shape is left as it is") {
  const std::string good = muxed(steady(3), false);
  const auto unchanged = [](const std::string& text) {
    const auto after = compact_segment(bytes(text));
    return std::equal(after.begin(), after.end(), bytes(text).begin(), bytes(text).end());
  };
  CHECK_FALSE(unchanged(good));
  CHECK(unchanged(""));
  CHECK(unchanged(box("styp", "cmfs") + good));
  CHECK(unchanged(good + box("free", "")));
  CHECK(unchanged(good.substr(0, good.size() - 1)));
  for (std::size_t cut = 1; cut < good.size(); cut += 7) CHECK(unchanged(good.substr(0, cut)));
}

TEST_CASE("an init segment loses its empty user data and the brand of CMAF, and nothing else") {
  const std::string rest = box("mvhd", "header") + box("trak", "track");
  const std::string muxer = box("ftyp", "iso6" + u32(512) + "iso6cmfcmp41");
  const std::string ftyp = box("ftyp", "iso6" + u32(512) + "iso6mp41");
  const auto is = [](const std::string& before, const std::string& wanted) {
    const auto after = compact_init(bytes(before));
    return std::equal(after.begin(), after.end(), bytes(wanted).begin(), bytes(wanted).end());
  };
  const std::string wanted = ftyp + box("moov", rest);
  CHECK(is(muxer + box("moov", rest + box("udta", box("meta", ""))), wanted));
  CHECK(is(muxer + box("moov", box("udta", "") + rest), wanted));
  CHECK(is(wanted, wanted));
  CHECK(is(box("moov", rest), box("moov", rest)));  // of another shape
}
