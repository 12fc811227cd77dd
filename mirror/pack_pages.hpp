// The pages of a pack, for whoever opens the disk in a browser without any server: index.html with the lessons by
// course, watch/<lesson>.html with the browser's own player. No script, no address outside the disk.
#pragma once

#include <filesystem>
#include <string>

#include "core/error.hpp"
#include "core/index.hpp"
#include "library/lesson_list.hpp"

namespace chalkline::mirror {

// Pure.
std::string render_pack_home(const library::LessonList& list);
std::string render_pack_watch(const library::ListedLesson& lesson, const VersionIndex& index);

// Each lesson's version must be in DIR/v/; pages of lessons that are not in the list go.
Result<void> write_pack_pages(const std::filesystem::path& folder, const library::LessonList& list);

}  // namespace chalkline::mirror
