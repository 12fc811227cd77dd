// Readable, a step of OpenSSL, readable again.
#include "streamer/tls/handshake.hpp"

#include "streamer/delivery/session.hpp"
#include "streamer/delivery/worker.hpp"
#include "streamer/h2/h2_session.hpp"
#include "streamer/tls/tls_context.hpp"
#include "streamer/tls/tls_stream.hpp"

namespace chalkline::streamer {

using Ready = Transport::Ready;

static Link make_link(Worker& worker, WatchedSocket socket, const boost::asio::ip::tcp::endpoint& peer,
                      std::optional<AddressKey> counted) {
  const auto context = worker.services().tls->current();
  auto stream = std::make_unique<TlsStream>(context.get(), worker.tls_buffers());
  return Link{Transport(std::move(socket), std::move(stream)), peer, counted};
}

Handshake::Handshake(Worker& worker, WatchedSocket socket, const boost::asio::ip::tcp::endpoint& peer,
                     std::optional<AddressKey> counted)
    : Connection(worker, make_link(worker, std::move(socket), peer, counted)) {}

void Handshake::start() {
  set_deadline(worker_.config().header_timeout);
  link_.transport.socket().set_newcomer(true);
  wait(Ready::kRead);
}

void Handshake::wait(Ready what) {
  when_ready<Handshake>(what, [](Handshake& self) { self.on_ready(); });
}

void Handshake::on_ready() {
  auto& scratch = worker_.scratch();
  std::size_t got = 0;
  if (link_.transport.receive(scratch, got) == Transport::Io::kEnded) return close();
  link_.transport.socket().set_newcomer(false);  // signed: what comes next has the first request with it
  if (link_.transport.tls()->protocol_known()) return go_on(std::string(scratch.data(), got));
  switch (link_.transport.flush()) {
    case Transport::Io::kMoved: return wait(Ready::kRead);
    case Transport::Io::kWait: return wait(Ready::kWrite);
    case Transport::Io::kEnded: break;
  }
  close();
}

void Handshake::go_on(std::string received) {
  TlsStream& tls = *link_.transport.tls();
  worker_.counters().add(tls.resumed() ? Counter::kTlsResumed : Counter::kTlsFull);
  if (tls.had_early_data()) worker_.counters().add(Counter::kTlsEarly);
  if (tls.protocol() == "h2")
    become<H2Session>(std::move(received));
  else
    become<Session>(std::move(received));
}

void Handshake::on_close() { worker_.counters().add(Counter::kTlsFailed); }

void Handshake::on_deadline() {
  worker_.counters().add(Counter::kTimeouts);
  close();
}

}  // namespace chalkline::streamer
