// In the order of the specification: version first, then the method with its own fields.
#include "streamer/uploads/tus_plan.hpp"

#include "library/upload_file.hpp"
#include "streamer/http/target.hpp"
#include "streamer/management/problem.hpp"

namespace chalkline::streamer {

using Action = TusPlan::Action;
using Planned = std::variant<TusPlan, ManagedReply>;

static ManagedReply with_version(ManagedReply reply) {
  reply.fields.emplace_back("Tus-Resumable", kTusVersion);
  return reply;
}

ManagedReply tus_reply(unsigned status) {
  ManagedReply reply;
  reply.status = status;
  return with_version(std::move(reply));
}

ManagedReply tus_problem(unsigned status, std::string_view detail) { return with_version(problem(status, detail)); }

ManagedReply tus_problem(const Error& error) { return with_version(problem(error)); }

ManagedReply discovery(std::uint64_t most) {
  ManagedReply reply = tus_reply(204);
  constexpr const char* kMethods = "OPTIONS, POST, HEAD, GET, PATCH, PUT, DELETE";
  reply.fields.emplace_back("Tus-Version", kTusVersion);
  reply.fields.emplace_back("Tus-Extension", kTusExtensions);
  reply.fields.emplace_back("Tus-Max-Size", std::to_string(most));
  reply.fields.emplace_back("Tus-Checksum-Algorithm", kTusChecksums);
  reply.fields.emplace_back("Allow", kMethods);
  reply.fields.emplace_back("Access-Control-Allow-Methods", kMethods);
  reply.fields.emplace_back("Access-Control-Allow-Headers",
                            "Authorization, Content-Type, Tus-Resumable, Upload-Checksum, Upload-Concat, "
                            "Upload-Defer-Length, Upload-Length, Upload-Metadata, Upload-Offset, "
                            "X-HTTP-Method-Override, X-Request-ID");
  reply.fields.emplace_back("Access-Control-Max-Age", "86400");
  return reply;
}

static ManagedReply too_large(std::uint64_t most) {
  return tus_problem(413, "a recording may have " + std::to_string(most) + " bytes here at most");
}

static ManagedReply not_allowed(const char* allowed) {
  ManagedReply reply = tus_problem(405, "this address does not take the method");
  reply.fields.emplace_back("Allow", allowed);
  return reply;
}

static void note_content(const ManagedRequest& request, TusPlan& plan) {
  const std::string_view length = request.field("content-length");
  if (!length.empty()) plan.content_length = parse_count(length);
  plan.has_content = plan.content_length.value_or(0) > 0 || !request.field("transfer-encoding").empty();
}

// Upload-Checksum, where there is one; a refusal where it is not one of ours.
static std::optional<ManagedReply> note_checksum(const ManagedRequest& request, TusPlan& plan) {
  const std::string_view field = request.field("upload-checksum");
  if (field.empty()) return std::nullopt;
  plan.checksum = parse_checksum(field);
  if (plan.checksum) return std::nullopt;
  return tus_problem(400, "Upload-Checksum is \"sha1\" or \"sha256\" and the digest in base64");
}

static std::optional<ManagedReply> note_wish(const ManagedRequest& request, TusPlan& plan) {
  plan.metadata = request.field("upload-metadata");
  const auto metadata = TusMetadata::parse(plan.metadata);
  if (!metadata) return tus_problem(400, "Upload-Metadata is not a list of keys with values in base64");
  auto wish = wish_of(*metadata);
  if (!wish) return tus_problem(wish.error().code == Errc::kUnusableInput ? 415 : 400, wish.error().to_sentence());
  plan.wish = std::move(*wish);
  return std::nullopt;
}

static Planned plan_join(const ManagedRequest& request, TusPlan plan) {
  plan.action = Action::kJoin;
  if (!request.field("upload-length").empty() || plan.has_content)
    return tus_problem(400, "what is joined has the length and the bytes of its parts");
  if (auto refused = note_wish(request, plan)) return std::move(*refused);
  return plan;
}

static Planned plan_creation(const ManagedRequest& request, TusPlan plan, std::uint64_t most) {
  plan.action = Action::kCreate;
  plan.concat_text = request.field("upload-concat");
  if (!plan.concat_text.empty()) {
    auto concat = parse_concat(plan.concat_text);
    if (!concat) return tus_problem(400, "Upload-Concat is \"partial\", or \"final;\" and addresses of uploads");
    plan.partial = concat->partial;
    plan.concat = std::move(*concat);
    if (!plan.partial) return plan_join(request, std::move(plan));
  }
  const std::string_view length = request.field("upload-length");
  const std::string_view deferred = request.field("upload-defer-length");
  if (length.empty() == deferred.empty())
    return tus_problem(400, "a new upload says its Upload-Length, or Upload-Defer-Length: 1");
  if (!deferred.empty() && deferred != "1") return tus_problem(400, "Upload-Defer-Length can only be 1");
  if (!length.empty()) {
    plan.length = parse_count(length);
    if (!plan.length) return tus_problem(400, "Upload-Length is not a number of bytes");
    if (*plan.length == 0) return tus_problem(400, "an empty file is no recording");
    if (*plan.length > most) return too_large(most);
  }
  if (auto refused = note_wish(request, plan)) return std::move(*refused);
  if (auto refused = note_checksum(request, plan)) return std::move(*refused);
  if (!plan.has_content) return plan;
  if (media_type_of(request.field("content-type")) != kTusContentType)
    return tus_problem(415, "bytes of an upload come as application/offset+octet-stream");
  if (plan.content_length.value_or(0) > plan.length.value_or(most))
    return tus_problem(413, "there are more bytes than the upload is long");
  return plan;
}

static Planned plan_append(const ManagedRequest& request, TusPlan plan, std::uint64_t most) {
  plan.action = Action::kAppend;
  if (media_type_of(request.field("content-type")) != kTusContentType)
    return tus_problem(415, "bytes of an upload come as application/offset+octet-stream");
  const auto offset = parse_count(request.field("upload-offset"));
  if (!offset) return tus_problem(400, "Upload-Offset is not a number of bytes");
  plan.offset = *offset;
  if (const std::string_view length = request.field("upload-length"); !length.empty()) {
    plan.length = parse_count(length);
    if (!plan.length || *plan.length == 0) return tus_problem(400, "Upload-Length is not a number of bytes");
    if (*plan.length > most) return too_large(most);
  }
  if (auto refused = note_checksum(request, plan)) return std::move(*refused);
  return plan;
}

static Planned plan_direct(const ManagedRequest& request, TusPlan plan, std::string_view name, std::uint64_t most) {
  plan.action = Action::kDirect;
  TusMetadata metadata;
  metadata.set("filename", std::string(name));
  // "?attach=LESSON"
  std::string lesson = query_value(request.query, "attach").value_or("");
  if (!lesson.empty()) metadata.set("attach", std::move(lesson));
  plan.metadata = metadata.text();
  auto wish = wish_of(metadata);
  if (!wish) return tus_problem(wish.error().code == Errc::kUnusableInput ? 415 : 400, wish.error().to_sentence());
  plan.wish = std::move(*wish);
  if (!plan.has_content) return tus_problem(400, "an empty file is no recording");
  if (plan.content_length.value_or(0) > most) return too_large(most);
  return plan;
}

static Planned plan_form(const ManagedRequest& request, TusPlan plan, std::uint64_t most) {
  plan.action = Action::kForm;
  plan.boundary = parameter_of(request.field("content-type"), "boundary").value_or("");
  // RFC 2046 5.1.1
  if (plan.boundary.empty() || plan.boundary.size() > 70) return tus_problem(400, "the form names no boundary");
  if (!plan.has_content) return tus_problem(400, "the form is empty");
  constexpr std::uint64_t kRest = 1'000'000;  // all of a form but the recording
  if (plan.content_length.value_or(0) > most + kRest) return too_large(most);
  return plan;
}

Planned plan_of(const ManagedRequest& request, std::uint64_t most) {
  TusPlan plan;
  note_content(request, plan);
  std::string_view method = request.method;
  if (const std::string_view other = request.field("x-http-method-override"); !other.empty()) method = other;
  std::string_view name = request.path.substr(std::string_view("/files").size());
  if (name.starts_with('/')) name.remove_prefix(1);
  if (method == "OPTIONS") return plan;
  if (name.find('/') != std::string_view::npos) return tus_problem(404, "there is nothing at this address");

  if (method == "PUT") {
    if (name.empty()) return tus_problem(400, "a PUT names the recording: /files/NAME");
    return plan_direct(request, std::move(plan), name, most);
  }
  const bool is_form = media_type_of(request.field("content-type")) == "multipart/form-data";
  const std::string_view version = request.field("tus-resumable");
  const bool speaks_tus = method != "GET" && (method != "POST" || !is_form || !version.empty());
  if (speaks_tus && version != kTusVersion) {
    ManagedReply reply = tus_problem(412,
                                     "this server speaks tus 1.0.0 (Tus-Resumable), takes a multipart/form-data "
                                     "POST, and PUT /files/NAME");
    reply.fields.emplace_back("Tus-Version", kTusVersion);
    return reply;
  }
  if (name.empty()) {
    if (method != "POST") return not_allowed("OPTIONS, POST");
    return speaks_tus ? plan_creation(request, std::move(plan), most) : plan_form(request, std::move(plan), most);
  }
  plan.id = name;
  const bool is_id = library::is_upload_id(plan.id);
  const bool appends = method == "PATCH";
  if (!appends && method != "HEAD" && method != "GET" && method != "DELETE")
    return not_allowed("OPTIONS, HEAD, GET, PATCH, PUT, DELETE");
  if (!is_id) return tus_problem(404, "there is no such upload");
  if (appends) return plan_append(request, std::move(plan), most);
  plan.action = method == "HEAD" ? Action::kLook : method == "GET" ? Action::kTell : Action::kTerminate;
  return plan;
}

std::optional<ManagedReply> refusal_to_append(const TusPlan& plan, const library::Upload& upload, std::uint64_t size,
                                              std::uint64_t most) {
  if (upload.kind == library::UploadKind::kJoined) return tus_problem(403, "what was joined of parts takes no bytes");
  if (upload.kind == library::UploadKind::kDirect) return tus_problem(404, "there is no such upload");
  if (plan.offset != size) {
    ManagedReply reply = tus_problem(409, "Upload-Offset is not where the upload ends");
    reply.fields.emplace_back("Upload-Offset", std::to_string(size));
    return reply;
  }
  if (plan.length && upload.length && *plan.length != *upload.length)
    return tus_problem(400, "the length of an upload never changes once it was said");
  const std::optional<std::uint64_t> length = upload.length ? upload.length : plan.length;
  if (length && *length < size) return tus_problem(400, "the upload has more bytes already");
  const std::uint64_t room = length.value_or(most) - std::min(size, length.value_or(most));
  if (plan.content_length.value_or(0) > room) return tus_problem(413, "there are more bytes than the upload is long");
  return std::nullopt;
}

}  // namespace chalkline::streamer
