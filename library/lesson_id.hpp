// From a title to the URL-safe part of a lesson's address. Pure.
#pragma once

#include <string>
#include <string_view>

namespace chalkline::library {

// [a-z0-9-]{1,64}, no hyphen at an end, none doubled: "Fractions: Lesson 3" -> "fractions-lesson-3". Latin letters lose
// their accents; a title in another script, which has no ASCII form of its own, becomes "lesson".
std::string lesson_id_from_title(std::string_view title);

// The n-th candidate for a taken id: n = 1 is the id itself, 2 is "id-2"; never over 64 characters.
std::string numbered_lesson_id(std::string_view id, int n);

// Has the shape above?
bool is_lesson_id(std::string_view text) noexcept;

}  // namespace chalkline::library
