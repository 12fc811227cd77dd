// From bytes to a lesson, in steps that may each be the last before a kill: the sum is written down, the file moves
// into incoming/, lesson and job are made, the row says so. settle() does what is left of them. One at a time in all
// processes.
#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>

#include "core/file.hpp"
#include "core/log.hpp"
#include "library/attachments.hpp"
#include "library/incoming.hpp"
#include "streamer/uploads/upload_desk.hpp"
#include "streamer/uploads/upload_wish.hpp"

namespace chalkline::streamer {

namespace fs = std::filesystem;
using library::Upload;
using library::UploadFile;
using library::UploadState;

Result<Upload> UploadDesk::complete(UploadWriter& writer, const std::string& metadata) {
  Upload upload = writer.upload();
  upload.length = writer.size();
  upload.metadata = metadata;
  CHALK_TRY_ASSIGN(upload.sha256, writer.sha256());
  CHALK_TRY(library_.uploads->begin_finish(upload));
  auto settled = settle(upload.id);
  if (!settled)  // the client is told that its bytes are here; tend() goes on
    log_error("a whole upload is not a lesson yet", {{"upload", upload.id}, {"error", settled.error().to_sentence()}});
  return settled;
}

static Result<UniqueFd> one_at_a_time(const fs::path& root) {
  CHALK_TRY(make_directories(root / "uploads"));
  const fs::path path = root / "uploads" / ".finishing";
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd) return error_from_errno(errno, "cannot open the lock of uploads");
  while (::flock(fd.get(), LOCK_EX) != 0)
    if (errno != EINTR) return error_from_errno(errno, "cannot lock the uploads");
  return fd;
}

Result<Upload> UploadDesk::settle(const std::string& id) {
  CHALK_TRY_ASSIGN(const UniqueFd turn, one_at_a_time(library_.root));
  CHALK_TRY_ASSIGN(Upload upload, library_.uploads->find(id));
  if (upload.state != UploadState::kFinishing) return upload;
  CHALK_TRY_ASSIGN(upload.lesson_id, make_lesson(upload));
  return library_.uploads->find(id);
}

static bool is_open(const library::Job& job) {
  return job.state == library::JobState::kQueued || job.state == library::JobState::kRunning;
}

Result<std::optional<UploadDesk::Known>> UploadDesk::known_lesson(const std::string& sha256) {
  CHALK_TRY_ASSIGN(const std::vector<std::string> lessons, library_.uploads->lessons_of(sha256));
  for (const std::string& id : lessons) {
    const auto lesson = library_.catalogue->find(id);
    if (!lesson) continue;
    Known known;
    known.lesson = id;
    known.in_use = lesson->version.has_value();
    if (!known.in_use) {
      CHALK_TRY_ASSIGN(const std::vector<library::Job> jobs, library_.jobs->list());
      for (const library::Job& job : jobs) known.in_use = known.in_use || (job.lesson_id == id && is_open(job));
    }
    return known;
  }
  return std::optional<Known>();
}

Result<std::optional<library::Job>> UploadDesk::job_of(const fs::path& source) {
  CHALK_TRY_ASSIGN(const std::vector<library::Job> jobs, library_.jobs->list());
  for (const library::Job& job : jobs)
    if (job.source == source && job.kind == library::JobKind::kTranscode) return job;
  return std::optional<library::Job>();
}

// The file gets its hash's name, then the lesson its entry, then the row its end; each again is the same.
Result<std::string> UploadDesk::attach(const Upload& upload, const std::string& name, const std::string& lesson) {
  const fs::path bytes = UploadFile::path_of(library_.root, upload.id);
  const fs::path file = library::attachment_file(library_.root, upload.sha256);
  CHALK_TRY_ASSIGN(const UniqueFd turn, library::turn_to_attach(library_.root));
  std::error_code failed;
  if (fs::exists(bytes, failed)) {
    CHALK_TRY(rename_durably(bytes, file));
  }
  library::Attachment attachment;
  attachment.name = name;
  attachment.media_type = library::media_type_of(name);
  attachment.sha256 = upload.sha256;
  attachment.bytes = static_cast<std::int64_t>(upload.length.value_or(0));
  const auto entered = library::attach(library_, lesson, attachment, {"upload by " + upload.owner, ""});
  if (!entered && (entered.error().code == Errc::kNotFound || entered.error().code == Errc::kInvalidArgument)) {
    // The lesson went meanwhile, or has all that it may have: nobody can put that right by waiting.
    CHALK_TRY(library_.uploads->expire(upload.id));
    return entered.error();
  }
  CHALK_TRY(entered);
  CHALK_TRY(library_.uploads->finish(upload.id, lesson, false));
  log_info("an upload is attached", {{"upload", upload.id}, {"lesson", lesson}, {"name", name}});
  return lesson;
}

Result<std::string> UploadDesk::make_lesson(const Upload& upload) {
  const auto metadata = TusMetadata::parse(upload.metadata);
  CHALK_TRY_ASSIGN(const UploadWish wish, wish_of(metadata ? *metadata : TusMetadata()));
  if (!wish.attach_to.empty()) return attach(upload, wish.file_name, wish.attach_to);
  const fs::path source = fs::path("incoming") / upload.id / "0" / wish.file_name;
  CHALK_TRY_ASSIGN(const std::optional<library::Job> before, job_of(source));
  if (before) {
    CHALK_TRY(library_.uploads->finish(upload.id, before->lesson_id, false));
    return before->lesson_id;
  }
  std::optional<Known> known;
  if (!wish.again) {
    CHALK_TRY_ASSIGN(known, known_lesson(upload.sha256));
  }
  if (known && known->in_use) {
    CHALK_TRY(library_.uploads->finish(upload.id, known->lesson, true));
    CHALK_TRY(UploadFile::remove(library_.root, upload.id));
    std::error_code ignored;
    fs::remove_all(library_.root / "incoming" / upload.id, ignored);
    fs::remove_all(library_.root / "incoming" / ("." + upload.id), ignored);
    return known->lesson;
  }
  library::NewJob job;
  CHALK_TRY_ASSIGN(job.source, library::take_over(library_.root, UploadFile::path_of(library_.root, upload.id),
                                                  upload.id, wish.file_name));
  job.source_name = wish.file_name;
  job.max_tries = rules_.max_tries;
  if (known) {  // its job failed: it gets another
    job.lesson_id = known->lesson;
    CHALK_TRY(library_.jobs->enqueue(job));
  } else {
    CHALK_TRY_ASSIGN(const library::Job queued,
                     library_.jobs->enqueue_lesson({wish.title, wish.course, wish.language, wish.state}, job));
    job.lesson_id = queued.lesson_id;
  }
  CHALK_TRY(library_.uploads->finish(upload.id, job.lesson_id, false));
  log_info("an upload is a lesson", {{"upload", upload.id}, {"lesson", job.lesson_id}});
  return job.lesson_id;
}

}  // namespace chalkline::streamer
