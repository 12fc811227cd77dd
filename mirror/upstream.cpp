// Which errors mean what to a mirror, and files that go on where they were cut; the transfers are HttpClient's.
#include "mirror/upstream.hpp"

#include <utility>

namespace chalkline::mirror {

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
  received_.fetch_add(reply->received, std::memory_order_relaxed);
  if (reply->status == 508) return loop(request.url);
  CHALK_TRY(check_status(reply->status, request.url));
  return Fetched{reply->status == 304, std::move(reply->body), reply->field("via")};
}

Result<void> Upstream::fetch(const std::string& path, const FileEntry& entry, PartFile& part) {
  client::Request request;
  request.url = base_url_ + path;
  if (looped_.load(std::memory_order_relaxed)) return loop(request.url);
  if (auto opened = part.open(); !opened) return opened.error().within("cannot fetch " + request.url);
  if (entry.bytes > 0) {
    request.from = part.there();
    say_who_asks(request, name_);
    Result<void> taken;
    request.sink = [&](std::string_view piece) {
      received_.fetch_add(piece.size(), std::memory_order_relaxed);
      return taken = part.add(piece);
    };
    const auto reply = client_.ask(request);
    if (!taken && taken.error().code != Errc::kCorrupt) return taken;
    if (!reply) {
      const Error& error = reply.error();
      if (error.code == Errc::kCancelled) return bad(request.url, error.message, Errc::kCancelled);
      const bool in_the_middle = error.code == Errc::kUnusableInput || (!taken && request.from > 0);
      if (in_the_middle || !taken) part.spoil();
      if (in_the_middle) return bad(request.url, "it does not go on in the middle of a file", Errc::kBusy);
      return bad(request.url, error.message, taken ? Errc::kBusy : Errc::kCorrupt);
    }
    CHALK_TRY(check_status(reply->status, request.url));
  }
  const auto settled = part.settle();
  if (!settled && settled.error().code == Errc::kCorrupt)
    return bad(request.url, settled.error().message, Errc::kCorrupt);
  return settled;
}

}  // namespace chalkline::mirror
