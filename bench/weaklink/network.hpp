// The kernel's side of a link: TUN devices, their addresses, and network namespaces. Everything here is without a name
// in the file system and not persistent: when the descriptors are closed, however that comes about, the kernel removes
// it. Called by main's one thread, as root. Errors say what to do.
#pragma once

#include <string>

#include "core/error.hpp"
#include "core/file.hpp"

namespace chalkline::weaklink {

// The addresses of link number n of this machine, from 198.18.0.0/15, which RFC 2544 sets apart for measuring and no
// network uses: host 198.18.0.1 and learner 198.18.0.2 for n = 0, then four further on for each.
struct LinkAddresses {
  std::string host;
  std::string learner;
  friend bool operator==(const LinkAddresses&, const LinkAddresses&) = default;
};
inline constexpr int kMaxLinks = 32768;
LinkAddresses addresses_of_link(int number);

struct Tun {
  UniqueFd fd;  // non-blocking; one IP packet per read and write
  std::string name;
  int number = 0;
};

// A TUN device in the calling thread's namespace named weaklink<n> with the first n that is free: the name is the claim
// of the link's addresses, so that two links never clash.
Result<Tun> claim_host_tun();
// The same with a name of the caller's choice, for a namespace of our own.
Result<Tun> open_tun(const std::string& name);

// Address, peer, MTU and up; in the calling thread's namespace.
Result<void> configure_tun(const Tun& tun, const std::string& address, const std::string& peer, int mtu);
Result<void> add_default_route(const std::string& device);
Result<void> bring_up_loopback();

// The calling thread's network namespace, and a fresh one; enter() moves the calling thread.
class NetworkNamespace {
 public:
  static Result<NetworkNamespace> current();
  static Result<NetworkNamespace> create();  // and enters it
  [[nodiscard]] Result<void> enter() const;
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

 private:
  explicit NetworkNamespace(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace chalkline::weaklink
