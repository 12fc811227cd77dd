// Which keys a running server takes from a configuration that was read again, and which wait for a restart.
#include "config/reread.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "config/keys.hpp"

using namespace chalkline::config;
using Names = std::vector<std::string>;

TEST_CASE("a configuration that was read again changes what may change, and names the rest") {
  const Config running;
  Config read;
  read.server.write_timeout = std::chrono::seconds(7);
  read.server.max_connections = 12;
  read.server.port = 81;
  read.worker.enabled = false;
  const Reread taken = reread(running, read);
  CHECK((taken.changed == Names{"server.max_connections", "server.write_timeout"}));
  CHECK((taken.waiting == Names{"server.port", "worker.enabled"}));
  Config expected;
  expected.server.write_timeout = std::chrono::seconds(7);
  expected.server.max_connections = 12;
  CHECK((taken.config == expected));
}

TEST_CASE("what was read again without a change changes nothing") {
  Config same;
  same.server.port = 81;
  const Reread taken = reread(same, same);
  CHECK(taken.changed.empty());
  CHECK(taken.waiting.empty());
  CHECK((taken.config == same));
}

TEST_CASE("secrets are exchanged while lessons are closed, and closing or opening them waits for a restart") {
  Config open;
  Config closed;
  closed.access.secrets = {"the first secret that is long enough"};
  Config newer;
  newer.access.secrets = {"the next secret, as long as the first", "the first secret that is long enough"};
  CHECK((reread(closed, newer).changed == Names{"access.secrets"}));
  CHECK((reread(closed, newer).config == newer));
  for (const Reread& taken : {reread(open, closed), reread(closed, open)}) {
    CHECK(taken.changed.empty());
    CHECK((taken.waiting == Names{"access.secrets"}));
  }
  CHECK((reread(open, closed).config == open));
}

TEST_CASE("what is read again says so in chalkline.yaml") {
  const std::string yaml = default_yaml();
  std::size_t said = 0;
  for (std::size_t at = yaml.find("SIGHUP reads it again."); at != std::string::npos;
       at = yaml.find("SIGHUP reads it again.", at + 1))
    ++said;
  CHECK(said == static_cast<std::size_t>(std::ranges::count(keys(), Counts::kOnHangup, &Key::counts)));
  CHECK(said > 0);
}
