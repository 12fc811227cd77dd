// Content goes over in spans; only what frames it is looked at byte by byte.
#include "streamer/management/body_reader.hpp"

#include <algorithm>

namespace chalkline::streamer {

BodyReader BodyReader::with_length(std::uint64_t bytes) {
  BodyReader reader;
  reader.left_ = bytes;
  reader.part_ = bytes > 0 ? Part::kCounted : Part::kDone;
  return reader;
}

BodyReader BodyReader::chunked() {
  BodyReader reader;
  reader.part_ = Part::kSize;
  return reader;
}

BodyReader::Status BodyReader::read(std::string_view& bytes, std::string& content) {
  while (!bytes.empty() && part_ != Part::kDone && part_ != Part::kBad) {
    if (part_ != Part::kCounted && part_ != Part::kData) {
      step(bytes.front());
      bytes.remove_prefix(1);
      continue;
    }
    const auto span = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    content.append(bytes.substr(0, span));
    bytes.remove_prefix(span);
    left_ -= span;
    if (left_ == 0) part_ = part_ == Part::kCounted ? Part::kDone : Part::kDataCr;
  }
  if (part_ == Part::kBad) return Status::kBad;
  return part_ == Part::kDone ? Status::kDone : Status::kMore;
}

BodyReader::Status BodyReader::pass(std::uint64_t bytes) {
  left_ -= std::min(bytes, counted());
  if (part_ == Part::kCounted && left_ == 0) part_ = Part::kDone;
  return part_ == Part::kDone ? Status::kDone : Status::kMore;
}

void BodyReader::add_digit(char c) {
  const bool number = c >= '0' && c <= '9';
  const char lower = static_cast<char>(c | 0x20);
  const bool letter = lower >= 'a' && lower <= 'f';
  constexpr unsigned kMostDigits = 15;  // 2^60: nobody means more
  if ((number || letter) && ++digits_ <= kMostDigits) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(number ? c - '0' : lower - 'a' + 10);
  } else if (digits_ > 0 && c == '\r') {
    part_ = Part::kSizeEnd;
  } else if (digits_ > 0 && (c == ';' || c == ' ' || c == '\t')) {
    part_ = Part::kExtension;
  } else {
    part_ = Part::kBad;
  }
}

void BodyReader::step(char c) {
  const auto expect = [&](char wanted, Part next) { part_ = c == wanted ? next : Part::kBad; };
  const auto pass_over = [&](Part at_cr) {
    if (c == '\r')
      part_ = at_cr;
    else if (c == '\n' || ++overhead_ > kMostOverhead)
      part_ = Part::kBad;
  };
  switch (part_) {
    case Part::kSize: return add_digit(c);
    case Part::kExtension: return pass_over(Part::kSizeEnd);
    case Part::kSizeEnd:
      expect('\n', left_ > 0 ? Part::kData : Part::kTrailerStart);
      digits_ = 0;
      return;
    case Part::kDataCr: return expect('\r', Part::kDataLf);
    case Part::kDataLf: return expect('\n', Part::kSize);
    case Part::kTrailerStart: part_ = Part::kTrailer; return pass_over(Part::kLastLf);
    case Part::kTrailer: return pass_over(Part::kTrailerLf);
    case Part::kTrailerLf: return expect('\n', Part::kTrailerStart);
    case Part::kLastLf: return expect('\n', Part::kDone);
    case Part::kCounted:
    case Part::kData:
    case Part::kDone:
    case Part::kBad: return;
  }
}

}  // namespace chalkline::streamer
