// Who waits for a socket of an edge-triggered poller hears of everything that came, before and after it began to wait,
// and of nothing that is not so any more.
#include "streamer/delivery/poller.hpp"

#include <array>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "streamer/delivery/connection.hpp"
#include "streamer/delivery/services.hpp"
#include "streamer/delivery/steering.hpp"
#include "streamer/delivery/worker.hpp"

using namespace chalkline;
using namespace chalkline::streamer;

namespace {

struct NoSource final : ObjectSource {
  LoadResult load(const std::string&) override { return Error(Errc::kNotFound, "nothing is here"); }
};

// Counts what it is told; what it does then is the test's.
struct Listener final : Connection {
  using Connection::Connection;
  void start() override {}
  void drain() override {}
  void on_deadline() override {}

  void await_bytes() {
    when_ready<Listener>(Transport::Ready::kRead, [](Listener& self) {
      ++self.told_of_bytes;
      if (self.at_bytes) self.at_bytes();
    });
  }
  void await_room() {
    when_ready<Listener>(Transport::Ready::kWrite, [](Listener& self) {
      ++self.told_of_room;
      if (self.at_room) self.at_room();
    });
  }
  void set_newcomer(bool newcomer) { link_.transport.socket().set_newcomer(newcomer); }
  std::string receive(std::size_t most = 100) {
    std::string bytes(most, '\0');
    std::size_t got = 0;
    if (link_.transport.receive(bytes, got) != Transport::Io::kMoved) return {};
    bytes.resize(got);
    return bytes;
  }
  void fill() {
    const std::string bytes(64'000, 'x');
    const iovec vector{const_cast<char*>(bytes.data()), bytes.size()};
    std::size_t sent = 0;
    while (link_.transport.send({&vector, 1}, sent) == Transport::Io::kMoved) {
    }
  }

  int told_of_bytes = 0;
  int told_of_room = 0;
  std::function<void()> at_bytes;
  std::function<void()> at_room;
};

struct Fixture {
  config::Config config;
  CorsPolicy cors{{}};
  AssetTable assets{{}};
  ObjectCache cache{1'000'000};
  NoSource source;
  BlockingPool pool{1, 1};
  ConnectionLimits limits{10, 10};
  Steering steering{{}};
  Services services{config, nullptr, cors, "",      assets,   cache,   source, pool,
                    limits, nullptr, "",   nullptr, steering, nullptr, {}};
  Worker worker{services, {}};
  Poller poller;
  UniqueFd peer;
  std::shared_ptr<Listener> listener = connect(peer);

  std::shared_ptr<Listener> connect(UniqueFd& other) {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0);
    other = UniqueFd(ends[1]);
    return std::make_shared<Listener>(
        worker, Link{Transport(WatchedSocket(poller, UniqueFd(ends[0])), nullptr), {}, AddressKey()});
  }
  void say(const std::string& bytes) const {
    REQUIRE(::write(peer.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  void read_all() const {
    std::array<char, 64'000> bytes{};
    while (::read(peer.get(), bytes.data(), bytes.size()) > 0) {
    }
  }
  // Many who wait for bytes, and to each of whom some have come.
  struct Crowd {
    std::vector<std::shared_ptr<Listener>> members;
    std::vector<UniqueFd> peers;

    [[nodiscard]] int told() const {
      int all = 0;
      for (const auto& member : members) all += member->told_of_bytes;
      return all;
    }
  };
  Crowd make_crowd(int count, bool newcomers = false) {
    Crowd crowd;
    crowd.peers.resize(static_cast<std::size_t>(count));
    for (UniqueFd& other : crowd.peers) crowd.members.push_back(connect(other));
    for (const auto& member : crowd.members) member->set_newcomer(newcomers);
    for (const auto& member : crowd.members) member->await_bytes();
    for (const UniqueFd& other : crowd.peers) REQUIRE(::write(other.get(), "x", 1) == 1);
    return crowd;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "bytes are told of once, whether they come before, while or after somebody waits") {
  say("before");
  listener->await_bytes();
  poller.dispatch();
  CHECK(listener->told_of_bytes == 1);
  CHECK(listener->receive() == "before");
  poller.dispatch();
  CHECK(listener->told_of_bytes == 1);

  say("nobody waits");
  poller.dispatch();
  listener->await_bytes();
  poller.dispatch();
  CHECK(listener->told_of_bytes == 2);
  CHECK(listener->receive() == "nobody waits");

  listener->await_bytes();
  poller.dispatch();
  CHECK(listener->told_of_bytes == 2);
  say("after");
  poller.dispatch();
  CHECK(listener->told_of_bytes == 3);
}

TEST_CASE_FIXTURE(Fixture, "bytes that were left are told of again without new ones") {
  say("two parts");
  listener->await_bytes();
  poller.dispatch();
  CHECK(listener->receive(4) == "two ");
  listener->await_bytes();
  poller.dispatch();
  CHECK(listener->told_of_bytes == 2);
  CHECK(listener->receive(5) == "parts");
  // As many as there was room for: that nothing is left is not known yet, and waiting finds it out.
  listener->await_bytes();
  poller.dispatch();
  CHECK(listener->told_of_bytes == 2);
  say("more");
  poller.dispatch();
  CHECK(listener->told_of_bytes == 3);
}

TEST_CASE_FIXTURE(Fixture, "bytes that come between reading and waiting are told of") {
  say("first");
  listener->await_bytes();
  poller.dispatch();
  CHECK(listener->receive() == "first");
  say("second");
  listener->await_bytes();
  poller.dispatch();
  CHECK(listener->told_of_bytes == 2);
}

TEST_CASE_FIXTURE(Fixture, "a peer that has gone is told of as often as somebody waits") {
  say("last words");
  peer.reset();
  for (int times = 1; times <= 3; ++times) {
    listener->await_bytes();
    poller.dispatch();
    CHECK(listener->told_of_bytes == times);
    (void)listener->receive();
  }
}

TEST_CASE_FIXTURE(Fixture, "room is told of at once where there is some, and where there is none when it comes") {
  listener->await_room();
  poller.dispatch();
  CHECK(listener->told_of_room == 1);
  listener->fill();
  listener->await_room();
  poller.dispatch();
  CHECK(listener->told_of_room == 1);
  read_all();
  poller.dispatch();
  CHECK(listener->told_of_room == 2);
  poller.dispatch();
  CHECK(listener->told_of_room == 2);
}

TEST_CASE_FIXTURE(Fixture, "who fills the socket and waits while bytes are told of is not told of the room of before") {
  listener->at_bytes = [this] {
    listener->fill();
    listener->await_room();
  };
  say("a request");
  listener->await_bytes();
  poller.dispatch();
  CHECK(listener->told_of_bytes == 1);
  poller.dispatch();
  CHECK(listener->told_of_room == 0);
  read_all();
  poller.dispatch();
  CHECK(listener->told_of_room == 1);
}

TEST_CASE_FIXTURE(Fixture, "a connection that another ends within the same round hears nothing more") {
  UniqueFd other_peer;
  const auto other = connect(other_peer);
  listener->at_bytes = [&] { other->close(); };
  other->at_bytes = [&] { listener->close(); };
  say("x");
  REQUIRE(::write(other_peer.get(), "x", 1) == 1);
  listener->await_bytes();
  other->await_bytes();
  poller.dispatch();
  CHECK(listener->told_of_bytes + other->told_of_bytes == 1);
  poller.dispatch();
  CHECK(listener->told_of_bytes + other->told_of_bytes == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "more sockets than one call takes are all told of, once, and it says so as long as some are left") {
  constexpr int kMany = 300;
  const Crowd crowd = make_crowd(kMany);
  int calls = 1;
  for (; poller.dispatch(); ++calls) CHECK(crowd.told() < kMany);
  CHECK(calls > 1);
  for (const auto& member : crowd.members) CHECK(member->told_of_bytes == 1);
}

TEST_CASE_FIXTURE(Fixture, "who waits in the middle of an answer goes before those who asked earlier") {
  listener->fill();
  listener->await_room();
  poller.dispatch();  // what was so when it was registered is told
  const Crowd crowd = make_crowd(300);
  read_all();
  int before = -1;
  listener->at_room = [&] { before = crowd.told(); };
  poller.dispatch();
  CHECK(before == 0);
}

TEST_CASE_FIXTURE(Fixture, "who gets room while others ask is not kept waiting for all of them") {
  listener->fill();
  listener->await_room();
  poller.dispatch();
  const Crowd crowd = make_crowd(100);
  crowd.members[20]->at_bytes = [this] { read_all(); };
  int before = -1;
  listener->at_room = [&] { before = crowd.told(); };
  poller.dispatch();
  CHECK(before > 20);
  CHECK(before < 50);
}

TEST_CASE_FIXTURE(Fixture, "who asks has his turn however many have room") {
  Crowd crowd = make_crowd(300);
  for (const auto& member : crowd.members) {
    Listener& self = *member;
    self.at_room = [&self] { self.await_room(); };  // has room for ever
    self.await_room();
  }
  listener->await_bytes();
  say("x");
  for (int calls = 0; calls < 30 && listener->told_of_bytes == 0; ++calls) poller.dispatch();
  CHECK(listener->told_of_bytes == 1);
}

TEST_CASE_FIXTURE(Fixture, "newcomers go last and one at a time, and each has his turn however many others ask") {
  const Crowd newcomers = make_crowd(40, true);
  const Crowd crowd = make_crowd(40);
  int before = -1;  // newcomers served when the last of the others was
  for (const auto& member : crowd.members) member->at_bytes = [&] { before = newcomers.told(); };
  while (poller.dispatch()) {
  }
  CHECK(crowd.told() == 40);
  CHECK(before >= 1);
  CHECK(before <= 4);
  CHECK(newcomers.told() == 40);

  for (const auto& member : newcomers.members) {
    member->set_newcomer(false);
    CHECK(member->receive() == "x");
    member->await_bytes();
  }
  for (const UniqueFd& other : newcomers.peers) REQUIRE(::write(other.get(), "x", 1) == 1);
  poller.dispatch();
  CHECK(newcomers.told() == 80);  // in the others' turn: sixteen at once
}

TEST_CASE_FIXTURE(Fixture, "who is closed before his turn hears nothing, also in a later call") {
  const Crowd crowd = make_crowd(300);
  CHECK(poller.dispatch());
  const int told = crowd.told();
  CHECK(told < 300);
  for (const auto& member : crowd.members) member->close();
  while (poller.dispatch()) {
  }
  CHECK(crowd.told() == told);
}

TEST_CASE_FIXTURE(Fixture, "of a socket that is closed nobody hears, whether he waited before or after") {
  listener->await_bytes();
  listener->close();
  listener->await_bytes();
  listener->await_room();
  poller.dispatch();
  CHECK(listener->told_of_bytes + listener->told_of_room == 0);
}

TEST_CASE_FIXTURE(Fixture, "what cannot be watched is not open") {
  const UniqueFd file(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const WatchedSocket unwatched(poller, UniqueFd(::dup(file.get())));
  CHECK_FALSE(unwatched.is_open());
}
