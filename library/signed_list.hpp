// The list of a library's lessons with its signature, as one text: what a mirror follows, at /mirror/lessons. The lines
// of the signature (library/trust.hpp), an empty line, a line that is signed: "list SERIAL SHA256", and the list of
// that serial and hash (library/lesson_list.hpp). At /mirror/changes/SERIAL the same lines stand before what changed
// since the list of SERIAL: who makes these changes to it has a list of that hash, and so the same proof.
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
  std::string text;  // all of it, as render_signed_list made it
};
// Errors as check_signature and parse_lesson_list. Pure.
Result<SignedList> parse_signed_list(std::string_view text, std::span<const PublicKey> trusted);

struct ListForMirrors {
  LessonList list;
  std::string text;  // as render_signed_list made it
};
// What changed since the list of that serial; kNotFound where that cannot be told. Pure.
Result<std::string> render_signed_changes(const ListForMirrors& now, std::int64_t since);
// The list after them. kCorrupt also where they do not lead to the list that was signed. Pure.
Result<SignedList> take_signed_changes(const LessonList& before, std::string_view text,
                                       std::span<const PublicKey> trusted);

// kPermissionDenied where `next` is older than `known`, or another one of the same serial: an old list was played
// again, or its origin was set back to an older copy of itself. Pure.
Result<void> check_follows(const LessonList& known, const SignedList& next);

// Where a mirror keeps the list that it follows, as its origin signed it.
std::filesystem::path followed_list(const std::filesystem::path& root);

// What this library shows to mirrors: the list that it follows itself, else its own published lessons, signed.
// kNotFound where it has no key. A list of its own that has changed is kept in feed/lessons before anybody sees it:
// serials never go back, whatever is killed or however the clock is set.
Result<ListForMirrors> list_for_mirrors(Library& library);

}  // namespace chalkline::library
