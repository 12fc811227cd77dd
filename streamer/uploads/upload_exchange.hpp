// One request at /files/: tus 1.0, a form, or a file by PUT. Who may: an editor, by token or session
// (management/caller.hpp), but for OPTIONS, which everybody may ask. Lives on the management pool, one call at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "streamer/management/exchange.hpp"
#include "streamer/uploads/form_upload.hpp"
#include "streamer/uploads/tus_plan.hpp"
#include "streamer/uploads/upload_desk.hpp"

namespace chalkline::streamer {

class UploadExchange final : public Exchange {
 public:
  UploadExchange(UploadDesk& desk, library::Library& library) : desk_(desk), library_(library) {}
  ~UploadExchange() override;

  std::optional<ManagedReply> begin(const ManagedRequest& request) override;
  std::optional<ManagedReply> take(std::string_view bytes) override;
  ManagedReply finish() override;
  void cut() override;

 private:
  std::optional<ManagedReply> authorize(const ManagedRequest& request);
  std::optional<ManagedReply> begin_append();
  std::optional<ManagedReply> begin_create();
  std::optional<ManagedReply> begin_direct();
  ManagedReply join();
  ManagedReply look();
  ManagedReply terminate();
  ManagedReply finish_direct();
  std::optional<ManagedReply> open_writer(const std::string& id);
  ManagedReply give_up(const Error& error);
  void put_down();

  UploadDesk& desk_;
  library::Library& library_;
  std::string owner_;
  TusPlan plan_;
  std::shared_ptr<UploadWriter> writer_;
  std::unique_ptr<FormUpload> form_;
};

}  // namespace chalkline::streamer
