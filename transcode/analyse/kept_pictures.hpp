// The pictures of the first pass that show something, kept for the second, so that a lesson of slides is decoded once:
// whole, or as the blocks in which one differs from the one before, packed (Zstandard, RFC 8878), to the last bit.
// Within a bound of memory: of a lesson whose pictures take more, or do not pack, as a camera's, nothing is kept, and
// it is decoded again. Filled by the analysis and emptied by the pipeline, one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/media_time.hpp"
#include "transcode/av/ptr.hpp"

namespace chalkline::transcode {

class KeptPictures {
 public:
  explicit KeptPictures(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // yuv420p, times rising.
  void add(const AVFrame& picture, Ticks source_pts);
  // Nothing is kept, nor will be.
  void give_up();
  // Whether all of these are there; times rising.
  [[nodiscard]] bool hold(std::span<const Ticks> wanted) const;

  struct Kept {
    av::FramePtr frame;  // its properties too are those that it was added with
    Ticks source_pts = 0;
  };
  // When the next one is shown; none after the last.
  [[nodiscard]] std::optional<Ticks> next() const;
  // That one, which is kept no longer.
  Result<Kept> take();

 private:
  struct Entry {
    Ticks source_pts;
    av::FramePtr frame;                  // its properties, without pixels
    bool whole;                          // all rows of its planes, one after the other
    std::vector<std::uint32_t> changed;  // else: blocks, rising, whose rows these are
    std::size_t raw_bytes;
    std::vector<std::uint8_t> packed;
  };
  template <class Work>
  static void for_rows_of(const Entry& entry, const AVFrame& picture, Work work);
  [[nodiscard]] bool note_changes(const AVFrame& picture, Entry& entry) const;
  [[nodiscard]] bool pack(const AVFrame& picture, Entry& entry);
  Result<void> unpack(const Entry& entry);
  Result<void> apply(const Entry& entry);

  struct Packer;
  struct PackerDeleter {
    void operator()(Packer* packer) const;
  };

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::size_t unpacked_bytes_ = 0;  // that all pictures, each whole, would have taken
  bool given_up_ = false;
  std::vector<std::uint8_t> raw_;  // of the entry at hand
  std::unique_ptr<Packer, PackerDeleter> packer_;
  av::FramePtr last_;  // as it was added, or taken
  std::deque<Entry> entries_;
};

}  // namespace chalkline::transcode
