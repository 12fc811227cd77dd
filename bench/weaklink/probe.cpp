// A small datagram protocol: every packet begins with a Header; both ends are this program on one machine, so it
// travels in the machine's own byte order. Requests are repeated until answered, for the link may lose them.
#include "bench/weaklink/probe.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench/weaklink/outage.hpp"
#include "bench/weaklink/priority.hpp"

namespace chalkline::weaklink {
namespace {

enum class Kind : std::uint32_t { kEcho, kStream, kData, kQuery, kAnswer };

struct Header {
  Kind kind = Kind::kEcho;
  std::uint32_t ip_bytes = 0;         // kStream: of each packet to send
  std::uint64_t bits_per_second = 0;  // kStream
  std::uint64_t count = 0;            // kStream: packets to send; kEcho: a number; kAnswer: bytes that arrived
  std::int64_t window_ns = 0;         // kData: how long after the first arrival to count
};
constexpr std::size_t kMaxPacket = 9000;
constexpr Nanos kFirstAnswer = std::chrono::seconds(8);  // more than any round trip and full queue of the self-test
constexpr Nanos kSilence = std::chrono::seconds(4);

Nanos now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::chrono::seconds(time.tv_sec) + Nanos(time.tv_nsec);
}

Result<UniqueFd> udp_socket() {
  UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return error_from_errno(errno, "cannot make a socket");
  const int buffer = 8 << 20;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  return fd;
}

// Nothing within `wait`: none. The packet's UDP payload size goes to `size`.
std::optional<Header> receive(int fd, Nanos wait, std::size_t* size = nullptr, sockaddr_in* from = nullptr) {
  pollfd watched{fd, POLLIN, 0};
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(std::max(wait, Nanos(0))).count();
  if (::poll(&watched, 1, static_cast<int>(ms)) <= 0) return std::nullopt;
  std::array<std::byte, kMaxPacket> packet;
  socklen_t length = sizeof(sockaddr_in);
  const ssize_t got = ::recvfrom(fd, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(from),
                                 from == nullptr ? nullptr : &length);
  if (got < static_cast<ssize_t>(sizeof(Header))) return std::nullopt;
  if (size != nullptr) *size = static_cast<std::size_t>(got);
  Header header;
  std::memcpy(&header, packet.data(), sizeof header);
  return header;
}

void send(int fd, const Header& header, std::uint64_t ip_bytes, const sockaddr_in* to = nullptr) {
  std::array<std::byte, kMaxPacket> packet{};
  std::memcpy(packet.data(), &header, sizeof header);
  const auto size = std::clamp<std::size_t>(ip_bytes - kUdpHeaderBytes, sizeof header, kMaxPacket);
  ::sendto(fd, packet.data(), size, 0, reinterpret_cast<const sockaddr*>(to), to == nullptr ? 0 : sizeof *to);
}

// `count` packets, evenly spaced by the clock.
void stream(int fd, const Header& packet, std::uint64_t ip_bytes, std::uint64_t bits_per_second, std::uint64_t count,
            const sockaddr_in* to) {
  const Nanos start = now();
  for (std::uint64_t i = 0; i < count; ++i) {
    const Nanos due = start + Nanos(static_cast<std::int64_t>(static_cast<double>(i * ip_bytes * 8) * 1e9 /
                                                              static_cast<double>(bits_per_second)));
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(due);
    const timespec at{seconds.count(), (due - seconds).count()};
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
    send(fd, packet, ip_bytes, to);
  }
}

// IP bytes that arrive within a window which the first packet opens; that packet itself only opens it.
struct Arrivals {
  std::optional<Nanos> first;
  std::uint64_t bytes = 0;
  void add(Nanos at, std::size_t payload, Nanos window) {
    if (!first)
      first = at;
    else if (at - *first <= window)
      bytes += payload + kUdpHeaderBytes;
  }
};

struct Target {
  UniqueFd socket;
  std::uint64_t bits_per_second = 0;
  double seconds = 0;
  std::uint64_t ip_bytes = 0;
  [[nodiscard]] Nanos window() const { return Nanos(static_cast<std::int64_t>(seconds * 1e9)); }
  [[nodiscard]] std::uint64_t packets_in(double span) const {
    return static_cast<std::uint64_t>(span * static_cast<double>(bits_per_second) / 8 / static_cast<double>(ip_bytes));
  }
};

// Asks until the first packet of the answer is there.
std::optional<std::size_t> request_stream(const Target& target, std::uint64_t packets) {
  const Header request{Kind::kStream, static_cast<std::uint32_t>(target.ip_bytes), target.bits_per_second, packets, 0};
  for (int tries = 0; tries < 5; ++tries) {
    send(target.socket.get(), request, 0 + kUdpHeaderBytes);
    std::size_t payload = 0;
    if (receive(target.socket.get(), kFirstAnswer, &payload)) return payload;
  }
  return std::nullopt;
}

Result<double> measure_down(const Target& target) {
  // The sender goes on past the window, so that the link is full to its end.
  const auto first = request_stream(target, target.packets_in(target.seconds + 1));
  if (!first) return Error(Errc::kTimeout, "nothing came through the link");
  Arrivals arrivals;
  arrivals.add(now(), *first, target.window());
  std::size_t payload = 0;
  while (now() - *arrivals.first < target.window() && receive(target.socket.get(), kSilence, &payload))
    arrivals.add(now(), payload, target.window());
  return static_cast<double>(arrivals.bytes) * 8 / 1000 / target.seconds;
}

Result<double> measure_up(const Target& target) {
  const Header data{Kind::kData, 0, 0, 0, target.window().count()};
  stream(target.socket.get(), data, target.ip_bytes, target.bits_per_second, target.packets_in(target.seconds + 1),
         nullptr);
  for (int tries = 0; tries < 10; ++tries) {
    send(target.socket.get(), Header{Kind::kQuery, 0, 0, 0, 0}, kUdpHeaderBytes);
    if (const auto answer = receive(target.socket.get(), kSilence))
      return static_cast<double>(answer->count) * 8 / 1000 / target.seconds;
  }
  return Error(Errc::kTimeout, "no answer came through the link");
}

Result<double> measure_rtt(const Target& target) {
  std::vector<double> trips;
  const Nanos begin = now();
  for (std::uint64_t number = 1; now() - begin < target.window(); ++number) {
    const Nanos sent = now();
    send(target.socket.get(), Header{Kind::kEcho, 0, 0, number, 0}, target.ip_bytes);
    const auto answer = receive(target.socket.get(), kFirstAnswer);
    if (answer && answer->count == number)
      trips.push_back(std::chrono::duration<double, std::milli>(now() - sent).count());
  }
  if (trips.empty()) return Error(Errc::kTimeout, "no packet came back through the link");
  std::nth_element(trips.begin(), trips.begin() + static_cast<std::ptrdiff_t>(trips.size() / 2), trips.end());
  return trips[trips.size() / 2];
}

Result<double> measure_loss(const Target& target) {
  const std::uint64_t sent = target.packets_in(target.seconds);
  if (!request_stream(target, sent)) return Error(Errc::kTimeout, "nothing came through the link");
  std::uint64_t received = 1;
  while (receive(target.socket.get(), kSilence)) ++received;
  return 1 - static_cast<double>(received) / static_cast<double>(sent);
}

}  // namespace

Result<ProbeServer> open_probe_server() {
  CHALK_TRY_ASSIGN(UniqueFd fd, udp_socket());
  sockaddr_in any{};
  any.sin_family = AF_INET;
  socklen_t length = sizeof any;
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&any), length) < 0 ||
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&any), &length) < 0)
    return error_from_errno(errno, "cannot bind a socket");
  return ProbeServer{std::move(fd), ntohs(any.sin_port)};
}

void serve_probes(const ProbeServer& server, const std::stop_token& stop) {
  be_urgent(Urgency::kProbe);
  Arrivals arrivals;
  bool streamed = false;
  while (!stop.stop_requested()) {
    std::size_t payload = 0;
    sockaddr_in client{};
    const auto got = receive(server.socket.get(), std::chrono::milliseconds(50), &payload, &client);
    if (!got) continue;
    switch (got->kind) {
      case Kind::kEcho: send(server.socket.get(), *got, payload + kUdpHeaderBytes, &client); break;
      case Kind::kData: arrivals.add(now(), payload, Nanos(got->window_ns)); break;
      case Kind::kQuery:
        send(server.socket.get(), Header{Kind::kAnswer, 0, 0, arrivals.bytes, 0}, kUdpHeaderBytes, &client);
        break;
      case Kind::kStream:
        if (streamed) break;  // a repeated request whose first copy was only late
        streamed = true;
        stream(server.socket.get(), Header{Kind::kData, 0, 0, 0, 0}, got->ip_bytes, got->bits_per_second, got->count,
               &client);
        break;
      case Kind::kAnswer: break;
    }
  }
}

Result<int> run_probe(const std::vector<std::string>& arguments) {
  const char* host = std::getenv("WEAKLINK_HOST");
  if (arguments.size() != 5 || host == nullptr)
    return Error(Errc::kInvalidArgument, "--probe is the self-test's own helper", "run weaklink --self-test");
  be_urgent(Urgency::kProbe);
  Target target;
  CHALK_TRY_ASSIGN(target.socket, udp_socket());
  target.bits_per_second = std::stoull(arguments[2]) * 1000;
  target.seconds = std::stod(arguments[3]);
  target.ip_bytes = std::stoull(arguments[4]);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(arguments[1])));
  inet_pton(AF_INET, host, &to.sin_addr);
  if (::connect(target.socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0)
    return error_from_errno(errno, "cannot connect through the link");

  const std::string& kind = arguments[0];
  const auto value = kind == "down"  ? measure_down(target)
                     : kind == "up"  ? measure_up(target)
                     : kind == "rtt" ? measure_rtt(target)
                                     : measure_loss(target);
  if (!value) return value.error();
  fmt::print("{{\"value\": {}}}\n", *value);
  return 0;
}

}  // namespace chalkline::weaklink
