// "inode bytes changed_ns modified_ns path", a line feed at the end.
#include "library/verified_files.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace chalkline::library {

static std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileState state_of(const struct stat& info) {
  FileState state;
  state.inode = info.st_ino;
  state.bytes = static_cast<std::uint64_t>(info.st_size);
  state.changed_ns = nanoseconds(info.st_ctim);
  state.modified_ns = nanoseconds(info.st_mtim);
  return state;
}

static bool fits_a_line(std::string_view path) {
  return !path.empty() && std::none_of(path.begin(), path.end(),
                                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string verified_line(std::string_view path, const FileState& state) {
  if (!fits_a_line(path)) return {};
  return fmt::format("{} {} {} {} {}\n", state.inode, state.bytes, state.changed_ns, state.modified_ns, path);
}

// Takes a decimal number and the space after it.
template <class Number>
static bool take(std::string_view& line, Number& number) {
  const char* const end = line.data() + line.size();
  const auto [after, failed] = std::from_chars(line.data(), end, number);
  if (failed != std::errc() || after == end || *after != ' ') return false;
  line.remove_prefix(static_cast<std::size_t>(after - line.data()) + 1);
  return true;
}

VerifiedFiles parse_verified(std::string_view text) {
  VerifiedFiles found;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    FileState state;
    if (take(line, state.inode) && take(line, state.bytes) && take(line, state.changed_ns) &&
        take(line, state.modified_ns) && fits_a_line(line))
      found.insert_or_assign(std::string(line), state);
  }
  return found;
}

}  // namespace chalkline::library
