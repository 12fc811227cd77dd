// `chalkline verify`: every byte of a library's versions against their indexes, and what is damaged healed from a copy.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/display/progress_display.hpp"
#include "cli/exit_code.hpp"
#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/verbs.hpp"
#include "core/format.hpp"
#include "mirror/verify.hpp"

namespace chalkline::cli {

namespace {
struct VerifyOptions {
  std::vector<std::string> from;
  LibraryArgument place;
  bool json = false;
};
}  // namespace

static Result<mirror::VerifyReport> verify_library(const VerifyOptions& options, ProgressDisplay& display,
                                                   const std::stop_token& stop) {
  CHALK_TRY_ASSIGN(library::Library library, open_library_of(options.place));
  std::vector<std::filesystem::path> sources;
  for (const std::string& source : options.from) {
    if (!std::filesystem::is_directory(source))
      return Error(Errc::kUnusableInput, "cannot heal from " + source + ": it is not a folder",
                   "name a pack or another library");
    sources.emplace_back(source);
  }
  const auto show = [&display](const mirror::CarryProgress& progress) {
    const double done =
        progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : 1;
    display.show(ProgressEvent{"verifying", done, 0, -1});
  };
  return mirror::verify(library, sources, show, stop);
}

static std::string json_line(const mirror::VerifyReport& report) {
  nlohmann::ordered_json faults = nlohmann::ordered_json::array();
  for (const auto& [version, fault, healed] : report.faults)
    faults.push_back({{"version", version}, {"path", fault.path}, {"fault", fault.what}, {"healed", healed}});
  const nlohmann::ordered_json line = {{"event", "verified"},
                                       {"versions", report.versions},
                                       {"bytes", report.bytes},
                                       {"sound", report.sound()},
                                       {"faults", faults}};
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

static Error damage(const mirror::VerifyReport& report) {
  std::string lines;
  for (const auto& [version, fault, healed] : report.faults)
    if (!healed) lines += fmt::format("{}{}/{} {}", lines.empty() ? "" : "\n", version, fault.path, fault.what);
  return Error(Errc::kCorrupt, lines, "say --from FOLDER with a pack or a library that has the same versions");
}

static int run_verify(const VerifyOptions& options, const std::stop_token& stop) {
  ProgressDisplay display(options.json);
  const auto report = verify_library(options, display, stop);
  display.clear();
  if (!report) {
    if (options.json) print_now(to_line(report.error()));
    return fail_with(report.error());
  }
  std::string text;
  for (const auto& [version, fault, healed] : report->faults)
    if (healed) text += fmt::format("healed {}/{}, which {}\n", version, fault.path, fault.what);
  text +=
      fmt::format("{} {} checked, {}; {} {}\n", report->versions, report->versions == 1 ? "version" : "versions",
                  format_bytes(report->bytes), report->faults.size(), report->faults.size() == 1 ? "fault" : "faults");
  print_now(options.json ? json_line(*report) : text);
  return report->sound() ? static_cast<int>(ExitCode::kDone) : fail_with(damage(*report));
}

void define_verify(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<VerifyOptions>();
  CLI::App* verb = app.add_subcommand("verify", "Check every byte of a library's lessons; heal them from a copy");
  verb->add_option("--from", options->from, "A pack or another library with good copies; may be repeated")
      ->allow_extra_args(false);
  verb->add_flag("--json", options->json, "Progress and result as JSON lines on standard output");
  add_library_options(*verb, options->place);
  verb->footer("\nExample: chalkline verify --library library-data --from /media/usb/chalkline");
  verb->callback(
      [options, &chosen] { chosen = [options](const std::stop_token& stop) { return run_verify(*options, stop); }; });
}

}  // namespace chalkline::cli
