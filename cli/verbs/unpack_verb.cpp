// `chalkline unpack`: lessons from a disk into a library, each byte checked.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/display/progress_display.hpp"
#include "cli/exit_code.hpp"
#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/verbs.hpp"
#include "library/key_folder.hpp"
#include "mirror/unpack.hpp"

namespace chalkline::cli {

namespace {
struct UnpackOptions {
  std::string pack;
  LibraryArgument place;
  bool json = false;
};
}  // namespace

static Result<mirror::UnpackReport> unpack_lessons(const UnpackOptions& options, ProgressDisplay& display,
                                                   const std::stop_token& stop) {
  CHALK_TRY_ASSIGN(library::Library library, open_library_of(options.place));
  CHALK_TRY_ASSIGN(const std::vector<PublicKey> trusted, library::trusted_keys(library.root));
  const auto show = [&display](const mirror::CarryProgress& progress) {
    const double done =
        progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : 1;
    display.show(ProgressEvent{"unpacking", done, 0, -1});
  };
  return mirror::unpack(library, options.pack, trusted, show, stop);
}

static std::string json_line(const mirror::UnpackReport& report) {
  nlohmann::ordered_json refused = nlohmann::ordered_json::array();
  for (const auto& [lesson, why] : report.refused)
    refused.push_back({{"lesson", lesson}, {"reason", why.to_sentence()}});
  const nlohmann::ordered_json line = {{"event", "unpacked"},   {"origin", report.origin.text()},
                                       {"taken", report.taken}, {"there", report.there},
                                       {"older", report.older}, {"refused", refused}};
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// The refused lessons as one error, a line each.
static Error refusal(const mirror::UnpackReport& report) {
  std::string lines;
  for (const auto& [lesson, why] : report.refused) lines += (lines.empty() ? "" : "\n") + why.to_sentence();
  return Error(report.refused.front().why.code, lines);
}

static int run_unpack(const UnpackOptions& options, const std::stop_token& stop) {
  ProgressDisplay display(options.json);
  const auto report = unpack_lessons(options, display, stop);
  display.clear();
  if (!report) {
    if (options.json) print_now(to_line(report.error()));
    return fail_with(report.error());
  }
  print_now(options.json
                ? json_line(*report)
                : fmt::format("{} taken, {} there already, {} older than here, {} refused\n", report->taken.size(),
                              report->there.size(), report->older.size(), report->refused.size()));
  return report->refused.empty() ? static_cast<int>(ExitCode::kDone) : fail_with(refusal(*report));
}

void define_unpack(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<UnpackOptions>();
  CLI::App* verb = app.add_subcommand("unpack", "Take lessons from a disk into a library, checking every byte");
  verb->add_option("FOLDER", options->pack, "What `chalkline pack` wrote")->required();
  verb->add_flag("--json", options->json, "Progress and result as JSON lines on standard output");
  add_library_options(*verb, options->place);
  verb->footer("\nExample: chalkline unpack /media/usb/chalkline --library library-data");
  verb->callback(
      [options, &chosen] { chosen = [options](const std::stop_token& stop) { return run_unpack(*options, stop); }; });
}

}  // namespace chalkline::cli
