// Paths are those of docs/version-format.md.
#include "mirror/fetch_queue.hpp"

#include <charconv>
#include <utility>

namespace chalkline::mirror {

using std::chrono::milliseconds;

void FetchQueue::add(std::string_view path, Clock::time_point now, std::function<void()> transfer) {
  by_due_.emplace(now + patience_of(path), std::move(transfer));
}

std::function<void()> FetchQueue::take() {
  const auto first = by_due_.begin();
  std::function<void()> transfer = std::move(first->second);
  by_due_.erase(first);
  return transfer;
}

milliseconds patience_of(std::string_view path) {
  constexpr milliseconds kNone{0};
  constexpr milliseconds kPicture{500};   // behind the sound of the same time
  constexpr milliseconds kShown{2'000};   // captions, posters, thumbnails
  constexpr milliseconds kLater{10'000};  // half of what players keep ahead
  for (const std::string_view coding : {".gz", ".br"})
    if (path.ends_with(coding)) path.remove_suffix(coding.size());
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.ends_with(".m3u8") || name.ends_with(".json") || name == "init.mp4") return kNone;
  if (!name.ends_with(".m4s")) return kShown;
  int number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return (path.starts_with("audio/") ? kNone : kPicture) + (number > 1 ? kLater : kNone);
}

}  // namespace chalkline::mirror
