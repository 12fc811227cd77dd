// RFC 4180, section 2.
#include "streamer/api/csv.hpp"

namespace chalkline::streamer {

namespace {

Error wrong(std::size_t line, const std::string& why) {
  return Error(Errc::kInvalidArgument, "line " + std::to_string(line) + ": " + why);
}

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kMark)) text_.remove_prefix(kMark.size());
  }

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] std::size_t line() const { return line_; }

  Result<std::vector<std::string>> record() {
    std::vector<std::string> values;
    for (;;) {
      std::string value;
      if (!at_end() && text_[at_] == '"') {
        CHALK_TRY_ASSIGN(value, quoted());
      } else {
        while (!at_end() && text_[at_] != ',' && !at_line_end()) value += text_[at_++];
      }
      values.push_back(std::move(value));
      if (at_end()) return values;
      if (text_[at_] == ',') {
        ++at_;
        continue;
      }
      if (!at_line_end()) return wrong(line_, "there is text behind a closing quote");
      at_ += text_[at_] == '\r' ? 2U : 1U;
      ++line_;
      return values;
    }
  }

 private:
  [[nodiscard]] bool at_line_end() const {
    return text_[at_] == '\n' || (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
  }

  Result<std::string> quoted() {
    const std::size_t began = line_;
    std::string value;
    for (++at_; !at_end(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c != '"') {
        value += c;
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        value += '"';
        ++at_;
      } else {
        ++at_;
        return value;
      }
    }
    return wrong(began, "a quote does not end");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

Result<CsvTable> parse_csv(std::string_view text) {
  CsvReader reader(text);
  CsvTable table;
  while (!reader.at_end()) {
    const std::size_t line = reader.line();
    CHALK_TRY_ASSIGN(std::vector<std::string> values, reader.record());
    if (values.size() == 1 && values.front().empty()) continue;  // an empty line
    if (table.header.empty()) {
      table.header = std::move(values);
      continue;
    }
    if (values.size() != table.header.size())
      return wrong(line, "there are " + std::to_string(values.size()) + " values, the first line has " +
                             std::to_string(table.header.size()));
    table.records.push_back(std::move(values));
    table.lines.push_back(line);
  }
  if (table.header.empty()) return wrong(1, "the first line must name the columns");
  return table;
}

std::string csv_record(const std::vector<std::string>& values) {
  std::string record;
  for (const std::string& value : values) {
    if (&value != &values.front()) record += ',';
    if (value.find_first_of("\",\r\n") == std::string::npos) {
      record += value;
      continue;
    }
    record += '"';
    for (const char c : value) record += c == '"' ? std::string("\"\"") : std::string(1, c);
    record += '"';
  }
  return record + "\r\n";
}

}  // namespace chalkline::streamer
