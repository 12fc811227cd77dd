// `chalkline worker`: takes jobs from a library's queue and serves nothing.
#include <memory>
#include <string>

#include "cli/arguments.hpp"
#include "cli/exit_code.hpp"
#include "cli/verbs.hpp"
#include "cli/worker_loop.hpp"
#include "core/log.hpp"

namespace chalkline::cli {

namespace {
struct Options {
  std::string config, library;
};
}  // namespace

static int run_worker_verb(const Options& options, std::stop_token stop) {
  const auto config = load_configuration(path_if_given(options.config));
  if (!config) return fail_with(config.error());
  set_log_level(config->log.level);
  auto library =
      library::open_library(options.library.empty() ? config->library.path : std::filesystem::path(options.library));
  if (!library) return fail_with(library.error());
  const RunnerOptions runner = runner_options(*config, path_if_given(options.config));
  log_info("worker waits for jobs", {{"library", library->root.string()}, {"worker", runner.worker}});
  run_worker(*library, runner, std::move(stop));
  log_info("worker ended");
  return static_cast<int>(ExitCode::kDone);
}

void define_worker(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("worker", "Transcode a library's jobs, without serving");
  verb->add_option("--config", options->config, "Configuration (default: the built-in defaults)");
  verb->add_option("--library", options->library, "The library's folder, instead of the configuration's");
  verb->footer("\nExample: chalkline worker --config chalkline.yaml");
  verb->callback([options, &chosen] {
    chosen = [options](std::stop_token stop) { return run_worker_verb(*options, std::move(stop)); };
  });
}

}  // namespace chalkline::cli
