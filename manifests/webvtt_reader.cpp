// Blocks between blank lines; the one that has an arrow in its first or second line is a cue.
#include "manifests/webvtt_reader.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "manifests/utf8.hpp"
#include "manifests/webvtt.hpp"

namespace chalkline::manifests {

namespace {

constexpr std::size_t kMostCues = 50'000;

Error fault(std::size_t line, const std::string& what) {
  return Error(Errc::kUnusableInput, "line " + std::to_string(line) + ": " + what);
}

class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::size_t number() const { return number_; }  // of the line that next() gave last
  std::string_view next() {
    const std::size_t end = rest_.find_first_of("\r\n");
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(line.size());
    if (rest_.starts_with("\r\n"))
      rest_.remove_prefix(2);
    else if (!rest_.empty())
      rest_.remove_prefix(1);
    ++number_;
    return line;
  }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Decimal digits, from `least` to `most` of them.
std::optional<std::int64_t> number(std::string_view text, std::size_t least, std::size_t most) {
  if (text.size() < least || text.size() > most) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// "01:02:03.004" or "02:03.004".
std::optional<std::int64_t> cue_time(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto ms = number(text.substr(dot + 1), 3, 3);
  std::string_view clock = text.substr(0, dot);
  std::optional<std::int64_t> hours = 0;
  if (std::count(clock.begin(), clock.end(), ':') == 2) {
    const std::size_t colon = clock.find(':');
    hours = number(clock.substr(0, colon), 2, 6);
    clock.remove_prefix(colon + 1);
  }
  const std::size_t colon = clock.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto minutes = number(clock.substr(0, colon), 2, 2);
  const auto seconds = number(clock.substr(colon + 1), 2, 2);
  if (!hours || !minutes || !seconds || !ms || *minutes > 59 || *seconds > 59) return std::nullopt;
  return ((*hours * 60 + *minutes) * 60 + *seconds) * 1000 + *ms;
}

Result<Cue> timed(std::string_view line, std::size_t at) {
  const std::size_t arrow = line.find("-->");
  const std::string_view after = trimmed(line.substr(arrow + 3));
  const std::string_view end_text = after.substr(0, after.find_first_of(" \t"));
  const auto start = cue_time(trimmed(line.substr(0, arrow)));
  const auto end = cue_time(end_text);
  if (!start || !end) return fault(at, "a time must be written as 00:01:02.345");
  if (*end <= *start) return fault(at, "a caption must end after it begins");
  Cue cue;
  cue.start_ms = *start;
  cue.end_ms = *end;
  cue.settings = trimmed(after.substr(end_text.size()));
  return cue;
}

}  // namespace

Result<std::vector<Cue>> read_webvtt(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (!is_valid_utf8(text)) return fault(1, "the file must be UTF-8");
  Lines lines(text);
  const std::string_view head = lines.next();
  if (!head.starts_with("WEBVTT") || (head.size() > 6 && head[6] != ' ' && head[6] != '\t'))
    return fault(1, "the file must begin with WEBVTT");
  std::vector<Cue> cues;
  while (!lines.at_end()) {
    std::string_view line = lines.next();
    if (line.empty()) continue;
    if (line.find("-->") == std::string_view::npos) {  // a cue's name, or a block that is no cue
      const bool other = line.starts_with("NOTE") || line.starts_with("STYLE") || line.starts_with("REGION");
      if (!lines.at_end() && !other) line = lines.next();
      if (other || line.find("-->") == std::string_view::npos) {
        while (!line.empty() && !lines.at_end()) line = lines.next();
        continue;
      }
    }
    CHALK_TRY_ASSIGN(Cue cue, timed(line, lines.number()));
    std::string said;
    while (!lines.at_end()) {
      const std::string_view more = lines.next();
      if (more.empty()) break;
      said.append(said.empty() ? "" : "\n").append(more);
    }
    cue.text = clean_cue_text(said);
    if (cue.text.empty()) continue;
    if (cues.size() == kMostCues) return fault(lines.number(), "there are more than 50,000 captions");
    cues.push_back(std::move(cue));
  }
  if (cues.empty()) return Error(Errc::kUnusableInput, "there is no caption in the file");
  std::stable_sort(cues.begin(), cues.end(), [](const Cue& a, const Cue& b) { return a.start_ms < b.start_ms; });
  return cues;
}

}  // namespace chalkline::manifests
