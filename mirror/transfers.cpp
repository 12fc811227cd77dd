// What is found to be bad ends before its thread does (PartFile): between the two a newcomer begins a transfer of his
// own.
#include "mirror/transfers.hpp"

namespace chalkline::mirror {

Transfers::Transfer Transfers::join(const std::string& path) {
  const std::lock_guard lock(mutex_);
  auto& growing = coming_[path];
  if (growing && !growing->seen().failed) return {growing, false};
  if (growing) bad_[path] = Clock::now();
  growing = std::make_shared<library::GrowingFile>();
  ++under_way_;
  return {growing, true};
}

void Transfers::over(const std::string& path, library::GrowingFile& growing, const Result<void>& how) {
  {
    const std::lock_guard lock(mutex_);
    const auto own = coming_.find(path);
    if (own != coming_.end() && own->second.get() == &growing) coming_.erase(own);
    if (growing.seen().failed || (!how && how.error().code == Errc::kCorrupt)) bad_[path] = Clock::now();
  }
  growing.ended(how);
  const std::lock_guard lock(mutex_);
  --under_way_;
  landed_.notify_all();
}

bool Transfers::begun_badly(const std::string& path) {
  constexpr std::chrono::minutes kLong{2};
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  std::erase_if(bad_, [&](const auto& one) { return now - one.second > kLong; });
  return bad_.contains(path);
}

void Transfers::wait_for_all() {
  std::unique_lock lock(mutex_);
  landed_.wait(lock, [&] { return under_way_ == 0; });
}

}  // namespace chalkline::mirror
