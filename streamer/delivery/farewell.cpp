// shutdown(2), then read until the client has read.
#include "streamer/delivery/farewell.hpp"

#include "streamer/delivery/worker.hpp"

namespace chalkline::streamer {

void Farewell::start() {
  link_.transport.end_sending();
  set_deadline(std::chrono::seconds(2));
  discard();
}

void Farewell::wait() {
  when_ready<Farewell>(Transport::Ready::kRead, [](Farewell& self) { self.discard(); });
}

void Farewell::discard() {
  constexpr std::size_t kMost = 1024 * 1024;
  auto& scratch = worker_.scratch();
  for (;;) {
    std::size_t got = 0;
    switch (link_.transport.receive(scratch, got)) {
      case Transport::Io::kWait: return wait();
      case Transport::Io::kEnded: return close();
      case Transport::Io::kMoved: break;
    }
    discarded_ += got;
    if (discarded_ > kMost) return close();
    if (link_.transport.encrypted()) return wait();
  }
}

}  // namespace chalkline::streamer
