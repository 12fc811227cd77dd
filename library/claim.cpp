// Order is everything: the facts before the first move, the recording after its side files, the facts away after the
// last. They are a hidden file: no drop has one.
#include "library/claim.hpp"

#include <system_error>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "library/random_name.hpp"

namespace chalkline::library {

namespace fs = std::filesystem;

static constexpr const char* kFacts = ".claim";
static constexpr int kMostNamesakes = 10'000;

// File names are bytes and JSON is UTF-8: latin-1 carries any byte as one character.
static std::string to_json_text(const fs::path& path) {
  std::string text;
  for (const char byte : path.string()) {
    const auto c = static_cast<unsigned char>(byte);
    if (c < 0x80) {
      text += static_cast<char>(c);
    } else {
      text += static_cast<char>(0xC0 | (c >> 6));
      text += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  return text;
}

static fs::path from_json_text(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80 || i + 1 == text.size()) {
      bytes += text[i];
    } else {
      bytes += static_cast<char>((c << 6) | (static_cast<unsigned char>(text[i + 1]) & 0x3F));
      ++i;
    }
  }
  return bytes;
}

Result<void> write_claim(const fs::path& claim, const ClaimFacts& facts) {
  const nlohmann::json json = {{"recording", to_json_text(facts.recording)}, {"source", to_json_text(facts.source)}};
  return write_file_atomically(claim / kFacts, json.dump() + "\n");
}

Result<ClaimFacts> read_claim(const fs::path& claim) {
  constexpr std::size_t kMost = 65'536;
  CHALK_TRY_ASSIGN(const std::string text, read_file(claim / kFacts, kMost));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("recording") || !json["recording"].is_string() || !json.contains("source") ||
      !json["source"].is_string())
    return Error(Errc::kCorrupt, "cannot read " + (claim / kFacts).string() + ": it is not what was written");
  return ClaimFacts{from_json_text(json["recording"].get<std::string>()),
                    from_json_text(json["source"].get<std::string>())};
}

static Result<void> move_file(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  fs::rename(from, to, failed);
  if (failed) return error_from_errno(failed.value(), "cannot move " + from.string() + " to " + to.string());
  return {};
}

Result<void> make_claim(const fs::path& folder, const Drop& drop) {
  const fs::path claim = folder / ".taking" / random_name();
  CHALK_TRY(make_directories(claim));
  CHALK_TRY(write_claim(claim, {drop.recording, {}}));
  for (const fs::path& file : drop.files()) CHALK_TRY(move_file(folder / file, claim / file.filename()));
  return fsync_path(claim);
}

Drop drop_of_claim(const fs::path& claim, const ClaimFacts& facts) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::directory_iterator it(claim, failed), end; !failed && it != end; it.increment(failed)) {
    std::error_code gone;
    if (it->path().filename() != kFacts && it->is_regular_file(gone)) files.push_back(it->path().filename());
  }
  for (const Drop& drop : group_drops(files))
    if (drop.recording == facts.recording.filename()) return drop;
  return {};
}

// `wanted`, or its name with -2, -3 ... before the extension, where nothing stands yet.
static Result<fs::path> free_place(const fs::path& wanted) {
  for (int n = 1; n < kMostNamesakes; ++n) {
    fs::path place = wanted;
    if (n > 1) place.replace_filename(wanted.stem().string() + "-" + std::to_string(n) + wanted.extension().string());
    std::error_code failed;
    if (!fs::exists(fs::symlink_status(place, failed))) return place;
  }
  return Error(Errc::kAlreadyExists, "there are too many of " + wanted.string());
}

Result<void> undo_claim(const fs::path& folder, const fs::path& claim, const ClaimFacts& facts) {
  const fs::path home = (folder / facts.recording).parent_path();
  CHALK_TRY(make_directories(home));
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(claim, failed)) {
    if (entry.path().filename() == kFacts) continue;
    CHALK_TRY_ASSIGN(const fs::path place, free_place(home / entry.path().filename()));
    CHALK_TRY(move_file(entry.path(), place));
  }
  fs::remove_all(claim, failed);
  if (failed) return error_from_errno(failed.value(), "cannot remove " + claim.string());
  return {};
}

Result<fs::path> end_claim(const fs::path& folder, const fs::path& claim, const std::string& place,
                           const std::string& name) {
  CHALK_TRY(make_directories(folder / place));
  CHALK_TRY_ASSIGN(fs::path home, free_place(folder / place / name));
  CHALK_TRY(rename_durably(claim, home));
  std::error_code ignored;  // left there it does no harm
  fs::remove(home / kFacts, ignored);
  return home;
}

}  // namespace chalkline::library
