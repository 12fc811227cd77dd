// What every track of captions is, whoever made it. Pure; publish/ uses it for captions that come without a recording.
#pragma once

#include <string>

#include "core/rendition.hpp"

namespace chalkline::transcode {

// WebVTT in "text/<name>". `label` "": the language's own name, or "Captions" where it is not known.
RenditionFormat text_format(const std::string& name, const std::string& language, std::string label = {});

}  // namespace chalkline::transcode
