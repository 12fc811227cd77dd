// `chalkline user`: who may sign in at the studio. Passwords come from the terminal, unseen, or as the first line of
// standard input; never from the command line, where other users of the machine could read them.
#include <iostream>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <termios.h>
#include <unistd.h>

#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/printing_verb.hpp"
#include "cli/verbs/verbs.hpp"
#include "streamer/api/documents.hpp"

namespace chalkline::cli {

namespace {

struct UserOptions {
  std::string name, role;
  LibraryArgument place;
  bool password = false;
  bool json = false;
};

using streamer::Json;
using streamer::text_of;

Json value_of(const library::User& user) {
  return {{"name", user.name},
          {"role", library::name(user.role)},
          {"created_ms", user.created_ms},
          {"signed_in_ms", user.signed_in_ms == 0 ? Json(nullptr) : Json(user.signed_in_ms)}};
}

// What is typed is not shown for as long as it lives.
class Unseen {
 public:
  Unseen() : is_terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_terminal_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~Unseen() {
    if (!is_terminal_) return;
    (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::cerr << '\n';
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  [[nodiscard]] bool is_terminal() const { return is_terminal_; }

 private:
  termios before_{};
  bool is_terminal_;
};

Result<std::string> asked_password() {
  const Unseen unseen;
  if (unseen.is_terminal()) std::cerr << "Password (10 characters or more): " << std::flush;
  std::string line;
  if (!std::getline(std::cin, line))
    return Error(Errc::kInvalidArgument, "there is no password on standard input",
                 "type it, or pipe it in: its first line counts");
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Result<library::Role> role_of(const std::string& text) {
  if (const auto role = library::role_named(text); role && *role != library::Role::kMirror) return *role;
  return Error(Errc::kInvalidArgument, "there is no role \"" + text + "\"", "choose reader, editor, operator or admin");
}

Result<void> enter(const library::Library& library, const std::string& action, const std::string& name) {
  return library.audit->record({"command line", ""}, action, "user/" + name, "", "");
}

Result<std::string> create(const UserOptions& options) {
  CHALK_TRY_ASSIGN(const library::Role role, role_of(options.role));
  CHALK_TRY_ASSIGN(const library::Library library, open_library_of(options.place, IfMissing::kMake));
  CHALK_TRY_ASSIGN(const std::string password, asked_password());
  CHALK_TRY_ASSIGN(const library::User user, library.users->create(options.name, role, password));
  CHALK_TRY(enter(library, "user.create", user.name));
  if (options.json) return text_of(value_of(user));
  return fmt::format("user {} may sign in at /studio/ as {}\n", user.name, library::name(user.role));
}

Result<std::string> change(const UserOptions& options) {
  std::optional<library::Role> role;
  if (!options.role.empty()) {
    CHALK_TRY_ASSIGN(role, role_of(options.role));
  }
  if (!role && !options.password)
    return Error(Errc::kInvalidArgument, "there is nothing to change", "give --role or --password, or both");
  CHALK_TRY_ASSIGN(const library::Library library, open_library_of(options.place, IfMissing::kRefuse));
  std::optional<std::string> password;
  if (options.password) {
    CHALK_TRY_ASSIGN(password, asked_password());
  }
  CHALK_TRY_ASSIGN(const library::User user, library.users->change(options.name, role, password));
  CHALK_TRY(enter(library, "user.change", user.name));
  if (options.json) return text_of(value_of(user));
  return fmt::format("user {} is {} now, and signed out everywhere\n", user.name, library::name(user.role));
}

Result<std::string> remove(const UserOptions& options) {
  CHALK_TRY_ASSIGN(const library::Library library, open_library_of(options.place, IfMissing::kRefuse));
  CHALK_TRY(library.users->remove(options.name));
  CHALK_TRY(enter(library, "user.remove", options.name));
  return options.json ? text_of({{"removed", options.name}}) : "user " + options.name + " is gone and signed out\n";
}

Result<std::string> list(const UserOptions& options) {
  CHALK_TRY_ASSIGN(const library::Library library, open_library_of(options.place, IfMissing::kRefuse));
  CHALK_TRY_ASSIGN(const std::vector<library::User> users, library.users->list());
  Json json;
  json["users"] = Json::array();
  std::string text;
  for (const library::User& user : users) {
    json["users"].push_back(value_of(user));
    text +=
        fmt::format("{:<24}  {:<8}  signed in {}\n", user.name, library::name(user.role), day_text(user.signed_in_ms));
  }
  if (options.json) return text_of(json);
  return text.empty() ? std::string("there are no users; chalkline user create makes one\n") : text;
}

}  // namespace

void define_user(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<UserOptions>();
  CLI::App* verb = app.add_subcommand("user", "Make, change, list and remove the users who sign in at the studio");
  verb->require_subcommand(1);
  verb->footer("\nExample: chalkline user create amina --role editor");
  CLI::App* making = add_action(*verb, "create", "Make a user; the password is asked for, or read from standard input",
                                options, chosen, create);
  making->add_option("NAME", options->name, "What the user signs in as")->required();
  making->add_option("--role", options->role, "reader, editor, operator or admin; each may do what those before it may")
      ->required();
  making->footer("\nExample: chalkline user create amina --role editor");
  CLI::App* changing = add_action(*verb, "change", "Give a user another role or password, and sign them out everywhere",
                                  options, chosen, change);
  changing->add_option("NAME", options->name, "As user list prints it")->required();
  changing->add_option("--role", options->role, "The new role");
  changing->add_flag("--password", options->password, "Ask for a new password");
  changing->footer("\nExample: chalkline user change amina --password");
  add_action(*verb, "list", "All users", options, chosen, list)->footer("\nExample: chalkline user list --json");
  CLI::App* removing =
      add_action(*verb, "remove", "Remove a user and end their sessions at once", options, chosen, remove);
  removing->add_option("NAME", options->name, "As user list prints it")->required();
  removing->footer("\nExample: chalkline user remove amina");
}

}  // namespace chalkline::cli
