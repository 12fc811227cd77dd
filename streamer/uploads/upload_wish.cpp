// Names are made harmless, texts are checked, types are believed only where they say no: what a recording is its bytes
// say, in the job.
#include "streamer/uploads/upload_wish.hpp"

#include <algorithm>
#include <array>

#include "core/rendition.hpp"
#include "manifests/utf8.hpp"

namespace chalkline::streamer {

static std::string harmless_name(std::string_view name) {
  name = name.substr(name.find_last_of("/\\") + 1);
  std::string made;
  while (!name.empty()) {
    const std::size_t bytes = manifests::utf8_character(name);
    const bool plain = bytes > 0 && !manifests::has_control_character(name.substr(0, bytes)) && name.front() != ':';
    constexpr std::size_t kMost = 120;
    if (made.size() + std::max<std::size_t>(bytes, 1) > kMost) break;
    if (plain)
      made.append(name.substr(0, bytes));
    else
      made += '_';
    name.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  made.erase(0, std::min(made.find_first_not_of(". "), made.size()));
  while (made.ends_with(' ') || made.ends_with('.')) made.pop_back();
  return made.empty() ? "recording" : made;
}

static Result<std::string> text_of(const TusMetadata& metadata, const char* key) {
  std::string text = metadata.value(key).value_or("");
  constexpr std::size_t kMost = 300;
  if (!manifests::is_valid_utf8(text) || manifests::has_control_character(text) || text.size() > kMost)
    return Error(Errc::kInvalidArgument,
                 std::string("the ") + key + " is not a line of text (UTF-8, at most 300 bytes)");
  return text;
}

static bool may_be_recording(std::string_view type) {
  constexpr std::array<std::string_view, 9> kOthers = {"application/octet-stream",
                                                       "binary/octet-stream",
                                                       "application/mp4",
                                                       "application/ogg",
                                                       "application/mxf",
                                                       "application/x-matroska",
                                                       "application/vnd.rn-realmedia",
                                                       "application/vnd.ms-asf",
                                                       "application/x-flash-video"};
  return type.empty() || type.starts_with("video/") || type.starts_with("audio/") ||
         std::find(kOthers.begin(), kOthers.end(), type) != kOthers.end();
}

static bool names_other_kind(const std::string& file_name) {
  constexpr std::array<std::string_view, 27> kOthers = {".pdf", ".doc",  ".docx", ".odt", ".ppt",  ".pptx", ".odp",
                                                        ".xls", ".xlsx", ".csv",  ".txt", ".md",   ".html", ".htm",
                                                        ".zip", ".rar",  ".7z",   ".gz",  ".tar",  ".jpg",  ".png",
                                                        ".svg", ".exe",  ".vtt",  ".srt", ".json", ".xml"};
  const std::size_t dot = file_name.rfind('.');
  if (dot == std::string::npos) return false;
  std::string extension = file_name.substr(dot);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return std::find(kOthers.begin(), kOthers.end(), extension) != kOthers.end();
}

Result<UploadWish> wish_of(const TusMetadata& metadata) {
  UploadWish wish;
  std::string name = metadata.value("filename").value_or("");
  if (name.empty()) name = metadata.value("name").value_or("");
  wish.file_name = harmless_name(name);
  std::string type = metadata.value("filetype").value_or("");
  if (type.empty()) type = metadata.value("type").value_or("");
  type = media_type_of(type);
  CHALK_TRY_ASSIGN(wish.attach_to, text_of(metadata, "attach"));
  if (!wish.attach_to.empty()) return wish;
  if (!may_be_recording(type) || (type.empty() && names_other_kind(wish.file_name)))
    return Error(Errc::kUnusableInput, "that is not a recording, by its " + std::string(type.empty() ? "name" : "type"),
                 "upload a video or a sound recording");
  CHALK_TRY_ASSIGN(wish.title, text_of(metadata, "title"));
  if (wish.title.find_first_not_of(' ') == std::string::npos) {
    const std::size_t dot = wish.file_name.rfind('.');
    wish.title = dot == std::string::npos || dot == 0 ? wish.file_name : wish.file_name.substr(0, dot);
  }
  CHALK_TRY_ASSIGN(wish.course, text_of(metadata, "course"));
  const std::string language = metadata.value("language").value_or("");
  if (!language.empty()) wish.language = language_tag(language);
  if (!language.empty() && wish.language == "und" && language != "und")
    return Error(Errc::kInvalidArgument, "the language is not a language tag", "write one such as en, sw or pt-BR");
  if (const std::string state = metadata.value("state").value_or("published"); state == "draft")
    wish.state = library::LessonState::kDraft;
  else if (state != "published")
    return Error(Errc::kInvalidArgument, "the state is neither draft nor published");
  wish.again = metadata.value("again").has_value();
  return wish;
}

}  // namespace chalkline::streamer
