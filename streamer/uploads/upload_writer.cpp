// A row that says how many bytes are vouched for comes before the first byte that is not, and goes after the last of
// them is on the disk or gone: a kill in between leaves what counts and no more.
#include "streamer/uploads/upload_writer.hpp"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "core/log.hpp"

namespace chalkline::streamer {

static Error set_aside() { return Error(Errc::kCancelled, "another request went on with this upload"); }

std::uint64_t UploadWriter::size() {
  const std::scoped_lock lock(mutex_);
  return file_ ? file_->size() : 0;
}

bool UploadWriter::whole() {
  const std::scoped_lock lock(mutex_);
  return file_ && upload_.length && file_->size() == *upload_.length;
}

Result<void> UploadWriter::set_length(std::uint64_t length) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY(library_.uploads->set_length(upload_.id, length));
  upload_.length = length;
  return {};
}

Result<void> UploadWriter::expect(const TusChecksum& checksum) {
  const std::scoped_lock lock(mutex_);
  if (!file_) return set_aside();
  CHALK_TRY(file_->make_durable());
  CHALK_TRY(library_.uploads->set_vouched(upload_.id, file_->size()));
  upload_.vouched = file_->size();
  checksum_ = checksum;
  digest_.emplace(checksum.algorithm);
  return {};
}

Result<void> UploadWriter::append(std::string_view bytes) {
  const std::scoped_lock lock(mutex_);
  if (!file_) return set_aside();
  last_ = std::chrono::steady_clock::now();
  if (file_->size() + bytes.size() > upload_.length.value_or(most_))
    return Error(Errc::kLimitExceeded, "there are more bytes than the upload may have");
  const bool in_order = sum_.bytes == file_->size();
  CHALK_TRY(file_->append(bytes));
  if (digest_) digest_->update(bytes);
  if (in_order) {
    sum_.sum.update(bytes);
    sum_.bytes += bytes.size();
  }
  return {};
}

Result<void> UploadWriter::append_file(const std::filesystem::path& from) {
  const std::scoped_lock lock(mutex_);
  if (!file_) return set_aside();
  last_ = std::chrono::steady_clock::now();
  return file_->append_file(from);
}

Result<void> UploadWriter::forget_unvouched() {
  if (!upload_.vouched) return {};
  CHALK_TRY(file_->truncate(*upload_.vouched));
  CHALK_TRY(file_->make_durable());
  CHALK_TRY(library_.uploads->set_vouched(upload_.id, std::nullopt));
  upload_.vouched.reset();
  checksum_.reset();
  digest_.reset();
  sum_ = RunningSum();
  return {};
}

Result<void> UploadWriter::seal() {
  const std::scoped_lock lock(mutex_);
  if (!file_) return set_aside();
  if (checksum_ && digest_->finish() != checksum_->digest) {
    CHALK_TRY(forget_unvouched());
    return Error(Errc::kCorrupt, "the bytes are not those that Upload-Checksum was made of; none of them was kept");
  }
  CHALK_TRY(file_->make_durable());
  if (!upload_.vouched) return {};
  CHALK_TRY(library_.uploads->set_vouched(upload_.id, std::nullopt));
  upload_.vouched.reset();
  checksum_.reset();
  digest_.reset();
  return {};
}

void UploadWriter::cut() {
  const std::scoped_lock lock(mutex_);
  if (!file_) return;
  const auto kept = upload_.vouched ? forget_unvouched() : file_->make_durable();
  if (!kept) log_warn("an upload that was cut is looked after later", {{"error", kept.error().to_sentence()}});
}

Result<std::string> UploadWriter::sha256() {
  const std::scoped_lock lock(mutex_);
  if (!file_) return set_aside();
  CHALK_TRY_ASSIGN(const UniqueFd in, open_for_reading(file_->path()));
  std::string buffer(std::size_t{256} * 1024, '\0');
  while (sum_.bytes < file_->size()) {
    const ssize_t got = ::pread(in.get(), buffer.data(), buffer.size(), static_cast<off_t>(sum_.bytes));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return error_from_errno(got < 0 ? errno : EIO, "cannot read an upload");
    sum_.sum.update(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
    sum_.bytes += static_cast<std::uint64_t>(got);
    last_ = std::chrono::steady_clock::now();
  }
  return std::exchange(sum_, RunningSum()).sum.finish_hex();
}

std::optional<RunningSum> UploadWriter::take_sum() {
  const std::scoped_lock lock(mutex_);
  if (!file_ || sum_.bytes != file_->size()) return std::nullopt;
  return std::exchange(sum_, RunningSum());
}

bool UploadWriter::put_aside(std::chrono::steady_clock::duration silence) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || !file_ || std::chrono::steady_clock::now() - last_ < silence) return false;
  if (upload_.vouched && !forget_unvouched()) return false;
  file_.reset();
  return true;
}

}  // namespace chalkline::streamer
