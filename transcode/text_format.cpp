// Times of captions are milliseconds.
#include "transcode/text_format.hpp"

#include <utility>

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

}  // namespace chalkline::transcode
