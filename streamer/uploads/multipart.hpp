// multipart/form-data (RFC 7578) as it comes, in pieces of any size: tells a listener of each part, its content in
// spans. Holds no more than a part's head or a delimiter's length. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chalkline::streamer {

struct FormPart {
  std::string name;
  std::optional<std::string> file_name;  // of a file
  std::string media_type;                // "" where it does not say
};

class FormListener {
 public:
  FormListener() = default;
  FormListener(const FormListener&) = delete;
  FormListener& operator=(const FormListener&) = delete;
  virtual ~FormListener() = default;
  // False ends the reading.
  virtual bool part(const FormPart& part) = 0;
  virtual bool content(std::string_view bytes) = 0;
};

class FormReader {
 public:
  enum class Status : std::uint8_t { kMore, kDone, kBad, kStopped };

  explicit FormReader(std::string_view boundary) : delimiter_("\r\n--" + std::string(boundary)), buffer_("\r\n") {}
  Status read(std::string_view bytes, FormListener& listener);

 private:
  enum class State : std::uint8_t { kPreamble, kDelimiter, kHead, kContent, kDone };
  static constexpr std::size_t kMostHead = std::size_t{8} * 1024;

  Status step(FormListener& listener, bool& waits);
  Status read_delimiter(bool& waits);
  Status read_head(FormListener& listener, bool& waits);
  Status read_content(FormListener& listener, bool& waits);

  const std::string delimiter_;
  std::string buffer_;  // the first delimiter may stand at the very beginning
  State state_ = State::kPreamble;
};

}  // namespace chalkline::streamer
