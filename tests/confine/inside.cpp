// fork(2), confine, act, wait.
#include "tests/confine/inside.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.hpp"

namespace chalkline::confine::tests {

namespace fs = std::filesystem;

Outcome inside(const Request& request, const std::function<int()>& act, const std::function<void()>& before) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (int number = 1; number < 32; ++number) ::signal(number, SIG_DFL);  // doctest's own reports
    if (before) before();
    const auto held = confine(request);
    ::_exit(held ? act() : kNotConfined);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) REQUIRE(errno == EINTR);
  if (WIFSIGNALED(status)) return {-1, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

Places::Places() {
  root = (fs::temp_directory_path() / "chalkline-confine-XXXXXX").string();
  REQUIRE(::mkdtemp(root.data()) != nullptr);
  fs::create_directory(own_folder());
  REQUIRE(write_file(own_file(), "a recording"));
  REQUIRE(write_file(other(), "a secret"));
}

Places::~Places() {
  std::error_code ignored;
  fs::remove_all(root, ignored);
}

Request Places::request() const {
  Request request;
  request.files.read = {own_file()};
  request.files.write = {own_folder()};
  return request;
}

}  // namespace chalkline::confine::tests
