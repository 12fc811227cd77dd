// CSV as RFC 4180 has it, UTF-8: quotes where a value needs them, CRLF or LF after a record. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace chalkline::streamer {

struct CsvTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> records;  // each as long as the header
  std::vector<std::size_t> lines;                 // where each record begins, from 1
};

// A byte-order mark at the front is passed over, and so are empty lines. kInvalidArgument with the line: a quote that
// does not end, text behind a closing quote, a record of another length than the header, no header.
Result<CsvTable> parse_csv(std::string_view text);

// One record with its line end.
std::string csv_record(const std::vector<std::string>& values);

}  // namespace chalkline::streamer
