// `chalkline token`: who may change things through the API. A token's secret is printed once, when it is made.
#include <memory>
#include <string>

#include <fmt/format.h>

#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/printing_verb.hpp"
#include "cli/verbs/verbs.hpp"
#include "config/units.hpp"
#include "streamer/api/documents.hpp"

namespace chalkline::cli {

namespace {

struct TokenOptions {
  std::string role, label, expires, id;
  LibraryArgument place;
  bool json = false;
};

using streamer::Json;
using streamer::text_of;
using streamer::token_value;

// "30d" from now; 0 where no end was given.
Result<std::int64_t> end_of(const std::string& expires) {
  if (expires.empty()) return std::int64_t{0};
  const auto duration = config::parse_duration(expires);
  if (!duration || duration->count() <= 0)
    return Error(Errc::kInvalidArgument, "--expires \"" + expires + "\" is not a time", "write one such as 12h or 30d");
  return library::system_clock_ms() + duration->count();
}

Result<std::string> create(const TokenOptions& options) {
  const auto role = library::role_named(options.role);
  if (!role)
    return Error(Errc::kInvalidArgument, "there is no role \"" + options.role + "\"",
                 "choose mirror, reader, editor, operator or admin");
  CHALK_TRY_ASSIGN(const std::int64_t expires_ms, end_of(options.expires));
  CHALK_TRY_ASSIGN(const library::Library library, open_library_of(options.place));
  CHALK_TRY_ASSIGN(const auto made, library.tokens->create(options.label, *role, expires_ms));
  const auto& [token, secret] = made;
  if (options.json) {
    Json json = token_value(token);
    json["secret"] = secret;
    return text_of(json);
  }
  return fmt::format("token {} for {} \"{}\", ends {}\n{}\nThis secret is shown once and not kept.\n", token.id,
                     library::name(token.role), token.label, day_text(token.expires_ms), secret);
}

Result<std::string> list(const TokenOptions& options) {
  CHALK_TRY_ASSIGN(const library::Library library, open_library_of(options.place, IfMissing::kRefuse));
  CHALK_TRY_ASSIGN(const std::vector<library::AccessToken> tokens, library.tokens->list());
  if (options.json) return text_of(streamer::list_value("tokens", tokens, token_value));
  std::string text;
  for (const library::AccessToken& token : tokens)
    text += fmt::format("{}  {:<8}  ends {:<20}  used {:<20}  {}\n", token.id, library::name(token.role),
                        day_text(token.expires_ms), day_text(token.last_used_ms), token.label);
  return text.empty() ? std::string("there are no tokens; chalkline token create makes one\n") : text;
}

Result<std::string> revoke(const TokenOptions& options) {
  CHALK_TRY_ASSIGN(const library::Library library, open_library_of(options.place, IfMissing::kRefuse));
  CHALK_TRY(library.tokens->revoke(options.id));
  return options.json ? text_of({{"revoked", options.id}}) : "token " + options.id + " is revoked\n";
}

}  // namespace

void define_token(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<TokenOptions>();
  CLI::App* verb = app.add_subcommand("token", "Make, list and revoke the tokens that may change a library by the API");
  verb->require_subcommand(1);
  verb->footer("\nExample: chalkline token create --role editor --label \"content team\" --expires 90d");
  CLI::App* making = add_action(*verb, "create", "Make a token and print its secret, once", options, chosen, create);
  making
      ->add_option(
          "--role", options->role,
          "mirror, for a mirror that registers; or reader, editor, operator or admin, each of which may do what those "
          "before it may")
      ->required();
  making->add_option("--label", options->label, "Who will use it")->required();
  making->add_option("--expires", options->expires, "How long it is good, such as 12h or 30d (default: for ever)");
  making->footer("\nExample: chalkline token create --role editor --label \"content team\" --expires 90d");
  add_action(*verb, "list", "All tokens, without their secrets", options, chosen, list)
      ->footer("\nExample: chalkline token list --json");
  CLI::App* revoking = add_action(*verb, "revoke", "End a token at once", options, chosen, revoke);
  revoking->add_option("ID", options->id, "As token list prints it")->required();
  revoking->footer("\nExample: chalkline token revoke 1f0c2d3e4a5b6978");
}

}  // namespace chalkline::cli
