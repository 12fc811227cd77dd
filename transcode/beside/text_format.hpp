// What every track of captions is, whoever made it. Pure; publish/ uses it for captions that come without a recording.
#pragma once

#include <set>
#include <string>

#include "core/rendition.hpp"

namespace chalkline::transcode {

// WebVTT in "text/<name>". `label` "": the language's own name, or "Captions" where it is not known.
RenditionFormat text_format(const std::string& name, const std::string& language, std::string label = {});

// Formats of a lesson's text tracks: unique ids, a person's label, the first default one only.
class TextNames {
 public:
  RenditionFormat make(const std::string& language, std::string label, bool is_default, bool hearing_impaired);

 private:
  std::set<std::string> names_;
  bool had_default_ = false;
};

}  // namespace chalkline::transcode
