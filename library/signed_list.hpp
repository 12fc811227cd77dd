// The list of a library's lessons with its signature, as one text: what a mirror follows, at /mirror/lessons. The lines
// of the signature (library/trust.hpp), an empty line, the list (library/lesson_list.hpp).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "library/key_folder.hpp"
#include "library/lesson_list.hpp"
#include "library/library.hpp"

namespace chalkline::library {

// Pure.
std::string render_signed_list(const LessonList& list, const OwnKeys& keys);

struct SignedList {
  LessonList list;
  PublicKey origin;
};
// Errors as check_signature and parse_lesson_list. Pure.
Result<SignedList> parse_signed_list(std::string_view text, std::span<const PublicKey> trusted);

// Where a mirror keeps the list that it follows, as its origin signed it.
std::filesystem::path followed_list(const std::filesystem::path& root);

// What this library shows to mirrors: the list that it follows itself, else its own published lessons, signed.
// kNotFound where it has no key.
Result<std::string> list_for_mirrors(Library& library);

}  // namespace chalkline::library
