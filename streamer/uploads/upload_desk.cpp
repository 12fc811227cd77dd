// Making, looking, writing, joining, ending.
#include "streamer/uploads/upload_desk.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sys/statvfs.h>

#include "core/log.hpp"
#include "library/random_name.hpp"
#include "library/upload_file.hpp"
#include "streamer/uploads/tus_fields.hpp"

namespace chalkline::streamer {

using library::Upload;
using library::UploadFile;
using library::UploadKind;
using library::UploadState;

// Whose client has sent nothing for so long gives way to another request.
static constexpr std::chrono::seconds kSilence{5};

UploadRules UploadRules::of(const config::Config& config) {
  UploadRules rules;
  rules.max_size = std::min(config.uploads.max_size, config.worker.max_source_bytes);
  rules.quota = config.uploads.quota;
  rules.max_unfinished = static_cast<std::size_t>(config.uploads.max_unfinished);
  rules.expiry_ms = config.uploads.expiry.count();
  rules.max_tries = config.worker.max_tries;
  return rules;
}

Result<std::uint64_t> UploadDesk::taken_but_for(const std::string& id) {
  CHALK_TRY_ASSIGN(const std::vector<Upload> uploads, library_.uploads->unfinished());
  std::uint64_t taken = 0;
  for (const Upload& upload : uploads) {
    if (upload.id == id) continue;
    CHALK_TRY_ASSIGN(const std::uint64_t size, UploadFile::size_of(library_.root, upload.id));
    taken += std::max(size, upload.length.value_or(0));
  }
  return taken;
}

Result<void> UploadDesk::check_disk(std::uint64_t bytes) const {
  struct statvfs disk {};
  if (::statvfs(library_.root.c_str(), &disk) != 0) return {};
  if (std::uint64_t{disk.f_bavail} * disk.f_frsize >= bytes) return {};
  return Error(Errc::kDiskFull, "the server's disk has no room for this recording");
}

static Error over_quota() {
  return Error(Errc::kDiskFull, "unfinished uploads hold all that uploads.quota lets them have",
               "finish one or remove it");
}

// What is to stand beside a lesson that is not there is refused before its first byte.
Result<void> UploadDesk::check_attachment(const std::string& metadata) const {
  const auto parsed = TusMetadata::parse(metadata);
  const std::string lesson = parsed ? parsed->value("attach").value_or("") : std::string();
  if (lesson.empty()) return {};
  const auto found = library_.records->find(lesson);
  if (!found && found.error().code == Errc::kNotFound)
    return Error(Errc::kInvalidArgument, "there is no lesson " + lesson + " to attach it to");
  if (!found) return found.error();
  return {};
}

Result<Upload> UploadDesk::create(Upload wanted) {
  CHALK_TRY(check_attachment(wanted.metadata));
  const std::scoped_lock lock(creating_);
  CHALK_TRY_ASSIGN(const std::vector<Upload> unfinished, library_.uploads->unfinished());
  if (unfinished.size() >= rules_.max_unfinished)
    return Error(Errc::kLimitExceeded, fmt::format("there are {} unfinished uploads", unfinished.size()),
                 "finish one or remove it");
  CHALK_TRY_ASSIGN(const std::uint64_t taken, taken_but_for({}));
  const std::uint64_t bytes = wanted.length.value_or(0);
  // What is joined has its parts' room, and takes it twice for a moment.
  if (wanted.kind != UploadKind::kJoined && taken + bytes > rules_.quota) return over_quota();
  CHALK_TRY(check_disk(bytes));
  wanted.id = library::random_name() + library::random_name();
  return library_.uploads->create(std::move(wanted));
}

std::int64_t UploadDesk::expiry_of(const Upload& upload) const {
  const auto touched = UploadFile::touched_ms(library_.root, upload.id);
  return std::max(upload.updated_ms, touched.value_or(0)) + rules_.expiry_ms;
}

Result<UploadStatus> UploadDesk::look(const std::string& id) {
  UploadStatus status;
  CHALK_TRY_ASSIGN(status.upload, library_.uploads->find(id));
  if (status.upload.state == UploadState::kFinishing) {
    // Where it cannot be now, tend() goes on: its bytes are here.
    if (auto settled = settle(id)) status.upload = std::move(*settled);
  }
  status.offset = status.upload.length.value_or(0);
  if (status.upload.state != UploadState::kOpen) return status;
  status.expires_ms = expiry_of(status.upload);
  if (clock_() > status.expires_ms) {
    CHALK_TRY_ASSIGN(status.upload, expire(status.upload));
    if (status.upload.state == UploadState::kExpired) return status;
  }
  CHALK_TRY_ASSIGN(status.offset, UploadFile::durable_size(library_.root, id));
  status.offset = std::min(status.offset, status.upload.vouched.value_or(status.offset));
  // Finished while we looked: its file is gone.
  CHALK_TRY_ASSIGN(const Upload now, library_.uploads->find(id));
  if (now.state != UploadState::kOpen) return look(id);
  const bool whole = status.upload.length == status.offset && !status.upload.vouched;
  if (!whole || status.upload.kind != UploadKind::kWhole) return status;
  // The process that had its last byte was killed before it could go on.
  auto writer = write(id);
  if (!writer) return status;
  if (auto done = complete(**writer, (*writer)->upload().metadata)) status.upload = std::move(*done);
  return status;
}

Result<UploadFile> UploadDesk::lock_file(const std::string& id) {
  auto file = UploadFile::open(library_.root, id);
  if (file || file.error().code != Errc::kBusy) return file;
  std::shared_ptr<UploadWriter> other;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto at = writers_.find(id); at != writers_.end()) other = at->second.lock();
  }
  if (other && other->put_aside(kSilence)) return UploadFile::open(library_.root, id);
  return file;
}

Result<std::shared_ptr<UploadWriter>> UploadDesk::write(const std::string& id) {
  CHALK_TRY_ASSIGN(Upload upload, library_.uploads->find(id));
  if (upload.state != UploadState::kOpen) return Error(Errc::kBusy, "the upload " + id + " takes no more bytes");
  CHALK_TRY_ASSIGN(UploadFile file, lock_file(id));
  auto found = library_.uploads->find(id);  // under the lock
  if (!found || found->state != UploadState::kOpen) {
    if (file.size() == 0) (void)UploadFile::remove(library_.root, id);  // opening it made it again
    if (!found) return found.error();
    return Error(Errc::kBusy, "the upload " + id + " has just ended");
  }
  upload = std::move(*found);
  if (upload.vouched) {
    CHALK_TRY(file.truncate(std::min(file.size(), *upload.vouched)));
    CHALK_TRY(file.make_durable());
    CHALK_TRY(library_.uploads->set_vouched(id, std::nullopt));
    upload.vouched.reset();
  }
  std::uint64_t most = upload.length.value_or(0);
  if (!upload.length) {
    CHALK_TRY_ASSIGN(const std::uint64_t taken, taken_but_for(id));
    most = std::min(rules_.max_size, taken < rules_.quota ? rules_.quota - taken : 0);
  }
  const std::scoped_lock lock(mutex_);
  RunningSum sum;
  if (const auto at = sums_.find(id); at != sums_.end()) {
    if (at->second.bytes == file.size()) sum = std::move(at->second);
    sums_.erase(at);
  }
  auto writer = std::make_shared<UploadWriter>(library_, std::move(upload), std::move(file), std::move(sum), most);
  std::erase_if(writers_, [](const auto& entry) { return entry.second.expired(); });
  writers_.insert_or_assign(id, writer);
  return writer;
}

void UploadDesk::put_down(UploadWriter& writer) {
  auto sum = writer.take_sum();
  const std::scoped_lock lock(mutex_);
  const auto at = writers_.find(writer.upload().id);
  if (at != writers_.end() && at->second.lock().get() == &writer) writers_.erase(at);
  constexpr std::size_t kMostSums = 1024;
  if (sum && sum->bytes > 0 && sums_.size() < kMostSums) sums_.insert_or_assign(writer.upload().id, std::move(*sum));
}

Result<Upload> UploadDesk::join(Upload wanted, const std::vector<std::string>& ids) {
  CHALK_TRY_ASSIGN(const std::optional<Upload> before, library_.uploads->joined_of(wanted.parts));
  if (before && before->state == UploadState::kFinishing) return settle(before->id);
  if (before && before->state == UploadState::kDone) return *before;
  if (before) CHALK_TRY(terminate(before->id));  // cut short; kBusy where it is at work
  std::vector<Upload> parts;
  wanted.length = 0;
  for (const std::string& id : ids) {
    auto part = library_.uploads->find(id);
    if (!part) return Error(Errc::kInvalidArgument, "a part is not there: " + id);
    CHALK_TRY_ASSIGN(const std::uint64_t size, UploadFile::durable_size(library_.root, id));
    if (part->kind != UploadKind::kPartial || part->state != UploadState::kOpen || part->vouched ||
        part->length != size)
      return Error(Errc::kInvalidArgument, "a part is not complete, or no part: " + id);
    *wanted.length += size;
    parts.push_back(std::move(*part));
  }
  if (*wanted.length > rules_.max_size) return Error(Errc::kUnusableInput, "the parts together are too long");
  CHALK_TRY_ASSIGN(const Upload row, create(std::move(wanted)));
  auto joined = fill_joined(row, parts);
  if (joined) return joined;
  if (joined.error().code != Errc::kBusy) (void)terminate(row.id);
  return joined;
}

Result<Upload> UploadDesk::fill_joined(const Upload& row, const std::vector<Upload>& parts) {
  Upload done;
  {
    CHALK_TRY_ASSIGN(const std::shared_ptr<UploadWriter> writer, write(row.id));
    for (const Upload& part : parts) CHALK_TRY(writer->append_file(UploadFile::path_of(library_.root, part.id)));
    CHALK_TRY(writer->seal());
    CHALK_TRY_ASSIGN(done, complete(*writer, row.metadata));
  }
  for (const Upload& part : parts) {
    // What fails here expires.
    if (library_.uploads->finish(part.id, {}, false)) (void)UploadFile::remove(library_.root, part.id);
  }
  return done;
}

Result<void> UploadDesk::terminate(const std::string& id) {
  CHALK_TRY_ASSIGN(Upload upload, library_.uploads->find(id));
  if (upload.state == UploadState::kFinishing) {
    CHALK_TRY_ASSIGN(upload, settle(id));
  }
  std::optional<UploadFile> lock;
  if (upload.state == UploadState::kOpen) {
    CHALK_TRY_ASSIGN(UploadFile file, lock_file(id));
    lock.emplace(std::move(file));
  }
  if (upload.lesson_id.empty()) {
    CHALK_TRY(library_.uploads->remove(id));
  } else {
    CHALK_TRY(library_.uploads->expire(id));  // its sha256 stays known: the lesson is made of it
  }
  CHALK_TRY(UploadFile::remove(library_.root, id));
  const std::scoped_lock guard(mutex_);
  sums_.erase(id);
  return {};
}

Result<Upload> UploadDesk::expire(const Upload& upload) {
  auto file = lock_file(upload.id);
  if (!file) return file.error().code == Errc::kBusy ? Result<Upload>(upload) : Result<Upload>(file.error());
  CHALK_TRY_ASSIGN(Upload now, library_.uploads->find(upload.id));
  if (now.state == UploadState::kOpen) {
    CHALK_TRY(library_.uploads->expire(upload.id));
    now.state = UploadState::kExpired;
  }
  CHALK_TRY(UploadFile::remove(library_.root, upload.id));
  const std::scoped_lock guard(mutex_);
  sums_.erase(upload.id);
  return now;
}

}  // namespace chalkline::streamer
