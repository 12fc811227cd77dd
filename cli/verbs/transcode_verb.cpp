// `chalkline transcode`: the pipeline alone, in two processes. The one that was called waits, shows progress and puts
// the version in its place; the other, the same verb with --confined, does the work and may touch nothing but its
// recording and the folder it fills (confine/). A worker starts the second by itself.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <malloc.h>

#include "cli/display/progress_display.hpp"
#include "cli/display/version_json.hpp"
#include "cli/display/version_table.hpp"
#include "cli/exit_code.hpp"
#include "cli/jobs/transcode_child.hpp"
#include "cli/verbs/arguments.hpp"
#include "cli/verbs/verbs.hpp"
#include "confine/confine.hpp"
#include "core/file.hpp"
#include "core/kept_folder.hpp"
#include "core/link_or_copy.hpp"
#include "core/sha256.hpp"
#include "manifests/index_json.hpp"
#include "manifests/version_path.hpp"
#include "publish/make_version.hpp"
#include "publish/saver_version.hpp"
#include "publish/staging.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;

namespace {

struct TranscodeOptions {
  std::string input, out, title, language, config, improve;
  std::vector<std::string> sides;
  bool json = false;
  bool confined = false;
};

// The arguments, checked.
struct Order {
  TranscodeOrder transcode;
  config::Config config;
};

struct Made {
  VersionIndex index;
  std::string id;
  bool is_old = false;  // nothing was made: a saver ladder would not have made the lesson smaller
};

// The version that a saver ladder is added to.
struct Old {
  VersionIndex index;
  std::string id;
};

}  // namespace

static Result<Order> check(const TranscodeOptions& options) {
  Order order;
  CHALK_TRY(check_input(options.input));
  if (!options.language.empty()) CHALK_TRY(check_language(options.language));
  CHALK_TRY_ASSIGN(order.transcode.sides, parse_side_files(options.sides));
  order.transcode.config_file = path_if_given(options.config);
  CHALK_TRY_ASSIGN(order.config, load_configuration(order.transcode.config_file));
  set_log_level(order.config.log.level);
  order.transcode.input = options.input;
  order.transcode.out = options.out;
  order.transcode.title = options.title;
  order.transcode.language = options.language;
  order.transcode.improve = path_if_given(options.improve);
  return order;
}

static Result<Old> read_old(const fs::path& folder) {
  const fs::path path = folder / manifests::kIndexName;
  Old old;
  CHALK_TRY_ASSIGN(const std::string text, read_file(path, manifests::kMaxIndexBytes));
  CHALK_TRY_ASSIGN(old.index, manifests::parse_index(text));
  old.id = sha256_hex(text);
  return old;
}

// The input was there a moment ago: what is missing or misshapen now is on the way to the output.
static Error as_output_error(Error error) {
  if (error.code == Errc::kNotFound || error.code == Errc::kInvalidArgument) error.code = Errc::kIo;
  return error;
}

static std::string stage_name(transcode::Progress::Stage stage) {
  switch (stage) {
    case transcode::Progress::Stage::kProbing: return "probing";
    case transcode::Progress::Stage::kAnalysing: return "analysing";
    case transcode::Progress::Stage::kEncoding: return "encoding";
    case transcode::Progress::Stage::kPublishing: return "publishing";
  }
  return "encoding";
}

// Pictures are given back to the system when they are freed, for as long as the process lives; glibc would learn from
// the first ones to keep them, in an arena for each thread of each encoder. Measured on full HD: one minute and four
// peak at 1,088 and 1,087 MB, without this and the trim in transcode/pictures/video_encoder.cpp at 1,271 and 1,496.
static void keep_memory_flat() {
  constexpr int kFromPicturesOn = 1 << 20;
  ::mallopt(M_MMAP_THRESHOLD, kFromPicturesOn);
}

// In the confined process, before its first thread: from here on it can do no harm.
static Result<Order> check_and_confine(const TranscodeOptions& options) {
  keep_memory_flat();
  CHALK_TRY_ASSIGN(Order order, check(options));
  const fs::path own = fs::absolute(order.transcode.out).parent_path();
  CHALK_TRY(make_directories(own));
  confine::Request request;
  request.limits = limits_for(order.config.worker);
  request.files.read.push_back(order.transcode.input);
  for (const SideFile& side : order.transcode.sides) request.files.read.push_back(side.path);
  if (order.transcode.improve) request.files.read.push_back(*order.transcode.improve / manifests::kIndexName);
  request.files.write.push_back(own);
  CHALK_TRY(confine::confine(request));
  return order;
}

// Beside the version, in the folder that is this run's own.
static fs::path kept_in(const Order& order) {
  return fs::absolute(order.transcode.out).parent_path() / std::string(kKeptFolder);
}

static Result<publish::MadeVersion> improve_inside(const Order& order, const transcode::ProgressListener& progress,
                                                   std::stop_token stop) {
  const fs::path index = *order.transcode.improve / manifests::kIndexName;
  auto made = publish::make_saver_version(
      {order.transcode.input, index, order.config.transcode, order.transcode.out, kept_in(order)}, progress,
      std::move(stop));
  if (!made) return made.error();
  if (*made) return std::move(**made);
  CHALK_TRY_ASSIGN(Old old, read_old(*order.transcode.improve));
  return publish::MadeVersion{std::move(old.index), std::move(old.id)};
}

static Result<publish::MadeVersion> make_inside(const Order& order, ProgressDisplay& display, std::stop_token stop) {
  const auto progress = [&display](const transcode::Progress& p) {
    ProgressEvent event{stage_name(p.stage), p.fraction, p.speed, p.seconds_left};
    for (const transcode::RungProgress& rung : p.rungs) event.rungs.push_back({rung.name, rung.fraction});
    display.show(event);
  };
  if (order.transcode.improve) return improve_inside(order, progress, std::move(stop));
  publish::VersionRequest request;
  request.source.input = order.transcode.input;
  request.source.language = order.transcode.language;
  request.source.sides = order.transcode.sides;
  request.source.options = order.config.transcode;
  request.source.keep = kept_in(order);
  request.out = order.transcode.out;
  request.title = order.transcode.title;
  auto made = publish::make_version(request, progress, std::move(stop));
  if (!made) return as_output_error(made.error());
  return made;
}

// Beside the new files those of the old version, as hard links where that can be.
static Result<void> complete(const fs::path& made, const VersionIndex& index, const fs::path& old_folder,
                             const Old& old) {
  const auto place = [&](const std::string& path, const fs::path& to) { return link_or_copy(old_folder / path, to); };
  return publish::complete_version(made, index, old.index, place);
}

static Result<Made> put_in_place(const fs::path& made, const std::string& id, const Order& order, const Old* old,
                                 const fs::path& out) {
  const fs::path index = made / manifests::kIndexName;
  CHALK_TRY_ASSIGN(const std::string found, sha256_file(index));
  if (found != id) return Error(Errc::kInternal, "the transcode made another version than it says", "please report it");
  CHALK_TRY_ASSIGN(const std::string text, read_file(index, manifests::kMaxIndexBytes));
  Made version;
  version.id = id;
  CHALK_TRY_ASSIGN(version.index, manifests::parse_index(text));
  if (old != nullptr) CHALK_TRY(complete(made, version.index, *order.transcode.improve, *old));
  CHALK_TRY(rename_durably(made, out));
  return version;
}

// In the process that was called.
static Result<Made> make_outside(const TranscodeOptions& options, ProgressDisplay& display, std::stop_token stop) {
  CHALK_TRY_ASSIGN(Order order, check(options));
  warn_of_gaps();
  std::optional<Old> old;
  if (order.transcode.improve) {
    CHALK_TRY_ASSIGN(old, read_old(*order.transcode.improve));
  }
  const fs::path out = order.transcode.out;
  if (auto free = publish::check_out(out); !free) return as_output_error(free.error());
  auto staging = publish::Staging::open(out);
  if (!staging) return as_output_error(staging.error());
  order.transcode.out = staging->folder() / "version";

  ChildOptions child_options;
  child_options.limits = limits_for(order.config.worker);
  child_options.niceness.reset();
  CHALK_TRY_ASSIGN(ChildProcess child,
                   ChildProcess::start("/proc/self/exe", arguments_for(order.transcode), child_options));
  const Watch watch{order.config.worker.stall_timeout, [&](const ProgressEvent& event) { display.show(event); },
                    [&](const ProgressEvent&) { return stop.stop_requested(); }};
  const ChildReport report = watch_child(child, watch);
  if (report.end.exit_code != 0 || report.version.empty()) return failure_of(report, options.input);
  if (old && report.version == old->id) return Made{std::move(old->index), std::move(old->id), true};
  auto made = put_in_place(order.transcode.out, report.version, order, old ? &*old : nullptr, out);
  if (!made) return as_output_error(made.error());
  return made;
}

static int tell(const Error& error, bool json) {
  if (json) print_now(to_line(error));
  return fail_with(error);
}

static int run_inside(const Result<Order>& order, std::stop_token stop) {
  // One sentence is enough, and the process outside has it from the line.
  const auto tell_outside = [](const Error& error) {
    print_now(to_line(error));
    return static_cast<int>(exit_code_of(error.code));
  };
  if (!order) return tell_outside(order.error());
  ProgressDisplay display(true);
  const auto made = make_inside(*order, display, std::move(stop));
  if (!made) return tell_outside(made.error());
  print_now(done_line(made->index, made->id));
  return static_cast<int>(ExitCode::kDone);
}

static int run_outside(const TranscodeOptions& options, std::stop_token stop) {
  ProgressDisplay display(options.json);
  const auto made = make_outside(options, display, std::move(stop));
  display.clear();
  if (!made) return tell(made.error(), options.json);
  if (options.json) {
    print_now(done_line(made->index, made->id));
  } else {
    const auto seen = read_seen_lesson(made->is_old ? options.improve : options.out);
    print_now(version_table(made->index, made->id, seen ? *seen : std::nullopt));
    if (made->is_old)
      print_now("nothing was made: a saver ladder would not make this lesson smaller, the version stays as it is\n");
  }
  return static_cast<int>(ExitCode::kDone);
}

void define_transcode(CLI::App& app, Verb& chosen, Preparation& first) {
  const auto options = std::make_shared<TranscodeOptions>();
  CLI::App* verb = app.add_subcommand("transcode", "Make a recording into a folder that any web server can publish");
  verb->add_option("INPUT", options->input, "The recording: mp4, mov, mkv, webm, avi, mpg, ts, wmv, flv, 3gp ...")
      ->required();
  verb->add_option("--out", options->out, "Folder to make; must not exist yet, or be empty")->required();
  verb->add_option("--title", options->title, "Title (default: the recording's own, else its file name)");
  verb->add_option("--language", options->language, "Language spoken where the recording names none: en, sw, pt-BR");
  verb->add_option("--captions,--described", options->sides,
                   "Captions (.srt or .vtt) or a voice that describes the pictures (.m4a, .mp3, ...) as FILE:LANGUAGE; "
                   "may be repeated")
      ->allow_extra_args(false);
  verb->add_option("--config", options->config, "Configuration whose transcode section to use");
  verb->add_option(
          "--improve", options->improve,
          "Folder of a version of this recording: --out becomes a version with its files and a saver ladder beside "
          "them")
      ->excludes("--title", "--language", "--captions");
  verb->add_flag("--json", options->json, "Progress and result as JSON lines on standard output");
  verb->footer("\nExample: chalkline transcode lesson.mp4 --out lesson --title \"Fractions\" --captions lesson.vtt:sw");
  verb->add_flag("--confined", options->confined, "Work in this process: --out lies in a folder of this run's own")
      ->group("");  // for the process that starts it
  verb->callback([options, &chosen, &first] {
    if (!options->confined) {
      chosen = [options](std::stop_token stop) { return run_outside(*options, std::move(stop)); };
      return;
    }
    const auto order = std::make_shared<std::optional<Result<Order>>>();
    first = [options, order] { order->emplace(check_and_confine(*options)); };
    chosen = [order](std::stop_token stop) { return run_inside(order->value(), std::move(stop)); };
  });
}

}  // namespace chalkline::cli
