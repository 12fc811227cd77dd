// One easy handle a transfer, taken from those that are idle: a handle keeps its connection.
#include "mirror/upstream.hpp"

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.hpp"
#include "core/sha256.hpp"

namespace chalkline::mirror {

namespace fs = std::filesystem;

namespace {

using Handle = std::unique_ptr<CURL, decltype([](CURL* c) { curl_easy_cleanup(c); })>;
using Lines = std::unique_ptr<curl_slist, decltype([](curl_slist* l) { curl_slist_free_all(l); })>;

Error bad(const std::string& url, const std::string& why, Errc code) {
  return Error(code, "cannot fetch " + url + ": " + why);
}

struct Body {
  std::string text;
  std::string etag;
  std::size_t limit = 0;
  bool too_large = false;
};

std::size_t take_text(char* data, std::size_t, std::size_t length, void* to) noexcept {
  auto& body = *static_cast<Body*>(to);
  if (body.text.size() + length > body.limit) {
    body.too_large = true;
    return 0;
  }
  body.text.append(data, length);
  return length;
}

std::size_t take_field(char* data, std::size_t, std::size_t length, void* to) noexcept {
  const std::string_view line(data, length);
  constexpr std::string_view kName = "etag:";
  const bool is_etag =
      line.size() > kName.size() && std::ranges::equal(line.substr(0, kName.size()), kName, [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
      });
  if (is_etag) {
    std::string_view value = line.substr(kName.size());
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == '\n' || value.back() == '\r' || value.back() == ' '))
      value.remove_suffix(1);
    static_cast<Body*>(to)->etag.assign(value);
  }
  return length;
}

struct FileBody {
  int fd = -1;
  std::uint64_t room = 0;  // bytes that may still come
  int errnum = 0;
};

std::size_t take_piece(char* data, std::size_t, std::size_t length, void* to) noexcept {
  auto& body = *static_cast<FileBody*>(to);
  if (length > body.room) return 0;
  std::size_t done = 0;
  while (done < length) {
    const ssize_t put = ::write(body.fd, data + done, length - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      body.errnum = errno;
      return 0;
    }
    done += static_cast<std::size_t>(put);
  }
  body.room -= length;
  return length;
}

Result<void> check_status(long status, const std::string& url) {
  if (status == 200 || status == 206 || status == 304) return {};
  const std::string said = "it answers " + std::to_string(status);
  if (status == 404 || status == 410) return bad(url, said, Errc::kNotFound);
  if (status == 401 || status == 403) return bad(url, said, Errc::kPermissionDenied);
  return bad(url, said, Errc::kBusy);
}

}  // namespace

struct Upstream::State {
  UpstreamOptions options;
  std::mutex mutex;
  std::vector<Handle> idle;

  Handle take() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        Handle handle = std::move(idle.back());
        idle.pop_back();
        return handle;
      }
    }
    return Handle(curl_easy_init());
  }

  void give_back(Handle handle) {
    curl_easy_reset(handle.get());  // connections stay
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(handle));
  }

  void prepare(CURL* curl, const std::string& url) const {
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);  // an upstream is one place, not whoever it points to
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(options.connect_timeout.count()));
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.silence.count()));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "chalkline-mirror");
    curl_easy_setopt(curl, CURLOPT_MAX_RECV_SPEED_LARGE, static_cast<curl_off_t>(options.bytes_per_second));
  }
};

Upstream::Upstream(UpstreamOptions options) : state_(std::make_unique<State>()) {
  static std::once_flag once;  // not thread-safe before libcurl 7.84, and harmless after
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  state_->options = std::move(options);
}

Upstream::~Upstream() = default;

Result<std::optional<Fetched>> Upstream::read(const std::string& path, const std::string& etag, std::size_t limit) {
  const std::string url = state_->options.base_url + path;
  Handle curl = state_->take();
  if (!curl) return bad(url, "libcurl has no memory", Errc::kBusy);
  state_->prepare(curl.get(), url);
  Body body;
  body.limit = limit;
  Lines fields;
  if (!etag.empty()) fields.reset(curl_slist_append(nullptr, ("If-None-Match: " + etag).c_str()));
  if (fields) curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, fields.get());
  curl_easy_setopt(curl.get(), CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take_text);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, take_field);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &body);
  const CURLcode done = curl_easy_perform(curl.get());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  state_->give_back(std::move(curl));
  if (body.too_large) return bad(url, "it is larger than " + std::to_string(limit) + " bytes", Errc::kLimitExceeded);
  if (done != CURLE_OK) return bad(url, curl_easy_strerror(done), Errc::kBusy);
  CHALK_TRY(check_status(status, url));
  if (status == 304) return std::nullopt;
  return std::optional(Fetched{std::move(body.text), std::move(body.etag)});
}

static std::uint64_t size_of(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

Result<void> Upstream::fetch(const std::string& path, const FileEntry& entry, const fs::path& to) {
  const std::string url = state_->options.base_url + path;
  CHALK_TRY(make_directories(to.parent_path()));
  const fs::path beside = to.parent_path() / ("." + to.filename().string() + ".part");
  UniqueFd file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file) return error_from_errno(errno, "cannot create " + beside.string());
  std::uint64_t there = size_of(file.get());
  if (there >= entry.bytes) {  // of another file, or spoilt: begin anew
    if (::ftruncate(file.get(), 0) != 0) return error_from_errno(errno, "cannot empty " + beside.string());
    there = 0;
  }
  FileBody body{file.get(), entry.bytes - there, 0};
  Handle curl = state_->take();
  if (!curl) return bad(url, "libcurl has no memory", Errc::kBusy);
  state_->prepare(curl.get(), url);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take_piece);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);  // an error's text is no part of the file
  curl_easy_setopt(curl.get(), CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(there));
  CURLcode done = entry.bytes == 0 ? CURLE_OK : curl_easy_perform(curl.get());
  long status = entry.bytes == 0 ? 200 : 0;
  if (entry.bytes != 0) curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  state_->give_back(std::move(curl));
  if (body.errnum != 0) return error_from_errno(body.errnum, "cannot write " + beside.string());
  if (status >= 400) CHALK_TRY(check_status(status, url));
  std::error_code failed;
  if (done == CURLE_RANGE_ERROR || (done == CURLE_WRITE_ERROR && there > 0)) {  // it knows no ranges: next time anew
    fs::remove(beside, failed);
    return bad(url, "it does not go on in the middle of a file", Errc::kBusy);
  }
  if (done == CURLE_WRITE_ERROR) {
    fs::remove(beside, failed);
    return bad(url, "it sends more than the index says", Errc::kCorrupt);
  }
  if (done != CURLE_OK) return bad(url, curl_easy_strerror(done), Errc::kBusy);
  file.reset();
  CHALK_TRY_ASSIGN(const std::string hash, sha256_file(beside));
  if (body.room != 0 || hash != entry.sha256) {
    fs::remove(beside, failed);
    return bad(url, "its bytes are not those that the index says", Errc::kCorrupt);
  }
  fs::rename(beside, to, failed);
  if (failed) return error_from_errno(failed.value(), "cannot rename " + beside.string());
  return {};
}

}  // namespace chalkline::mirror
