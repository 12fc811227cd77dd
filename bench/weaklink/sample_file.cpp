// The pipe holds a megabyte where the kernel allows it, which is a quarter of an hour of samples.
#include "bench/weaklink/sample_file.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace chalkline::weaklink {
namespace {

constexpr int kPipeBytes = 1 << 20;

void copy(const UniqueFd& from, const UniqueFd& to) {
  std::array<std::byte, 16384> buffer;
  for (;;) {
    const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    if (!write_all(to.get(), std::span(buffer).first(static_cast<std::size_t>(got)), "the samples")) return;
  }
}

}  // namespace

Result<SampleFile> SampleFile::create(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file) return error_from_errno(errno, fmt::format("cannot write the samples to {}", path));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) return error_from_errno(errno, "cannot make a pipe for the samples");
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  ::fcntl(write_end.get(), F_SETPIPE_SZ, kPipeBytes);
  ::fcntl(write_end.get(), F_SETFL, O_NONBLOCK);
  std::thread copying([from = std::move(read_end), to = std::move(file)] { copy(from, to); });
  return SampleFile(std::move(write_end), std::move(copying));
}

SampleFile::~SampleFile() {
  pipe_.reset();
  if (copying_.joinable()) copying_.join();
}

void SampleFile::write_line(std::string_view line) const {
  // A line is shorter than PIPE_BUF, so it goes in whole or not at all (pipe(7)).
  [[maybe_unused]] const auto written = ::write(pipe_.get(), line.data(), line.size());
}

}  // namespace chalkline::weaklink
