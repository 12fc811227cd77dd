// Peaks of decoded packets are found wherever they stand, across packets and between samples too; the gains around them
// are low enough at each, whole elsewhere, and without a step.
#include "transcode/sound/coded_peaks.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

using namespace chalkline::transcode;

TEST_CASE("a peak between two samples is found where it is, in either channel, in whichever packets it lies") {
  // At a quarter of the rate with the peaks in the middle: 0.707 in each sample, 1 between them.
  std::vector<float> samples(400);
  for (std::size_t i = 0; i < 100; ++i)
    samples[200 + i] =
        i % 2 == 1
            ? static_cast<float>(std::sin(std::numbers::pi / 2 * static_cast<double>(i / 2) + std::numbers::pi / 4) *
                                 (i == 49 || i == 51 ? 1 : 0.5))
            : 0.0F;
  for (const std::size_t cut : {100UL, 240UL, 248UL, 250UL, 252UL, 256UL, 300UL}) {
    CAPTURE(cut);
    CodedPeaks finder(2);
    std::vector<CodedPeak> first, second;
    finder.find({samples.data(), cut}, 0.8, first);
    finder.find({samples.data() + cut, samples.size() - cut}, 0.8, second);
    REQUIRE(first.size() + second.size() >= 1);
    for (const CodedPeak& peak : first) CHECK(std::abs(peak.at - 124) <= 2);
    for (const CodedPeak& peak : second) CHECK(std::abs(peak.at + static_cast<long>(cut / 2) - 124) <= 2);
  }
}

TEST_CASE("what stays below the limit has no peaks, and the largest sample is told") {
  CodedPeaks finder(1);
  std::vector<CodedPeak> peaks;
  std::vector<float> samples(1'000);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = 0.7F * static_cast<float>(std::sin(0.05 * static_cast<double>(i)));
  CHECK(finder.find(samples, 0.8, peaks) == doctest::Approx(0.7).epsilon(0.001));
  CHECK(peaks.empty());
}

TEST_CASE("gains are low enough at every peak, whole away from them, and change by little from sample to sample") {
  const std::vector<CodedPeak> peaks{{100, 0.8F}, {700, 0.9F}, {720, 0.5F}, {-50, 0.7F}};
  const auto gains = gains_around(peaks, 0.2, -400, 2'000);
  const auto at = [&](long sample) { return gains[static_cast<std::size_t>(sample + 400)]; };
  for (const CodedPeak& peak : peaks) CHECK(at(peak.at) < peak.gain);
  CHECK(at(-400) == 1.0F);
  CHECK(at(1'200) == 1.0F);
  for (std::size_t i = 1; i < gains.size(); ++i) CHECK(std::abs(gains[i] - gains[i - 1]) < 0.004F);
  // Asked for in two parts they are the same.
  auto parts = gains_around(peaks, 0.2, -400, 900);
  const auto rest = gains_around(peaks, 0.2, 500, 1'100);
  parts.insert(parts.end(), rest.begin(), rest.end());
  CHECK(parts == gains);
}
