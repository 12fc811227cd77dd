// An HTTP/1.1 connection that listens to a feed: what a ManagedSession becomes when its reply goes on with one. Writes
// the head and then every piece as it comes; ends with the client, with the server, or where the client reads too
// slowly. The body has no length and ends with the connection (RFC 9112 6.3). One delivery thread.
#pragma once

#include <memory>
#include <string>

#include "streamer/delivery/answer_record.hpp"
#include "streamer/delivery/connection.hpp"
#include "streamer/management/feed.hpp"

namespace chalkline::streamer {

class EventSession final : public Connection {
 public:
  // `head`: status line and fields with the empty line. The feed outlives it.
  EventSession(Worker& worker, Link link, std::string head, Feed* feed, AnswerRecord record);
  ~EventSession() override;

  void start() override;
  void drain() override { close(); }

 private:
  using Ready = Transport::Ready;
  void add(const EventText& text);
  void wait_readable();
  void flush();
  void wait_writable();
  void on_close() override;
  void on_deadline() override;

  Feed& feed_;
  AnswerRecord record_;
  std::string output_;  // what the kernel has not taken yet
  std::size_t sent_ = 0;
  std::size_t head_left_;  // of what is sent, still the head
  std::uint64_t body_sent_ = 0;
  bool write_waiting_ = false;
  std::unique_ptr<Feed::Listening> listening_;
};

}  // namespace chalkline::streamer
