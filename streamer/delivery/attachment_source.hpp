// An attachment of a lesson as an object: for saving, never for showing, since what a content team attached must not
// run as a page of this site. Blocks; runs on the blocking pool.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "library/attachments.hpp"
#include "library/library.hpp"
#include "streamer/delivery/object_source.hpp"

namespace chalkline::streamer {

struct AttachmentTerms {
  bool closed = false;   // not for shared caches
  bool preview = false;  // for an editor, whether or not learners see the lesson; nor for shared caches
  std::uint64_t least_charge = 0;
  std::uint64_t most_charge = 0;
};

// kNotFound where learners see no such lesson, it has no attachment of that name, or the file is not here; kCorrupt
// where it has other bytes than were attached.
LoadResult load_attachment(library::Library& library, library::AttachmentFiles& files, const std::string& lesson_id,
                           std::string_view name, const AttachmentTerms& terms);

}  // namespace chalkline::streamer
