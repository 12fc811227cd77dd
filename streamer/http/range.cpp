// bytes-range parsing without allocation until a range is kept.
#include "streamer/http/range.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "streamer/http/field_text.hpp"

namespace chalkline::streamer {

namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Digits of any length; a number too large for 64 bits is the largest one.
std::uint64_t saturated(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return ec == std::errc::result_out_of_range ? std::numeric_limits<std::uint64_t>::max() : value;
}

enum class Spec { kMalformed, kUnsatisfiable, kEmptySuffix, kKept };

Spec parse_spec(std::string_view spec, std::uint64_t length, ByteRange& out) {
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return Spec::kMalformed;
  const std::string_view first = spec.substr(0, dash);
  const std::string_view last = spec.substr(dash + 1);
  if (first.empty()) {  // suffix-range
    if (!is_digits(last)) return Spec::kMalformed;
    const std::uint64_t suffix = saturated(last);
    if (suffix == 0) return Spec::kUnsatisfiable;
    if (length == 0) return Spec::kEmptySuffix;
    out = ByteRange{length - std::min(suffix, length), length - 1};
    return Spec::kKept;
  }
  if (!is_digits(first) || (!last.empty() && !is_digits(last))) return Spec::kMalformed;
  const std::uint64_t from = saturated(first);
  const std::uint64_t to = last.empty() ? std::numeric_limits<std::uint64_t>::max() : saturated(last);
  if (to < from) return Spec::kMalformed;
  if (from >= length) return Spec::kUnsatisfiable;
  out = ByteRange{from, std::min(to, length - 1)};
  return Spec::kKept;
}

bool any_overlap(std::vector<ByteRange> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const ByteRange& a, const ByteRange& b) { return a.first < b.first; });
  for (std::size_t i = 1; i < ranges.size(); ++i)
    if (ranges[i].first <= ranges[i - 1].last) return true;
  return false;
}

}  // namespace

RangeRequest parse_range(std::string_view field, std::uint64_t length) {
  field = trimmed(field);
  const std::size_t equals = field.find('=');
  if (equals == std::string_view::npos) return {};
  const std::string_view unit = field.substr(0, equals);
  if (unit.size() != 5 ||
      !std::equal(unit.begin(), unit.end(), "bytes", [](char a, char b) { return (a | 0x20) == b; }))
    return {};
  std::string_view set = field.substr(equals + 1);

  RangeRequest request;
  std::size_t asked = 0;
  bool empty_suffix = false;
  for (bool more = true; more;) {
    const std::size_t comma = set.find(',');
    more = comma != std::string_view::npos;
    const std::string_view spec = trimmed(set.substr(0, comma));
    if (more) set.remove_prefix(comma + 1);
    if (spec.empty()) continue;  // RFC 9110 5.6.1.2: empty list elements are ignored
    if (++asked > kMaxRanges) return RangeRequest{RangeKind::kRefused, {}};
    ByteRange range;
    switch (parse_spec(spec, length, range)) {
      case Spec::kMalformed: return {};
      case Spec::kUnsatisfiable: break;
      case Spec::kEmptySuffix: empty_suffix = true; break;
      case Spec::kKept: request.ranges.push_back(range); break;
    }
  }
  if (asked == 0 || (empty_suffix && request.ranges.empty())) return {};
  if (request.ranges.empty()) return RangeRequest{RangeKind::kUnsatisfiable, {}};
  if (request.ranges.size() > 2 && any_overlap(request.ranges)) return RangeRequest{RangeKind::kRefused, {}};
  request.kind = RangeKind::kPart;
  return request;
}

}  // namespace chalkline::streamer
