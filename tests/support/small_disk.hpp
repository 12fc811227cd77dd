// A small disk of a test's own: a tmpfs in the mount namespace of a process that does nothing else, seen through
// /proc/PID/root. Needs no root where user namespaces may be made; there() is false where neither is to be had. Cases
// that want one return then, and are of the suite kSmallDisk, which CTest reports as skipped by what is said here
// (SMALL_DISK in cmake/target.cmake).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/library/temporary_folder.hpp"

namespace chalkline::tests {

inline constexpr const char* kSmallDisk = "on a small disk";

class SmallDisk {
 public:
  explicit SmallDisk(unsigned kilobytes) {
    int said[2] = {-1, -1};
    REQUIRE(::pipe2(said, O_CLOEXEC) == 0);
    const std::string at = folder_.path().string();
    const std::string script = "mount -t tmpfs -o size=" + std::to_string(kilobytes) + "k none " + at +
                               " 2>/dev/null && echo ready && exec sleep 600 >/dev/null";
    std::vector<const char*> words = {"unshare", "-m", "sh", "-c", script.c_str(), nullptr};
    if (::geteuid() != 0) words[1] = "-Urm";
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, said[1], 1);
    const int failed = ::posix_spawnp(&holder_, words[0], &actions, nullptr, const_cast<char**>(words.data()), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(said[1]);
    char byte = 0;
    there_ = failed == 0 && ::read(said[0], &byte, 1) == 1;
    ::close(said[0]);
    if (failed != 0) holder_ = 0;
    path_ = "/proc/" + std::to_string(holder_) + "/root" + at;
    if (!there_) MESSAGE("there are no mount namespaces to be had: a full disk is not tested");
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (holder_ == 0) return;
    ::kill(holder_, SIGKILL);
    ::waitpid(holder_, nullptr, 0);
  }

  [[nodiscard]] bool there() const { return there_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t free() const {
    struct statvfs space {};
    REQUIRE(::statvfs(path_.c_str(), &space) == 0);
    return static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
  }
  // Leaves `bytes` and less than a page more.
  void leave(std::uint64_t bytes) {
    const int file = ::open((path_ / "ballast").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(file >= 0);
    REQUIRE(free() >= bytes);
    struct stat info {};
    REQUIRE(::fstat(file, &info) == 0);
    const auto more = static_cast<off_t>(free() - bytes) / 4096 * 4096;
    REQUIRE(::posix_fallocate(file, 0, info.st_size + more) == 0);
    ::close(file);
  }

 private:
  TemporaryFolder folder_;
  std::filesystem::path path_;
  pid_t holder_ = 0;
  bool there_ = false;
};

}  // namespace chalkline::tests
