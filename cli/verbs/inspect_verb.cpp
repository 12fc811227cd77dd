// `chalkline inspect`: what a version costs a learner, from its index and its analysis; as a table, as JSON, as a
// picture.
#include <filesystem>
#include <memory>
#include <string>

#include "cli/display/progress_display.hpp"
#include "cli/display/version_json.hpp"
#include "cli/display/version_plot.hpp"
#include "cli/display/version_table.hpp"
#include "cli/exit_code.hpp"
#include "cli/verbs/arguments.hpp"
#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/verbs.hpp"
#include "core/file.hpp"
#include "core/sha256.hpp"
#include "library/lesson_id.hpp"
#include "library/library.hpp"
#include "manifests/index_json.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;

namespace {
struct InspectOptions {
  std::string what, plot;
  LibraryArgument place;
  bool json = false;
};
}  // namespace

// The folder of a lesson's published version.
static Result<fs::path> folder_of_lesson(const InspectOptions& options) {
  if (!library::is_lesson_id(options.what))
    return Error(Errc::kNotFound, "cannot find " + options.what + ": it is neither a folder nor a lesson's id",
                 "give a folder made by chalkline transcode, or a lesson with --library DIR");
  CHALK_TRY_ASSIGN(const config::Config config, configuration_of(options.place));
  const fs::path& root = config.library.path;
  std::error_code failed;
  if (!fs::exists(root / "library.db", failed))
    return Error(Errc::kNotFound,
                 "cannot find " + options.what + ": there is no such folder here, and no library in " + root.string(),
                 "check the path, or name the library with --library DIR");
  CHALK_TRY_ASSIGN(const library::Library opened, library::open_library(root));
  CHALK_TRY_ASSIGN(const library::Lesson lesson, opened.catalogue->find(options.what));
  if (!lesson.version)
    return Error(Errc::kNotFound, "lesson " + lesson.id + " has no published version yet",
                 "wait until its job has ended");
  return root / "versions" / *lesson.version;
}

// A version is never changed, so a picture of it does not go inside.
static Result<void> check_plot(const fs::path& plot, const fs::path& folder) {
  if (plot.extension() != ".svg")
    return Error(Errc::kInvalidArgument, "cannot draw into " + plot.string() + ": the picture is an SVG file",
                 "give --plot a name that ends in .svg");
  std::error_code failed;
  const fs::path inside = fs::weakly_canonical(folder, failed);
  for (fs::path at = fs::weakly_canonical(fs::absolute(plot, failed), failed); at.has_relative_path();
       at = at.parent_path())
    if (at == inside)
      return Error(Errc::kInvalidArgument, "cannot draw into " + plot.string() + ": a version is never changed",
                   "give --plot a place outside of it");
  return {};
}

// A missing folder is not a missing version: it must not end with the exit code of an unusable input.
static Result<void> write_plot(const fs::path& plot, const std::string& svg) {
  const auto written = write_file_atomically(plot, svg);
  if (written || written.error().code != Errc::kNotFound) return written;
  return Error(Errc::kIo, "cannot draw into " + plot.string() + ": there is no such folder",
               "give --plot a place in a folder that exists");
}

static Result<std::string> report(const InspectOptions& options) {
  std::error_code failed;
  fs::path folder = options.what;
  if (!fs::is_directory(folder, failed)) {
    CHALK_TRY_ASSIGN(folder, folder_of_lesson(options));
  }
  const fs::path file = folder / "index.json";
  auto text = read_file(file, manifests::kMaxIndexBytes);
  if (!text)
    return Error(Errc::kUnusableInput, "cannot inspect " + folder.string() + ": " + text.error().message,
                 "give a folder made by chalkline transcode");
  CHALK_TRY_ASSIGN(const VersionIndex index, manifests::parse_index(*text));
  CHALK_TRY_ASSIGN(const std::optional<SeenLesson> seen, read_seen_lesson(folder));
  const std::string id = sha256_hex(*text);
  if (!options.plot.empty()) CHALK_TRY(check_plot(options.plot, folder));
  if (!options.plot.empty()) CHALK_TRY(write_plot(options.plot, version_plot(index, seen)));
  return options.json ? version_json(index, id, seen) : version_table(index, id, seen);
}

static int run_inspect(const InspectOptions& options) {
  const auto text = report(options);
  if (!text) return fail_with(text.error());
  print_now(*text);
  return static_cast<int>(ExitCode::kDone);
}

void define_inspect(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<InspectOptions>();
  CLI::App* verb =
      app.add_subcommand("inspect", "Say what each rendition of a version costs: kbit/s, MB per hour, segments");
  verb->add_option("DIR|LESSON", options->what, "A folder made by transcode, or a lesson's id")->required();
  add_library_options(*verb, options->place);
  verb->add_option("--plot", options->plot, "Draw bitrate, quality and slides into this SVG file")
      ->check(CLI::Validator([](std::string& file) { return file.empty() ? "the file has no name" : ""; }, "FILE.svg"));
  verb->add_flag("--json", options->json, "As JSON, rates in bit/s");
  verb->footer("\nExample: chalkline inspect fractions --library library-data --plot fractions.svg");
  verb->callback([options, &chosen] { chosen = [options](const std::stop_token&) { return run_inspect(*options); }; });
}

}  // namespace chalkline::cli
