// /: the lessons as a plain list, a few kB, no script. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "library/catalogue.hpp"

namespace chalkline::streamer {

// `stylesheet`: relative path of web's style for this page, or empty. Lessons as the catalogue lists them, newest
// first; those without a version are named without a link. At most kMostListed are listed.
inline constexpr std::size_t kMostListed = 500;
std::string render_home_page(const std::vector<library::Lesson>& lessons, std::string_view stylesheet);

}  // namespace chalkline::streamer
