// Where uploads are kept and become lessons: the library's rows and files under one set of rules. Offsets that it tells
// are on the disk; whatever is killed in between, the next call or tend() goes on from what is there. Thread-safe;
// blocks: called on the management pool and by one thread that tends.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "library/library.hpp"
#include "streamer/uploads/upload_writer.hpp"

namespace chalkline::streamer {

struct UploadRules {
  std::uint64_t max_size = 0;
  std::uint64_t quota = 0;
  std::size_t max_unfinished = 0;
  std::int64_t expiry_ms = 0;
  int max_tries = 3;  // of the job
  static UploadRules of(const config::Config& config);
};

// An upload as it stands.
struct UploadStatus {
  library::Upload upload;
  std::uint64_t offset = 0;     // durable
  std::int64_t expires_ms = 0;  // Unix time; of an unfinished one
};

class UploadDesk {
 public:
  UploadDesk(library::Library& library, UploadRules rules, library::WallClock clock = library::system_clock_ms)
      : library_(library), rules_(rules), clock_(std::move(clock)) {}

  [[nodiscard]] const UploadRules& rules() const { return rules_; }

  // `wanted` gets its id here. kLimitExceeded: too many are unfinished; kDiskFull: over the quota, or the disk is too
  // small for it.
  Result<library::Upload> create(library::Upload wanted);
  // kNotFound. One that has all its bytes is made a lesson on the way.
  Result<UploadStatus> look(const std::string& id);
  // To append to an open one. kBusy: somebody else does, and bytes still come.
  Result<std::shared_ptr<UploadWriter>> write(const std::string& id);
  // The writer's upload, whole and durable, becomes a lesson; the row as it is then.
  Result<library::Upload> complete(UploadWriter& writer, const std::string& metadata);
  // Parts, complete ones, as one recording in this order; the same parts again are the same upload. kInvalidArgument: a
  // part is missing or not complete. kBusy.
  Result<library::Upload> join(library::Upload wanted, const std::vector<std::string>& parts);
  // Nothing of it is left. A lesson that it became stays. kNotFound, kBusy.
  Result<void> terminate(const std::string& id);
  void put_down(UploadWriter& writer);  // its appending is over; keeps what it knows of the sum
  // When an unfinished upload ends if nobody goes on with it, Unix time in ms.
  [[nodiscard]] std::int64_t expiry_of(const library::Upload& upload) const;

  // What was cut short by a kill goes on; what expired, and files that belong to nothing, are removed.
  void tend();

 private:
  // upload_desk.cpp
  Result<std::uint64_t> taken_but_for(const std::string& id);  // of the quota
  [[nodiscard]] Result<void> check_attachment(const std::string& metadata) const;
  [[nodiscard]] Result<void> check_disk(std::uint64_t bytes) const;
  Result<library::Upload> expire(const library::Upload& upload);
  Result<library::UploadFile> lock_file(const std::string& id);
  Result<library::Upload> fill_joined(const library::Upload& row, const std::vector<library::Upload>& parts);

  // upload_finish.cpp
  Result<library::Upload> settle(const std::string& id);  // finishing to done
  Result<std::string> make_lesson(const library::Upload& upload);
  Result<std::string> attach(const library::Upload& upload, const std::string& name, const std::string& lesson);
  Result<std::optional<library::Job>> job_of(const std::filesystem::path& source);
  struct Known {
    std::string lesson;
    bool in_use = false;  // published, or being made: not one whose job failed
  };
  Result<std::optional<Known>> known_lesson(const std::string& sha256);

  // upload_tending.cpp
  Result<void> tend_one(const library::Upload& upload);
  Result<void> remove_strays();

  library::Library& library_;
  const UploadRules rules_;
  library::WallClock clock_;
  std::mutex creating_;
  std::mutex mutex_;  // of what follows
  std::map<std::string, std::weak_ptr<UploadWriter>> writers_;
  std::map<std::string, RunningSum> sums_;  // of uploads that nobody writes to now
};

}  // namespace chalkline::streamer
