// `chalkline transcode`: the pipeline alone. Also what the worker runs as its child process, with --json.
#include <memory>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/exit_code.hpp"
#include "cli/progress_display.hpp"
#include "cli/verbs.hpp"
#include "cli/version_json.hpp"
#include "cli/version_table.hpp"
#include "publish/make_version.hpp"

namespace chalkline::cli {

namespace {
struct Options {
  std::string input, out, title, language, config;
  std::vector<std::string> captions;
  bool json = false;
};
}  // namespace

static std::string stage_name(transcode::Progress::Stage stage) {
  switch (stage) {
    case transcode::Progress::Stage::kProbing: return "probing";
    case transcode::Progress::Stage::kEncoding: return "encoding";
    case transcode::Progress::Stage::kPublishing: return "publishing";
  }
  return "encoding";
}

static Result<publish::MadeVersion> make(const Options& options, ProgressDisplay& display, std::stop_token stop) {
  publish::VersionRequest request;
  request.source.input = options.input;
  request.out = options.out;
  request.title = options.title;
  request.source.language = options.language;
  CHALK_TRY(check_input(options.input));
  if (!options.language.empty()) CHALK_TRY(check_language(options.language));
  CHALK_TRY_ASSIGN(const std::vector<CaptionArgument> captions, parse_captions(options.captions));
  for (const CaptionArgument& caption : captions)
    request.source.captions.push_back({caption.file, caption.language, ""});
  CHALK_TRY_ASSIGN(const config::Config config, load_configuration(path_if_given(options.config)));
  request.source.options = config.transcode;
  set_log_level(config.log.level);
  const auto progress = [&display](const transcode::Progress& p) {
    display.show(ProgressEvent{stage_name(p.stage), p.fraction, p.speed, p.seconds_left});
  };
  auto made = publish::make_version(request, progress, std::move(stop));
  // The inputs were there a moment ago: what is missing or misshapen now is on the way to the output.
  if (!made && (made.error().code == Errc::kNotFound || made.error().code == Errc::kInvalidArgument))
    return Error(Errc::kIo, made.error().message, made.error().hint);
  return made;
}

static int run_transcode(const Options& options, std::stop_token stop) {
  ProgressDisplay display(options.json);
  const auto made = make(options, display, std::move(stop));
  display.clear();
  if (!made) {
    if (options.json) print_now(to_line(made.error()));
    return fail_with(made.error());
  }
  print_now(options.json ? done_line(made->index, made->id) : version_table(made->index, made->id));
  return static_cast<int>(ExitCode::kDone);
}

void define_transcode(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("transcode", "Make a recording into a folder that any web server can publish");
  verb->add_option("INPUT", options->input, "The recording: mp4, mov, mkv, webm, avi, mpg, ts, wmv, flv, 3gp ...")
      ->required();
  verb->add_option("--out", options->out, "Folder to make; must not exist yet, or be empty")->required();
  verb->add_option("--title", options->title, "Title (default: the recording's own, else its file name)");
  verb->add_option("--language", options->language, "Language spoken where the recording names none: en, sw, pt-BR");
  verb->add_option("--captions", options->captions, "Captions as FILE:LANGUAGE, .srt or .vtt; may be repeated")
      ->allow_extra_args(false);
  verb->add_option("--config", options->config, "Configuration whose transcode section to use");
  verb->add_flag("--json", options->json, "Progress and result as JSON lines on standard output");
  verb->footer("\nExample: chalkline transcode lesson.mp4 --out lesson --title \"Fractions\" --captions lesson.vtt:sw");
  verb->callback([options, &chosen] {
    chosen = [options](std::stop_token stop) { return run_transcode(*options, std::move(stop)); };
  });
}

}  // namespace chalkline::cli
