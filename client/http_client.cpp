// One easy handle a transfer, taken from those that are idle: a handle keeps its connection.
#include "client/http_client.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <new>
#include <optional>

#include <curl/curl.h>
#include <sys/socket.h>

#include "client/public_address.hpp"

namespace chalkline::client {

namespace {

using Handle = std::unique_ptr<CURL, decltype([](CURL* curl) { curl_easy_cleanup(curl); })>;
using Lines = std::unique_ptr<curl_slist, decltype([](curl_slist* list) { curl_slist_free_all(list); })>;

// What the callbacks of one transfer share.
struct Transfer {
  CURL* curl = nullptr;
  const Request& request;
  const std::stop_token& stop;
  std::uint64_t sent = 0;
  std::string body;
  std::optional<Error> failed;  // what a callback of ours said
  bool cut = false;             // where its request lets it
  bool kept_off = false;        // an address that is not public was passed over
};

unsigned status_of(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<unsigned>(status);
}

std::size_t take_body(char* data, std::size_t, std::size_t length, void* to) noexcept {
  auto& transfer = *static_cast<Transfer*>(to);
  const std::string_view piece(data, length);
  const unsigned status = status_of(transfer.curl);
  if (transfer.request.sink && status < 300) {
    const auto taken = transfer.request.sink(piece);
    if (taken) return length;
    transfer.failed = taken.error();
  } else if (transfer.body.size() + length <= transfer.request.most) {
    transfer.body.append(piece);
    return length;
  } else if (transfer.request.cut) {
    transfer.body.append(piece.substr(0, transfer.request.most - transfer.body.size()));
    transfer.cut = true;
  } else if (status < 400) {
    const std::string most = std::to_string(transfer.request.most);
    transfer.failed = Error(Errc::kLimitExceeded, "the answer is larger than " + most + " bytes");
  }
  return 0;
}

std::size_t give_body(char* into, std::size_t, std::size_t room, void* to) noexcept {
  auto& transfer = *static_cast<Transfer*>(to);
  const std::uint64_t left = transfer.request.body_bytes - transfer.sent;
  if (left == 0) return 0;
  const auto got = transfer.request.body(
      transfer.sent, std::span(into, static_cast<std::size_t>(std::min<std::uint64_t>(room, left))));
  if (!got) {
    transfer.failed = got.error();
    return CURL_READFUNC_ABORT;
  }
  transfer.sent += *got;
  return *got;
}

// libcurl begins a request again by itself where a kept connection breaks before an answer. What has given a part of
// its body is not begun again: only its caller knows what the server has of it.
int may_begin(void* to, char*, char*, int, int) noexcept {
  return static_cast<Transfer*>(to)->sent == 0 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

// One call for each address of a host's name, just before it is connected to: what is looked at is what is used.
curl_socket_t open_public(void* to, curlsocktype, curl_sockaddr* address) noexcept {
  if (!is_public_address(address->addr)) {
    static_cast<Transfer*>(to)->kept_off = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int look_at_stop(void* to, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  return static_cast<Transfer*>(to)->stop.stop_requested() ? 1 : 0;
}

Lines lines_of(const Request& request) {
  Lines lines;
  const auto add = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(lines.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(lines.release());
    lines.reset(longer);
  };
  add("Expect:");  // a body that is refused is stopped by the answer; waiting for leave costs a round trip
  for (const auto& [name, value] : request.fields) add(value.empty() ? name + ":" : name + ": " + value);
  return lines;
}

void describe(Transfer& transfer) {
  CURL* curl = transfer.curl;
  const Request& request = transfer.request;
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(request.from));
  if (request.compressed) curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
  if (request.method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET") {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body_bytes));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_body);
    curl_easy_setopt(curl, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, may_begin);
    curl_easy_setopt(curl, CURLOPT_PREREQDATA, &transfer);
  }
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_at_stop);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
}

std::vector<std::pair<std::string, std::string>> fields_of(CURL* curl) {
  std::vector<std::pair<std::string, std::string>> fields;
  curl_header* one = nullptr;
  while ((one = curl_easy_nextheader(curl, CURLH_HEADER, -1, one)) != nullptr) {
    std::string name(one->name);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    fields.emplace_back(std::move(name), one->value);
  }
  return fields;
}

// Why there is no answer. `said` is libcurl's own text.
Error failure_of(CURLcode code, CURL* curl, std::string said, const std::string& url) {
  const std::string origin = url.substr(0, url.find('/', url.find("://") + 3));
  if (said.empty()) said = curl_easy_strerror(code);
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return Error(Errc::kPermissionDenied, "the certificate of " + origin + " cannot be trusted: " + said,
                   "name its authority in SSL_CERT_FILE, or check the address");
    case CURLE_RANGE_ERROR: return Error(Errc::kUnusableInput, "it does not go on in the middle of a file");
    case CURLE_COULDNT_CONNECT: {
      long errnum = 0;
      curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &errnum);
      if (errnum == 0) return Error(Errc::kIo, "cannot reach " + origin + ": " + said);
      return Error(Errc::kIo, error_from_errno(static_cast<int>(errnum), "cannot reach " + origin).message);
    }
    case CURLE_OPERATION_TIMEDOUT: return Error(Errc::kIo, origin + " is silent");
    case CURLE_ABORTED_BY_CALLBACK:  // may_begin
    case CURLE_SEND_FAIL_REWIND: return Error(Errc::kIo, "the connection to " + origin + " is lost");
    case CURLE_GOT_NOTHING: return Error(Errc::kIo, origin + " ended the connection without an answer");
    default: return Error(Errc::kIo, "the exchange with " + origin + " failed: " + said);
  }
}

}  // namespace

std::string Reply::field(std::string_view lower_case_name) const {
  for (const auto& [name, value] : fields)
    if (name == lower_case_name) return value;
  return {};
}

struct HttpClient::State {
  ClientOptions options;
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

  void prepare(CURL* curl) const {
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(options.connect_timeout.count()));
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.silence.count()));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, options.user_agent.c_str());
    curl_easy_setopt(curl, CURLOPT_MAX_RECV_SPEED_LARGE, static_cast<curl_off_t>(options.bytes_per_second));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options.whole.count()));
    if (options.public_only) curl_easy_setopt(curl, CURLOPT_PROXY, "");
    if (options.http_1_only) curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    // OpenSSL's own names for it, which libcurl leaves to its callers.
    if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr && *file != '\0')
      curl_easy_setopt(curl, CURLOPT_CAINFO, file);
    if (const char* folder = std::getenv("SSL_CERT_DIR"); folder != nullptr && *folder != '\0')
      curl_easy_setopt(curl, CURLOPT_CAPATH, folder);
  }
};

HttpClient::HttpClient(ClientOptions options) : state_(std::make_unique<State>()) {
  static std::once_flag once;  // not thread-safe before libcurl 7.84, and harmless after
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  state_->options = std::move(options);
}

HttpClient::~HttpClient() = default;

Result<Reply> HttpClient::ask(const Request& request) {
  Handle curl = state_->take();
  if (!curl) return Error(Errc::kIo, "libcurl has no memory");
  std::array<char, CURL_ERROR_SIZE> said{};
  const Lines lines = lines_of(request);
  Transfer transfer{curl.get(), request, state_->options.stop, 0, {}, {}, false, false};
  state_->prepare(curl.get());
  describe(transfer);
  if (state_->options.public_only) {
    curl_easy_setopt(curl.get(), CURLOPT_OPENSOCKETFUNCTION, open_public);
    curl_easy_setopt(curl.get(), CURLOPT_OPENSOCKETDATA, &transfer);
  }
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, lines.get());
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, said.data());
  const CURLcode done = curl_easy_perform(curl.get());
  curl_off_t received = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_SIZE_DOWNLOAD_T, &received);
  Reply reply{status_of(curl.get()), fields_of(curl.get()), std::move(transfer.body),
              static_cast<std::uint64_t>(received)};
  std::optional<Error> failed = std::move(transfer.failed);
  // A refusal says more than the line that broke while it was told.
  if (!failed && done != CURLE_OK && reply.status < 400 && !transfer.cut)
    failed = failure_of(done, curl.get(), said.data(), request.url);
  if (failed && done == CURLE_COULDNT_CONNECT && transfer.kept_off)
    failed = Error(Errc::kPermissionDenied, "its address is none of the public Internet");
  state_->give_back(std::move(curl));
  if (done == CURLE_ABORTED_BY_CALLBACK && transfer.stop.stop_requested()) return Error(Errc::kCancelled, "stopped");
  if (failed) return *failed;
  return reply;
}

}  // namespace chalkline::client
