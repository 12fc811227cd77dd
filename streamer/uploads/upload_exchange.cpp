// What the plan says, done at the desk.
#include "streamer/uploads/upload_exchange.hpp"

#include <utility>

#include "core/log.hpp"
#include "streamer/management/caller.hpp"
#include "streamer/uploads/upload_replies.hpp"

namespace chalkline::streamer {

using library::Upload;
using library::UploadKind;
using library::UploadState;
using Action = TusPlan::Action;

UploadExchange::~UploadExchange() { put_down(); }

void UploadExchange::put_down() {
  if (writer_) desk_.put_down(*writer_);
  writer_.reset();
}

std::optional<ManagedReply> UploadExchange::authorize(const ManagedRequest& request) {
  Identified identified = identify(library_, request);
  if (identified.refusal) return std::move(identified.refusal);
  if (auto refused = refusal_below(identified, library::Role::kEditor)) return refused;
  owner_ = identified.caller->id;
  return std::nullopt;
}

std::optional<ManagedReply> UploadExchange::begin(const ManagedRequest& request) {
  const bool discovers = request.method == "OPTIONS";
  if (!discovers)
    if (auto refused = authorize(request)) return refused;
  auto planned = plan_of(request, desk_.rules().max_size);
  if (auto* refused = std::get_if<ManagedReply>(&planned)) return std::move(*refused);
  plan_ = std::move(std::get<TusPlan>(planned));
  switch (plan_.action) {
    case Action::kDiscover: return discovery(desk_.rules().max_size);
    case Action::kCreate: return begin_create();
    case Action::kJoin: return join();
    case Action::kLook:
    case Action::kTell: return look();
    case Action::kAppend: return begin_append();
    case Action::kTerminate: return terminate();
    case Action::kForm: form_ = std::make_unique<FormUpload>(desk_, owner_, plan_.boundary); return std::nullopt;
    case Action::kDirect: return begin_direct();
  }
  return tus_problem(500, {});
}

std::optional<ManagedReply> UploadExchange::open_writer(const std::string& id) {
  auto writer = desk_.write(id);
  if (!writer) return refusal_of(writer.error());
  writer_ = std::move(*writer);
  return std::nullopt;
}

std::optional<ManagedReply> UploadExchange::begin_create() {
  Upload wanted;
  wanted.kind = plan_.partial ? UploadKind::kPartial : UploadKind::kWhole;
  wanted.length = plan_.length;
  wanted.metadata = plan_.metadata;
  wanted.parts = plan_.concat_text;
  wanted.owner = owner_;
  const auto made = desk_.create(std::move(wanted));
  if (!made) return refusal_of(made.error());
  plan_.id = made->id;
  if (!plan_.has_content) return reply_to_creation(*made, desk_.expiry_of(*made));
  if (auto refused = open_writer(plan_.id)) return refused;
  if (plan_.checksum)
    if (auto ready = writer_->expect(*plan_.checksum); !ready) return give_up(ready.error());
  return std::nullopt;
}

std::optional<ManagedReply> UploadExchange::begin_append() {
  auto status = desk_.look(plan_.id);
  if (!status) return refusal_of(status.error());
  if (status->upload.state == UploadState::kExpired) return reply_to_look(*status);
  if (status->upload.state != UploadState::kOpen) {
    // All of it is here: somebody who did not hear so may say it again.
    if (auto refused = refusal_to_append(plan_, status->upload, status->offset, desk_.rules().max_size)) return refused;
    ManagedReply reply = tus_reply(204);
    reply.fields.emplace_back("Upload-Offset", std::to_string(status->offset));
    add_lesson(reply, status->upload);
    return reply;
  }
  if (auto refused = open_writer(plan_.id)) return refused;
  if (auto refused = refusal_to_append(plan_, writer_->upload(), writer_->size(), desk_.rules().max_size)) {
    put_down();
    return refused;
  }
  if (plan_.length && !writer_->upload().length)
    if (auto known = writer_->set_length(*plan_.length); !known) return give_up(known.error());
  if (plan_.checksum)
    if (auto ready = writer_->expect(*plan_.checksum); !ready) return give_up(ready.error());
  return std::nullopt;
}

std::optional<ManagedReply> UploadExchange::begin_direct() {
  Upload wanted;
  wanted.kind = UploadKind::kDirect;
  wanted.length = plan_.content_length;
  wanted.metadata = plan_.metadata;
  wanted.owner = owner_;
  const auto made = desk_.create(std::move(wanted));
  if (!made) return refusal_of(made.error());
  plan_.id = made->id;
  return open_writer(plan_.id);
}

// What was appended so far counts, but for a recording in one request: nobody can go on with that.
ManagedReply UploadExchange::give_up(const Error& error) {
  if (error.code == Errc::kIo || error.code == Errc::kInternal)
    log_error("an upload failed", {{"upload", plan_.id}, {"error", error.to_sentence()}});
  cut();
  if (error.code == Errc::kLimitExceeded) return tus_problem(413, error.to_sentence());
  return refusal_of(error);
}

std::optional<ManagedReply> UploadExchange::take(std::string_view bytes) {
  if (form_) return form_->take(bytes);
  if (!writer_) return tus_problem(400, "the request takes no body");
  if (auto appended = writer_->append(bytes); !appended) return give_up(appended.error());
  return std::nullopt;
}

void UploadExchange::cut() {
  if (form_) return form_->cut();
  if (!writer_) return;
  const bool direct = writer_->upload().kind == UploadKind::kDirect;
  if (!direct) writer_->cut();
  put_down();
  if (direct) (void)desk_.terminate(plan_.id);
}

ManagedReply UploadExchange::finish() {
  if (form_) return form_->finish();
  if (!writer_) return tus_problem(400, "the request takes no body");
  if (plan_.action == Action::kDirect) return finish_direct();
  if (auto sealed = writer_->seal(); !sealed) return give_up(sealed.error());
  const std::uint64_t offset = writer_->size();
  Upload upload = writer_->upload();
  if (upload.kind == UploadKind::kWhole && writer_->whole()) {
    // Where it cannot be made a lesson now, that is done later: the bytes are here, and that is what is acknowledged.
    upload.state = UploadState::kFinishing;
    if (auto done = desk_.complete(*writer_, upload.metadata)) upload = std::move(*done);
  }
  const std::int64_t expires_ms = desk_.expiry_of(upload);
  put_down();
  if (plan_.action == Action::kCreate) {
    ManagedReply reply = reply_to_creation(upload, expires_ms);
    reply.fields.emplace_back("Upload-Offset", std::to_string(offset));
    return reply;
  }
  ManagedReply reply = tus_reply(204);
  reply.fields.emplace_back("Upload-Offset", std::to_string(offset));
  if (upload.state == UploadState::kOpen) add_expiry(reply, expires_ms);
  add_lesson(reply, upload);
  return reply;
}

ManagedReply UploadExchange::finish_direct() {
  if (auto sealed = writer_->seal(); !sealed) return give_up(sealed.error());
  if (writer_->size() == 0) {
    cut();
    return tus_problem(400, "an empty file is no recording");
  }
  auto done = desk_.complete(*writer_, plan_.metadata);
  put_down();
  return done ? reply_to_direct(*done) : refusal_of(done.error());
}

ManagedReply UploadExchange::join() {
  Upload wanted;
  wanted.kind = UploadKind::kJoined;
  wanted.metadata = plan_.metadata;
  wanted.parts = plan_.concat_text;
  wanted.owner = owner_;
  const auto made = desk_.join(std::move(wanted), plan_.concat.parts);
  return made ? reply_to_creation(*made, desk_.expiry_of(*made)) : refusal_of(made.error());
}

ManagedReply UploadExchange::look() {
  const auto status = desk_.look(plan_.id);
  if (!status) return refusal_of(status.error());
  return plan_.action == Action::kLook ? reply_to_look(*status) : reply_to_tell(*status);
}

ManagedReply UploadExchange::terminate() {
  const auto status = desk_.look(plan_.id);
  if (status && status->upload.state == UploadState::kExpired) return reply_to_look(*status);
  if (const auto ended = desk_.terminate(plan_.id); !ended) return refusal_of(ended.error());
  return tus_reply(204);
}

}  // namespace chalkline::streamer
