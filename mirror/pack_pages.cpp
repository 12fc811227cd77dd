// Everything relative, so that a disk can be mounted anywhere and a folder of it served by anything.
#include "mirror/pack_pages.hpp"

#include <algorithm>
#include <set>
#include <system_error>

#include "core/file.hpp"
#include "core/format.hpp"
#include "core/html.hpp"
#include "mirror/version_check.hpp"

namespace chalkline::mirror {

namespace fs = std::filesystem;

static constexpr std::string_view kHead = R"(<!doctype html>
<html lang="{{language}}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>{{title}}</title>
<style>
body{margin:0 auto;max-width:44rem;padding:1rem;font:1rem/1.5 sans-serif;color:#111;background:#fff}
a{color:#064}li{margin:.75rem 0}video{width:100%;background:#000;aspect-ratio:16/9}
.note{color:#444;border-inline-start:.25rem solid #8b8;padding-inline-start:.75rem}
</style>
)";

// Chromium 142 and later play HLS themselves, and from a file: address a press of Play now and then (3 times of 91)
// neither played nor failed, so that the next source was never tried. Put in before the other one is seen.
static constexpr std::string_view kHlsWhereServed =
    R"(<script>if(location.protocol!="file:"){const s=document.createElement("source");s.type="application/vnd.apple.mpegurl";s.src="{{playlist}}";document.currentScript.after(s)}</script>
)";

static std::string head(std::string_view title, std::string_view language) {
  return fill_template(kHead, {{"title", escape_html(title)}, {"language", escape_html(language)}});
}

std::string render_pack_home(const library::LessonList& list) {
  std::vector<std::string> courses;
  for (const library::ListedLesson& lesson : list.lessons)
    if (std::ranges::find(courses, lesson.course) == courses.end()) courses.push_back(lesson.course);
  std::ranges::sort(courses);
  std::string page = head("Lessons on this disk", "en") + "<main>\n<h1>Lessons on this disk</h1>\n";
  for (const std::string& course : courses) {
    if (!course.empty()) page += "<h2>" + escape_html(course) + "</h2>\n";
    page += "<ul>\n";
    for (const library::ListedLesson& lesson : list.lessons)
      if (lesson.course == course)
        page += "<li><a href=\"watch/" + lesson.id + ".html\" lang=\"" + escape_html(lesson.language) + "\">" +
                escape_html(lesson.title) + "</a>\n";
    page += "</ul>\n";
  }
  return page +
         R"(<p class="note">A web server shows lessons better, each as its viewer's line and screen want it. Any will do, in this folder:
<code>python3 -m http.server</code>. A server with chalkline takes everything in and checks it:
<code>chalkline unpack FOLDER</code>.
</main>
</html>
)";
}

// RFC 2397, RFC 3986 2.1.
static std::string data_address(std::string_view text) {
  std::string address = "data:text/vtt;charset=utf-8,";
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      address += c;
      continue;
    }
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    address += '%';
    address += kDigits[byte >> 4];
    address += kDigits[byte & 15];
  }
  return address;
}

std::string render_pack_watch(const library::ListedLesson& lesson, const VersionIndex& index,
                              const std::map<std::string, std::string>& captions, const std::vector<PlayFile>& files) {
  const std::string base = "../v/" + lesson.version + "/";
  std::string inside;
  const std::string playlist = base + "multivariant.m3u8";
  if (files.empty())
    inside += "<source src=\"" + playlist + "\" type=\"application/vnd.apple.mpegurl\">\n";
  else
    inside += fill_template(kHlsWhereServed, {{"playlist", playlist}}) + "<source src=\"../play/" +
              escape_html(files.front().name) + "\" type=\"video/mp4\">\n";
  for (const RenditionEntry& rendition : index.renditions)
    if (const auto text = captions.find(rendition.format.id); text != captions.end())
      inside += "<track kind=\"captions\" src=\"" + data_address(text->second) + "\" srclang=\"" +
                escape_html(rendition.format.language) + "\" label=\"" + escape_html(rendition.format.label) + "\">\n";
  std::string voices;
  if (files.size() > 1)
    for (const PlayFile& file : files)
      voices += (voices.empty() ? "" : " · ") +
                ("<a href=\"../play/" + escape_html(file.name) + "\" lang=\"" + escape_html(file.language) + "\">" +
                 escape_html(file.label.empty() ? file.language : file.label) + "</a>");
  if (!voices.empty()) voices = "<p>" + voices + "\n";
  const std::string poster = index.poster.empty() ? std::string() : " poster=\"" + base + index.poster + "\"";
  std::uint64_t bytes = 0;
  for (const FileEntry& file : index.files) bytes += file.bytes;
  for (const PlayFile& file : files) bytes += file.bytes;
  return head(lesson.title, lesson.language) + "<main>\n<p><a href=\"../index.html\">All lessons</a>\n<h1>" +
         escape_html(lesson.title) + "</h1>\n<video id=\"video\" controls playsinline preload=\"none\"" + poster +
         ">\n" + inside + "</video>\n" + voices + "<p>" + escape_html(format_bytes(bytes)) +
         " on this disk.\n</main>\n</html>\n";
}

static Result<std::map<std::string, std::string>> captions_of(const VersionIndex& index, const fs::path& folder) {
  std::map<std::string, std::string> captions;
  constexpr std::size_t kMost = 4'000'000;
  for (const RenditionEntry& rendition : index.renditions) {
    if (rendition.format.kind != MediaKind::kText) continue;
    CHALK_TRY_ASSIGN(captions[rendition.format.id], read_file(folder / rendition.format.id / "captions.vtt", kMost));
  }
  return captions;
}

Result<void> write_pack_pages(const fs::path& folder, const library::LessonList& list) {
  CHALK_TRY(make_directories(folder / "watch"));
  std::set<std::string> names;
  for (const library::ListedLesson& lesson : list.lessons) {
    CHALK_TRY_ASSIGN(const VersionIndex index, read_version_index(folder / "v" / lesson.version, lesson.version));
    names.insert(lesson.id + ".html");
    CHALK_TRY_ASSIGN(const auto captions, captions_of(index, folder / "v" / lesson.version));
    std::error_code absent;
    auto files = play_files(index, lesson.version);
    std::erase_if(files, [&](const PlayFile& file) { return !fs::exists(folder / "play" / file.name, absent); });
    CHALK_TRY(write_file_atomically(folder / "watch" / (lesson.id + ".html"),
                                    render_pack_watch(lesson, index, captions, files)));
  }
  CHALK_TRY(write_file_atomically(folder / "index.html", render_pack_home(list)));
  std::error_code failed;
  for (fs::directory_iterator it(folder / "watch", failed), end; !failed && it != end; it.increment(failed)) {
    std::error_code ignored;
    if (!names.contains(it->path().filename().string())) fs::remove(it->path(), ignored);
  }
  if (failed) return error_from_errno(failed.value(), "cannot read " + (folder / "watch").string());
  return {};
}

}  // namespace chalkline::mirror
