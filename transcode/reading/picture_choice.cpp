// Noting, and choosing by what was noted.
#include "transcode/reading/picture_choice.hpp"

#include <algorithm>

namespace chalkline::transcode {

namespace {
// A picture that skips all its macroblocks takes 0.03 bits for each (H.264 9.3.3.2, the most probable state) and some
// 20 bytes of headers. A stroke over one block takes more than what is left here, and where it does not, the next
// picture has it 33 ms later.
constexpr int kTrifle = 24, kMacroblocksAByte = 128;
constexpr Ticks kSoonMs = 50;
constexpr std::size_t kReferences = 8;
// Where something moves, what is predicted from one side alone takes more than so many trifles; so do the pictures by
// which a still goes on being sharpened.
constexpr int kStill = 4;
constexpr std::size_t kStillReferences = 2;
}  // namespace

PictureMapper::PictureMapper(bool pass_over, int macroblocks, Timescale timescale)
    : pass_over_(pass_over),
      trifle_(kTrifle + macroblocks / kMacroblocksAByte),
      soon_(rescale(kSoonMs, 1000, timescale)) {}

bool PictureMapper::needs(const CodedPicture& coded) {
  const H264Picture& h264 = coded.h264;
  if (!h264.known) {
    give_up();
    return true;
  }
  if (!h264.reference) {
    const bool soon = std::ranges::any_of(
        references_, [&](const Reference& one) { return one.pts > coded.pts && one.pts - coded.pts <= soon_; });
    const auto moves = [&](const Reference& one) { return one.bytes > kStill * trifle_; };
    const auto newest = references_.size() - std::min(references_.size(), kStillReferences);
    const bool still =
        std::none_of(references_.begin() + static_cast<std::ptrdiff_t>(newest), references_.end(), moves);
    if (pass_over_ && soon && still && coded.bytes <= trifle_) return false;
  } else {
    if (references_.size() == kReferences) references_.erase(references_.begin());
    references_.push_back({coded.pts, coded.bytes});
  }
  // What stands between two IDRs may be left out: then nothing may be needed of it but its pictures.
  if (h264.sets && !h264.idr) exact_ = false;
  if (h264.idr) {
    if (!idrs_.empty() && h264.sets) ++with_sets_;
    if (!idrs_.empty() && coded.pts <= idrs_.back()) exact_ = false;
    idrs_.push_back(coded.pts);
  }
  if (!exact_)
    expected_.clear();
  else if (!coded.hidden)
    exact_ = expected_.insert(coded.pts).second;
  return true;
}

void PictureMapper::came_out(Ticks pts) {
  if (exact_ && expected_.erase(pts) == 0) exact_ = false;
}

PictureMap PictureMapper::conclude() {
  const bool alike = with_sets_ == 0 || with_sets_ + 1 == idrs_.size();
  PictureMap map;
  map.exact = exact_ && alike && expected_.empty() && !idrs_.empty();
  if (map.exact) map.idrs = std::move(idrs_);
  return map;
}

bool PictureChooser::needs(const CodedPicture& coded) {
  if (!map_.exact || !coded.h264.known) return true;
  if (coded.h264.idr) {
    began_ = true;
    const auto next = std::upper_bound(map_.idrs.begin(), map_.idrs.end(), coded.pts);
    const auto from = std::lower_bound(wanted_.begin(), wanted_.end(), coded.pts);
    const auto until = next == map_.idrs.end() ? wanted_.end() : std::lower_bound(from, wanted_.end(), *next);
    left_ = until - from;
  }
  if (began_ && left_ == 0) return false;
  if (!std::binary_search(wanted_.begin(), wanted_.end(), coded.pts)) return coded.h264.reference;
  if (began_) --left_;
  return true;
}

}  // namespace chalkline::transcode
