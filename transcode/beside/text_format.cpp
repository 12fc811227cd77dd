// Times of captions are milliseconds.
#include "transcode/beside/text_format.hpp"

#include <utility>

#include <fmt/format.h>

namespace chalkline::transcode {

RenditionFormat text_format(const std::string& name, const std::string& language, std::string label) {
  RenditionFormat format;
  format.id = "text/" + name;
  format.kind = MediaKind::kText;
  format.codec = Codec::kWebVtt;
  format.codecs = "wvtt";
  format.timescale = 1000;
  format.language = language;
  format.label = !label.empty() ? std::move(label) : language == "und" ? "Captions" : language_label(language);
  return format;
}

RenditionFormat TextNames::make(const std::string& language, std::string label, bool is_default,
                                bool hearing_impaired) {
  std::string name = language;
  for (int n = 2; !names_.insert(name).second; ++n) name = fmt::format("{}-{}", language, n);
  RenditionFormat format = text_format(name, language, std::move(label));
  format.is_default = is_default && !std::exchange(had_default_, had_default_ || is_default);
  if (hearing_impaired)
    format.characteristics = {"public.accessibility.transcribes-spoken-dialog",
                              "public.accessibility.describes-music-and-sound"};
  return format;
}

}  // namespace chalkline::transcode
