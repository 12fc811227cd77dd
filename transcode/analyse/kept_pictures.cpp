// Differences by blocks of 16x16 luma pixels and their chroma.
#include "transcode/analyse/kept_pictures.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "transcode/av/error.hpp"

namespace chalkline::transcode {

namespace {

constexpr int kBlock = 16;
constexpr std::size_t kBlockBytes = kBlock * kBlock * 3 / 2;
constexpr double kWorthWhole = 0.7;  // of the blocks: then a reference to the picture is as small

std::size_t whole_bytes(const AVFrame& picture) {
  std::size_t bytes = 0;
  for (const AVBufferRef* buffer : picture.buf)
    if (buffer != nullptr) bytes += static_cast<std::size_t>(buffer->size);
  return bytes;
}

// What a picture takes besides its pixels.
std::size_t properties_bytes(const AVFrame& picture) {
  std::size_t bytes = sizeof(AVFrame);
  for (int i = 0; i < picture.nb_side_data; ++i) bytes += sizeof(AVFrameSideData) + picture.side_data[i]->size;
  return bytes;
}

int blocks_across(const AVFrame& picture) { return (picture.width + kBlock - 1) / kBlock; }
int blocks_in(const AVFrame& picture) { return blocks_across(picture) * ((picture.height + kBlock - 1) / kBlock); }

// The part of a block that lies within the picture, row by row: work(plane, y, x of the row's first pixel, pixels).
template <class Work>
void for_rows(const AVFrame& picture, std::uint32_t block, Work work) {
  const int across = blocks_across(picture);
  const int left = static_cast<int>(block) % across * kBlock, top = static_cast<int>(block) / across * kBlock;
  for (int plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    const int width = (picture.width + shift) >> shift, height = (picture.height + shift) >> shift;
    const int x = left >> shift, size = kBlock >> shift;
    const int pixels = std::min(size, width - x);
    for (int y = top >> shift; y < std::min((top >> shift) + size, height); ++y)
      work(plane, y, x, static_cast<std::size_t>(pixels));
  }
}

std::uint8_t* at(const AVFrame& picture, int plane, int y, int x) {
  return picture.data[plane] + static_cast<std::ptrdiff_t>(y) * picture.linesize[plane] + x;
}

bool differs(const AVFrame& a, const AVFrame& b, std::uint32_t block) {
  bool found = false;
  for_rows(a, block, [&](int plane, int y, int x, std::size_t pixels) {
    found = found || std::memcmp(at(a, plane, y, x), at(b, plane, y, x), pixels) != 0;
  });
  return found;
}

av::FramePtr properties_of(const AVFrame& picture) {
  av::FramePtr frame = av::make_frame();
  if (frame && av_frame_copy_props(frame.get(), &picture) < 0) frame.reset();
  return frame;
}

}  // namespace

// False: too much is new.
bool KeptPictures::note_changes(const AVFrame& picture, Entry& entry) const {
  if (!last_ || last_->width != picture.width || last_->height != picture.height) return false;
  const auto blocks = static_cast<std::uint32_t>(blocks_in(picture));
  const auto most = static_cast<std::size_t>(kWorthWhole * blocks);
  for (std::uint32_t block = 0; block < blocks && entry.changed.size() <= most; ++block)
    if (differs(picture, *last_, block)) entry.changed.push_back(block);
  if (entry.changed.size() > most) return false;
  entry.pixels.reserve(entry.changed.size() * kBlockBytes);
  for (const std::uint32_t block : entry.changed)
    for_rows(picture, block, [&](int plane, int y, int x, std::size_t pixels) {
      const std::uint8_t* row = at(picture, plane, y, x);
      entry.pixels.insert(entry.pixels.end(), row, row + pixels);
    });
  return true;
}

void KeptPictures::add(const AVFrame& picture, Ticks source_pts) {
  if (given_up_) return;
  Entry entry{source_pts, nullptr, {}, {}};
  if (note_changes(picture, entry)) {
    entry.frame = properties_of(picture);
    bytes_ += entry.pixels.capacity() + entry.changed.capacity() * sizeof entry.changed.front();
  } else {
    entry.changed.clear();
    entry.frame = av::share(picture);
    bytes_ += whole_bytes(picture);
  }
  last_ = av::share(picture);
  bytes_ += sizeof(Entry) + properties_bytes(picture);
  const bool kept = entry.frame && last_;
  entries_.push_back(std::move(entry));
  if (!kept || bytes_ > most_bytes_) give_up();
}

void KeptPictures::give_up() {
  given_up_ = true;
  entries_.clear();
  last_.reset();
}

bool KeptPictures::hold(std::span<const Ticks> wanted) const {
  return !given_up_ && std::ranges::includes(entries_, wanted, {}, &Entry::source_pts);
}

Result<void> KeptPictures::apply(const Entry& entry) {
  const int status = av_frame_make_writable(last_.get());  // others may still read it
  if (status < 0) return av::error(status, "taking a kept picture");
  const std::uint8_t* from = entry.pixels.data();
  for (const std::uint32_t block : entry.changed)
    for_rows(*last_, block, [&](int plane, int y, int x, std::size_t pixels) {
      std::memcpy(at(*last_, plane, y, x), from, pixels);
      from += pixels;
    });
  return {};
}

std::optional<Ticks> KeptPictures::next() const {
  return entries_.empty() ? std::nullopt : std::optional(entries_.front().source_pts);
}

Result<KeptPictures::Kept> KeptPictures::take() {
  const Entry entry = std::move(entries_.front());
  entries_.pop_front();
  if (entry.frame->buf[0] != nullptr)
    last_ = av::share(*entry.frame);
  else
    CHALK_TRY(apply(entry));
  if (!last_) return av::error(AVERROR(ENOMEM), "taking a kept picture");
  Kept kept{av::share(*last_), entry.source_pts};
  if (!kept.frame) return av::error(AVERROR(ENOMEM), "taking a kept picture");
  // av_frame_copy_props adds to the side data that is there.
  while (kept.frame->nb_side_data > 0) av_frame_remove_side_data(kept.frame.get(), kept.frame->side_data[0]->type);
  const int status = av_frame_copy_props(kept.frame.get(), entry.frame.get());
  if (status < 0) return av::error(status, "taking a kept picture");
  return kept;
}

}  // namespace chalkline::transcode
