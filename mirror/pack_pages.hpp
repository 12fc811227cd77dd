// The pages of a pack, for whoever opens the disk in a browser without any server: index.html with the lessons by
// course, watch/<lesson>.html with the browser's own player and the files of mirror/pack_files.hpp; HLS before those
// where a web server hands the folder out, which a line of script puts in. No address outside the disk.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/index.hpp"
#include "library/lesson_list.hpp"
#include "mirror/pack_files.hpp"

namespace chalkline::mirror {

// Pure.
std::string render_pack_home(const library::LessonList& list);
// `captions`: the text of each text rendition's captions.vtt, by the rendition's id. They stand in the page, since no
// browser reads a <track> from a file: address. `files`: the play files that are there.
std::string render_pack_watch(const library::ListedLesson& lesson, const VersionIndex& index,
                              const std::map<std::string, std::string>& captions, const std::vector<PlayFile>& files);

// Each lesson's version must be in DIR/v/; pages of lessons that are not in the list go.
Result<void> write_pack_pages(const std::filesystem::path& folder, const library::LessonList& list);

}  // namespace chalkline::mirror
