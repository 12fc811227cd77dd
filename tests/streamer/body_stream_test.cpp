// A body received by the thread that works on it, over a pair of sockets.
#include "streamer/management/body_stream.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <sys/socket.h>

#include "core/file.hpp"

using namespace chalkline;
using namespace chalkline::streamer;

namespace {

struct Pair {
  Pair() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
    here.reset(ends[0]);
    there.reset(ends[1]);
  }
  // From a thread of its own, as fast as the other side reads; then nothing more comes.
  std::jthread send(std::string text) const {
    return std::jthread([this, said = std::move(text)] {
      for (std::size_t at = 0; at < said.size();) {
        const ssize_t sent = ::send(there.get(), said.data() + at, said.size() - at, MSG_NOSIGNAL);
        if (sent > 0) at += static_cast<std::size_t>(sent);
        if (sent < 0) std::this_thread::yield();
      }
    });
  }
  UniqueFd here, there;
};

std::string noise(std::size_t bytes) {
  std::string made(bytes, '\0');
  unsigned state = 1;
  for (char& one : made) one = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
  return made;
}

// Turn by turn, as a session does, until `left` are there.
std::string receive(const Pair& pair, std::uint64_t left) {
  std::string all;
  while (all.size() < left) {
    const StreamedPart part = stream_body(pair.here.get(), left - all.size(), [&](std::string_view bytes) {
      all += bytes;
      return std::optional<ManagedReply>();
    });
    CHECK_FALSE(part.reply);
    REQUIRE(all.size() <= left);
  }
  return all;
}

}  // namespace

TEST_CASE("what comes is handed on whole and in order, and what is behind the body is left to others") {
  const Pair pair;
  const std::string body = noise(3'000'001);
  const std::jthread sending = pair.send(body + "GET / HTTP/1.1");
  CHECK(receive(pair, body.size()) == body);
  CHECK(receive(pair, 14) == "GET / HTTP/1.1");
}

TEST_CASE("who sends a byte each moment keeps no thread") {
  const Pair pair;
  const std::jthread sending([&pair](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      (void)::send(pair.there.get(), "x", 1, MSG_NOSIGNAL);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  // A buffer of 128 kB would take him two minutes to fill. Each byte comes within the moment; the turn ends all the
  // same.
  const auto none = [](std::string_view) { return std::optional<ManagedReply>(); };
  const StreamPace patient{std::chrono::milliseconds(20), std::chrono::minutes(1)};
  CHECK(stream_body(pair.here.get(), 10'000'000, none, patient).bytes < 128 * 1024);
}

TEST_CASE("it comes back where nothing comes, where nothing more is wanted, and where the client has gone") {
  Pair pair;
  const auto none = [](std::string_view) { return std::optional<ManagedReply>(); };
  CHECK(stream_body(pair.here.get(), 100, none).bytes == 0);
  REQUIRE(::send(pair.there.get(), "some", 4, MSG_NOSIGNAL) == 4);
  const StreamedPart some = stream_body(pair.here.get(), 100, none);
  CHECK(some.bytes == 4);
  REQUIRE(::send(pair.there.get(), "more", 4, MSG_NOSIGNAL) == 4);
  ManagedReply refusal;
  refusal.status = 413;
  const StreamedPart refused = stream_body(pair.here.get(), 100, [&](std::string_view) { return refusal; });
  CHECK(refused.bytes == 4);
  REQUIRE(refused.reply);
  CHECK(refused.reply->status == 413);
  REQUIRE(::send(pair.there.get(), "last", 4, MSG_NOSIGNAL) == 4);
  pair.there.reset();
  CHECK(stream_body(pair.here.get(), 100, none).bytes == 4);
  CHECK(stream_body(pair.here.get(), 100, none).bytes == 0);
}
