// The two ends of the self-test's measurements: UDP packets over real sockets, as any program would send them.
// The server sits on the machine's side (a thread of the self-test), the client behind the link (weaklink --probe).
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/file.hpp"

namespace chalkline::weaklink {

inline constexpr std::uint64_t kUdpHeaderBytes = 28;  // IPv4 and UDP

struct ProbeServer {
  UniqueFd socket;
  std::uint16_t port = 0;
};
Result<ProbeServer> open_probe_server();                                    // on any address, a free port
void serve_probes(const ProbeServer& server, const std::stop_token& stop);  // blocks

// arguments: KIND PORT KBPS SECONDS BYTES; the host is $WEAKLINK_HOST. Packets of BYTES (IP) are sent at KBPS.
//   down, up  over SECONDS from the first packet's arrival  -> {"value": IP kilobits a second that arrived}
//   rtt       one packet at a time (KBPS unused)            -> {"value": median in ms}
//   loss      towards us                                    -> {"value": share that did not arrive}
// Prints one JSON line; 0.
Result<int> run_probe(const std::vector<std::string>& arguments);

}  // namespace chalkline::weaklink
