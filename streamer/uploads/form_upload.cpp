// Fields are kept, the file goes to the desk as it comes.
#include "streamer/uploads/form_upload.hpp"

#include "streamer/uploads/tus_plan.hpp"
#include "streamer/uploads/upload_replies.hpp"

namespace chalkline::streamer {

using Status = FormReader::Status;

FormUpload::~FormUpload() {
  if (writer_) desk_.put_down(*writer_);
}

bool FormUpload::refuse(ManagedReply reply) {
  refusal_ = std::move(reply);
  return false;
}

bool FormUpload::begin_file(const FormPart& part) {
  if (has_file_) return refuse(tus_problem(400, "a form brings one recording"));
  has_file_ = true;
  metadata_.set("filename", *part.file_name);
  metadata_.set("filetype", part.media_type);
  if (const auto wish = wish_of(metadata_); !wish)
    return refuse(tus_problem(wish.error().code == Errc::kUnusableInput ? 415 : 400, wish.error().to_sentence()));
  library::Upload wanted;
  wanted.kind = library::UploadKind::kDirect;
  wanted.metadata = metadata_.text();
  wanted.owner = owner_;
  const auto made = desk_.create(std::move(wanted));
  if (!made) return refuse(refusal_of(made.error()));
  auto writer = desk_.write(made->id);
  if (!writer) return refuse(refusal_of(writer.error()));
  writer_ = std::move(*writer);
  return true;
}

bool FormUpload::part(const FormPart& part) {
  if (!field_.empty() && !metadata_.value(field_)) metadata_.set(field_, value_);
  value_.clear();
  field_ = part.file_name ? "" : part.name.empty() ? "-" : part.name;
  return part.file_name ? begin_file(part) : true;
}

bool FormUpload::content(std::string_view bytes) {
  if (field_.empty()) {
    const auto appended = writer_->append(bytes);
    if (appended) return true;
    return refuse(appended.error().code == Errc::kLimitExceeded ? tus_problem(413, appended.error().to_sentence())
                                                                : refusal_of(appended.error()));
  }
  constexpr std::size_t kMostValue = 4096;
  if (value_.size() + bytes.size() > kMostValue) return refuse(tus_problem(413, "a field of the form is too long"));
  value_.append(bytes);
  return true;
}

std::optional<ManagedReply> FormUpload::take(std::string_view bytes) {
  status_ = reader_.read(bytes, *this);
  if (status_ == Status::kMore || status_ == Status::kDone) return std::nullopt;
  cut();
  return refusal_ ? std::move(*refusal_) : tus_problem(400, "the form is malformed");
}

void FormUpload::cut() {
  if (!writer_) return;
  const std::string id = writer_->upload().id;
  desk_.put_down(*writer_);
  writer_.reset();
  (void)desk_.terminate(id);
}

ManagedReply FormUpload::finish() {
  if (!field_.empty() && !metadata_.value(field_)) metadata_.set(field_, value_);
  const auto refused = [this](ManagedReply reply) {
    cut();
    return reply;
  };
  if (status_ != Status::kDone) return refused(tus_problem(400, "the form ends in the middle"));
  if (!writer_ || writer_->size() == 0) return refused(tus_problem(400, "the form brings no recording"));
  if (const auto wish = wish_of(metadata_); !wish) return refused(tus_problem(400, wish.error().to_sentence()));
  if (auto sealed = writer_->seal(); !sealed) return refused(refusal_of(sealed.error()));
  auto done = desk_.complete(*writer_, metadata_.text());
  desk_.put_down(*writer_);
  writer_.reset();
  return done ? reply_to_direct(*done) : refusal_of(done.error());
}

}  // namespace chalkline::streamer
