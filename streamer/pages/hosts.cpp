// Names are asked of the resolver that this machine uses: learners elsewhere may be told other addresses.
#include "streamer/pages/hosts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <nlohmann/json.hpp>

#include "core/html.hpp"

namespace chalkline::streamer {

namespace {

std::string range_of(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->sa_family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(address);
    return ::inet_ntop(AF_INET, &four->sin_addr, text.data(), text.size()) + std::string("/32");
  }
  if (address->sa_family == AF_INET6) {
    const auto* six = reinterpret_cast<const sockaddr_in6*>(address);
    if (IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr)) return {};
    return ::inet_ntop(AF_INET6, &six->sin6_addr, text.data(), text.size()) + std::string("/128");
  }
  return {};
}

void add(std::vector<std::string>& ranges, std::string range) {
  if (!range.empty() && std::ranges::find(ranges, range) == ranges.end()) ranges.push_back(std::move(range));
}

std::vector<std::string> ranges_of_name(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  std::vector<std::string> ranges;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) add(ranges, range_of(one->ai_addr));
  return ranges;
}

// Of every interface that is up but the loopback.
std::vector<std::string> ranges_of_machine(bool ipv4_alone) {
  ifaddrs* found = nullptr;
  if (::getifaddrs(&found) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(found, &::freeifaddrs);
  std::vector<std::string> ranges;
  for (const ifaddrs* one = found; one != nullptr; one = one->ifa_next) {
    const bool counts =
        one->ifa_addr != nullptr && (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
    if (counts && (!ipv4_alone || one->ifa_addr->sa_family == AF_INET)) add(ranges, range_of(one->ifa_addr));
  }
  return ranges;
}

// An origin, as config's check_base_url lets it through (RFC 3986 3.2).
NeededHost host_of_url(const std::string& url) {
  NeededHost host{url, {}, url.starts_with("https:") ? 443 : 80, {}};
  std::string_view rest = std::string_view(url).substr(url.find("://") + 3);
  if (rest.starts_with('[')) {
    host.name = rest.substr(1, rest.find(']') - 1);
    rest.remove_prefix(std::min(rest.find(']') + 1, rest.size()));
  } else {
    host.name = rest.substr(0, rest.find_first_of(":/"));
    rest.remove_prefix(host.name.size());
  }
  if (rest.starts_with(':')) std::from_chars(rest.data() + 1, rest.data() + rest.size(), host.port);
  host.ranges = ranges_of_name(host.name);
  return host;
}

std::vector<NeededHost> own_hosts(const config::ServerConfig& server, int port, int tls_port) {
  if (!server.base_url.empty()) return {host_of_url(server.base_url)};
  const bool any = server.address == "0.0.0.0" || server.address == "::";
  const std::vector<std::string> ranges =
      any ? ranges_of_machine(server.address == "0.0.0.0") : ranges_of_name(server.address);
  std::vector<NeededHost> hosts;
  for (const auto& [scheme, listened] : {std::pair("http", port), std::pair("https", tls_port)}) {
    if (listened == 0) continue;
    for (const std::string& range : ranges) {
      const std::string name = range.substr(0, range.find('/'));
      const bool six = name.find(':') != std::string::npos;
      hosts.push_back({fmt::format("{}://{}{}{}:{}", scheme, six ? "[" : "", name, six ? "]" : "", listened),
                       name,
                       listened,
                       {range}});
    }
  }
  return hosts;
}

}  // namespace

std::vector<NeededHost> needed_hosts(const config::Config& config, int port, int tls_port,
                                     const std::vector<std::string>& mirrors) {
  std::vector<NeededHost> hosts = own_hosts(config.server, port, tls_port);
  for (const std::string& mirror : mirrors) hosts.push_back(host_of_url(mirror));
  return hosts;
}

std::string hosts_text(const std::vector<NeededHost>& hosts) {
  std::string text;
  for (const NeededHost& host : hosts)
    text += fmt::format("{}\ttcp/{}\t{}\t{}\n", host.name, host.port,
                        host.ranges.empty() ? "unresolved" : fmt::format("{}", fmt::join(host.ranges, ",")), host.url);
  return text;
}

std::string hosts_json(const std::vector<NeededHost>& hosts) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const NeededHost& host : hosts)
    list.push_back(
        {{"host", host.name}, {"port", host.port}, {"protocol", "tcp"}, {"ranges", host.ranges}, {"url", host.url}});
  return nlohmann::ordered_json{{"hosts", list}}.dump() + "\n";
}

std::string render_hosts_page(const std::vector<NeededHost>& hosts) {
  std::string rows;
  for (const NeededHost& host : hosts)
    rows += fmt::format("<tr><td>{}<td>TCP {}<td>{}<td>{}\n", escape_html(host.name), host.port,
                        host.ranges.empty() ? "not resolved here" : fmt::format("{}", fmt::join(host.ranges, "<br>")),
                        escape_html(host.url));
  return fill_template(R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Hosts</title>
<style>body{margin:0 auto;max-width:50rem;padding:1rem;font:1rem/1.5 sans-serif}td,th{padding:0 1rem 0 0;text-align:left;vertical-align:top}</style>
<h1>What a learner's phone needs</h1>
<p>For pages, lessons and saving, from this server. An operator who makes these free of charge has made the lessons so; nothing else is asked for.
<table>
<tr><th>Host<th>Port<th>Addresses<th>Address of the page
{{rows}}</table>
</html>
)",
                       {{"rows", rows}});
}

}  // namespace chalkline::streamer
