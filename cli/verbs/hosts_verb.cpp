// `chalkline hosts`: what an operator must let through, or make free of charge, for lessons to reach phones.
#include <memory>

#include "cli/display/progress_display.hpp"
#include "cli/exit_code.hpp"
#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/verbs.hpp"
#include "streamer/delivery/steering.hpp"
#include "streamer/pages/hosts.hpp"

namespace chalkline::cli {

namespace {
struct HostsOptions {
  LibraryArgument place;
  bool json = false;
};
}  // namespace

// Those that registered stand in the library; where there is none yet, nobody did.
static Result<void> hear_registered(const LibraryArgument& place, streamer::Steering& steering) {
  const auto library = open_library_of(place, IfMissing::kRefuse);
  if (!library && library.error().code == Errc::kNotFound) return {};
  if (!library) return library.error();
  CHALK_TRY_ASSIGN(const auto registered, library->mirrors->list());
  steering.set_registered(registered);
  return {};
}

static int run_hosts(const HostsOptions& options) {
  const auto config = configuration_of(options.place);
  if (!config) return fail_with(config.error());
  streamer::Steering steering(config->steering);
  if (steering.hears_registered())
    if (const auto heard = hear_registered(options.place, steering); !heard) return fail_with(heard.error());
  const auto hosts = streamer::needed_hosts(*config, config->server.port, config->tls.enabled() ? config->tls.port : 0,
                                            steering.bases());
  print_now(options.json ? streamer::hosts_json(hosts) : streamer::hosts_text(hosts));
  return static_cast<int>(ExitCode::kDone);
}

void define_hosts(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<HostsOptions>();
  CLI::App* verb = app.add_subcommand("hosts", "Every host, address range and port that a learner's phone needs");
  add_library_options(*verb, options->place);
  verb->add_flag("--json", options->json, "As JSON");
  verb->footer("\nExample: chalkline hosts --config chalkline.yaml");
  verb->callback([options, &chosen] { chosen = [options](const std::stop_token&) { return run_hosts(*options); }; });
}

}  // namespace chalkline::cli
