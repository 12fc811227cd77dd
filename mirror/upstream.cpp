// Which errors mean what to a mirror, and files that go on where they were cut; the transfers are HttpClient's.
#include "mirror/upstream.hpp"

#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.hpp"
#include "core/sha256.hpp"
#include "mirror/memory_file.hpp"

namespace chalkline::mirror {

namespace fs = std::filesystem;

static Error bad(const std::string& url, const std::string& why, Errc code) {
  return Error(code, "cannot fetch " + url + ": " + why);
}

static Result<void> check_status(unsigned status, const std::string& url) {
  if (status == 200 || status == 206 || status == 304) return {};
  const std::string said = "it answers " + std::to_string(status);
  if (status == 404 || status == 410) return bad(url, said, Errc::kNotFound);
  if (status == 401 || status == 403) return bad(url, said, Errc::kPermissionDenied);
  return bad(url, said, Errc::kBusy);
}

static client::ClientOptions client_options(const UpstreamOptions& options) {
  client::ClientOptions made;
  made.user_agent = "chalkline-mirror";
  made.connect_timeout = options.connect_timeout;
  made.silence = options.silence;
  made.bytes_per_second = options.bytes_per_second;
  made.stop = options.stop;
  return made;
}

Upstream::Upstream(UpstreamOptions options)
    : base_url_(options.base_url), name_(options.name), client_(client_options(options)) {}

static Error loop(const std::string& url) {
  return Error(Errc::kBusy,
               "cannot fetch " + url + ": this upstream follows this mirror, so that they wait for each other",
               "let one of them follow the origin: mirror.upstream");
}

static void say_who_asks(client::Request& request, const std::string& name) {
  if (name.empty()) return;
  request.fields.emplace_back("CDN-Loop", name);
  request.fields.emplace_back("Accept", "");  // libcurl says */*, which is what no field means
}

Result<Fetched> Upstream::read(const std::string& path, const std::string& etag, std::size_t limit) {
  client::Request request;
  request.url = base_url_ + path;
  request.compressed = true;
  request.most = limit;
  if (looped_.load(std::memory_order_relaxed) && !path.starts_with("/mirror/")) return loop(request.url);
  say_who_asks(request, name_);
  if (!etag.empty()) request.fields.emplace_back("If-None-Match", etag);
  auto reply = client_.ask(request);
  if (!reply) {
    const Error& error = reply.error();
    const bool ours = error.code == Errc::kLimitExceeded || error.code == Errc::kCancelled;
    return bad(request.url, error.message, ours ? error.code : Errc::kBusy);
  }
  if (reply->status == 508) return loop(request.url);
  CHALK_TRY(check_status(reply->status, request.url));
  return Fetched{reply->status == 304, std::move(reply->body), reply->field("via")};
}

static std::uint64_t size_of(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

// No descriptor where the disk has no room for so many bytes.
static Result<UniqueFd> open_beside(const fs::path& beside, std::uint64_t bytes) {
  constexpr std::uint64_t kSpare = 1'000'000;  // for the catalogue, and for others who write just now
  const auto made = make_directories(beside.parent_path());
  if (!made && made.error().code == Errc::kDiskFull) return UniqueFd();
  if (!made) return made.error();
  std::error_code failed;
  const fs::space_info space = fs::space(beside.parent_path(), failed);
  if (!failed && space.available < bytes + kSpare) return UniqueFd();
  UniqueFd file(::open(beside.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file && errno == ENOSPC) return UniqueFd();
  if (!file) return error_from_errno(errno, "cannot create " + beside.string());
  return file;
}

Result<void> Upstream::fetch(const std::string& path, const FileEntry& entry, const fs::path& to,
                             library::GrowingFile& growing) {
  if (looped_.load(std::memory_order_relaxed)) return loop(base_url_ + path);
  fs::path beside = to.parent_path() / ("." + to.filename().string() + ".part");
  CHALK_TRY_ASSIGN(UniqueFd file, open_beside(beside, entry.bytes));
  const bool kept = static_cast<bool>(file);
  if (!kept) {
    CHALK_TRY_ASSIGN(file, open_memory_file());
    beside = "/proc/self/fd/" + std::to_string(file.get());
  }
  std::uint64_t there = size_of(file.get());
  if (there >= entry.bytes) {  // of another file, or spoilt: begin anew
    if (::ftruncate(file.get(), 0) != 0) return error_from_errno(errno, "cannot empty " + beside.string());
    there = 0;
  }
  // Somebody has bytes that are not in this file: they may have been bad ones.
  if (growing.seen().there > there)
    return bad(base_url_ + path, "what had come of it is gone", kept ? Errc::kCorrupt : Errc::kBusy);
  UniqueFd reader(::fcntl(file.get(), F_DUPFD_CLOEXEC, 0));
  if (!reader) return error_from_errno(errno, "cannot open " + beside.string());
  growing.opened(std::move(reader));
  std::uint64_t room = entry.bytes - there;
  bool overflows = false;
  Result<void> written;
  client::Request request;
  request.url = base_url_ + path;
  request.from = there;
  say_who_asks(request, name_);
  request.sink = [&](std::string_view piece) -> Result<void> {
    overflows = piece.size() > room;
    if (overflows) return Error(Errc::kCorrupt, "it sends more than the index says");
    room -= piece.size();
    written = write_all(file.get(), std::as_bytes(std::span(piece)), beside);
    if (written) growing.grew(entry.bytes - room);
    return written;
  };
  std::error_code failed;
  if (const auto reply = entry.bytes == 0 ? Result<client::Reply>(client::Reply{200, {}, {}}) : client_.ask(request);
      reply) {
    CHALK_TRY(check_status(reply->status, request.url));
  } else {
    if (!written) return written;
    if (reply.error().code == Errc::kCancelled) return bad(request.url, reply.error().message, Errc::kCancelled);
    const bool in_the_middle = reply.error().code == Errc::kUnusableInput || (overflows && there > 0);
    if (kept && (in_the_middle || overflows)) fs::remove(beside, failed);  // next time anew
    if (in_the_middle) return bad(request.url, "it does not go on in the middle of a file", Errc::kBusy);
    return bad(request.url, reply.error().message, overflows ? Errc::kCorrupt : Errc::kBusy);
  }
  if (kept) file.reset();
  CHALK_TRY_ASSIGN(const std::string hash, sha256_file(beside));
  if (room != 0 || hash != entry.sha256) {
    if (kept) fs::remove(beside, failed);
    return bad(request.url, "its bytes are not those that the index says", Errc::kCorrupt);
  }
  if (!kept) return {};
  fs::rename(beside, to, failed);
  if (failed) return error_from_errno(failed.value(), "cannot rename " + beside.string());
  return {};
}

}  // namespace chalkline::mirror
