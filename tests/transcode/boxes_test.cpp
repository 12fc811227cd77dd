// Reading back the few boxes the packager needs, from good bytes and bad ones; and the queue between threads.
#include "transcode/packaging/boxes.hpp"

#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "tests/transcode/box_text.hpp"
#include "transcode/reading/frame_queue.hpp"

using namespace chalkline::transcode;

using namespace chalkline::tests;

TEST_CASE("the first sample's end is found from sizes in the run") {
  const std::string trun = box("trun", u32(0x201) + u32(2) + u32(0) + u32(5) + u32(7));
  const std::string segment =
      box("styp", "msdh") +
      box("moof", box("mfhd", u32(0) + u32(1)) + box("traf", box("tfhd", u32(0) + u32(1)) + trun)) +
      box("mdat", "AAAAABBBBBBB");
  CHECK(bytes_to_first_sample_end(bytes(segment)) == segment.size() - 7);
}

TEST_CASE("a default sample size counts where the run has none") {
  const std::string traf =
      box("traf", box("tfhd", u32(0x10) + u32(1) + u32(6)) + box("trun", u32(0x1) + u32(2) + u32(0)));
  const std::string segment = box("moof", traf) + box("mdat", "AAAAAABBBBBB");
  CHECK(bytes_to_first_sample_end(bytes(segment)) == segment.size() - 6);
}

TEST_CASE("malformed boxes give nothing") {
  CHECK(bytes_to_first_sample_end({}) == 0);
  CHECK(bytes_to_first_sample_end(bytes(u32(4) + "moof")) == 0);
  CHECK(bytes_to_first_sample_end(bytes(u32(4000) + "moof")) == 0);
  const std::string too_long =
      box("moof", box("traf", box("tfhd", u32(0) + u32(1)) + box("trun", u32(0x200) + u32(1) + u32(99)))) +
      box("mdat", "x");
  CHECK(bytes_to_first_sample_end(bytes(too_long)) == 0);
}

TEST_CASE("a queue hands over in order and ends when the producer does") {
  FrameQueue<int> queue(2);
  std::jthread producer([&] {
    for (int i = 0; i < 100; ++i) CHECK(queue.push(i));
    queue.finish();
  });
  int expected = 0;
  while (const auto value = queue.pop()) CHECK(*value == expected++);
  CHECK(expected == 100);
}

TEST_CASE("a producer that waits on a full queue is freed when the consumer leaves") {
  FrameQueue<int> queue(1);
  CHECK(queue.push(1));
  std::jthread consumer([&] { queue.abandon(); });
  consumer.join();
  CHECK_FALSE(queue.push(2));
  CHECK_FALSE(queue.pop().has_value());
  CHECK(queue.abandoned());
}
