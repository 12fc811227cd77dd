// What nobody asks for and has to be done: after a start, and now and then.
#include <chrono>

#include "core/log.hpp"
#include "library/attachments.hpp"
#include "streamer/uploads/upload_desk.hpp"

namespace chalkline::streamer {

using library::Upload;
using library::UploadFile;
using library::UploadKind;
using library::UploadState;

// Between a row and its file, and the other way round, lies a moment in which another thread is at work.
static constexpr std::int64_t kMomentMs = 60'000;

Result<void> UploadDesk::tend_one(const Upload& upload) {
  if (upload.state == UploadState::kFinishing) {
    CHALK_TRY(settle(upload.id));
    return {};
  }
  if (clock_() > expiry_of(upload)) {
    CHALK_TRY(expire(upload));
    return {};
  }
  if (upload.kind == UploadKind::kWhole) {
    CHALK_TRY_ASSIGN(const std::uint64_t size, UploadFile::size_of(library_.root, upload.id));
    if (upload.length == size) CHALK_TRY(look(upload.id));
    return {};
  }
  if (upload.kind == UploadKind::kPartial || clock_() - upload.updated_ms < kMomentMs) return {};
  // Nobody can go on with these: one request made them, and it is over unless it holds the lock.
  if (!UploadFile::open(library_.root, upload.id)) return {};
  if (auto ended = terminate(upload.id); !ended && ended.error().code != Errc::kBusy) return ended.error();
  return {};
}

Result<void> UploadDesk::remove_strays() {
  CHALK_TRY_ASSIGN(const std::vector<std::string> ids, UploadFile::list(library_.root));
  for (const std::string& id : ids) {
    const auto touched = UploadFile::touched_ms(library_.root, id);
    if (!touched || library::system_clock_ms() - *touched < kMomentMs) continue;
    const auto upload = library_.uploads->find(id);
    if (!upload && upload.error().code != Errc::kNotFound) return upload.error();
    const bool belongs = upload && (upload->state == UploadState::kOpen || upload->state == UploadState::kFinishing);
    if (belongs) continue;
    if (const auto lock = UploadFile::open(library_.root, id)) CHALK_TRY(UploadFile::remove(library_.root, id));
  }
  return {};
}

void UploadDesk::tend() {
  const auto note = [](const Result<void>& done) {
    if (!done) log_error("cannot tend the uploads", {{"error", done.error().to_sentence()}});
  };
  const auto uploads = library_.uploads->unfinished();
  if (!uploads) return note(uploads.error());
  for (const Upload& upload : *uploads)
    if (auto tended = tend_one(upload); !tended && tended.error().code != Errc::kNotFound) note(tended);
  note(remove_strays());
  const auto swept = library::sweep_attachments(library_);
  note(swept ? Result<void>() : Result<void>(swept.error()));
  if (swept && *swept > 0) log_info("files that no lesson has beside it any more are removed", {{"files", *swept}});
  constexpr std::int64_t kRememberedMs = std::int64_t{30} * 24 * 3'600'000;
  note(library_.uploads->forget_expired(clock_() - kRememberedMs));
}

}  // namespace chalkline::streamer
