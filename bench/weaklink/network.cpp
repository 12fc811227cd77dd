// ioctls on TUN devices and interfaces (netdevice(7), tuntap.rst); no netlink, no helper program.
#include "bench/weaklink/network.hpp"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace chalkline::weaklink {
namespace {

constexpr const char* kTunPath = "/dev/net/tun";
constexpr const char* kNeedsRoot = "run weaklink as root, with CAP_NET_ADMIN and CAP_SYS_ADMIN";

ifreq request_for(const std::string& device) {
  ifreq request{};
  std::strncpy(request.ifr_name, device.c_str(), IFNAMSIZ - 1);
  return request;
}

void put_address(sockaddr& into, const std::string& address) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  inet_pton(AF_INET, address.c_str(), &in.sin_addr);
  std::memcpy(&into, &in, sizeof in);
}

Result<UniqueFd> control_socket() {
  UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return error_from_errno(errno, "cannot make a socket to set up the link");
  return fd;
}

Result<UniqueFd> open_tun_file() {
  UniqueFd fd(::open(kTunPath, O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (!fd && errno == ENOENT) {
    // Containers often lack the node though the kernel has the driver: the character device 10:200 (devices.txt).
    ::mkdir("/dev/net", 0755);
    ::mknod(kTunPath, S_IFCHR | 0600, makedev(10, 200));
    fd = UniqueFd(::open(kTunPath, O_RDWR | O_CLOEXEC | O_NONBLOCK));
  }
  if (!fd)
    return error_from_errno(
        errno, fmt::format("cannot open {}", kTunPath),
        errno == EPERM || errno == EACCES ? kNeedsRoot : "the kernel needs its tun driver: modprobe tun");
  return fd;
}

// Without this, router solicitations would be the link's first packets. A kernel without IPv6 has no such file.
void disable_ipv6(const std::string& device) {
  const UniqueFd fd(
      ::open(fmt::format("/proc/sys/net/ipv6/conf/{}/disable_ipv6", device).c_str(), O_WRONLY | O_CLOEXEC));
  if (fd) [[maybe_unused]]
    const auto written = ::write(fd.get(), "1", 1);
}

Result<void> set_up_flag(int socket, const std::string& device) {
  ifreq request = request_for(device);
  if (::ioctl(socket, SIOCGIFFLAGS, &request) < 0)
    return error_from_errno(errno, fmt::format("cannot read the flags of {}", device));
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  if (::ioctl(socket, SIOCSIFFLAGS, &request) < 0)
    return error_from_errno(errno, fmt::format("cannot bring up {}", device), kNeedsRoot);
  return {};
}

}  // namespace

LinkAddresses addresses_of_link(int number) {
  const auto base = (198u << 24 | 18u << 16) + static_cast<unsigned>(number) * 4;
  const auto text = [](unsigned a) {
    return fmt::format("{}.{}.{}.{}", a >> 24, (a >> 16) & 255, (a >> 8) & 255, a & 255);
  };
  return {text(base + 1), text(base + 2)};
}

Result<Tun> open_tun(const std::string& name) {
  CHALK_TRY_ASSIGN(UniqueFd fd, open_tun_file());
  ifreq request = request_for(name);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (::ioctl(fd.get(), TUNSETIFF, &request) < 0)
    return error_from_errno(errno, fmt::format("cannot make the network device {}", name), kNeedsRoot);
  return Tun{std::move(fd), name, 0};
}

Result<Tun> claim_host_tun() {
  for (int number = 0; number < kMaxLinks; ++number) {
    const std::string name = fmt::format("weaklink{}", number);
    if (if_nametoindex(name.c_str()) != 0) continue;
    auto tun = open_tun(name);
    // Another weaklink took the name between the look and the claim: the device is then there, or busy.
    if (!tun && if_nametoindex(name.c_str()) != 0) continue;
    if (tun) tun->number = number;
    return tun;
  }
  return Error(Errc::kLimitExceeded, fmt::format("cannot make a link: there are {} on this machine already", kMaxLinks),
               "end some");
}

Result<void> configure_tun(const Tun& tun, const std::string& address, const std::string& peer, int mtu) {
  disable_ipv6(tun.name);
  CHALK_TRY_ASSIGN(const UniqueFd control, control_socket());
  const auto apply = [&](unsigned long what, ifreq request) -> Result<void> {
    if (::ioctl(control.get(), what, &request) < 0)
      return error_from_errno(errno, fmt::format("cannot set the address {} on {}", address, tun.name), kNeedsRoot);
    return {};
  };
  ifreq request = request_for(tun.name);
  put_address(request.ifr_addr, address);
  CHALK_TRY(apply(SIOCSIFADDR, request));
  put_address(request.ifr_dstaddr, peer);
  CHALK_TRY(apply(SIOCSIFDSTADDR, request));
  request = request_for(tun.name);
  request.ifr_mtu = mtu;
  CHALK_TRY(apply(SIOCSIFMTU, request));
  // What the kernel holds until we read it: never the queue that drops, which is the link's own.
  request = request_for(tun.name);
  request.ifr_qlen = 5000;
  CHALK_TRY(apply(SIOCSIFTXQLEN, request));
  return set_up_flag(control.get(), tun.name);
}

Result<void> add_default_route(const std::string& device) {
  CHALK_TRY_ASSIGN(const UniqueFd control, control_socket());
  rtentry route{};
  std::string writable = device;  // the field is not const
  put_address(route.rt_dst, "0.0.0.0");
  put_address(route.rt_genmask, "0.0.0.0");
  route.rt_flags = RTF_UP;
  route.rt_dev = writable.data();
  if (::ioctl(control.get(), SIOCADDRT, &route) < 0)
    return error_from_errno(errno, fmt::format("cannot route through {}", device), kNeedsRoot);
  return {};
}

Result<void> bring_up_loopback() {
  CHALK_TRY_ASSIGN(const UniqueFd control, control_socket());
  return set_up_flag(control.get(), "lo");
}

Result<NetworkNamespace> NetworkNamespace::current() {
  UniqueFd fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "cannot open this process's network namespace", "is /proc mounted?");
  return NetworkNamespace(std::move(fd));
}

Result<NetworkNamespace> NetworkNamespace::create() {
  if (::unshare(CLONE_NEWNET) < 0) return error_from_errno(errno, "cannot make a network namespace", kNeedsRoot);
  return current();
}

Result<void> NetworkNamespace::enter() const {
  if (::setns(fd_.get(), CLONE_NEWNET) < 0)
    return error_from_errno(errno, "cannot enter a network namespace", kNeedsRoot);
  return {};
}

}  // namespace chalkline::weaklink
