// Which coded pictures of a source need not be decoded at all. The first pass notes where decoding may begin anew, and
// passes over pictures that are too small to show anything; the passes after it decode what the plan shows and what
// that is predicted from. H.264 alone; of anything else every picture is decoded. Reader's thread.
#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <vector>

#include "core/media_time.hpp"
#include "transcode/av/ptr.hpp"
#include "transcode/reading/h264_packet.hpp"

namespace chalkline::transcode {

// Where decoding may begin, for passes after the first.
struct PictureMap {
  // Each packet is one picture that comes out with the packet's time, none was damaged, and what `idrs` says holds.
  bool exact = false;
  std::vector<Ticks> idrs;  // rising; lesson's video timescale
  friend bool operator==(const PictureMap&, const PictureMap&) = default;
};

// A packet as it is told to those below.
struct CodedPicture {
  H264Picture h264;
  Ticks pts = 0;
  int bytes = 0;
  bool hidden = false;  // the container wants it decoded and not shown
};

// First pass. Told of every packet and of every picture that came out.
class PictureMapper {
 public:
  // `pass_over`: whether pictures may be passed over. `macroblocks` in one, `timescale` of the times.
  PictureMapper(bool pass_over, int macroblocks, Timescale timescale);

  // false: the picture is so small that it can only repeat what its neighbours show, no other needs it, nothing moves
  // just now, and one that is decoded stands within a twentieth of a second after it.
  bool needs(const CodedPicture& coded);
  void came_out(Ticks pts);
  // The pictures are not what their packets say.
  void give_up() { exact_ = pass_over_ = false; }
  // After the last picture.
  [[nodiscard]] PictureMap conclude();

 private:
  bool pass_over_;
  const int trifle_;  // bytes
  const Ticks soon_;
  bool exact_ = true;
  std::set<Ticks> expected_;  // sent and not come out yet
  struct Reference {
    Ticks pts;
    int bytes;
  };
  std::vector<Reference> references_;  // the newest few
  std::vector<Ticks> idrs_;
  std::size_t with_sets_ = 0;  // IDRs after the first that bring parameter sets
};

// Passes after the first. `wanted`: rising times of the pictures that are to be shown. What is passed must outlive it.
class PictureChooser {
 public:
  PictureChooser(const PictureMap& map, std::span<const Ticks> wanted) : map_(map), wanted_(wanted) {}

  bool needs(const CodedPicture& coded);

 private:
  const PictureMap& map_;
  const std::span<const Ticks> wanted_;
  bool began_ = false;       // an IDR has come
  std::ptrdiff_t left_ = 0;  // wanted pictures from the last IDR to the next that have not come
};

}  // namespace chalkline::transcode
