// Tables of units; integers only, with overflow refused.
#include "config/units.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace chalkline::config {

namespace {
struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
}  // namespace

static constexpr std::array<Unit, 5> kTimes = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
static constexpr std::uint64_t kLongest = 3'650ULL * 86'400'000;

static constexpr std::array<Unit, 9> kSizes = {{{"TB", 1'000'000'000'000},
                                                {"TiB", 1ULL << 40U},
                                                {"GB", 1'000'000'000},
                                                {"GiB", 1ULL << 30U},
                                                {"MB", 1'000'000},
                                                {"MiB", 1ULL << 20U},
                                                {"kB", 1'000},
                                                {"KiB", 1ULL << 10U},
                                                {"B", 1}}};

// Takes the whole number at the front of `text`.
static std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// Takes the unit's letters at the front of `text`.
static std::string_view take_letters(std::string_view& text) {
  std::size_t letters = 0;
  while (letters < text.size() && (text[letters] < '0' || text[letters] > '9')) ++letters;
  const std::string_view taken = text.substr(0, letters);
  text.remove_prefix(letters);
  return taken;
}

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration(0);
  std::uint64_t total = 0;
  std::size_t next = 0;  // units come largest first, each at most once
  while (!text.empty()) {
    const auto number = take_number(text);
    const std::string_view letters = take_letters(text);
    while (next < kTimes.size() && kTimes[next].name != letters) ++next;
    if (!number || next == kTimes.size() || *number > kLongest / kTimes[next].factor) return std::nullopt;
    total += *number * kTimes[next++].factor;
  }
  if (next == 0 || total > kLongest) return std::nullopt;
  return Duration(static_cast<Duration::rep>(total));
}

std::string format_duration(Duration duration) {
  auto left = static_cast<std::uint64_t>(duration.count());
  if (left == 0) return "0s";
  std::string text;
  for (const Unit& unit : kTimes) {
    if (left >= unit.factor) text += std::to_string(left / unit.factor) + std::string(unit.name);
    left %= unit.factor;
  }
  return text;
}

std::optional<Bytes> parse_bytes(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  if (text.empty()) return number;
  for (const Unit& unit : kSizes) {
    if (unit.name != text) continue;
    if (*number > std::numeric_limits<Bytes>::max() / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

std::string format_size(Bytes bytes) {
  if (bytes == 0) return "0B";
  for (const Unit& unit : kSizes)
    if (bytes % unit.factor == 0) return std::to_string(bytes / unit.factor) + std::string(unit.name);
  return std::to_string(bytes) + "B";
}

}  // namespace chalkline::config
