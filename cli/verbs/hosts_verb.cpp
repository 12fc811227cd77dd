// `chalkline hosts`: what an operator must let through, or make free of charge, for lessons to reach phones.
#include <memory>
#include <string>
#include <vector>

#include "cli/display/progress_display.hpp"
#include "cli/exit_code.hpp"
#include "cli/verbs/arguments.hpp"
#include "cli/verbs/verbs.hpp"
#include "streamer/pages/hosts.hpp"

namespace chalkline::cli {

namespace {
struct Options {
  std::string config;
  bool json = false;
};
}  // namespace

static int run_hosts(const Options& options) {
  const auto config = load_configuration(path_if_given(options.config));
  if (!config) return fail_with(config.error());
  std::vector<std::string> mirrors;
  for (const std::string& line : config->steering.mirrors) mirrors.push_back(line.substr(0, line.find(' ')));
  const auto hosts =
      streamer::needed_hosts(*config, config->server.port, config->tls.enabled() ? config->tls.port : 0, mirrors);
  print_now(options.json ? streamer::hosts_json(hosts) : streamer::hosts_text(hosts));
  return static_cast<int>(ExitCode::kDone);
}

void define_hosts(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("hosts", "Every host, address range and port that a learner's phone needs");
  verb->add_option("--config", options->config, "Configuration (default: the built-in defaults)");
  verb->add_flag("--json", options->json, "As JSON");
  verb->footer("\nExample: chalkline hosts --config chalkline.yaml");
  verb->callback([options, &chosen] { chosen = [options](const std::stop_token&) { return run_hosts(*options); }; });
}

}  // namespace chalkline::cli
