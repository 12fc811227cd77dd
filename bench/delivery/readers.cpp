// readers: very many HTTP/1.1 clients in one thread, for what wrk cannot do: readers that read nothing for a while, or
// no faster than a rate, or that stay connected and ask for nothing more. Started by bench/delivery's crowds.mjs; says
// what it saw as one line of JSON. Reads a response by its Content-Length; anything but 200 is a failure.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/file.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  int port = 0;
  std::string path;
  int connections = 1;
  std::uint64_t bytes_per_second = 0;  // of each reader; 0: as fast as it comes
  int receive_buffer = 0;              // SO_RCVBUF; 0: the system's
  double hold_s = 0;                   // reads nothing for this long after the last connection is made
  double stay_s = 0;                   // stays connected for this long after the last response
  double deadline_s = 120;
};

struct Reader {
  chalkline::UniqueFd fd;
  std::string head;
  std::uint64_t expected = 0;  // of the body, once the head is there
  std::uint64_t body = 0;
  std::uint64_t allowance = 0;
  bool headed = false, done = false, failed = false, waiting = false;
  Clock::time_point began, ended;
};

double seconds_since(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

[[noreturn]] void usage() {
  std::fprintf(
      stderr,
      "usage: readers PORT PATH CONNECTIONS [rate=BYTES_PER_S] [rcvbuf=BYTES] [hold=S] [stay=S] [deadline=S]\n");
  std::exit(2);
}

Options options_from(int argc, char** argv) {
  if (argc < 4) usage();
  Options options;
  options.port = std::atoi(argv[1]);
  options.path = argv[2];
  options.connections = std::atoi(argv[3]);
  for (int i = 4; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::size_t equals = argument.find('=');
    if (equals == std::string_view::npos) usage();
    const std::string_view key = argument.substr(0, equals);
    const double value = std::atof(argv[i] + equals + 1);
    if (key == "rate")
      options.bytes_per_second = static_cast<std::uint64_t>(value);
    else if (key == "rcvbuf")
      options.receive_buffer = static_cast<int>(value);
    else if (key == "hold")
      options.hold_s = value;
    else if (key == "stay")
      options.stay_s = value;
    else if (key == "deadline")
      options.deadline_s = value;
    else
      usage();
  }
  if (options.port <= 0 || options.connections <= 0 || options.path.empty()) usage();
  return options;
}

// 127.0.0.1 and its neighbours, so that the ports of one address do not run out.
bool open_reader(Reader& reader, const Options& options, int number) {
  reader.fd = chalkline::UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!reader.fd) return false;
  if (options.receive_buffer > 0)
    ::setsockopt(reader.fd.get(), SOL_SOCKET, SO_RCVBUF, &options.receive_buffer, sizeof options.receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + static_cast<in_addr_t>(number / 5000));
  if (::bind(reader.fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return false;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<in_port_t>(options.port));
  if (::connect(reader.fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return false;
  const std::string request = "GET " + options.path + " HTTP/1.1\r\nHost: bench\r\n\r\n";
  reader.began = Clock::now();
  return ::send(reader.fd.get(), request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size());
}

void take_head(Reader& reader, std::string_view bytes) {
  reader.head.append(bytes);
  const std::size_t end = reader.head.find("\r\n\r\n");
  if (end == std::string::npos) return;
  reader.headed = true;
  reader.body = reader.head.size() - end - 4;
  const std::size_t length = reader.head.find("Content-Length: ");
  if (!reader.head.starts_with("HTTP/1.1 200") || length == std::string::npos || length > end) {
    reader.failed = true;
    return;
  }
  reader.expected = std::strtoull(reader.head.c_str() + length + 16, nullptr, 10);
  reader.head = std::string();
}

// What is there, up to the allowance.
void read_some(Reader& reader, std::uint64_t most) {
  static std::vector<char> scratch(256 * 1024);
  while (most > 0 && !reader.done && !reader.failed) {
    const std::size_t ask = static_cast<std::size_t>(std::min<std::uint64_t>(most, scratch.size()));
    const ssize_t got = ::recv(reader.fd.get(), scratch.data(), ask, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      reader.failed = true;
      return;
    }
    most -= static_cast<std::uint64_t>(got);
    if (!reader.headed)
      take_head(reader, {scratch.data(), static_cast<std::size_t>(got)});
    else
      reader.body += static_cast<std::uint64_t>(got);
    if (reader.headed && !reader.failed && reader.body >= reader.expected) {
      reader.done = true;
      reader.ended = Clock::now();
    }
  }
}

bool settled(const Reader& reader) { return reader.done || reader.failed; }

void read_freely(std::vector<Reader>& readers, Clock::time_point until) {
  const chalkline::UniqueFd poll(::epoll_create1(EPOLL_CLOEXEC));
  for (std::size_t i = 0; i < readers.size(); ++i) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    if (readers[i].fd) ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, readers[i].fd.get(), &event);
  }
  std::vector<epoll_event> events(1024);
  while (Clock::now() < until && !std::all_of(readers.begin(), readers.end(), settled)) {
    const int count = ::epoll_wait(poll.get(), events.data(), static_cast<int>(events.size()), 200);
    for (int i = 0; i < count; ++i) {
      Reader& reader = readers[events[static_cast<std::size_t>(i)].data.u64];
      read_some(reader, 256 * 1024);
      if (settled(reader)) ::epoll_ctl(poll.get(), EPOLL_CTL_DEL, reader.fd.get(), nullptr);
    }
  }
}

// Every reader takes its share each tenth of a second: what a link of that rate would let through.
void read_at_rate(std::vector<Reader>& readers, std::uint64_t bytes_per_second, Clock::time_point until) {
  constexpr std::chrono::milliseconds kStep{100};
  auto next = Clock::now();
  while (Clock::now() < until && !std::all_of(readers.begin(), readers.end(), settled)) {
    for (Reader& reader : readers)
      if (!settled(reader)) read_some(reader, bytes_per_second / 10);
    next += kStep;
    const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(next - Clock::now());
    if (rest.count() > 0) ::usleep(static_cast<useconds_t>(rest.count()));
  }
}

void print(const std::vector<Reader>& readers, double wall_s) {
  std::vector<double> times;
  std::uint64_t bytes = 0;
  int failed = 0, unfinished = 0;
  for (const Reader& reader : readers) {
    bytes += reader.body;
    if (reader.failed) ++failed;
    if (!settled(reader)) ++unfinished;
    if (reader.done) times.push_back(std::chrono::duration<double>(reader.ended - reader.began).count());
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](double part) {
    return times.empty() ? 0.0 : times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
  };
  std::printf(
      "{\"done\":%zu,\"failed\":%d,\"unfinished\":%d,\"bytes\":%llu,\"wall_s\":%.3f,\"first_s\":%.3f,"
      "\"p50_s\":%.3f,\"last_s\":%.3f}\n",
      times.size(), failed, unfinished, static_cast<unsigned long long>(bytes), wall_s, at(0), at(0.5), at(1));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = options_from(argc, argv);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  std::vector<Reader> readers(static_cast<std::size_t>(options.connections));
  const auto began = Clock::now();
  for (std::size_t i = 0; i < readers.size(); ++i)
    readers[i].failed = !open_reader(readers[i], options, static_cast<int>(i));
  if (options.hold_s > 0) {
    std::puts("holding");
    std::fflush(stdout);
    ::usleep(static_cast<useconds_t>(options.hold_s * 1e6));
  }
  const auto reading = Clock::now();
  const auto until = reading + std::chrono::milliseconds(static_cast<std::int64_t>(options.deadline_s * 1000));
  if (options.bytes_per_second > 0)
    read_at_rate(readers, options.bytes_per_second, until);
  else
    read_freely(readers, until);
  print(readers, options.hold_s > 0 ? seconds_since(reading) : seconds_since(began));
  if (options.stay_s > 0) ::usleep(static_cast<useconds_t>(options.stay_s * 1e6));
  return 0;
}
