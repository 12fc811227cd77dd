// `chalkline keys`: the key with which a library signs what it gives away, and those from which it takes lessons.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/display/progress_display.hpp"
#include "cli/exit_code.hpp"
#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/verbs.hpp"
#include "library/key_folder.hpp"

namespace chalkline::cli {

namespace {
struct KeysOptions {
  LibraryArgument place;
  bool create = false;
  bool rotate = false;
  std::string trust;
  bool json = false;
};
}  // namespace

static Result<void> change(const KeysOptions& options, const std::filesystem::path& folder) {
  if (options.create) CHALK_TRY(library::create_own_key(folder));
  if (options.rotate) CHALK_TRY(library::rotate_own_key(folder));
  if (options.trust.empty()) return {};
  CHALK_TRY_ASSIGN(const PublicKey key, PublicKey::parse(options.trust));
  return library::trust_key(folder, key);
}

static Result<std::string> report(const KeysOptions& options, const std::filesystem::path& folder) {
  CHALK_TRY_ASSIGN(const std::optional<library::OwnKeys> own, library::read_own_keys(folder));
  CHALK_TRY_ASSIGN(const std::vector<PublicKey> trusted, library::trusted_keys(folder));
  if (options.json) {
    nlohmann::ordered_json keys = nlohmann::ordered_json::array();
    for (const PublicKey& key : trusted) keys.push_back(key.text());
    const nlohmann::ordered_json own_key = own ? nlohmann::ordered_json(own->key.public_key().text()) : nullptr;
    return nlohmann::ordered_json{{"own", own_key}, {"trusted", keys}}.dump() + "\n";
  }
  std::string text =
      own ? "own      " + own->key.public_key().text() + "\n" : "own      none; chalkline keys --create makes it\n";
  for (const PublicKey& key : trusted)
    if (!own || key != own->key.public_key()) text += "trusted  " + key.text() + "\n";
  return text;
}

static int run_keys(const KeysOptions& options) {
  const auto config = configuration_of(options.place);
  if (!config) return fail_with(config.error());
  const std::filesystem::path& folder = config->library.path;
  if (const auto changed = change(options, folder); !changed) return fail_with(changed.error());
  const auto text = report(options, folder);
  if (!text) return fail_with(text.error());
  print_now(*text);
  return static_cast<int>(ExitCode::kDone);
}

void define_keys(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<KeysOptions>();
  CLI::App* verb = app.add_subcommand("keys", "Show the library's public key and those that it trusts");
  CLI::Option* create = verb->add_flag("--create", options->create, "Make the library's key");
  verb->add_flag("--rotate", options->rotate,
                 "Make a new key; the one before signs over to it, so that who trusts it goes on")
      ->excludes(create);
  verb->add_option("--trust", options->trust, "Take lessons that are signed by this key: ed25519:...");
  verb->add_flag("--json", options->json, "As JSON");
  add_library_options(*verb, options->place);
  verb->footer("\nExample: chalkline keys --create --library library-data");
  verb->callback([options, &chosen] { chosen = [options](const std::stop_token&) { return run_keys(*options); }; });
}

}  // namespace chalkline::cli
