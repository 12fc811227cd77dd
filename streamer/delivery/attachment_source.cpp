// The catalogue is asked every second, as for all that may change: an attachment can be replaced, a lesson withdrawn.
#include "streamer/delivery/attachment_source.hpp"

#include <algorithm>
#include <chrono>

namespace chalkline::streamer {

LoadResult load_attachment(library::Library& library, library::AttachmentFiles& files, const std::string& lesson_id,
                           std::string_view name, const AttachmentTerms& terms) {
  CHALK_TRY_ASSIGN(const library::LessonRecord lesson, library.records->find(lesson_id));
  const auto& all = lesson.details.attachments;
  const auto one =
      std::find_if(all.begin(), all.end(), [&](const library::Attachment& each) { return each.name == name; });
  const bool visible = terms.preview || lesson.details.state == library::LessonState::kPublished;
  if (!visible || one == all.end()) return Error(Errc::kNotFound, "the lesson has no such attachment");
  ObjectSpec spec;
  CHALK_TRY_ASSIGN(spec.file, files.open(*one));
  spec.media_type = one->media_type;
  spec.cache = terms.closed || terms.preview ? CacheKind::kPrivatePointer : CacheKind::kPointer;
  spec.extra_fields =
      "Content-Disposition: attachment\r\nX-Content-Type-Options: nosniff\r\nContent-Security-Policy: sandbox\r\n";
  spec.fresh_for = std::chrono::seconds(1);
  spec.stale_for = std::chrono::seconds(9);
  RepresentationSpec whole;
  whole.file_bytes = static_cast<std::uint64_t>(one->bytes);
  whole.etag = one->sha256;
  spec.file_charge = std::max(terms.least_charge, std::min(whole.file_bytes, terms.most_charge));
  spec.representations.push_back(std::move(whole));
  return make_object(std::move(spec));
}

}  // namespace chalkline::streamer
