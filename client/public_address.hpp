// Which addresses are those of the public Internet, for requests to where strangers point: they must not reach the
// machine itself, its neighbours, or what a data centre keeps behind link-local addresses. Pure.
#pragma once

struct sockaddr;

namespace chalkline::client {

// IPv4 and IPv6, also IPv4 within IPv6 (mapped, NAT64, 6to4); false for what the IANA special-purpose registries
// (RFC 6890) have as not globally reachable, for multicast, and for any other family.
bool is_public_address(const sockaddr& address);

}  // namespace chalkline::client
