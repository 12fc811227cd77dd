// `chalkline add`: a recording into the library and out of it as a lesson. Copies the source, creates the lesson,
// queues its job, then runs the job here, or watches it where a running server's worker was first.
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/display/progress_display.hpp"
#include "cli/display/version_table.hpp"
#include "cli/exit_code.hpp"
#include "cli/jobs/job_runner.hpp"
#include "cli/upload/add_remote.hpp"
#include "cli/verbs/arguments.hpp"
#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/verbs.hpp"
#include "core/file.hpp"
#include "core/log.hpp"
#include "library/incoming.hpp"
#include "library/library.hpp"
#include "manifests/index_json.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

struct AddOptions {
  std::vector<std::string> inputs;
  std::string input, title, course, language, server, token;
  LibraryArgument place;
  bool again = false;
  std::vector<std::string> sides;
  bool json = false;
};

class Addition {
 public:
  Addition(const AddOptions& options, ProgressDisplay& display, std::stop_token stop)
      : options_(options), display_(display), stop_(std::move(stop)) {}

  // The lesson's id and its published version.
  Result<library::Lesson> run() {
    CHALK_TRY(check_input(options_.input));
    if (!options_.language.empty()) CHALK_TRY(check_language(options_.language));
    CHALK_TRY_ASSIGN(const std::vector<SideFile> sides, parse_side_files(options_.sides));
    CHALK_TRY_ASSIGN(config_, configuration_of(options_.place));
    CHALK_TRY(check_size());
    CHALK_TRY_ASSIGN(library_, open_library_of(options_.place));
    CHALK_TRY_ASSIGN(const library::Job job, enqueue(sides));
    CHALK_TRY(finish(job));
    return library_.catalogue->find(job.lesson_id);
  }

  [[nodiscard]] const library::Library& library() const { return library_; }

 private:
  Result<void> check_size() const {
    std::error_code failed;
    const std::uintmax_t size = fs::file_size(options_.input, failed);
    if (failed || size <= config_.worker.max_source_bytes) return {};
    return Error(Errc::kUnusableInput,
                 "cannot add " + options_.input + ": it is larger than worker.max_source_bytes allows",
                 "raise that limit, or shorten the recording");
  }

  Result<library::Job> enqueue(const std::vector<SideFile>& sides) {
    std::vector<fs::path> files = {options_.input};
    for (const SideFile& side : sides) files.push_back(side.path);
    const auto copying = [this](const library::CopyProgress& p) {
      const double done = p.total > 0 ? static_cast<double>(p.copied) / static_cast<double>(p.total) : 1;
      display_.show(ProgressEvent{"copying", done, 0, -1});
    };
    CHALK_TRY_ASSIGN(const std::vector<fs::path> inside, library::take_in(library_.root, files, copying, stop_));
    auto job = enqueue_taken(sides, inside);
    if (!job) (void)library::let_go(library_.root, inside[0]);  // the first error is the one to tell
    return job;
  }

  Result<library::Job> enqueue_taken(const std::vector<SideFile>& sides, const std::vector<fs::path>& inside) {
    library::NewLesson lesson;
    lesson.title = options_.title.empty() ? fs::path(options_.input).stem().string() : options_.title;
    lesson.course = options_.course;
    if (!options_.language.empty()) lesson.language = options_.language;
    library::NewJob job;
    job.source = inside[0];
    job.source_name = fs::path(options_.input).filename().string();
    for (std::size_t i = 0; i < sides.size(); ++i) job.sides.emplace_back(inside[i + 1], sides[i].language);
    job.max_tries = config_.worker.max_tries;
    return library_.jobs->enqueue_lesson(lesson, std::move(job));
  }

  // Runs the job or watches it until it has ended, whoever does the work.
  Result<void> finish(const library::Job& job) {
    const RunnerOptions runner = runner_options(config_, config_file_of(options_.place));
    const auto lease = std::chrono::ceil<std::chrono::seconds>(config_.worker.lease);
    for (;;) {
      CHALK_TRY_ASSIGN(const std::optional<library::Job> mine, library_.jobs->claim(runner.worker, lease, job.id));
      if (mine) {
        const auto show = [this](const ProgressEvent& event) { display_.show(event); };
        CHALK_TRY_ASSIGN(const JobOutcome outcome, run_job(library_, *mine, runner, show, stop_));
        if (outcome.kind == JobOutcome::Kind::kPublished) return {};
        if (outcome.kind == JobOutcome::Kind::kFailed) return give_up(job, Error(outcome.code, outcome.sentence));
      }
      if (stop_.stop_requested()) return still_queued(job);
      CHALK_TRY_ASSIGN(const library::Job now, library_.jobs->find(job.id));
      if (now.state == library::JobState::kPublished) return {};
      if (now.state == library::JobState::kFailed) return give_up(job, Error(Errc::kUnusableInput, now.failure));
      if (now.state == library::JobState::kCancelled)
        return Error(Errc::kCancelled, "the job of lesson " + job.lesson_id + " was cancelled");
      if (now.state == library::JobState::kRunning)
        display_.show(ProgressEvent{"elsewhere", now.fraction, 0, now.seconds_left});
      wait(500ms);
    }
  }

  // A lesson that was never published leaves no trace: whoever added it reads the reason here and adds it again.
  Error give_up(const library::Job& job, Error why) {
    if (library_.catalogue->remove_unpublished(job.lesson_id)) (void)library::let_go(library_.root, job.source);
    return why;
  }

  static Error still_queued(const library::Job& job) {
    return Error(Errc::kCancelled,
                 "stopped before lesson " + job.lesson_id + " was ready; its job waits in the library",
                 "it goes on as soon as chalkline serve or chalkline worker runs there");
  }

  void wait(std::chrono::milliseconds how_long) {
    std::mutex mutex;
    std::condition_variable_any condition;
    std::unique_lock lock(mutex);
    condition.wait_for(lock, stop_, how_long, [] { return false; });
  }

  const AddOptions& options_;
  ProgressDisplay& display_;
  std::stop_token stop_;
  config::Config config_;
  library::Library library_;
};

}  // namespace

static std::string report(const library::Library& library, const library::Lesson& lesson, bool json) {
  const std::string version = lesson.version.value_or("");
  if (json) {
    const nlohmann::ordered_json line = {{"event", "added"},
                                         {"lesson", lesson.id},
                                         {"title", lesson.title},
                                         {"version", version},
                                         {"watch", "/watch/" + lesson.id}};
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }
  std::string text;
  const std::filesystem::path folder = library.root / "versions" / version;
  const auto index_text = read_file(folder / "index.json", manifests::kMaxIndexBytes);
  const auto seen = read_seen_lesson(folder);
  if (index_text)
    if (const auto index = manifests::parse_index(*index_text))
      text = version_table(*index, version, seen ? *seen : std::nullopt) + "\n";
  return text + fmt::format("lesson {}\nwatch it at /watch/{}\n", lesson.id, lesson.id);
}

static int run_remote(const AddOptions& options, std::stop_token stop) {
  if (!options.place.folder.empty() || !options.place.config_file.empty() || !options.sides.empty())
    return fail_with(Error(Errc::kInvalidArgument, "--library, --config and --captions do not go with --server",
                           "leave them out; captions are added at the server"));
  RemoteTarget target;
  target.server = options.server;
  target.token = options.token;
  target.title = options.title;
  target.course = options.course;
  target.language = options.language;
  target.again = options.again;
  return add_to_server(target, options.inputs, options.json, std::move(stop));
}

static int run_add(const AddOptions& options, std::stop_token stop) {
  if (!options.server.empty()) return run_remote(options, std::move(stop));
  if (options.inputs.size() > 1)
    return fail_with(Error(Errc::kInvalidArgument, "one recording at a time goes into a library",
                           "add them one by one, or give --server"));
  if (!options.token.empty() || options.again)
    return fail_with(Error(Errc::kInvalidArgument, "--token and --again go with --server"));
  ProgressDisplay display(options.json);
  Addition addition(options, display, std::move(stop));
  const auto lesson = addition.run();
  display.clear();
  if (!lesson) {
    if (options.json) print_now(to_line(lesson.error()));
    return fail_with(lesson.error());
  }
  print_now(report(addition.library(), *lesson, options.json));
  return static_cast<int>(ExitCode::kDone);
}

void define_add(CLI::App& app, Verb& chosen) {
  const auto options = std::make_shared<AddOptions>();
  CLI::App* verb = app.add_subcommand("add", "Add a recording to a library as a lesson, with progress");
  verb->add_option("INPUT", options->inputs, "The recording; it is copied into the library. With --server: one or more")
      ->required();
  verb->add_option("--title", options->title, "Title (default: the file's name)");
  verb->add_option("--course", options->course, "Course the lesson belongs to");
  verb->add_option("--language", options->language, "Language spoken where the recording names none: en, sw, pt-BR");
  verb->add_option("--captions,--described", options->sides,
                   "Captions (.srt or .vtt) or a voice that describes the pictures (.m4a, .mp3, ...) as FILE:LANGUAGE; "
                   "may be repeated")
      ->allow_extra_args(false);
  add_library_options(*verb, options->place);
  verb->add_option("--server", options->server,
                   "Upload to this server instead: https://video.example. Goes on where an earlier try was cut off");
  verb->add_option("--token", options->token, "With --server: a token with the role editor (or CHALKLINE_TOKEN)");
  verb->add_flag("--again", options->again, "With --server: another lesson even where the recording is one already");
  verb->add_flag("--json", options->json, "Progress and result as JSON lines on standard output");
  verb->footer(
      "\nExample: chalkline add lesson.mp4 --title \"Fractions\" --course \"Maths 5\" --captions lesson.vtt:sw");
  verb->callback([options, &chosen] {
    options->input = options->inputs.front();
    chosen = [options](std::stop_token stop) { return run_add(*options, std::move(stop)); };
  });
}

}  // namespace chalkline::cli
