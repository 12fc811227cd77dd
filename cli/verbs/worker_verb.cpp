// `chalkline worker`: takes jobs from a library's queue and serves nothing.
#include <memory>
#include <string>

#include "cli/exit_code.hpp"
#include "cli/serve/worker_loop.hpp"
#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/verbs.hpp"
#include "core/log.hpp"

namespace chalkline::cli {

static int run_worker_verb(const LibraryArgument& place, std::stop_token stop) {
  const auto config = configuration_of(place);
  if (!config) return fail_with(config.error());
  auto library = library::open_library(config->library.path);
  if (!library) return fail_with(library.error());
  const RunnerOptions runner = runner_options(*config, config_file_of(place));
  log_info("worker waits for jobs", {{"library", library->root.string()}, {"worker", runner.worker}});
  run_worker(*library, runner, std::move(stop));
  log_info("worker ended");
  return static_cast<int>(ExitCode::kDone);
}

void define_worker(CLI::App& app, Verb& chosen) {
  const auto place = std::make_shared<LibraryArgument>();
  CLI::App* verb = app.add_subcommand("worker", "Transcode a library's jobs, without serving");
  add_library_options(*verb, *place);
  verb->footer("\nExample: chalkline worker --config chalkline.yaml");
  verb->callback([place, &chosen] {
    chosen = [place](std::stop_token stop) { return run_worker_verb(*place, std::move(stop)); };
  });
}

}  // namespace chalkline::cli
