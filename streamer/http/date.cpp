// Civil dates through <chrono>, no locale and no libc time functions.
#include "streamer/http/date.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace chalkline::streamer {

namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Reads fixed shapes left to right; once a piece does not fit, everything after it fails too.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : text_(text) {}
  void literal(std::string_view want) {
    if (ok_ && text_.starts_with(want))
      text_.remove_prefix(want.size());
    else
      ok_ = false;
  }
  int number(std::size_t digits, bool space_padded = false) {
    if (!ok_ || text_.size() < digits) return fail();
    std::string_view piece = text_.substr(0, digits);
    if (space_padded && piece.front() == ' ') piece.remove_prefix(1);
    int value = 0;
    const auto [end, ec] = std::from_chars(piece.data(), piece.data() + piece.size(), value);
    if (ec != std::errc() || end != piece.data() + piece.size() || value < 0) return fail();
    text_.remove_prefix(digits);
    return value;
  }
  unsigned month() {
    for (unsigned i = 0; ok_ && i < kMonths.size(); ++i)
      if (text_.starts_with(kMonths[i])) {
        text_.remove_prefix(3);
        return i + 1;
      }
    return static_cast<unsigned>(fail());
  }
  void until(char mark) {
    const std::size_t at = text_.find(mark);
    if (at == std::string_view::npos)
      ok_ = false;
    else
      text_.remove_prefix(at);
  }
  [[nodiscard]] bool done() const { return ok_ && text_.empty(); }

 private:
  int fail() {
    ok_ = false;
    return 0;
  }
  std::string_view text_;
  bool ok_ = true;
};

struct Civil {
  int year = 0;
  unsigned month = 0;
  int day = 0, hour = 0, minute = 0, second = 0;
};

std::optional<std::int64_t> seconds_of(const Civil& c) {
  using namespace std::chrono;
  const year_month_day date{year(c.year), month(c.month), day(static_cast<unsigned>(c.day))};
  if (!date.ok() || c.hour > 23 || c.minute > 59 || c.second > 60) return std::nullopt;
  const std::int64_t days = sys_days(date).time_since_epoch().count();
  return ((days * 24 + c.hour) * 60 + c.minute) * 60 + c.second;
}

int year_of(std::int64_t unix_seconds) {
  using namespace std::chrono;
  const year_month_day date(floor<days>(sys_seconds(seconds(unix_seconds))));
  return static_cast<int>(date.year());
}

}  // namespace

std::string format_http_date(std::int64_t unix_seconds) {
  using namespace std::chrono;
  const sys_seconds at{seconds(unix_seconds)};
  const auto midnight = floor<days>(at);
  const year_month_day date(midnight);
  const hh_mm_ss time(at - midnight);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[weekday(midnight).c_encoding()].data(), static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1].data(), static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now_unix_seconds) {
  Civil c;
  DateReader in(text);
  if (text.size() > 3 && text[3] == ',') {  // Sun, 06 Nov 1994 08:49:37 GMT
    in.until(',');
    in.literal(", ");
    c.day = in.number(2);
    in.literal(" ");
    c.month = in.month();
    in.literal(" ");
    c.year = in.number(4);
    in.literal(" ");
    c.hour = in.number(2);
    in.literal(":");
    c.minute = in.number(2);
    in.literal(":");
    c.second = in.number(2);
    in.literal(" GMT");
  } else if (text.find(',') != std::string_view::npos) {  // Sunday, 06-Nov-94 08:49:37 GMT
    in.until(',');
    in.literal(", ");
    c.day = in.number(2);
    in.literal("-");
    c.month = in.month();
    in.literal("-");
    c.year = in.number(2);
    in.literal(" ");
    c.hour = in.number(2);
    in.literal(":");
    c.minute = in.number(2);
    in.literal(":");
    c.second = in.number(2);
    in.literal(" GMT");
    const int now_year = year_of(now_unix_seconds);
    c.year += now_year - now_year % 100;
    if (c.year > now_year + 50) c.year -= 100;
  } else {  // Sun Nov  6 08:49:37 1994
    in.until(' ');
    in.literal(" ");
    c.month = in.month();
    in.literal(" ");
    c.day = in.number(2, true);
    in.literal(" ");
    c.hour = in.number(2);
    in.literal(":");
    c.minute = in.number(2);
    in.literal(":");
    c.second = in.number(2);
    in.literal(" ");
    c.year = in.number(4);
  }
  if (!in.done()) return std::nullopt;
  return seconds_of(c);
}

}  // namespace chalkline::streamer
