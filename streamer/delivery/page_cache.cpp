// cachestat, a mapping of one page, sendfile to nowhere, preadv2 and pread.
#include "streamer/delivery/page_cache.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/file.hpp"

namespace chalkline::streamer {

namespace {

// <linux/mman.h> of Debian 12 does not know cachestat(2), Linux 6.5, yet.
struct CacheStatRange {
  std::uint64_t offset, bytes;
};
struct CacheStat {
  std::uint64_t cached, dirty, writeback, evicted, recently_evicted;  // pages
};
constexpr long kCacheStat = 451;  // the same number on every architecture

bool seems_to_be_in_page_cache(const FileRange& range) {
  constexpr std::uint64_t kStep = 64 * 1024;
  for (std::uint64_t done = 0;;) {
    char byte = 0;
    const iovec vector{&byte, 1};
    if (::preadv2(range.file, &vector, 1, static_cast<off_t>(range.offset + done), RWF_NOWAIT) != 1) return false;
    if (done == range.bytes - 1) return true;
    done = std::min(done + kStep, range.bytes - 1);
  }
}

// Reads ahead by read(2) or by advice begin with folios of one page each, whatever the file system could do. A fault in
// a mapping that wants huge pages asks for all that is there, 4 MB at most, in folios as large as fit
// (do_sync_mmap_readahead), and one page of the mapping will do. By MADV_POPULATE_READ, since a fault of our own would
// be a signal where the disk fails. Whoever knows none of this (Linux before 5.14) changes nothing.
void read_ahead_in_large_folios(int file) {
  constexpr int kPopulateRead = 22;  // MADV_POPULATE_READ, which <sys/mman.h> may not know
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const first = ::mmap(nullptr, page, PROT_READ, MAP_SHARED, file, 0);
  if (first == MAP_FAILED) return;
  if (::madvise(first, page, MADV_HUGEPAGE) == 0) (void)::madvise(first, page, kPopulateRead);
  (void)::munmap(first, page);
}

// Where there is no /dev/null, or a file system or sandbox in which sendfile() knows no way there.
bool read_and_forget(const FileRange& range) {
  std::array<char, std::size_t{16} * 1024> scratch;
  for (std::uint64_t done = 0; done < range.bytes;) {
    const std::uint64_t step = std::min<std::uint64_t>(range.bytes - done, scratch.size());
    if (!read_range({range.file, range.offset + done, step}, scratch.data())) return false;
    done += step;
  }
  return true;
}

}  // namespace

bool is_in_page_cache(const FileRange& range) {
  static const std::uint64_t page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  static std::atomic<bool> can_ask{true};
  if (range.bytes == 0) return true;
  if (can_ask.load(std::memory_order_relaxed)) {
    const CacheStatRange asked{range.offset, range.bytes};
    CacheStat found{};
    if (::syscall(kCacheStat, range.file, &asked, &found, 0) == 0) {
      const std::uint64_t pages = (range.offset + range.bytes - 1) / page - range.offset / page + 1;
      return found.cached >= pages;
    }
    can_ask.store(false, std::memory_order_relaxed);
  }
  return seems_to_be_in_page_cache(range);
}

// sendfile(2) to /dev/null takes references to the pages, waits until they have been read, and lets them go.
bool bring_to_page_cache(const FileRange& range) {
  static const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (!nowhere) return read_and_forget(range);
  constexpr std::uint64_t kReadAhead = 128 * 1024;  // what the kernel does by itself
  auto offset = static_cast<off_t>(range.offset);
  const auto end = static_cast<off_t>(range.offset + range.bytes);
  if (range.bytes > kReadAhead) (void)::posix_fadvise(range.file, offset, end - offset, POSIX_FADV_WILLNEED);
  while (offset < end) {
    const ssize_t got = ::sendfile(nowhere.get(), range.file, &offset, static_cast<std::size_t>(end - offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno != EIO) return read_and_forget(range);
    if (got <= 0) return false;
  }
  return true;
}

bool bring_whole_to_page_cache(int file, std::uint64_t bytes) {
  const FileRange all{file, 0, bytes};
  if (!is_in_page_cache(all)) read_ahead_in_large_folios(file);
  return bring_to_page_cache(all);
}

bool read_from_page_cache(const FileRange& range, char* into) {
  std::uint64_t done = 0;
  while (done < range.bytes) {
    const iovec vector{into + done, static_cast<std::size_t>(range.bytes - done)};
    const ssize_t got = ::preadv2(range.file, &vector, 1, static_cast<off_t>(range.offset + done), RWF_NOWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::uint64_t>(got);
  }
  return true;
}

bool read_range(const FileRange& range, char* into) {
  std::uint64_t done = 0;
  while (done < range.bytes) {
    const ssize_t got = ::pread(range.file, into + done, static_cast<std::size_t>(range.bytes - done),
                                static_cast<off_t>(range.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::uint64_t>(got);
  }
  return true;
}

}  // namespace chalkline::streamer
