// Ask how much is there, send the rest, and again.
#include "cli/upload/remote_upload.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/upload/upload_memory.hpp"
#include "client/http_client.hpp"
#include "client/server_address.hpp"
#include "core/file.hpp"
#include "streamer/uploads/tus_fields.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto kPatience = 60s;
constexpr int kMostTries = 10;  // without a new byte at the server

// The reason in a problem document (RFC 9457), or nothing.
std::string detail_of(const client::Reply& reply) {
  const auto json = nlohmann::json::parse(reply.body, nullptr, false);
  return json.is_object() && json.contains("detail") && json["detail"].is_string() ? json["detail"].get<std::string>()
                                                                                   : "";
}

class RemoteUpload {
 public:
  RemoteUpload(const RemoteTarget& target, fs::path recording,
               const std::function<void(const ProgressEvent&)>& progress, std::stop_token stop,
               client::ServerAddress address, UploadMemory memory, UniqueFd file, std::uint64_t size)
      : target_(target),
        recording_(std::move(recording)),
        progress_(progress),
        stop_(stop),
        address_(std::move(address)),
        memory_(std::move(memory)),
        file_(std::move(file)),
        size_(size),
        client_(options(std::move(stop))),
        location_(memory_.recall()) {}

  Result<RemoteLesson> run() {
    for (int tries = 0;;) {
      const std::uint64_t before = offset_;
      auto done = step();
      if (done && *done) {
        memory_.forget();
        return **done;
      }
      if (!done && stop_.stop_requested()) return Error(Errc::kCancelled, "stopped", kGoesOn);
      if (!done && done.error().code != Errc::kIo && done.error().code != Errc::kDiskFull) return done.error();
      tries = offset_ > before ? 0 : tries + 1;
      if (done && tries < kMostTries) continue;
      if (tries >= kMostTries)
        return given_up(done ? Error(Errc::kIo, "the server loses the upload again and again") : done.error());
      progress_(ProgressEvent{"waiting", fraction(offset_), 0, -1});
      wait(std::min<std::chrono::milliseconds>(500ms * (1 << std::min(tries, 6)), 30s));
    }
  }

 private:
  static constexpr const char* kGoesOn = "the same command goes on where this one stopped";

  static client::ClientOptions options(std::stop_token stop) {
    client::ClientOptions made;
    made.connect_timeout = kPatience;
    made.silence = kPatience;
    made.http_1_only = true;  // a Chalkline server turns what changes something away from HTTP/2
    made.stop = std::move(stop);
    return made;
  }

  Error given_up(const Error& why) const { return Error(why.code, why.message, kGoesOn); }

  // Nothing: it goes on. kIo and kDiskFull: later.
  Result<std::optional<RemoteLesson>> step() {
    if (location_.empty()) return create();
    CHALK_TRY_ASSIGN(const client::Reply reply, client_.ask(request("HEAD", location_)));
    if (reply.status == 404 || reply.status == 410) {
      memory_.forget();
      location_.clear();
      return std::optional<RemoteLesson>();
    }
    if (reply.status != 200) return refused(reply);
    const auto offset = streamer::parse_count(reply.field("upload-offset"));
    if (!offset || *offset > size_) return Error(Errc::kIo, "the server's answer makes no sense");
    offset_ = *offset;
    if (offset_ == size_) return lesson_of(reply);
    return append();
  }

  client::Request request(const char* method, const std::string& path) const {
    client::Request made;
    made.method = method;
    made.url = address_.origin + path;
    made.fields = {{"Tus-Resumable", std::string(streamer::kTusVersion)}, {"Authorization", "Bearer " + target_.token}};
    return made;
  }

  Result<std::optional<RemoteLesson>> create() {
    streamer::TusMetadata metadata;
    metadata.set("filename", recording_.filename().string());
    if (!target_.title.empty()) metadata.set("title", target_.title);
    if (!target_.course.empty()) metadata.set("course", target_.course);
    if (!target_.language.empty()) metadata.set("language", target_.language);
    if (target_.again) metadata.set("again", "");
    client::Request made = request("POST", address_.path + "/files/");
    made.fields.emplace_back("Upload-Length", std::to_string(size_));
    made.fields.emplace_back("Upload-Metadata", metadata.text());
    CHALK_TRY_ASSIGN(const client::Reply reply, client_.ask(made));
    if (reply.status != 201) return refused(reply);
    location_ = reply.field("location");
    if (const std::size_t scheme = location_.find("://"); scheme != std::string::npos)
      location_.erase(0, std::min(location_.find('/', scheme + 3), location_.size()));
    if (!location_.starts_with('/')) return Error(Errc::kIo, "the server's answer makes no sense");
    if (!location_.starts_with(address_.path)) location_ = address_.path + location_;
    memory_.remember(location_);
    offset_ = 0;
    return append();
  }

  Result<std::optional<RemoteLesson>> append() {
    client::Request made = request("PATCH", location_);
    made.fields.emplace_back("Content-Type", std::string(streamer::kTusContentType));
    made.fields.emplace_back("Upload-Offset", std::to_string(offset_));
    made.body_bytes = size_ - offset_;
    const auto began = Clock::now();
    made.body = [this, began](std::uint64_t sent_bytes, std::span<char> into) -> Result<std::size_t> {
      const std::uint64_t at = offset_ + sent_bytes;
      const ssize_t got = ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(at));
      if (got <= 0)
        return Error(Errc::kUnusableInput, "cannot read on in " + recording_.string(),
                     "it became shorter; begin again once it stays as it is");
      const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
      const auto sent = static_cast<double>(sent_bytes);
      const double left = sent > 0 && seconds > 1 ? seconds / sent * static_cast<double>(size_ - at) : -1;
      progress_(ProgressEvent{"uploading", fraction(at), 0, left});
      return static_cast<std::size_t>(got);
    };
    CHALK_TRY_ASSIGN(const client::Reply reply, client_.ask(made));
    if (reply.status == 409 || reply.status == 423)
      return Error(Errc::kIo,
                   "another connection is still at this upload");  // our own, which the server takes for alive
    if (reply.status == 404 || reply.status == 410) return std::optional<RemoteLesson>();
    if (reply.status != 204) return refused(reply);
    offset_ = streamer::parse_count(reply.field("upload-offset")).value_or(offset_);
    if (offset_ < size_) return std::optional<RemoteLesson>();
    return lesson_of(reply);
  }

  std::optional<RemoteLesson> lesson_of(const client::Reply& reply) const {
    RemoteLesson lesson;
    lesson.id = reply.field("chalkline-lesson");
    lesson.duplicate = !reply.field("chalkline-duplicate").empty();
    if (!lesson.id.empty()) lesson.watch = address_.origin + address_.path + "/watch/" + lesson.id;
    return lesson;
  }

  Error refused(const client::Reply& reply) const {
    const std::string detail = detail_of(reply);
    const std::string why = fmt::format("{} does not take {}: {}", address_.origin, recording_.filename().string(),
                                        detail.empty() ? fmt::format("it answers {}", reply.status) : detail);
    switch (reply.status) {
      case 401:
      case 403:
        return Error(Errc::kPermissionDenied, why, "give a token with the role editor: --token, or CHALKLINE_TOKEN");
      case 404:
      case 405:
      case 412: return Error(Errc::kInvalidArgument, why, "is that a Chalkline server, with management.enabled?");
      case 408:
      case 429:
      case 500:
      case 502:
      case 503:
      case 504: return Error(Errc::kIo, why);
      case 507: return Error(Errc::kDiskFull, why);
      default: return Error(Errc::kUnusableInput, why);
    }
  }

  [[nodiscard]] double fraction(std::uint64_t at) const { return static_cast<double>(at) / static_cast<double>(size_); }

  void wait(std::chrono::milliseconds how_long) {
    std::mutex mutex;
    std::condition_variable_any condition;
    std::unique_lock lock(mutex);
    condition.wait_for(lock, stop_, how_long, [] { return false; });
  }

  const RemoteTarget& target_;
  const fs::path recording_;
  const std::function<void(const ProgressEvent&)>& progress_;
  std::stop_token stop_;
  const client::ServerAddress address_;
  const UploadMemory memory_;
  const UniqueFd file_;
  const std::uint64_t size_;
  client::HttpClient client_;
  std::string location_;  // the upload's path at the server; "": none yet
  std::uint64_t offset_ = 0;
};

}  // namespace

Result<RemoteLesson> upload_to(const RemoteTarget& target, const fs::path& recording,
                               const std::function<void(const ProgressEvent&)>& progress, std::stop_token stop) {
  CHALK_TRY_ASSIGN(client::ServerAddress address, client::parse_server_address(target.server));
  CHALK_TRY_ASSIGN(UniqueFd file, open_for_reading(recording));
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return error_from_errno(errno, "cannot stat " + recording.string());
  CHALK_TRY_ASSIGN(UploadMemory memory, UploadMemory::of(address.origin + address.path, recording));
  RemoteUpload upload(target, recording, progress, std::move(stop), std::move(address), std::move(memory),
                      std::move(file), static_cast<std::uint64_t>(info.st_size));
  return upload.run();
}

}  // namespace chalkline::cli
