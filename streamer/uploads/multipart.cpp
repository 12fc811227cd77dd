// The delimiter is searched in what is buffered; what cannot be its beginning is passed on at once.
#include "streamer/uploads/multipart.hpp"

#include <algorithm>

#include "streamer/uploads/tus_fields.hpp"

namespace chalkline::streamer {

using Status = FormReader::Status;

Status FormReader::read(std::string_view bytes, FormListener& listener) {
  if (state_ == State::kDone) return Status::kDone;  // an epilogue is passed over
  buffer_.append(bytes);
  for (bool waits = false; !waits;) {
    const Status status = step(listener, waits);
    if (status != Status::kMore) return status;
  }
  return Status::kMore;
}

Status FormReader::step(FormListener& listener, bool& waits) {
  switch (state_) {
    case State::kPreamble:
    case State::kContent: return read_content(listener, waits);
    case State::kDelimiter: return read_delimiter(waits);
    case State::kHead: return read_head(listener, waits);
    case State::kDone: break;
  }
  return Status::kDone;
}

Status FormReader::read_content(FormListener& listener, bool& waits) {
  const std::size_t at = buffer_.find(delimiter_);
  const bool found = at != std::string::npos;
  const std::size_t certain = found ? at : buffer_.size() - std::min(buffer_.size(), delimiter_.size() - 1);
  if (state_ == State::kContent && certain > 0 && !listener.content(std::string_view(buffer_).substr(0, certain)))
    return Status::kStopped;
  buffer_.erase(0, found ? at + delimiter_.size() : certain);
  if (found)
    state_ = State::kDelimiter;
  else
    waits = true;
  return Status::kMore;
}

// What follows a delimiter: "--" at the end of all, else blanks (RFC 2046 5.1.1) and CRLF.
Status FormReader::read_delimiter(bool& waits) {
  std::size_t blanks = 0;
  while (blanks < buffer_.size() && (buffer_[blanks] == ' ' || buffer_[blanks] == '\t')) ++blanks;
  if (buffer_.size() < blanks + 2) {
    waits = true;
    return blanks > kMostHead ? Status::kBad : Status::kMore;
  }
  const std::string_view next = std::string_view(buffer_).substr(blanks, 2);
  if (next == "--" && blanks == 0) {
    state_ = State::kDone;
    return Status::kDone;
  }
  if (next != "\r\n") return Status::kBad;
  buffer_.erase(0, blanks);  // the CRLF stays: a head without fields ends at once
  state_ = State::kHead;
  return Status::kMore;
}

static FormPart part_of(std::string_view head) {
  FormPart part;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string name = media_type_of(line.substr(0, colon));
    const std::string_view value = line.substr(colon + 1);
    if (name == "content-type") part.media_type = media_type_of(value);
    if (name != "content-disposition") continue;
    part.name = parameter_of(value, "name").value_or("");
    part.file_name = parameter_of(value, "filename");
  }
  return part;
}

Status FormReader::read_head(FormListener& listener, bool& waits) {
  const std::size_t end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos) {
    waits = true;
    return buffer_.size() > kMostHead ? Status::kBad : Status::kMore;
  }
  const FormPart part = part_of(std::string_view(buffer_).substr(0, end));
  buffer_.erase(0, end + 4);
  state_ = State::kContent;
  return listener.part(part) ? Status::kMore : Status::kStopped;
}

}  // namespace chalkline::streamer
