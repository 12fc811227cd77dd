// One managed request of an HTTP/1.1 connection: reads its body and hands it to an Exchange on the management pool,
// piece by piece, with two pieces in memory at most; while the pool works on one the next is received, and then the
// socket waits. A body that comes faster is received by the pool itself (body_stream.hpp), turn by turn. A Session
// becomes this at a head that Management knows, and this becomes a Session again with what follows the request. One
// delivery thread; the timer wheel keeps the client's pace.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/file.hpp"
#include "streamer/delivery/answer_record.hpp"
#include "streamer/delivery/connection.hpp"
#include "streamer/http/request.hpp"
#include "streamer/management/body_reader.hpp"
#include "streamer/management/exchange.hpp"
#include "streamer/management/management.hpp"

namespace chalkline::streamer {

class ManagedSession final : public Connection {
 public:
  // `received` begins with a whole head that Management takes.
  ManagedSession(Worker& worker, Link link, std::string received);
  ~ManagedSession() override;

  void start() override;
  void drain() override {}  // the request goes on to its end, or until the drain time is over

 private:
  enum class State : std::uint8_t {
    kBeginning,   // the exchange looks at the head
    kContinuing,  // "100 Continue" is on its way
    kReading,
    kFinishing,  // the exchange has all of the body
    kStopping,   // the client's fault: the exchange is told, then the refusal goes out
    kWriting,    // the reply
  };
  using Ready = Transport::Ready;
  static constexpr std::size_t kPieceBytes = std::size_t{256} * 1024;
  enum class Call : std::uint8_t { kBegin, kTake, kFinish, kCut };

  // session.cpp: the request
  bool read_head();
  void call(Call what);  // on the pool; on_worked() follows
  void turn_away();      // the pool has no room
  static std::optional<ManagedReply> perform(Exchange& exchange, Call what, const ManagedRequest& request,
                                             std::string_view piece);
  void on_worked(std::optional<ManagedReply> reply);
  [[nodiscard]] bool can_stream();
  void stream();  // the piece, then what the pool receives; on_worked() follows
  void on_begun();
  void wait_readable();
  void on_readable();
  bool take(std::string_view bytes);  // false: nothing more is to be read
  void hand_on();                     // what has come, unless the pool is at work
  void stop_with(ManagedReply refusal);
  void let_go();

  // session_output.cpp: the reply, and how it ends
  void send(const ManagedReply& reply);
  void continue_body();  // RFC 9110 10.1.1
  bool flush();          // true: the kernel has all of it
  void on_room() override;
  void after_output();
  void on_close() override;
  void on_deadline() override;

  State state_ = State::kBeginning;
  bool working_ = false;     // the pool is at a call
  bool over_ = false;        // the exchange is: nothing more is called
  bool cut_wanted_ = false;  // as soon as the pool is done
  bool paused_ = false;      // nothing is received until then
  bool body_ended_ = false;
  bool read_waiting_ = false;
  bool close_after_ = false;
  std::uint64_t received_ = 0;  // of the body, since the deadline was set

  std::string head_text_;
  std::string path_;
  std::string remote_;
  std::string origin_;
  Method method_ = Method::kOther;
  bool has_body_ = false;
  bool keep_alive_ = false;
  bool http_1_0_ = false;
  bool expects_continue_ = false;
  bool bad_expectation_ = false;
  ManagedRequest request_;
  std::shared_ptr<Exchange> exchange_;
  BodyReader body_;
  std::string unread_;  // behind the head, then behind the body
  std::string piece_;   // content that the exchange has not got yet
  UniqueFd streamed_;   // the socket once more, so that the pool never has another's under its number
  std::optional<ManagedReply> refusal_;

  std::string output_;
  std::size_t output_sent_ = 0;
  std::size_t output_head_ = 0;  // of it, the head
  unsigned status_ = 0;
  AnswerRecord record_;
};

}  // namespace chalkline::streamer
