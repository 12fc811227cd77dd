// `chalkline attach`: work sheets and books beside a lesson, which its course's page links.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/display/progress_display.hpp"
#include "cli/exit_code.hpp"
#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/verbs.hpp"
#include "core/format.hpp"
#include "library/attachments.hpp"
#include "streamer/api/documents.hpp"

namespace chalkline::cli {

namespace {

struct AttachOptions {
  std::string lesson;
  std::vector<std::string> files;
  LibraryArgument place;
  bool json = false;
};

Result<std::string> run_attach(const AttachOptions& options) {
  CHALK_TRY_ASSIGN(library::Library library, open_library_of(options.place, IfMissing::kRefuse));
  CHALK_TRY(library.records->find(options.lesson));
  std::vector<library::Attachment> taken;
  std::string text;
  CHALK_TRY_ASSIGN(const UniqueFd turn, library::turn_to_attach(library.root));
  for (const std::string& file : options.files) {
    CHALK_TRY_ASSIGN(const library::Attachment one, library::take_attachment(library.root, file));
    CHALK_TRY(library::attach(library, options.lesson, one, {"command line", ""}));
    text += fmt::format("{} ({}) is attached to {}\n", one.name, format_bytes(static_cast<std::uint64_t>(one.bytes)),
                        options.lesson);
    taken.push_back(one);
  }
  if (!options.json) return text;
  streamer::Json json;
  json["lesson"] = options.lesson;
  json["attachments"] = streamer::attachments_value(taken);
  return streamer::text_of(json);
}

}  // namespace

void define_attach(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<AttachOptions>();
  CLI::App* verb = app.add_subcommand("attach", "Files beside a lesson: work sheets, books");
  verb->add_option("LESSON", options->lesson, "The lesson's id")->required();
  verb->add_option("FILE", options->files, "The files; one with the name of an attachment takes its place")->required();
  add_library_options(*verb, options->place);
  verb->add_flag("--json", options->json, "The result as JSON");
  verb->footer("\nExample: chalkline attach fractions sheet.pdf --library library-data");
  verb->callback([options, &chosen] {
    chosen = [options](const std::stop_token&) {
      const auto text = run_attach(*options);
      if (!text) return fail_with(text.error());
      print_now(*text);
      return static_cast<int>(ExitCode::kDone);
    };
  });
}

}  // namespace chalkline::cli
