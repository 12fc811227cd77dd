// Nine bytes of head, a payload, and a book of answers.
#include "tests/http/h2_client.hpp"

#include <doctest/doctest.h>

namespace chalkline::tests {

std::string number_bytes(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

std::string setting_bytes(std::uint16_t id, std::uint32_t value) {
  std::string bytes;
  bytes += static_cast<char>(id >> 8);
  bytes += static_cast<char>(id & 0xff);
  return bytes + number_bytes(value);
}

std::string frame_bytes(std::uint8_t type, std::uint8_t flags, std::int32_t stream, std::string_view payload) {
  std::string bytes = number_bytes(static_cast<std::uint32_t>(payload.size())).substr(1);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  bytes += number_bytes(static_cast<std::uint32_t>(stream));
  return bytes.append(payload);
}

static std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t count = 4) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count && at + i < bytes.size(); ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

H2Client::H2Client(std::function<void(std::string_view)> send, std::function<std::string()> receive)
    : send_(std::move(send)), receive_(std::move(receive)) {
  nghttp2_hd_deflater* deflater = nullptr;
  nghttp2_hd_inflater* inflater = nullptr;
  REQUIRE(nghttp2_hd_deflate_new(&deflater, 4096) == 0);
  deflater_.reset(deflater);
  REQUIRE(nghttp2_hd_inflate_new(&inflater) == 0);
  inflater_.reset(inflater);
}

H2Client::H2Client(std::uint16_t port) : H2Client({}, {}) {
  socket_ = std::make_shared<Client>(port);
  send_ = [socket = socket_](std::string_view bytes) { socket->send(bytes); };
  receive_ = [socket = socket_] { return socket->read_some(65'536); };
}

void H2Client::open(std::string_view settings) {
  send_(std::string(kPreface) + frame_bytes(NGHTTP2_SETTINGS, 0, 0, settings));
}

void H2Client::frame(std::uint8_t type, std::uint8_t flags, std::int32_t stream, std::string_view payload) {
  send_(frame_bytes(type, flags, stream, payload));
}

std::string H2Client::block(const Fields& fields) {
  std::vector<nghttp2_nv> pairs;
  for (const auto& [name, value] : fields)
    pairs.push_back({reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                     reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
                     NGHTTP2_NV_FLAG_NONE});
  std::string out(nghttp2_hd_deflate_bound(deflater_.get(), pairs.data(), pairs.size()), '\0');
  const ssize_t bytes = nghttp2_hd_deflate_hd(deflater_.get(), reinterpret_cast<std::uint8_t*>(out.data()), out.size(),
                                              pairs.data(), pairs.size());
  REQUIRE(bytes >= 0);
  out.resize(static_cast<std::size_t>(bytes));
  return out;
}

Fields H2Client::get_fields(std::string_view target, const Fields& more) {
  Fields fields = {
      {":method", "GET"}, {":scheme", "http"}, {":authority", "localhost"}, {":path", std::string(target)}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

std::int32_t H2Client::next_stream() {
  const std::int32_t stream = next_;
  next_ += 2;
  return stream;
}

std::int32_t H2Client::get(std::string_view target, const Fields& more) {
  const std::int32_t stream = next_stream();
  frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream, block(get_fields(target, more)));
  return stream;
}

std::optional<Frame> H2Client::read() {
  const auto fill = [&](std::size_t wanted) {
    while (buffer_.size() < wanted) {
      const std::string more = receive_();
      if (more.empty()) return false;
      buffer_ += more;
    }
    return true;
  };
  if (!fill(9)) return std::nullopt;
  const std::size_t length = number_at(buffer_, 0, 3);
  if (!fill(9 + length)) return std::nullopt;
  Frame frame;
  frame.type = static_cast<std::uint8_t>(buffer_[3]);
  frame.flags = static_cast<std::uint8_t>(buffer_[4]);
  frame.stream = static_cast<std::int32_t>(number_at(buffer_, 5));
  frame.payload = buffer_.substr(9, length);
  buffer_.erase(0, 9 + length);
  return frame;
}

void H2Client::take_block(H2Answer& answer, std::string_view block) {
  const auto* in = reinterpret_cast<const std::uint8_t*>(block.data());
  std::size_t left = block.size();
  for (;;) {
    nghttp2_nv pair{};
    int flags = 0;
    const ssize_t used = nghttp2_hd_inflate_hd2(inflater_.get(), &pair, &flags, in, left, 1);
    REQUIRE(used >= 0);
    in += used;
    left -= static_cast<std::size_t>(used);
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
      const std::string name(reinterpret_cast<char*>(pair.name), pair.namelen);
      const std::string value(reinterpret_cast<char*>(pair.value), pair.valuelen);
      if (name == ":status") answer.status = static_cast<unsigned>(std::stoul(value));
      answer.fields.emplace(name, value);
    }
    if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) break;
    if (left == 0) break;
  }
  nghttp2_hd_inflate_end_headers(inflater_.get());
}

bool H2Client::take(const Frame& got) {
  H2Answer& answer = answers_[got.stream];
  switch (got.type) {
    case NGHTTP2_SETTINGS:
      if (!got.has(NGHTTP2_FLAG_ACK)) frame(NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0);
      return true;
    case NGHTTP2_HEADERS: take_block(answer, got.payload); break;
    case NGHTTP2_DATA:
      answer.body += got.payload;
      data_order.push_back(got.stream);
      if (gives_window && !got.payload.empty()) {
        const std::string amount = number_bytes(static_cast<std::uint32_t>(got.payload.size()));
        frame(NGHTTP2_WINDOW_UPDATE, 0, 0, amount);
        if (!got.has(NGHTTP2_FLAG_END_STREAM)) frame(NGHTTP2_WINDOW_UPDATE, 0, got.stream, amount);
      }
      break;
    case NGHTTP2_RST_STREAM: answer.reset = number_at(got.payload, 0); return true;
    case NGHTTP2_GOAWAY: goaway_ = number_at(got.payload, 4); return true;
    default: return true;
  }
  if (got.has(NGHTTP2_FLAG_END_STREAM)) answer.whole = true;
  return true;
}

H2Answer H2Client::answer(std::int32_t stream) {
  while (!answers_[stream].whole && !answers_[stream].reset) {
    const auto got = read();
    if (!got) break;
    take(*got);
  }
  return answers_[stream];
}

std::optional<std::uint32_t> H2Client::goaway() {
  while (const auto got = read()) take(*got);
  return goaway_;
}

}  // namespace chalkline::tests
