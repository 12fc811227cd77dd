// A bare HTTP/2 client for tests: it sends exactly the frames it is told to, well-formed or not, and reads what comes
// back frame by frame. Header blocks through nghttp2's HPACK. Every wait ends by itself.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "tests/http/client.hpp"
#include "tests/http/released_by.hpp"

namespace chalkline::tests {

struct Frame {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::int32_t stream = 0;
  std::string payload;
  [[nodiscard]] bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

struct H2Answer {
  unsigned status = 0;  // 0: none came
  std::map<std::string, std::string> fields;
  std::string body;
  std::optional<std::uint32_t> reset;  // RST_STREAM's error code
  bool whole = false;                  // END_STREAM
  [[nodiscard]] std::string field(const std::string& name) const {
    const auto at = fields.find(name);
    return at == fields.end() ? std::string() : at->second;
  }
};

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string frame_bytes(std::uint8_t type, std::uint8_t flags, std::int32_t stream, std::string_view payload = {});
std::string number_bytes(std::uint32_t value);  // 32 bits, network order
std::string setting_bytes(std::uint16_t id, std::uint32_t value);

class H2Client {
 public:
  static constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  // Bytes go through `send` and come from `receive` (empty at the end): a socket, or TLS over one.
  H2Client(std::function<void(std::string_view)> send, std::function<std::string()> receive);
  explicit H2Client(std::uint16_t port);  // prior knowledge, in the clear

  void open(std::string_view settings = {});  // preface and SETTINGS
  void send(std::string_view bytes) { send_(bytes); }
  void frame(std::uint8_t type, std::uint8_t flags, std::int32_t stream, std::string_view payload = {});
  // A header block of this connection.
  std::string block(const Fields& fields);
  static Fields get_fields(std::string_view target, const Fields& more = {});
  // GET; returns its stream.
  std::int32_t get(std::string_view target, const Fields& more = {});
  std::int32_t next_stream();

  std::optional<Frame> read();  // none at the end or the deadline
  // Reads until this stream has ended, keeping what comes for others; answers SETTINGS; gives back flow-control windows
  // unless told not to.
  H2Answer answer(std::int32_t stream);
  H2Answer fetch(std::string_view target, const Fields& more = {}) { return answer(get(target, more)); }
  // Reads to the connection's end; the GOAWAY's error code where one came.
  std::optional<std::uint32_t> goaway();

  bool gives_window = true;
  std::vector<std::int32_t> data_order;  // the stream of every DATA frame, as they came

 private:
  bool take(const Frame& frame);  // false: a frame that ends the connection
  void take_block(H2Answer& answer, std::string_view block);

  std::shared_ptr<Client> socket_;
  std::function<void(std::string_view)> send_;
  std::function<std::string()> receive_;
  std::string buffer_;
  std::int32_t next_ = 1;
  std::map<std::int32_t, H2Answer> answers_;
  std::optional<std::uint32_t> goaway_;
  std::unique_ptr<nghttp2_hd_deflater, ReleasedBy<nghttp2_hd_deflate_del>> deflater_;
  std::unique_ptr<nghttp2_hd_inflater, ReleasedBy<nghttp2_hd_inflate_del>> inflater_;
};

}  // namespace chalkline::tests
