// The address of a server as a person writes it. libcurl takes it apart.
#pragma once

#include <string>

#include "core/error.hpp"

namespace chalkline::client {

struct ServerAddress {
  std::string origin;  // "https://video.example:8443", the port only where it is not the scheme's own
  std::string path;    // "/lessons", without a "/" at its end; empty for the whole server
};

// http and https. kInvalidArgument with a sentence for anything else, for a user's name, a query or a fragment.
Result<ServerAddress> parse_server_address(const std::string& url);

}  // namespace chalkline::client
