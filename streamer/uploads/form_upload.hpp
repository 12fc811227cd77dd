// A recording in a multipart/form-data POST, as `curl -F file=@x -F title=...` or a page's form sends it: one file, and
// fields before or behind it that say what a lesson needs. On the management pool, one call at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "streamer/management/handler.hpp"
#include "streamer/uploads/multipart.hpp"
#include "streamer/uploads/upload_desk.hpp"

namespace chalkline::streamer {

class FormUpload final : public FormListener {
 public:
  FormUpload(UploadDesk& desk, std::string owner, std::string_view boundary)
      : desk_(desk), owner_(std::move(owner)), reader_(boundary) {}
  ~FormUpload() override;

  std::optional<ManagedReply> take(std::string_view bytes);
  ManagedReply finish();
  void cut();

 private:
  bool part(const FormPart& part) override;
  bool content(std::string_view bytes) override;
  bool begin_file(const FormPart& part);
  bool refuse(ManagedReply reply);

  UploadDesk& desk_;
  const std::string owner_;
  FormReader reader_;
  FormReader::Status status_ = FormReader::Status::kMore;
  std::string field_;  // the one that comes now; "" within the file
  std::string value_;
  TusMetadata metadata_;
  bool has_file_ = false;
  std::shared_ptr<UploadWriter> writer_;
  std::optional<ManagedReply> refusal_;
};

}  // namespace chalkline::streamer
