// A rotation is three steps: next.pem, its line in `succession`, and the rename over signing.pem. Whoever finds a
// next.pem whose line is there renames it; one without a line was never used.
#include "library/key_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <span>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostBytes = 1'000'000;

fs::path keys_folder(const fs::path& library) { return library / "keys"; }

Result<void> make_folder(const fs::path& library) {
  CHALK_TRY(make_directories(keys_folder(library)));
  if (::chmod(keys_folder(library).c_str(), 0700) == 0) return {};
  return error_from_errno(errno, "cannot keep others out of " + keys_folder(library).string());
}

// For its owner's eyes from the first byte on.
Result<void> write_secret(const fs::path& path, std::string_view text) {
  std::error_code ignored;
  fs::remove(path, ignored);
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return error_from_errno(errno, "cannot create " + path.string());
  CHALK_TRY(write_all(fd.get(), std::as_bytes(std::span(text.data(), text.size())), path));
  if (::fsync(fd.get()) != 0) return error_from_errno(errno, "cannot fsync " + path.string());
  return fsync_path(path.parent_path());
}

// Without an empty last line; none where there is no file.
Result<std::vector<std::string>> read_lines(const fs::path& path) {
  auto text = read_file(path, kMostBytes);
  std::vector<std::string> lines;
  if (!text && text.error().code == Errc::kNotFound) return lines;
  if (!text) return text.error();
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    if (end > at) lines.push_back(text->substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

Result<void> append_line(const fs::path& path, const std::string& line) {
  CHALK_TRY_ASSIGN(const std::vector<std::string> lines, read_lines(path));
  std::string text;
  for (const std::string& each : lines) text.append(each).append("\n");
  return write_file_atomically(path, text.append(line).append("\n"));
}

Result<std::vector<Succession>> read_succession(const fs::path& library) {
  CHALK_TRY_ASSIGN(const std::vector<std::string> lines, read_lines(keys_folder(library) / "succession"));
  std::vector<Succession> steps;
  for (const std::string& line : lines) {
    CHALK_TRY_ASSIGN(Succession step, parse_succession(line));
    steps.push_back(std::move(step));
  }
  return steps;
}

// None where there is no such file.
Result<std::optional<SigningKey>> read_key(const fs::path& path) {
  const auto pem = read_file(path, kMostBytes);
  if (!pem && pem.error().code == Errc::kNotFound) return std::nullopt;
  if (!pem) return pem.error();
  auto key = SigningKey::from_pem(*pem);
  if (!key) return key.error().within("while reading " + path.string());
  return std::optional<SigningKey>(std::move(*key));
}

}  // namespace

Result<std::optional<OwnKeys>> read_own_keys(const fs::path& library) {
  const fs::path folder = keys_folder(library);
  CHALK_TRY_ASSIGN(std::vector<Succession> before, read_succession(library));
  CHALK_TRY_ASSIGN(const std::optional<SigningKey> next, read_key(folder / "next.pem"));
  if (next && !before.empty() && before.back().next == next->public_key())
    CHALK_TRY(rename_durably(folder / "next.pem", folder / "signing.pem"));
  CHALK_TRY_ASSIGN(std::optional<SigningKey> key, read_key(folder / "signing.pem"));
  if (!key) return std::nullopt;
  return std::optional<OwnKeys>(OwnKeys{std::move(*key), std::move(before)});
}

Result<OwnKeys> create_own_key(const fs::path& library) {
  CHALK_TRY_ASSIGN(const std::optional<OwnKeys> there, read_own_keys(library));
  if (there)
    return Error(Errc::kAlreadyExists, "this library has a key: " + there->key.public_key().text(),
                 "say --rotate to replace it by another");
  CHALK_TRY(make_folder(library));
  SigningKey key = SigningKey::generate();
  CHALK_TRY(write_secret(keys_folder(library) / "signing.pem", key.to_pem()));
  return OwnKeys{std::move(key), {}};
}

Result<OwnKeys> rotate_own_key(const fs::path& library) {
  CHALK_TRY_ASSIGN(const std::optional<OwnKeys> there, read_own_keys(library));
  if (!there) return Error(Errc::kNotFound, "this library has no key yet", "say --create");
  const SigningKey next = SigningKey::generate();
  CHALK_TRY(write_secret(keys_folder(library) / "next.pem", next.to_pem()));
  CHALK_TRY(
      append_line(keys_folder(library) / "succession", render_succession(hand_over(there->key, next.public_key()))));
  CHALK_TRY_ASSIGN(std::optional<OwnKeys> now, read_own_keys(library));
  if (!now) return Error(Errc::kCorrupt, "the new key is not there");
  return std::move(*now);
}

Result<std::vector<PublicKey>> trusted_keys(const fs::path& library) {
  CHALK_TRY_ASSIGN(const std::vector<std::string> lines, read_lines(keys_folder(library) / "trusted"));
  std::vector<PublicKey> keys;
  for (const std::string& line : lines) {
    CHALK_TRY_ASSIGN(PublicKey key, PublicKey::parse(line));
    keys.push_back(std::move(key));
  }
  CHALK_TRY_ASSIGN(const std::optional<OwnKeys> own, read_own_keys(library));
  if (own) {
    for (const Succession& step : own->before) keys.push_back(step.previous);
    keys.push_back(own->key.public_key());
  }
  return keys;
}

Result<void> trust_key(const fs::path& library, const PublicKey& key) {
  CHALK_TRY(make_folder(library));
  CHALK_TRY_ASSIGN(const std::vector<std::string> lines, read_lines(keys_folder(library) / "trusted"));
  if (std::ranges::find(lines, key.text()) != lines.end()) return {};
  return append_line(keys_folder(library) / "trusted", key.text());
}

}  // namespace chalkline::library
