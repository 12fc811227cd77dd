// Landlock (Documentation/userspace-api/landlock.rst of the kernel) by raw system calls: Debian 12's glibc has no
// wrappers, and its headers stop at version 2, so the later constants are written out here.
#include "confine/file_view.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/limits.hpp"
#include "core/file.hpp"

namespace chalkline::confine {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kTruncate = 1ULL << 14U;     // version 3
constexpr std::uint64_t kIoctlDevice = 1ULL << 15U;  // version 5

constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kReadFolder = kReadFile | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kReadWriteFile = kReadFile | LANDLOCK_ACCESS_FS_WRITE_FILE;
constexpr std::uint64_t kWriteFolder = kReadFolder | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                       LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                       LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | kTruncate;

// Version 6's struct landlock_ruleset_attr; older kernels are told a smaller size.
struct Ruleset {
  std::uint64_t handled_files;
  std::uint64_t handled_network;  // version 4: bind 1, connect 2 of TCP
  std::uint64_t scoped;           // version 6: abstract unix sockets 1, signals 2
};

// All rights over files of a version: what is not handled is allowed.
std::uint64_t rights_of(int version) {
  std::uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1U) - 1;
  if (version >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) rights |= kTruncate;
  if (version >= 5) rights |= kIoctlDevice;
  return rights;
}

std::size_t size_for(int version) {
  if (version < 4) return sizeof(std::uint64_t);
  return version < 6 ? 2 * sizeof(std::uint64_t) : sizeof(Ruleset);
}

struct SystemPath {
  const char* path;
  std::uint64_t rights;
};

// Libraries that are loaded late (character sets), the configuration that libcrypto reads on its first use, the zone of
// the clock, the processors that encoders count, the memory map that threads ask their stack's size of.
constexpr std::array kSystem = {
    SystemPath{"/lib", kReadFolder},
    SystemPath{"/lib64", kReadFolder},
    SystemPath{"/usr/lib", kReadFolder},
    SystemPath{"/usr/lib64", kReadFolder},
    SystemPath{"/usr/local/lib", kReadFolder},
    SystemPath{"/etc/ld.so.cache", kReadFile},
    SystemPath{"/etc/ssl/openssl.cnf", kReadFile},
    SystemPath{"/etc/localtime", kReadFile},
    SystemPath{"/usr/share/zoneinfo", kReadFolder},
    SystemPath{"/sys/devices/system/cpu", kReadFolder},
    SystemPath{"/sys/devices/system/node", kReadFolder},
    SystemPath{"/proc/cpuinfo", kReadFile},
    SystemPath{"/proc/meminfo", kReadFile},
    SystemPath{"/proc/stat", kReadFile},
    SystemPath{"/proc/self/maps", kReadFile},
    SystemPath{"/proc/self/status", kReadFile},
    SystemPath{"/dev/null", kReadWriteFile},
    SystemPath{"/dev/zero", kReadFile},
    SystemPath{"/dev/urandom", kReadFile},
};

class Rules {
 public:
  Rules(UniqueFd set, std::uint64_t handled) : set_(std::move(set)), handled_(handled) {}

  Result<void> allow(const fs::path& path, std::uint64_t rights) {
    const UniqueFd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!place) return error_from_errno(errno, "cannot open " + path.string());
    struct stat info {};
    if (::fstat(place.get(), &info) != 0) return error_from_errno(errno, "cannot stat " + path.string());
    if (!S_ISDIR(info.st_mode)) rights &= kReadWriteFile | kTruncate | kIoctlDevice;  // others need a folder
    landlock_path_beneath_attr rule{};
    rule.allowed_access = rights & handled_;
    rule.parent_fd = place.get();
    if (::syscall(SYS_landlock_add_rule, set_.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
      return error_from_errno(errno, "cannot confine this process to " + path.string());
    return {};
  }

  Result<void> enforce() {
    if (::syscall(SYS_landlock_restrict_self, set_.get(), 0) != 0)
      return error_from_errno(errno, "cannot confine this process to its files");
    return {};
  }

 private:
  UniqueFd set_;
  std::uint64_t handled_;
};

}  // namespace

int landlock_version() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? static_cast<int>(version) : 0;
}

Result<bool> restrict_files(const FileView& view) {
  const int version = landlock_version();
  if (version == 0) return false;
  const Ruleset wanted{rights_of(version), version >= 4 ? 3U : 0U, version >= 6 ? 3U : 0U};
  UniqueFd set(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &wanted, size_for(version), 0)));
  if (!set) return error_from_errno(errno, "cannot confine this process to its files");
  Rules rules(std::move(set), wanted.handled_files);
  for (const SystemPath& place : kSystem)
    if (auto allowed = rules.allow(place.path, place.rights); !allowed && allowed.error().code != Errc::kNotFound)
      return allowed.error();
  // LeakSanitizer lists this process's threads when it ends.
  if constexpr (kUnderSanitizer) CHALK_TRY(rules.allow("/proc/self/task", kReadFolder));
  for (const fs::path& path : view.read) CHALK_TRY(rules.allow(path, kReadFolder));
  for (const fs::path& path : view.write) CHALK_TRY(rules.allow(path, kWriteFolder));
  CHALK_TRY(rules.enforce());
  return true;
}

}  // namespace chalkline::confine
