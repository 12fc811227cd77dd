// Socket activation: listening sockets that systemd (or anything that speaks sd_listen_fds(3)) opened before it started
// us, so that no connection is refused while the server is replaced, and ports below 1024 need no privilege of ours.
// Called once, from the composition root, before any thread starts.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/file.hpp"
#include "streamer/delivery/listener.hpp"

namespace chalkline::streamer {

struct PassedSockets {
  std::optional<UniqueFd> plain;  // named "http", or the first without a name of ours
  std::optional<UniqueFd> tls;    // named "https"
};

// From $LISTEN_PID, $LISTEN_FDS and $LISTEN_FDNAMES, which are taken out of the environment so that no child believes
// them.
PassedSockets take_passed_sockets();
// The same for values already read; `first` is where the descriptors begin. Descriptors that are not wanted are closed.
PassedSockets sort_passed_sockets(int first, int count, std::string_view names);

// One listening socket for each of `threads`, all the same queue. kBadConfig where it is not a listening TCP socket.
Result<Listeners> share_passed_socket(UniqueFd socket, int threads);

}  // namespace chalkline::streamer
