// `chalkline check-config`: every fault of a configuration at once; or the documented defaults.
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "cli/display/progress_display.hpp"
#include "cli/exit_code.hpp"
#include "cli/jobs/transcode_child.hpp"
#include "cli/verbs/verbs.hpp"
#include "config/keys.hpp"
#include "config/load.hpp"
#include "confine/confine.hpp"
#include "core/file.hpp"

namespace chalkline::cli {

namespace {
struct CheckConfigOptions {
  std::string file;
  bool json = false;
  bool defaults = false;
};
}  // namespace

static std::string json_of(const std::vector<config::Problem>& problems) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const config::Problem& problem : problems)
    list.push_back({{"where", problem.where}, {"message", problem.message}});
  const confine::Confinement held = confine::available();
  const nlohmann::ordered_json object = {
      {"usable", problems.empty()},
      {"problems", list},
      {"confinement",
       {{"landlock", held.landlock}, {"empty_network", held.no_network}, {"system_calls", held.system_calls}}}};
  return object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

static int run_check(const CheckConfigOptions& options) {
  if (options.defaults) {
    print_now(config::default_yaml());
    return static_cast<int>(ExitCode::kDone);
  }
  if (options.file.empty())
    return fail_with(Error(Errc::kInvalidArgument, "no configuration file was named",
                           "write chalkline check-config FILE, or --defaults for a file to begin with"));
  const auto yaml = read_file(options.file, 1'000'000);
  if (!yaml) return fail_with(Error(Errc::kBadConfig, yaml.error().message, yaml.error().hint));
  const config::Loaded loaded = config::parse_config(*yaml, options.file, config::process_environment());
  if (options.json) print_now(json_of(loaded.problems));
  if (loaded.problems.empty()) {
    if (!options.json) print_now(options.file + " is usable\n");
    if (!options.json) warn_of_gaps();
    return static_cast<int>(ExitCode::kDone);
  }
  std::string lines;
  for (const config::Problem& problem : loaded.problems) lines += (lines.empty() ? "" : "\n") + problem.to_sentence();
  return fail_with(Error(Errc::kBadConfig, lines));
}

void define_check_config(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<CheckConfigOptions>();
  CLI::App* verb =
      app.add_subcommand("check-config", "Say everything that is wrong with a configuration, with its line");
  verb->add_option("FILE", options->file, "The YAML file; CHALKLINE_... variables are checked with it");
  verb->add_flag("--defaults", options->defaults, "Print every key with its default and why");
  verb->add_flag("--json", options->json, "The problems as JSON");
  verb->footer("\nExample: chalkline check-config chalkline.yaml");
  verb->callback([options, &chosen] { chosen = [options](const std::stop_token&) { return run_check(*options); }; });
}

}  // namespace chalkline::cli
