// What an uploader says of a recording, as a lesson will have it: checked before the first byte comes. Pure.
#pragma once

#include <string>

#include "core/error.hpp"
#include "library/catalogue.hpp"
#include "streamer/uploads/tus_fields.hpp"

namespace chalkline::streamer {

struct UploadWish {
  std::string file_name;  // may stand as a file's name: no folders, no control characters, at most 120 bytes
  std::string title;      // never empty
  std::string language = "und";
  std::string course;
  library::LessonState state = library::LessonState::kPublished;  // as soon as its recording is ready
  std::string attach_to;  // the lesson beside which the file stands; empty: it is a recording
  bool again = false;     // a lesson of its own even where the same recording is one already
};

// Keys: filename (or name), title, language, course, state (draft or published), filetype (or type), again; attach,
// with which it may be of any type. Others are passed over. kInvalidArgument: a text that is not UTF-8 or too long, no
// language tag, no such state. kUnusableInput: what it says it is cannot be a recording.
Result<UploadWish> wish_of(const TusMetadata& metadata);

}  // namespace chalkline::streamer
