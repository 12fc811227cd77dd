// `chalkline pack`: lessons onto a disk that is carried.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/display/progress_display.hpp"
#include "cli/exit_code.hpp"
#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/verbs.hpp"
#include "core/format.hpp"
#include "mirror/pack.hpp"

namespace chalkline::cli {

namespace {
struct PackOptions {
  mirror::PackChoice choice;
  std::string out;
  LibraryArgument place;
  bool json = false;
};
}  // namespace

static Result<mirror::PackReport> pack_lessons(const PackOptions& options, ProgressDisplay& display,
                                               const std::stop_token& stop) {
  if (options.choice.courses.empty() && options.choice.lessons.empty() && !options.choice.all)
    return Error(Errc::kInvalidArgument, "nothing to pack was named",
                 "name courses, lessons with --lesson ID, or --all");
  CHALK_TRY_ASSIGN(library::Library library, open_library_of(options.place));
  CHALK_TRY_ASSIGN(std::optional<library::OwnKeys> keys, library::read_own_keys(library.root));
  if (!keys)
    return Error(Errc::kNotFound, "this library has no key to sign the pack with",
                 "say chalkline keys --create, once, and give the public key to those who take your packs");
  const auto show = [&display](const mirror::CarryProgress& progress) {
    const double done =
        progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : 1;
    display.show(ProgressEvent{"packing", done, 0, -1});
  };
  return mirror::pack(library, *keys, options.choice, options.out, show, stop);
}

static int run_pack(const PackOptions& options, const std::stop_token& stop) {
  ProgressDisplay display(options.json);
  const auto report = pack_lessons(options, display, stop);
  display.clear();
  if (!report) {
    if (options.json) print_now(to_line(report.error()));
    return fail_with(report.error());
  }
  if (options.json) {
    const nlohmann::ordered_json line = {{"event", "packed"},          {"lessons", report->lessons},
                                         {"copied", report->copied},   {"bytes", report->bytes},
                                         {"removed", report->removed}, {"folder", options.out}};
    print_now(line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  } else {
    print_now(fmt::format("{} {} in {}; {} copied, {}, {} removed\n", report->lessons,
                          report->lessons == 1 ? "lesson" : "lessons", options.out, report->copied,
                          format_bytes(report->bytes), report->removed));
  }
  return static_cast<int>(ExitCode::kDone);
}

void define_pack(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<PackOptions>();
  CLI::App* verb = app.add_subcommand("pack", "Put courses on a disk, signed, to be carried to where there is no line");
  verb->add_option("COURSE", options->choice.courses, "Courses, by their names");
  verb->add_option("--lesson", options->choice.lessons, "A lesson, by its id; may be repeated")
      ->allow_extra_args(false);
  verb->add_flag("--all", options->choice.all, "Every published lesson");
  verb->add_option("--out", options->out,
                   "The folder on the disk; what it holds already is kept and brought up to date")
      ->required();
  verb->add_flag("--check", options->choice.check, "Read what is on the disk again, byte by byte, and mend it");
  verb->add_flag("!--no-play", options->choice.play,
                 "Without the files that a browser plays straight from the disk, which take about as much as one rung");
  verb->add_flag("--json", options->json, "Progress and result as JSON lines on standard output");
  add_library_options(*verb, options->place);
  verb->footer("\nExample: chalkline pack \"Maths 5\" --out /media/usb/chalkline --library library-data");
  verb->callback(
      [options, &chosen] { chosen = [options](const std::stop_token& stop) { return run_pack(*options, stop); }; });
}

}  // namespace chalkline::cli
