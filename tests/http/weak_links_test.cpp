// What the kernel holds for a reader on a slow link, and that a slow reader still gets all of it.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "tests/http/client.hpp"
#include "tests/http/origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;

// Bytes written by the server and not acknowledged, over its connections: tx_queue of /proc/net/tcp (proc(5)).
static std::size_t queued_in_kernel(std::uint16_t port) {
  std::ifstream table("/proc/net/tcp");
  std::string line;
  std::getline(table, line);
  std::size_t most = 0;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string number, local, remote, state, queues;
    fields >> number >> local >> remote >> state >> queues;
    const auto local_port = std::stoul(local.substr(local.find(':') + 1), nullptr, 16);
    if (local_port == port && state == "01")
      most = std::max<std::size_t>(most, std::stoul(queues.substr(0, 8), nullptr, 16));
  }
  return most;
}

TEST_CASE("under 64 kB wait in the kernel for a reader of 100 kbit/s, and it gets every byte") {
  Origin origin;
  const std::string stored = origin.stored(Origin::kLarge);
  // A window that fills while the reader dawdles: from then on it is the server that must hold back. The kernel doubles
  // it, and what is on its way counts as well, so it is well below the 64 kB.
  Client client(origin.port(), 16'384);
  client.send("GET " + origin.url(Origin::kLarge) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  constexpr std::size_t kWindow = 20'000;  // before, what fills the reader's window is on its way
  constexpr std::size_t kSlowly = 60'000;  // then it takes the rest at once
  std::size_t most = 0, got = 0;
  std::string all;
  for (;;) {
    if (got > kWindow && got < kSlowly) most = std::max(most, queued_in_kernel(origin.port()));
    const std::string some = client.read_some(1250);
    if (some.empty()) break;
    all += some;
    got += some.size();
    if (got < kSlowly) std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the rate, not a wait for a state
  }
  CHECK(most < 64'000);
  CHECK(all.ends_with(stored));
}

TEST_CASE("a reader that has shown a fast link is handed whole segments, and a slow one after it is not") {
  Origin origin;
  Client fast(origin.port());
  for (int i = 0; i < 6; ++i) CHECK((fast.get(origin.url(Origin::kLarge)).body == origin.stored(Origin::kLarge)));
  Client slow(origin.port(), 4096);
  slow.send("GET " + origin.url(Origin::kLarge) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK_FALSE(slow.read_some(100).empty());
  std::size_t most = 0;
  for (int i = 0; i < 50; ++i) {
    most = std::max(most, queued_in_kernel(origin.port()));
    std::this_thread::yield();
  }
  CHECK(most < 64'000);
}

TEST_CASE("a pace changes when bytes leave, not which") {
  config::Config config = Origin::usual_config();
  config.server.pace_percent = 200;
  Origin origin(config);
  Client client(origin.port());
  // The first segments are never held back, and a pace changes when bytes leave, not which.
  CHECK((client.get(origin.url(Origin::kSmall)).body == origin.stored(Origin::kSmall)));
  CHECK((client.get(origin.url(Origin::kLarge), "CMCD-Request: rtp=90000\r\n").body == origin.stored(Origin::kLarge)));
}
