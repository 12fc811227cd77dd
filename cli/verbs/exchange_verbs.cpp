// `chalkline import` and `chalkline export`: the catalogue as a file, CSV or JSON (streamer/api/exchange.hpp). An
// import is one transaction: all of it is in the library afterwards, or nothing.
#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/printing_verb.hpp"
#include "cli/verbs/verbs.hpp"
#include "core/file.hpp"
#include "streamer/api/exchange.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;

namespace {

struct ExchangeOptions {
  std::string file, format;
  LibraryArgument place;
  bool json = false;
};

// By --format, else by the file's name.
Result<streamer::ExchangeFormat> format_of(const ExchangeOptions& options) {
  const std::string extension = fs::path(options.file).extension().string();
  if (options.format == "csv" || (options.format.empty() && extension == ".csv")) return streamer::ExchangeFormat::kCsv;
  if (options.format == "json" || (options.format.empty() && (extension == ".json" || options.file.empty())))
    return streamer::ExchangeFormat::kJson;
  return Error(Errc::kInvalidArgument,
               options.format.empty() ? "cannot tell the format of " + options.file + " by its name"
                                      : "there is no format \"" + options.format + "\"",
               "say --format csv or --format json");
}

Error unusable(const std::string& file, const streamer::ReadRows& read) {
  if (!read.broken.empty()) return Error(Errc::kUnusableInput, "cannot import " + file + ": " + read.broken);
  std::string faults;
  for (const streamer::Fault& fault : read.faults)
    faults += fmt::format("{}{}: {} {}", faults.empty() ? "" : "\n", file, fault.pointer, fault.detail);
  return Error(Errc::kUnusableInput, faults);
}

Result<std::string> take_in(const ExchangeOptions& options) {
  constexpr std::size_t kLargest = 256'000'000;
  CHALK_TRY_ASSIGN(const streamer::ExchangeFormat format, format_of(options));
  const auto text = read_file(options.file, kLargest);
  if (!text) return Error(Errc::kUnusableInput, text.error().message, text.error().hint);
  const streamer::ReadRows read = streamer::read_rows(*text, format);
  if (!read.broken.empty() || !read.faults.empty()) return unusable(options.file, read);
  CHALK_TRY_ASSIGN(const library::Library library, open_library_of(options.place));
  const auto report = library.records->import(read.rows, {"command line", ""});
  if (!report && report.error().code == Errc::kInvalidArgument)
    return Error(Errc::kUnusableInput, "cannot import " + options.file + ": " + report.error().message,
                 report.error().hint);
  if (!report) return report.error();
  if (options.json) {
    const nlohmann::ordered_json json = {
        {"created", report->created}, {"updated", report->updated}, {"nodes_created", report->nodes_created}};
    return json.dump() + "\n";
  }
  return fmt::format("{} lessons are new, {} were replaced; {} nodes of the curriculum are new\n", report->created,
                     report->updated, report->nodes_created);
}

Result<std::string> write_out(const ExchangeOptions& options) {
  CHALK_TRY_ASSIGN(const streamer::ExchangeFormat format, format_of(options));
  CHALK_TRY_ASSIGN(const library::Library library, open_library_of(options.place, IfMissing::kRefuse));
  CHALK_TRY_ASSIGN(const std::vector<library::LessonRow> rows, library.records->export_all());
  std::string text = streamer::write_rows(rows, format);
  if (options.file.empty()) return text;
  CHALK_TRY(write_file_atomically(options.file, text));
  return fmt::format("{} lessons are in {}\n", rows.size(), options.file);
}

void finish(CLI::App* verb, const std::shared_ptr<ExchangeOptions>& options, Verb& chosen,
            Action<ExchangeOptions> action) {
  verb->add_option("--format", options->format, "csv or json (default: by the file's name)");
  add_library_options(*verb, options->place);
  set_action(*verb, options, chosen, action);
}

}  // namespace

void define_import(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<ExchangeOptions>();
  CLI::App* verb = app.add_subcommand("import", "Lessons and their curriculum from a CSV or JSON file, all or none");
  verb->add_option("FILE", options->file, "The file")->required();
  verb->add_flag("--json", options->json, "The result as JSON");
  verb->footer("\nExample: chalkline import lessons.csv --library library-data");
  finish(verb, options, chosen, take_in);
}

void define_export(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<ExchangeOptions>();
  CLI::App* verb = app.add_subcommand("export", "All lessons and their curriculum, as import takes them");
  verb->add_option("FILE", options->file, "The file to write (default: standard output, as JSON)");
  verb->footer("\nExample: chalkline export lessons.csv --library library-data");
  finish(verb, options, chosen, write_out);
}

}  // namespace chalkline::cli
