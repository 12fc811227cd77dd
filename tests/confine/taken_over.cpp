// A decoder that has been taken over, as a library to be preloaded into the real program: when libavformat is asked to
// open a recording, this does instead what an attacker would like, writes how each of it ended into ATTACK_REPORT in
// the folder that the transcode fills, and then spins, runs a program or fails the opening. For
// tests/cli/scenarios/confined.test.mjs.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

const char* outcome(long returned) { return returned < 0 ? ::strerrorname_np(errno) : "done"; }

long reads(const char* path) { return ::open(path, O_RDONLY | O_CLOEXEC); }

std::string named(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr ? value : "";
}

void attack(FILE* report) {
  const auto tell = [&](const char* what, long returned) { std::fprintf(report, "%s %s\n", what, outcome(returned)); };
  tell("read", reads(named("ATTACK_SECRET").c_str()));
  tell("passwd", reads("/etc/passwd"));
  tell("parent", reads(("/proc/" + std::to_string(::getppid()) + "/environ").c_str()));
  tell("write", ::open((named("ATTACK_FOLDER") + "/planted").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  tell("mkdir", ::mkdir((named("ATTACK_FOLDER") + "/made").c_str(), 0700));
  tell("remove", ::unlink(named("ATTACK_SECRET").c_str()));
  tell("spoil", ::truncate(named("ATTACK_RECORDING").c_str(), 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(named("ATTACK_PORT").c_str())));
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  tell("socket", socket);
  if (socket >= 0) tell("connect", ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  tell("signal", ::kill(::getppid(), SIGKILL));
  tell("fork", ::fork());
  long from_thread = 0;
  int why = 0;
  std::thread([&] {
    from_thread = reads(named("ATTACK_SECRET").c_str());
    why = errno;
  }).join();
  errno = why;
  tell("thread", from_thread);
}

}  // namespace

extern "C" int avformat_open_input(void**, const char*, const void*, void**) {
  if (FILE* report = std::fopen((named("ATTACK_REPORT")).c_str(), "we")) {
    attack(report);
    std::fclose(report);
  }
  while (named("ATTACK_SPINS") != "") {
  }
  if (named("ATTACK_PROGRAM") != "") {
    const std::string program = named("ATTACK_PROGRAM");
    ::execl(program.c_str(), program.c_str(), nullptr);
  }
  return -EINVAL;
}
