// By hand: each is a line or two of grammar.
#include "streamer/uploads/tus_fields.hpp"

#include <algorithm>
#include <charconv>

#include "core/base64.hpp"
#include "library/upload_file.hpp"
#include "streamer/http/field_text.hpp"

namespace chalkline::streamer {

static std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return made;
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62U;
  return number < kMost ? std::optional(number) : std::nullopt;
}

std::optional<TusMetadata> TusMetadata::parse(std::string_view text) {
  TusMetadata made;
  text = trimmed(text);
  if (text.empty()) return made;
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view pair = trimmed(text.substr(0, comma));
    const std::size_t space = pair.find(' ');
    const std::string_view key = pair.substr(0, space);
    const std::string_view encoded = space == std::string_view::npos ? std::string_view() : pair.substr(space + 1);
    auto value = from_base64(encoded);
    if (key.empty() || !value || made.value(key)) return std::nullopt;
    made.set(std::string(key), std::move(*value));
    if (comma == std::string_view::npos) return made;
    text.remove_prefix(comma + 1);
  }
}

std::optional<std::string> TusMetadata::value(std::string_view key) const {
  for (const auto& [name, value] : pairs_)
    if (name == key) return value;
  return std::nullopt;
}

std::string TusMetadata::text() const {
  std::string made;
  for (const auto& [name, value] : pairs_) {
    if (!made.empty()) made += ',';
    made += name;
    if (!value.empty()) made.append(" ").append(to_base64(value));
  }
  return made;
}

std::optional<TusChecksum> parse_checksum(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view name = text.substr(0, space);
  auto digest = from_base64(trimmed(text.substr(space + 1)));
  if (!digest) return std::nullopt;
  TusChecksum checksum;
  checksum.algorithm = name == "sha256" ? TusChecksum::Algorithm::kSha256 : TusChecksum::Algorithm::kSha1;
  if ((name != "sha1" || digest->size() != 20) && (name != "sha256" || digest->size() != 32)) return std::nullopt;
  checksum.digest = std::move(*digest);
  return checksum;
}

std::optional<TusConcat> parse_concat(std::string_view text) {
  TusConcat concat;
  if (text == "partial") {
    concat.partial = true;
    return concat;
  }
  constexpr std::string_view kFinal = "final;";
  if (!text.starts_with(kFinal)) return std::nullopt;
  text.remove_prefix(kFinal.size());
  while (!(text = trimmed(text)).empty()) {
    const std::string_view url = text.substr(0, text.find(' '));
    text.remove_prefix(url.size());
    const std::string_view id = url.substr(url.rfind('/') + 1);
    if (!library::is_upload_id(id)) return std::nullopt;
    concat.parts.emplace_back(id);
  }
  return concat.parts.empty() ? std::nullopt : std::optional(std::move(concat));
}

std::string media_type_of(std::string_view content_type) {
  return lower(trimmed(content_type.substr(0, content_type.find(';'))));
}

std::optional<std::string> parameter_of(std::string_view field, std::string_view name) {
  std::size_t at = field.find(';');
  while (at != std::string_view::npos) {
    field.remove_prefix(at + 1);
    const std::size_t equals = field.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const bool wanted = lower(trimmed(field.substr(0, equals))) == name;
    field = trimmed(field.substr(equals + 1));
    std::string value;
    if (field.starts_with('"')) {
      std::size_t i = 1;
      for (; i < field.size() && field[i] != '"'; ++i) {
        if (field[i] == '\\' && i + 1 < field.size()) ++i;
        value += field[i];
      }
      if (i >= field.size()) return std::nullopt;
      field.remove_prefix(i + 1);
    } else {
      value = trimmed(field.substr(0, field.find(';')));
      field.remove_prefix(std::min(field.find(';'), field.size()));
    }
    if (wanted) return value;
    at = field.find(';');
  }
  return std::nullopt;
}

}  // namespace chalkline::streamer
