// `chalkline add --server`: recordings to a server far away, one after the other. Called by the verb `add`.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "cli/upload/remote_upload.hpp"

namespace chalkline::cli {

// The exit code. Each result is printed as it comes; the first failure ends it.
int add_to_server(const RemoteTarget& target, const std::vector<std::string>& recordings, bool json,
                  std::stop_token stop);

}  // namespace chalkline::cli
