// Under pressure: time limits, connection limits, no descriptors left, many clients at once, and going down.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <dirent.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "tests/http/client.hpp"
#include "tests/http/origin.hpp"

using namespace chalkline;
using namespace chalkline::tests;
using std::chrono::milliseconds;

static config::Config hasty() {
  config::Config config = Origin::usual_config();
  config.server.header_timeout = milliseconds(500);
  config.server.idle_timeout = milliseconds(500);
  config.server.write_timeout = milliseconds(500);
  return config;
}

TEST_CASE("a head that dawdles is answered 408, a silent connection just ends") {
  Origin origin(hasty());
  Client slow(origin.port());
  slow.send("GET / HTTP/1.1\r\nHo");
  CHECK(slow.read().status == 408);
  CHECK(slow.ends());
  Client silent(origin.port());
  CHECK(silent.ends());
  Client idle(origin.port());
  CHECK(idle.get("/healthz").status == 200);
  CHECK(idle.ends());
  CHECK(origin.metric("chalkline_timeouts_total") == 3);
}

TEST_CASE("limits that are read again count from then on, and open connections stay") {
  config::Config config = Origin::usual_config();
  Origin origin(config);
  Client open(origin.port());
  CHECK(open.get("/healthz").status == 200);
  config.server.max_connections = 1;
  config.server.header_timeout = milliseconds(300);
  config.server.port = 1;  // this cannot change while it listens
  const config::Reread taken = origin.server().take(config);
  CHECK((taken.changed == std::vector<std::string>{"server.max_connections", "server.header_timeout"}));
  CHECK((taken.waiting == std::vector<std::string>{"server.port"}));
  CHECK(fetch(origin.port(), "/healthz").status == 503);
  CHECK(open.get("/healthz").status == 200);
  open.send("GET / HTTP/1.1\r\nHo");
  CHECK(open.read().status == 408);
}

TEST_CASE("trickling bytes does not stretch the time for a head") {
  Origin origin(hasty());
  Client client(origin.port());
  const auto begin = std::chrono::steady_clock::now();
  client.send("GET / HTTP/1.1\r\n");
  // One field after the other, as slowloris does, each well within the limit; read() waits for the answer meanwhile.
  std::atomic<bool> done{false};
  std::jthread trickle([&] {
    std::promise<void> never;
    const auto future = never.get_future();
    while (!done) {
      (void)::send(client.socket(), "X: y\r\n", 6, MSG_NOSIGNAL);
      future.wait_for(milliseconds(50));
    }
  });
  const Reply reply = client.read();
  done = true;
  CHECK(reply.status == 408);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("a reader that stops reading is let go, and its memory with it") {
  Origin origin(hasty());
  Client stuck(origin.port(), 4096);
  for (int i = 0; i < 4; ++i) stuck.send("GET " + origin.url(Origin::kLarge) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (origin.metric("chalkline_responses_aborted_total") == 0 && std::chrono::steady_clock::now() < deadline) {
  }
  CHECK(origin.metric("chalkline_responses_aborted_total") == 1);
  CHECK(origin.metric("chalkline_connections_open") == 1);  // the metric's own
}

TEST_CASE("a slow reader that keeps reading gets everything") {
  Origin origin(hasty());
  Client client(origin.port(), 4096);
  client.send("GET " + origin.url(Origin::kLarge) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::string all;
  std::promise<void> never;
  const auto pause = never.get_future();
  const auto begin = std::chrono::steady_clock::now();
  for (;;) {
    const std::string some = client.read_some(65'536);
    if (some.empty()) break;
    all += some;
    // Longer in all than the write timeout, but never without progress for so long.
    if (std::chrono::steady_clock::now() - begin < milliseconds(1500)) pause.wait_for(milliseconds(50));
  }
  CHECK(all.size() > Origin::kLargeBytes);
  CHECK(all.ends_with(origin.stored(Origin::kLarge).substr(1'400'000)));
}

TEST_CASE("connections over the limits are told to come back later, and the others are not disturbed") {
  config::Config config = Origin::usual_config();
  config.server.max_connections_per_address = 3;
  Origin origin(config);
  std::vector<std::unique_ptr<Client>> open;
  for (int i = 0; i < 3; ++i) {
    open.push_back(std::make_unique<Client>(origin.port()));
    CHECK(open.back()->get("/healthz").status == 200);
  }
  Client over(origin.port());
  const Reply reply = over.get("/healthz");
  CHECK(reply.status == 503);
  CHECK(reply.field("retry-after") == "5");
  CHECK(over.ends());
  CHECK(open.front()->get("/healthz").status == 200);
  open.pop_back();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  unsigned status = 0;
  while (status != 200 && std::chrono::steady_clock::now() < deadline) status = fetch(origin.port(), "/healthz").status;
  CHECK(status == 200);
}

// A school, or a village behind one operator's address.
TEST_CASE("hundreds of learners behind one address are all served") {
  Origin origin;
  std::vector<std::unique_ptr<Client>> open;
  for (int i = 0; i < 500; ++i) {
    open.push_back(std::make_unique<Client>(origin.port()));
    REQUIRE(open.back()->get("/healthz").status == 200);
  }
}

// Takes every descriptor below the highest that is open, and one more; the limit at which there is no other.
static rlim_t fill_descriptors(std::vector<UniqueFd>& taken) {
  int highest = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  REQUIRE(folder != nullptr);
  while (const dirent* entry = ::readdir(folder)) highest = std::max(highest, std::atoi(entry->d_name));
  ::closedir(folder);
  do {
    taken.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    REQUIRE(taken.back());
  } while (taken.back().get() <= highest);
  return static_cast<rlim_t>(taken.back().get()) + 1;
}

TEST_CASE("the table of descriptors is made as large as it may become before anybody waits for it") {
  config::Config config = Origin::usual_config();
  config.server.max_connections = 6'000;
  const Origin origin(config);
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  std::ifstream status("/proc/self/status");
  std::uint64_t room = 0;
  for (std::string name; room == 0 && status >> name;)
    if (name == "FDSize:") status >> room;
  CHECK(room >= std::min<std::uint64_t>(limit.rlim_cur, 12'000));
}

TEST_CASE("out of descriptors the server backs off, and goes on when there are some") {
  Origin origin;
  CHECK(fetch(origin.port(), "/healthz").status == 200);
  Client waiting(origin.port());
  CHECK(waiting.get("/healthz").status == 200);
  // A socket made beforehand can connect while no further descriptor can be had: by the server neither.
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(socket);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  std::vector<UniqueFd> taken;
  const rlimit none{fill_descriptors(taken), before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(origin.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connected = ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  const auto failures = [&] {
    const std::string text = waiting.get("/metrics").body;
    const std::string name = "\nchalkline_accept_failures_total ";
    return std::stoll(text.substr(text.find(name) + name.size()));
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  long long failed = 0;
  while (failed == 0 && std::chrono::steady_clock::now() < deadline) failed = failures();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(connected == 0);
  CHECK(failed > 0);
  CHECK(failed < 100);  // it backs off, it does not spin
  CHECK(fetch(origin.port(), "/healthz").status == 200);
}

TEST_CASE("many clients at once on several threads all get the right bytes, and one load serves them all") {
  config::Config config = Origin::usual_config();
  config.server.threads = 4;
  config.server.cache_bytes = 64'000'000;
  Origin origin(config);
  const std::vector<std::string> paths = {Origin::kSmall,  "video/0/init.mp4",  "video/1/1.m4s",
                                          "video/1/2.m4s", "multivariant.m3u8", "audio/en-opus/1.m4s"};
  std::vector<std::string> stored;
  for (const std::string& path : paths) stored.push_back(origin.stored(path));
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> clients;
    for (unsigned c = 0; c < 16; ++c)
      clients.emplace_back([&, c] {
        Client client(origin.port());
        for (unsigned i = 0; i < 60; ++i) {
          const std::size_t which = (c + i) % paths.size();
          const Reply reply = client.get(origin.url(paths[which]));
          if (reply.status != 200 || reply.body != stored[which]) ++wrong;
        }
      });
  }
  CHECK(wrong == 0);
  CHECK(origin.metric("chalkline_cache_lookups_total{result=\"miss\"}") == static_cast<std::int64_t>(paths.size()));
}

TEST_CASE("clients that leave in the middle leave nothing behind") {
  Origin origin;
  for (int i = 0; i < 100; ++i) {
    Client client(origin.port());
    client.send("GET " + origin.url(i % 2 == 0 ? Origin::kLarge : Origin::kSmall) +
                " HTTP/1.1\r\nHost: x\r\n\r\nGET /");
    if (i % 3 == 0) client.read_some(1000);
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (origin.metric("chalkline_connections_open") > 1 && std::chrono::steady_clock::now() < deadline) {
  }
  CHECK(origin.metric("chalkline_connections_open") == 1);
}

TEST_CASE("stopping ends idle connections, lets a slow download finish and takes no new ones") {
  Origin origin;
  Client idle(origin.port());
  CHECK(idle.get("/healthz").status == 200);
  Client loading(origin.port(), 4096);
  loading.send("GET " + origin.url(Origin::kLarge) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  std::string all = loading.read_some(1000);
  REQUIRE(all.starts_with("HTTP/1.1 200"));
  origin.server().stop();
  origin.server().stop();
  CHECK(idle.ends());
  for (std::string some = loading.read_some(65'536); !some.empty(); some = loading.read_some(65'536)) all += some;
  CHECK((all.substr(all.find("\r\n\r\n") + 4) == origin.stored(Origin::kLarge)));
  origin.stop_and_wait();
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(origin.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0);
}

TEST_CASE("what was asked before the server stopped is answered, on old connections and on those not yet accepted") {
  Origin origin;
  const std::string request = "GET " + origin.url(Origin::kSmall) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<Client>(origin.port()));
    if (i % 2 == 0) CHECK(clients.back()->get("/healthz").status == 200);
  }
  for (const auto& client : clients) client->send(request);
  origin.server().stop();
  for (const auto& client : clients) {
    CHECK((client->read().body == origin.stored(Origin::kSmall)));
    CHECK(client->ends());
  }
}

TEST_CASE("a download that does not end in the drain time is cut") {
  config::Config config = Origin::usual_config();
  config.server.drain_timeout = milliseconds(300);
  Origin origin(config);
  Client stuck(origin.port(), 4096);
  for (int i = 0; i < 4; ++i) stuck.send("GET " + origin.url(Origin::kLarge) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(stuck.read_some(1000).starts_with("HTTP/1.1 200"));
  const auto begin = std::chrono::steady_clock::now();
  origin.stop_and_wait();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("a port that is taken is said to be, also by another Chalkline") {
  Origin origin;
  config::Config config = Origin::usual_config();
  config.server.port = origin.port();
  const auto second = streamer::Server::listen(config, origin.library());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::kBusy);
  CHECK(second.error().message.find("in use") != std::string::npos);
  CHECK_FALSE(second.error().hint.empty());
}

TEST_CASE("an address that is none is a configuration error") {
  Origin origin;
  config::Config config = Origin::usual_config();
  config.server.address = "not an address";
  const auto server = streamer::Server::listen(config, origin.library());
  REQUIRE_FALSE(server);
  CHECK(server.error().code == Errc::kBadConfig);
}
