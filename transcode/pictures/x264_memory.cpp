// A definition in the executable goes before that of the C library for all libraries (ld.so(8)), where the executable
// exports it (CMakeLists.txt). Nothing else here calls this old function; who does gets memory that is zero, too.
#include "transcode/pictures/x264_memory.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <dlfcn.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

// Less is as soon written as the kernel is asked.
constexpr std::size_t kWorthAsking = 256ULL * 1024;

// Of an encoder's memory much is never touched. Whole pages are given back, and are zero when they are next
// (madvise(2)): that takes no time for those that are untouched.
void clear(void* memory, std::size_t size) {
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* pages = memory;
  std::size_t left = size;
  if (size < kWorthAsking || std::align(page, page, pages, left) == nullptr ||
      ::madvise(pages, left / page * page, MADV_DONTNEED) != 0) {
    std::memset(memory, 0, size);
    return;
  }
  std::memset(memory, 0, size - left);
  std::memset(static_cast<std::byte*>(pages) + left / page * page, 0, left % page);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) void* memalign(std::size_t alignment, std::size_t size) noexcept {
  void* memory = nullptr;
  if (::posix_memalign(&memory, std::max(alignment, sizeof(void*)), size) != 0) return nullptr;
  clear(memory, size);
  return memory;
}

#ifdef __SANITIZE_ADDRESS__
// Release 164 never gives back the 32 bytes of a zone (kGoesOn in x264.cpp): no fault of ours for a leak checker to end
// a transcode by. An encoder that is not closed is still seen, by what libavcodec holds of it.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libx264.so"; }
#endif

namespace chalkline::transcode {

bool x264_memory_is_clear() {
  static const bool ours = ::dlsym(RTLD_DEFAULT, "memalign") == reinterpret_cast<void*>(&::memalign);
  return ours;
}

}  // namespace chalkline::transcode
