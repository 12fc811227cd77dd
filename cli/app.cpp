// Builds the CLI11 application, parses, runs the chosen verb.
#include "cli/app.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/exit_code.hpp"
#include "cli/stop_signals.hpp"
#include "cli/unknown_command.hpp"
#include "cli/verbs/verbs.hpp"

namespace chalkline::cli {

static constexpr const char* kFooter =
    "\nExit codes: 0 done, 1 failed, 2 usage, 3 bad configuration, 4 input not usable, 5 disk full.\n"
    "Help on a verb: chalkline VERB --help";

static std::string asked_for_by(int argc, char** argv) {
  return argc > 1 && argv[1][0] != '-' ? std::string("chalkline ") + argv[1] + " --help" : "chalkline --help";
}

static Command command_of(const CLI::App& app) {
  Command command{app.get_name(), {}};
  for (const CLI::App* below : app.get_subcommands({})) command.below.push_back(command_of(*below));
  return command;
}

static Error told(const CLI::ParseError& wrong, const CLI::App& app, int argc, char** argv) {
  const std::vector<std::string_view> words(argv + std::min(1, argc), argv + argc);
  if (auto unknown = unknown_command(words, command_of(app))) return *std::move(unknown);
  return Error(Errc::kInvalidArgument, wrong.what(), "see " + asked_for_by(argc, argv));
}

static int run_unguarded(int argc, char** argv) {
  CLI::App app("Chalkline turns classroom recordings into lessons that play on weak links, and serves them.",
               "chalkline");
  app.set_version_flag("--version", "chalkline " CHALKLINE_VERSION);
  app.require_subcommand(1);
  app.footer(kFooter);
  Verb chosen;
  Preparation first;
  define_transcode(app, chosen, first);
  define_add(app, chosen);
  define_inspect(app, chosen);
  define_serve(app, chosen);
  define_mirror(app, chosen);
  define_worker(app, chosen);
  define_keys(app, chosen);
  define_pack(app, chosen);
  define_unpack(app, chosen);
  define_verify(app, chosen);
  define_hosts(app, chosen);
  define_token(app, chosen);
  define_user(app, chosen);
  define_import(app, chosen);
  define_export(app, chosen);
  define_attach(app, chosen);
  define_check_config(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);  // --help and --version print on standard output
  } catch (const CLI::ParseError& wrong) {
    return fail_with(told(wrong, app, argc, argv));
  }
  if (first) first();
  const StopSignals signals;
  return chosen(signals.token());
}

int run(int argc, char** argv) {
  try {
    return run_unguarded(argc, argv);
  } catch (const std::bad_alloc&) {
    return fail_with(
        Error(Errc::kLimitExceeded, "there is not enough memory", "close other programs, or raise the limit"));
  } catch (const std::exception& fault) {
    return fail_with(Error(Errc::kInternal, std::string("an unexpected fault: ") + fault.what(), "please report it"));
  }
}

}  // namespace chalkline::cli
