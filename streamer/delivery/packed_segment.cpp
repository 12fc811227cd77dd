// One block of deflate for the tables, others for what they are the tables of.
#include "streamer/delivery/packed_segment.hpp"

#include <string_view>
#include <utility>

#include "publish/compress.hpp"
#include "streamer/delivery/document_parts.hpp"

namespace chalkline::streamer {

void add_packed_segment(ObjectSpec& spec) {
  constexpr std::size_t kWorthIt = 100;  // bytes: twice what the fields take that tell of it
  constexpr std::size_t kBoxHead = 8, kTag = 16;
  const RepresentationSpec& plain = spec.representations.front();
  const std::string& bytes = plain.owned;
  // A segment is a moof and an mdat (transcode/packaging); the seam is behind the mdat's head.
  std::size_t seam = 0;
  if (bytes.size() > kBoxHead && std::string_view(bytes).substr(4, 4) == "moof")
    for (std::size_t i = 0; i < 4; ++i) seam = seam << 8 | static_cast<unsigned char>(bytes[i]);
  std::string packed = publish::gzip(bytes, seam > 0 ? seam + kBoxHead : 0);
  if (packed.empty() || packed.size() + kWorthIt > bytes.size()) return;
  std::string etag = plain.etag.substr(0, kTag) + "-gz";
  spec.representations.push_back(part(Coding::kGzip, std::move(packed), std::move(etag)));
  spec.plain_for_all = true;
}

}  // namespace chalkline::streamer
