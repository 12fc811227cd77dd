// An AVDictionary whose left-over keys are an error: a mistyped option must not pass in silence.
#pragma once

extern "C" {
#include <libavutil/dict.h>
}

#include <initializer_list>
#include <string>
#include <utility>

#include "core/error.hpp"

namespace chalkline::transcode::av {

class Dict {
 public:
  Dict() = default;
  Dict(std::initializer_list<std::pair<const char*, std::string>> entries) {
    for (const auto& [key, value] : entries) set(key, value);
  }
  Dict(const Dict&) = delete;
  Dict& operator=(const Dict&) = delete;
  ~Dict() { av_dict_free(&dict_); }

  void set(const char* key, const std::string& value) { av_dict_set(&dict_, key, value.c_str(), 0); }
  AVDictionary** operator&() noexcept { return &dict_; }

  // After the call that consumed the options.
  [[nodiscard]] Result<void> all_used(const char* by) const {
    const AVDictionaryEntry* left = av_dict_get(dict_, "", nullptr, AV_DICT_IGNORE_SUFFIX);
    if (left == nullptr) return {};
    return Error(Errc::kInternal, std::string(by) + " does not know the option " + left->key + "=" + left->value);
  }

 private:
  AVDictionary* dict_ = nullptr;
};

inline std::string metadata(const AVDictionary* dict, const char* key) {
  const AVDictionaryEntry* entry = av_dict_get(dict, key, nullptr, 0);
  return entry == nullptr ? std::string() : std::string(entry->value);
}

}  // namespace chalkline::transcode::av
