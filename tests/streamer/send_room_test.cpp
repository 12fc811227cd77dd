// How much of a file the kernel is handed: little until a reader has shown that he takes much, and little again when he
// stops.
#include "streamer/delivery/send_room.hpp"

#include <doctest/doctest.h>

using namespace chalkline::streamer;
using namespace std::chrono_literals;

namespace {

struct Reader {
  SendRoom room;
  SendRoom::Clock::time_point now = SendRoom::Clock::time_point() + 1h;
  std::uint64_t sent = 0;

  std::size_t look(const LinkState& link, bool woken = true, std::uint64_t rest = 1'000'000) {
    return room.look(link, sent, rest, now, woken);
  }
  // An answer that was taken at this rate, and the next request after it.
  bool took(std::uint64_t bytes, SendRoom::Clock::duration within) {
    (void)room.begin_answer(sent, now);
    sent += bytes;
    now += within;
    return room.begin_answer(sent, now);
  }
};

LinkState link(std::uint64_t rate, std::uint64_t space, std::uint64_t unsent = 0) {
  LinkState state;
  state.bytes_per_second = rate;
  state.room = space;
  state.unsent = state.under_way = unsent;
  return state;
}

}  // namespace

TEST_CASE("an unknown link gets the first congestion window, and less where its reader has less room") {
  Reader reader;
  CHECK(reader.look(link(0, 64'000)) == SendRoom::kFirst);
  CHECK(reader.look(link(0, 9'000)) == 9'000);
  CHECK(reader.room.unsent_limit() == 0);
}

TEST_CASE("through TLS a near reader with room is believed before he has read anything, nobody else is") {
  LinkState state = link(0, SendRoom::kWideWindow);
  state.least_trip_us = SendRoom::kNearUs;
  Reader reader;
  reader.room.meet(state);
  CHECK(reader.room.proven());
  CHECK(reader.room.unsent_limit() == SendRoom::kNearMost);

  Reader narrow;
  state.room = SendRoom::kWideWindow - 1;
  narrow.room.meet(state);
  CHECK_FALSE(narrow.room.proven());
  Reader far;
  state = link(0, 1'000'000);
  state.least_trip_us = SendRoom::kNearUs + 1;
  far.room.meet(state);
  CHECK_FALSE(far.room.proven());
}

TEST_CASE("a slow link gets a quarter of a second of its rate, within bounds") {
  Reader reader;
  CHECK(reader.look(link(12'500, 64'000)) == SendRoom::kLeast);
  CHECK(reader.look(link(100'000, 64'000)) == 25'000);
  CHECK(reader.look(link(50'000'000, 1'000'000)) == SendRoom::kMost);
}

TEST_CASE("over a link that answers too soon to be slow, a reader gets what he has room for, and one look more") {
  Reader reader;
  LinkState near = link(100'000, 20'000);  // he is slow, not the link
  near.least_trip_us = 60;
  CHECK(reader.look(near) == 20'000);
  near.room = 64'000;
  CHECK(reader.look(near) == SendRoom::kNearMost);
  CHECK(reader.room.unsent_limit() == 0);
  near.unsent = near.under_way = 60'000;
  CHECK(reader.look(near, false) == 0);
  near.room = 0;
  CHECK(reader.look(near) == SendRoom::kStalled);
  CHECK_FALSE(reader.took(100'000, 300ms));
  CHECK(reader.room.unsent_limit() == 256 * 1024);
}

TEST_CASE("a trip that a slow link could have made says nothing") {
  Reader reader;
  LinkState far = link(100'000, 64'000);
  far.least_trip_us = SendRoom::kNearUs + 1;
  CHECK(reader.look(far) == 25'000);
}

TEST_CASE("nothing more is handed over while something waits unsent, until the socket wakes us") {
  Reader reader;
  CHECK(reader.look(link(100'000, 64'000, 1), false) == 0);
  CHECK(reader.look(link(100'000, 64'000, 1), true) == 25'000);
  CHECK(reader.look(link(100'000, 64'000, 0), false) == 25'000);
}

TEST_CASE("a reader without room gets what fits one page, and his socket is not writable while that waits") {
  Reader reader;
  CHECK(reader.look(link(50'000'000, 0)) == SendRoom::kStalled);
  CHECK(reader.room.unsent_limit() == 2 * SendRoom::kStalled);
}

TEST_CASE("the end of an answer that has just begun is handed over whole where the link is fast, and nowhere else") {
  Reader reader;
  (void)reader.room.begin_answer(0, reader.now);
  CHECK(reader.look(link(50'000'000, 0, 30'000), false, 40'000) == 40'000);
  CHECK(reader.look(link(50'000'000, 0), false, 100'000) == SendRoom::kStalled);
  CHECK(reader.look(link(100'000, 64'000), false, 40'000) == 25'000);
  reader.now += 300ms;
  CHECK(reader.look(link(50'000'000, 0), false, 40'000) == SendRoom::kStalled);
}

TEST_CASE("a reader who took an answer fast and asks again is handed whole segments, as many unsent as he takes soon") {
  Reader reader;
  CHECK_FALSE(reader.took(100'000, 300ms));
  CHECK(reader.room.proven());
  CHECK(reader.room.unsent_limit() == 64 * 1024);
  CHECK_FALSE(reader.took(100'000, 90ms));
  CHECK(reader.room.unsent_limit() == 512 * 1024);
  CHECK_FALSE(reader.took(100'000, 1ms));
  CHECK(reader.room.unsent_limit() == 1024 * 1024);
  CHECK_FALSE(reader.took(100'000, 10s));  // he only paused
  CHECK(reader.room.proven());
}

TEST_CASE("a slow or small answer proves nothing") {
  Reader reader;
  CHECK(reader.took(100'000, 8s));
  CHECK_FALSE(reader.took(20'000, 1ms));
  CHECK_FALSE(reader.room.proven());
}

TEST_CASE("a reader who took an answer slowly over a fast link is believed some bytes, over a slow link none") {
  Reader reader;
  REQUIRE(reader.took(100'000, 8s));
  reader.room.believe(link(12'500, 64'000));
  CHECK_FALSE(reader.room.proven());
  reader.room.believe(link(5'000'000, 64'000));
  CHECK(reader.room.unsent_limit() == 256 * 1024);
}

TEST_CASE("what arrives within a long answer proves a reader, what only fills his buffer does not") {
  Reader reader;
  (void)reader.room.begin_answer(0, reader.now);
  reader.sent = 64'000;
  reader.now += 1ms;
  CHECK(reader.look(link(1'000'000'000, 0, 64'000)) == SendRoom::kStalled);
  reader.now += 10s;
  reader.sent = 200'000;
  CHECK(reader.look(link(1'000'000'000, 30'000)) == 30'000);  // 20 kB/s, whatever TCP measured
  reader.now += 100ms;
  reader.sent = 400'000;
  CHECK(reader.look(link(1'000'000'000, 30'000)) == SendRoom::kWhole);
  CHECK(reader.room.proven());
}

TEST_CASE("a reader who was fast and is slow now is treated as a slow one") {
  Reader reader;
  CHECK_FALSE(reader.took(1'000'000, 100ms));
  REQUIRE(reader.room.proven());
  reader.sent += 1'100'000;
  reader.now += 500ms;
  CHECK_FALSE(reader.room.held_up(reader.sent, reader.now));
  reader.now += 3s;
  CHECK(reader.room.held_up(reader.sent, reader.now));
  reader.room.believe(link(20'000, 64'000));
  CHECK_FALSE(reader.room.proven());
  CHECK(reader.look(link(20'000, 64'000)) == 5'000);
}
