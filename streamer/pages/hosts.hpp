// Every host, address and port that a learner's phone needs for a lesson from this server, so that an operator can make
// them free of charge: `chalkline hosts` and the page /hosts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace chalkline::streamer {

struct NeededHost {
  std::string url;                  // "https://video.example"
  std::string name;                 // a DNS name, or an address
  int port = 0;                     // TCP
  std::vector<std::string> ranges;  // CIDR, RFC 4632; empty where the name cannot be resolved here
};

// `port`, `tls_port`: those that are listened on, 0: none. With server.base_url learners know that address alone,
// and the `mirrors` to which they are steered, addresses.
// Resolves names and looks at the machine's interfaces: may block.
std::vector<NeededHost> needed_hosts(const config::Config& config, int port, int tls_port,
                                     const std::vector<std::string>& mirrors);

// One line each, its fields between tabs. Pure, as the next two.
std::string hosts_text(const std::vector<NeededHost>& hosts);
std::string hosts_json(const std::vector<NeededHost>& hosts);
std::string render_hosts_page(const std::vector<NeededHost>& hosts);

}  // namespace chalkline::streamer
