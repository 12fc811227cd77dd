// What is noted of every answer when it has left, or was cut off: counters and the access log, the same for every
// protocol. One delivery thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

#include "streamer/cache/object.hpp"
#include "streamer/delivery/timer_wheel.hpp"
#include "streamer/http/request.hpp"

namespace chalkline::streamer {

class Worker;

struct AnswerRecord {
  std::string method;  // these two only where the access log is on
  std::string target;
  std::string_view lookup = "-";
  TimerWheel::Clock::time_point began{};

  void remember(const RequestHead& head) {
    method.assign(head.method_text);
    target.assign(head.target);
  }
};

struct AnswerEnd {
  std::string_view http;  // the version: "1.1" or "2"
  unsigned status = 0;
  std::uint64_t bytes = 0;         // of the body
  bool aborted = false;            // the reader went away or was too slow
  const Object* object = nullptr;  // what was sent, where it was one: its rendition's meter runs on
};

// Returns when that was: now.
TimerWheel::Clock::time_point note_answer(Worker& worker, const boost::asio::ip::tcp::endpoint& peer,
                                          const AnswerRecord& record, const AnswerEnd& end);

}  // namespace chalkline::streamer
