// One HTTP/2 connection (RFC 9113) over nghttp2, which knows frames, HPACK and flow control; we own the bytes, the
// answers and the deadlines. Frames are made only when the socket takes them, a small batch at a time, so that the most
// urgent answer of that moment goes next (RFC 9218). Made by a TLS handshake (ALPN "h2") or by a session whose first
// bytes are HTTP/2's. One delivery thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <nghttp2/nghttp2.h>

#include "streamer/cache/object_cache.hpp"
#include "streamer/delivery/answer_record.hpp"
#include "streamer/delivery/connection.hpp"
#include "streamer/delivery/outgoing.hpp"
#include "streamer/h2/flood_guard.hpp"
#include "streamer/h2/h2_fields.hpp"
#include "streamer/h2/priority.hpp"
#include "streamer/http/response.hpp"
#include "streamer/management/feed.hpp"
#include "streamer/management/handler.hpp"

namespace chalkline::streamer {

// What a stream has of a feed (management/feed.hpp).
struct H2Events {
  std::unique_ptr<Feed::Listening> listening;
  std::string waiting;
  std::size_t sent = 0;  // of what waits
  std::uint64_t total = 0;
  bool over = false;  // the end goes out as soon as nothing waits
};

// One request and its answer.
struct H2Stream {
  enum class State : std::uint8_t {
    kReceiving,  // its header fields
    kHeld,       // it came as early data and waits for the end of the handshake
    kLoading,
    kAnswering,
    kTurnedAway,  // to HTTP/1.1
  };
  explicit H2Stream(std::int32_t number) : id(number) {}

  const std::int32_t id;
  State state = State::kReceiving;
  bool request_ended = false;  // no body, or all of it was there
  H2RequestFields request;
  std::unique_ptr<H2Events> events;  // set: the answer goes on with a feed's
  std::optional<Priority> asked;
  AnswerRecord record;
  Outgoing output;
};

class H2Session final : public Connection {
 public:
  // RFC 9113 3.4: what a client that speaks HTTP/2 sends first.
  static constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  static constexpr std::uint32_t kMaxStreams = 100;
  static constexpr std::size_t kMaxFields = 100;

  // `received`: what came before the protocol was known.
  H2Session(Worker& worker, Link link, std::string received);
  ~H2Session() override;
  void start() override;
  void drain() override;

 private:
  using Ready = Transport::Ready;
  friend struct H2Callbacks;
  struct Free {
    void operator()(nghttp2_session* session) const noexcept { nghttp2_session_del(session); }
  };
  [[nodiscard]] H2Stream* find(std::int32_t id);

  // h2_session.cpp: bytes in and out, deadlines
  void open();
  void wait_readable();
  void on_readable();
  bool take(std::string_view bytes);  // false: the connection has ended
  void pump();                        // sends what can be sent
  bool fill_batch();                  // false: the connection has ended
  bool send_batch();                  // false: wait, or the connection has ended
  void wait_writable();
  void end_if_done();
  void refuse_connection(std::uint32_t error_code);
  void leave();
  void note_cut_off();
  void watch_progress();
  void begin_head();
  void end_head();
  void take_no_more();
  void rest();
  void on_close() override;
  void on_deadline() override;

  // h2_answers.cpp: requests and answers
  void begin_stream(std::int32_t id);
  void on_field(H2Stream& stream, std::string_view name, std::string_view value);
  void on_request(H2Stream& stream, bool ended);
  void release_held();
  void handle(H2Stream& stream, const RequestHead& head);
  void answer(H2Stream& stream, const RequestHead& head, Response response);
  bool give_up_loads();
  ObjectCache::Waiter make_waiter(std::int32_t id);
  void on_loaded(std::int32_t id, const LoadResult& loaded);
  void prioritise(H2Stream& stream);
  void on_priority_update(std::int32_t id, std::string_view value);
  ssize_t next_data(H2Stream& stream, std::size_t most, std::uint32_t& flags);
  bool append_data(H2Stream& stream, const std::uint8_t* frame_head, std::size_t bytes);  // false: the batch is full
  bool read_file(H2Stream& stream, FilePiece piece);                                      // false: the pool is full
  void on_file_read(std::int32_t id, std::shared_ptr<char[]> bytes, std::size_t count, bool ok);
  void wait_for_growth(H2Stream& stream);
  void on_growth(std::int32_t id);
  void on_stream_end(std::int32_t id, std::uint32_t error_code);

  // h2_managed.cpp: what is managed and only reads, and events
  bool handle_managed(H2Stream& stream, const RequestHead& head);  // false: it is not managed
  void on_managed(std::int32_t id, const ManagedReply& reply);
  void answer_managed(H2Stream& stream, const ManagedReply& reply);
  void begin_events(H2Stream& stream, Feed& feed);
  void on_events(std::int32_t id, const std::string& text);
  void end_events();
  [[nodiscard]] bool has_work() const;

  bool read_waiting_ = false;
  bool write_waiting_ = false;
  bool pumping_ = false;
  bool ending_ = false;  // GOAWAY is out: ends with its last stream
  bool flooded_ = false;
  bool head_begun_ = false;              // a header block without its end: the header timeout runs
  int event_streams_ = 0;                // they stand for as long as the client likes
  bool busy_ = false;                    // the deadline is the reader's
  std::size_t budget_;                   // bytes of frames to make at a time
  TimerWheel::Clock::time_point due_{};  // when busy_
  std::uint64_t progress_ = 0;           // what the kernel had taken when the deadline was set
  std::string received_;                 // until start()
  std::string unsent_;                   // frames that the transport did not take yet
  FloodGuard guard_;
  std::unordered_map<std::int32_t, std::unique_ptr<H2Stream>> streams_;
  std::unordered_map<std::int32_t, Priority> early_updates_;  // PRIORITY_UPDATE before its request
  std::unique_ptr<nghttp2_session, Free> session_;
};

}  // namespace chalkline::streamer
