// Differences by blocks of 16x16 luma pixels and their chroma.
#include "transcode/analyse/kept_pictures.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <zstd.h>

#include "transcode/av/error.hpp"

namespace chalkline::transcode {

namespace {

constexpr int kBlock = 16;
constexpr double kWorthWhole = 0.7;  // of the blocks: then the rows of the whole picture pack better
// Zstandard's level: slides pack to a tenth at 1.2 GB/s; at level 1 to a twelfth, at 0.5.
constexpr int kLevel = -1;
// A camera's pictures pack to a half, at a quarter of that speed. Who packs no better than this is decoded again.
constexpr double kWorthKeeping = 0.2;
constexpr std::size_t kEnoughToTell = 16;  // pictures, whole

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

// All rows of its planes.
template <class Work>
void for_rows(const AVFrame& picture, Work work) {
  for (int plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    for (int y = 0; y < (picture.height + shift) >> shift; ++y)
      work(plane, y, 0, static_cast<std::size_t>((picture.width + shift) >> shift));
  }
}

std::size_t bytes_of(const AVFrame& picture) {
  std::size_t bytes = 0;
  for_rows(picture, [&](int, int, int, std::size_t pixels) { bytes += pixels; });
  return bytes;
}

// Its size and format too, so that it tells how to lay pixels out.
av::FramePtr properties_of(const AVFrame& picture) {
  av::FramePtr frame = av::make_frame();
  if (!frame) return frame;
  frame->width = picture.width;
  frame->height = picture.height;
  frame->format = picture.format;
  if (av_frame_copy_props(frame.get(), &picture) < 0) frame.reset();
  return frame;
}

struct ContextDeleter {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

}  // namespace

struct KeptPictures::Packer {
  std::unique_ptr<ZSTD_CCtx, ContextDeleter> in{ZSTD_createCCtx()};
  std::unique_ptr<ZSTD_DCtx, ContextDeleter> out{ZSTD_createDCtx()};
  std::vector<std::uint8_t> room;
};

void KeptPictures::PackerDeleter::operator()(Packer* packer) const { delete packer; }

// The rows that an entry has of its picture.
template <class Work>
void KeptPictures::for_rows_of(const Entry& entry, const AVFrame& picture, Work work) {
  if (entry.whole) return for_rows(picture, work);
  for (const std::uint32_t block : entry.changed) for_rows(picture, block, work);
}

// False: too much is new.
bool KeptPictures::note_changes(const AVFrame& picture, Entry& entry) const {
  if (!last_ || last_->width != picture.width || last_->height != picture.height) return false;
  const auto blocks = static_cast<std::uint32_t>(blocks_in(picture));
  const auto most = static_cast<std::size_t>(kWorthWhole * blocks);
  for (std::uint32_t block = 0; block < blocks && entry.changed.size() <= most; ++block)
    if (differs(picture, *last_, block)) entry.changed.push_back(block);
  return entry.changed.size() <= most;
}

// False: there is no memory.
bool KeptPictures::pack(const AVFrame& picture, Entry& entry) {
  raw_.clear();
  for_rows_of(entry, picture, [&](int plane, int y, int x, std::size_t pixels) {
    const std::uint8_t* row = at(picture, plane, y, x);
    raw_.insert(raw_.end(), row, row + pixels);
  });
  if (!packer_) packer_.reset(new Packer);
  packer_->room.resize(ZSTD_compressBound(raw_.size()));
  const std::size_t packed = ZSTD_compressCCtx(packer_->in.get(), packer_->room.data(), packer_->room.size(),
                                               raw_.data(), raw_.size(), kLevel);
  if (ZSTD_isError(packed) != 0) return false;
  entry.raw_bytes = raw_.size();
  entry.packed.assign(packer_->room.begin(), packer_->room.begin() + static_cast<std::ptrdiff_t>(packed));
  return true;
}

void KeptPictures::add(const AVFrame& picture, Ticks source_pts) {
  if (given_up_) return;
  Entry entry{source_pts, properties_of(picture), false, {}, 0, {}};
  if (!note_changes(picture, entry)) {
    entry.whole = true;
    entry.changed = {};
  }
  last_ = av::share(picture);
  const bool kept = entry.frame && last_ && pack(picture, entry);
  bytes_ += entry.packed.capacity() + entry.changed.capacity() * sizeof entry.changed.front() + sizeof(Entry) +
            properties_bytes(picture);
  unpacked_bytes_ += bytes_of(picture);
  entries_.push_back(std::move(entry));
  const bool can_tell = unpacked_bytes_ >= kEnoughToTell * bytes_of(picture);
  const bool packs = static_cast<double>(bytes_) <= kWorthKeeping * static_cast<double>(unpacked_bytes_);
  if (!kept || bytes_ > most_bytes_ || (can_tell && !packs)) give_up();
}

void KeptPictures::give_up() {
  given_up_ = true;
  entries_.clear();
  last_.reset();
  raw_ = {};
  packer_.reset();
}

bool KeptPictures::hold(std::span<const Ticks> wanted) const {
  return !given_up_ && std::ranges::includes(entries_, wanted, {}, &Entry::source_pts);
}

// Into raw_.
Result<void> KeptPictures::unpack(const Entry& entry) {
  raw_.resize(entry.raw_bytes);
  const std::size_t got =
      ZSTD_decompressDCtx(packer_->out.get(), raw_.data(), raw_.size(), entry.packed.data(), entry.packed.size());
  if (ZSTD_isError(got) != 0 || got != raw_.size()) return av::error(AVERROR(ENOMEM), "taking a kept picture");
  return {};
}

// What it differs in, written over the one before, or into a new one.
Result<void> KeptPictures::apply(const Entry& entry) {
  CHALK_TRY(unpack(entry));
  int status = 0;
  if (entry.whole) {
    last_ = av::make_frame();
    if (!last_) return av::error(AVERROR(ENOMEM), "taking a kept picture");
    last_->width = entry.frame->width;
    last_->height = entry.frame->height;
    last_->format = entry.frame->format;
    status = av_frame_get_buffer(last_.get(), 0);
  } else {
    status = av_frame_make_writable(last_.get());  // others may still read it
  }
  if (status < 0) return av::error(status, "taking a kept picture");
  const std::uint8_t* from = raw_.data();
  for_rows_of(entry, *last_, [&](int plane, int y, int x, std::size_t pixels) {
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
  CHALK_TRY(apply(entry));
  Kept kept{av::share(*last_), entry.source_pts};
  if (!kept.frame) return av::error(AVERROR(ENOMEM), "taking a kept picture");
  // av_frame_copy_props adds to the side data that is there.
  while (kept.frame->nb_side_data > 0) av_frame_remove_side_data(kept.frame.get(), kept.frame->side_data[0]->type);
  const int status = av_frame_copy_props(kept.frame.get(), entry.frame.get());
  if (status < 0) return av::error(status, "taking a kept picture");
  return kept;
}

}  // namespace chalkline::transcode
