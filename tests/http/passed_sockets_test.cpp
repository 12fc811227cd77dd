// Socket activation: which descriptor is which, what is not usable, and that connections made to a passed socket are
// served.
#include "streamer/delivery/passed_sockets.hpp"

#include <cstdlib>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/http/client.hpp"
#include "tests/http/origin.hpp"

using namespace chalkline;
using namespace chalkline::streamer;
using namespace chalkline::tests;

static UniqueFd listening_socket() {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(fd.get(), 16) == 0);
  return fd;
}

// Descriptors one after the other, as a service manager passes them.
static int place(int at, const UniqueFd& fd) { return ::dup2(fd.get(), at); }

TEST_CASE("passed sockets are told apart by their names, and what is not wanted is closed") {
  constexpr int kFirst = 900;
  const UniqueFd one = listening_socket(), two = listening_socket(), three = listening_socket();
  REQUIRE(place(kFirst, one) == kFirst);
  REQUIRE(place(kFirst + 1, two) == kFirst + 1);
  REQUIRE(place(kFirst + 2, three) == kFirst + 2);
  const PassedSockets passed = sort_passed_sockets(kFirst, 3, "https:http:other");
  REQUIRE(passed.tls);
  REQUIRE(passed.plain);
  CHECK(passed.tls->get() == kFirst);
  CHECK(passed.plain->get() == kFirst + 1);
  CHECK(::fcntl(kFirst + 2, F_GETFD) < 0);
  CHECK((::fcntl(kFirst, F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a socket passed without a name is the plain one") {
  const UniqueFd one = listening_socket();
  REQUIRE(place(900, one) == 900);
  const PassedSockets passed = sort_passed_sockets(900, 1, "");
  CHECK(passed.plain);
  CHECK_FALSE(passed.tls);
}

TEST_CASE("what was passed to another process is not ours") {
  ::setenv("LISTEN_PID", "1", 1);
  ::setenv("LISTEN_FDS", "1", 1);
  const PassedSockets passed = take_passed_sockets();
  CHECK_FALSE(passed.plain);
  CHECK(std::getenv("LISTEN_FDS") == nullptr);
}

TEST_CASE("a passed socket must listen, and is shared by all threads") {
  UniqueFd deaf(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK_FALSE(share_passed_socket(std::move(deaf), 2));
  auto shared = share_passed_socket(listening_socket(), 3);
  REQUIRE(shared);
  CHECK(shared->sockets.size() == 3);
  CHECK(shared->port != 0);
}
