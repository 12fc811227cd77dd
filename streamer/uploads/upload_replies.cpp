// Fields and a little JSON.
#include "streamer/uploads/upload_replies.hpp"

#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

#include "streamer/http/date.hpp"
#include "streamer/http/target.hpp"
#include "streamer/uploads/tus_plan.hpp"
#include "streamer/uploads/upload_wish.hpp"

namespace chalkline::streamer {

using library::Upload;
using library::UploadKind;
using library::UploadState;
using Json = nlohmann::ordered_json;

static std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

ManagedReply refusal_of(const Error& error) {
  const std::string sentence = error.to_sentence();
  switch (error.code) {
    case Errc::kBusy: {
      ManagedReply reply = tus_problem(423, sentence);
      reply.fields.emplace_back("Retry-After", "1");
      return reply;
    }
    case Errc::kLimitExceeded: {
      ManagedReply reply = tus_problem(503, sentence);
      reply.fields.emplace_back("Retry-After", "60");
      return reply;
    }
    case Errc::kInvalidArgument: return tus_problem(400, sentence);
    case Errc::kNotFound: return tus_problem(404, "there is no such upload");
    case Errc::kCancelled: return tus_problem(409, sentence);
    case Errc::kUnusableInput: return tus_problem(413, sentence);
    case Errc::kCorrupt: return tus_problem(460, sentence);
    case Errc::kDiskFull: return tus_problem(507, sentence);
    default: return tus_problem(error);
  }
}

static std::string address_of(const Upload& upload) { return "/files/" + upload.id; }

// Where learners find what stands beside a lesson; empty for a recording, and until it stands there.
static std::string attachment_of(const Upload& upload) {
  const auto metadata = TusMetadata::parse(upload.metadata);
  const auto wish = metadata ? wish_of(*metadata) : Result<UploadWish>(UploadWish());
  if (!wish || wish->attach_to.empty() || upload.lesson_id.empty()) return {};
  return "/l/" + upload.lesson_id + "/files/" + percent_encode(wish->file_name);
}

void add_lesson(ManagedReply& reply, const Upload& upload) {
  if (upload.lesson_id.empty()) return;
  reply.fields.emplace_back("Chalkline-Lesson", upload.lesson_id);
  if (upload.duplicate) reply.fields.emplace_back("Chalkline-Duplicate", "1");
  for (const auto& [name, value] : reply.fields)
    if (name == "Location") return;  // of a new upload: its own
  const std::string attachment = attachment_of(upload);
  reply.fields.emplace_back("Location", attachment.empty() ? "/watch/" + upload.lesson_id : attachment);
}

void add_expiry(ManagedReply& reply, std::int64_t expires_ms) {
  reply.fields.emplace_back("Upload-Expires", format_http_date(expires_ms / 1000));
}

ManagedReply reply_to_creation(const Upload& upload, std::int64_t expires_ms) {
  ManagedReply reply = tus_reply(201);
  reply.fields.emplace_back("Location", address_of(upload));
  if (upload.state == UploadState::kOpen) add_expiry(reply, expires_ms);
  add_lesson(reply, upload);
  return reply;
}

ManagedReply reply_to_look(const UploadStatus& status) {
  const Upload& upload = status.upload;
  if (upload.state == UploadState::kExpired) return tus_problem(410, "the upload has expired; begin a new one");
  if (upload.kind == UploadKind::kDirect) return tus_problem(404, "there is no such upload");
  ManagedReply reply = tus_reply(200);
  if (upload.kind != UploadKind::kJoined || upload.state != UploadState::kOpen)
    reply.fields.emplace_back("Upload-Offset", std::to_string(status.offset));
  if (upload.length)
    reply.fields.emplace_back("Upload-Length", std::to_string(*upload.length));
  else
    reply.fields.emplace_back("Upload-Defer-Length", "1");
  if (!upload.metadata.empty()) reply.fields.emplace_back("Upload-Metadata", upload.metadata);
  if (!upload.parts.empty()) reply.fields.emplace_back("Upload-Concat", upload.parts);
  if (upload.state == UploadState::kOpen) add_expiry(reply, status.expires_ms);
  add_lesson(reply, upload);
  return reply;
}

ManagedReply reply_to_tell(const UploadStatus& status) {
  ManagedReply reply = reply_to_look(status);
  if (reply.status != 200) return reply;
  constexpr std::array<std::string_view, 4> kStates = {"open", "finishing", "done", "expired"};
  const Upload& upload = status.upload;
  Json json = {{"id", upload.id},
               {"state", kStates[static_cast<std::size_t>(upload.state)]},
               {"offset", status.offset},
               {"length", upload.length ? Json(*upload.length) : Json(nullptr)},
               {"sha256", upload.sha256.empty() ? Json(nullptr) : Json(upload.sha256)},
               {"lesson", upload.lesson_id.empty() ? Json(nullptr) : Json(upload.lesson_id)},
               {"duplicate", upload.duplicate}};
  if (const std::string at = attachment_of(upload); !at.empty()) json["attachment"] = at;
  if (upload.state == UploadState::kOpen) json["expires_ms"] = status.expires_ms;
  reply.body = dump(json);
  return reply;
}

ManagedReply reply_to_direct(const Upload& upload) {
  ManagedReply reply = tus_reply(upload.lesson_id.empty() ? 202 : upload.duplicate ? 200 : 201);
  add_lesson(reply, upload);
  Json json = {{"lesson", upload.lesson_id.empty() ? Json(nullptr) : Json(upload.lesson_id)},
               {"duplicate", upload.duplicate},
               {"bytes", upload.length.value_or(0)},
               {"sha256", upload.sha256}};
  if (const std::string at = attachment_of(upload); !at.empty())
    json["attachment"] = at;
  else if (!upload.lesson_id.empty())
    json["watch"] = "/watch/" + upload.lesson_id;
  reply.body = dump(json);
  return reply;
}

}  // namespace chalkline::streamer
