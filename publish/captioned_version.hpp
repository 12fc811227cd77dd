// A version with other captions: what is new is written, the rest is put beside it from the old version. No recording
// and no media library are wanted, so the server does it itself, in a moment.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/index.hpp"
#include "publish/make_version.hpp"
#include "publish/saver_version.hpp"

namespace chalkline::publish {

struct CaptionChange {
  std::string language;   // BCP 47; takes the place of the captions that are there in it
  std::vector<Cue> cues;  // none: there are no captions in this language any more
};

// Makes `out`, which must not exist, a whole version with all `changes`, each in a language of its own. kNotFound:
// captions are to go that are not there. Segments are cut where the version's are.
Result<MadeVersion> make_captioned_version(const VersionIndex& old, std::span<const CaptionChange> changes,
                                           const std::filesystem::path& out, const Place& place);

}  // namespace chalkline::publish
