// The worker's handling of every way a transcode can end, with small shell programs in the transcode's place: what is
// tested is the runner, and no real transcode can be made to fail in all these ways. The real one is in scenarios/.
#include "cli/jobs/job_runner.hpp"

#include <cstdlib>
#include <filesystem>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/jobs/child_process.hpp"
#include "core/file.hpp"
#include "core/sha256.hpp"
#include "manifests/index_json.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::cli;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Folder {
  std::string path = (fs::temp_directory_path() / "chalkline-runner-XXXXXX").string();
  Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

struct Fixture {
  Folder folder;
  fs::path root = fs::path(folder.path) / "library";
  library::Library library = library::open_library(root).value();
  RunnerOptions options;
  std::vector<ProgressEvent> progress;
  std::stop_source stop;

  Fixture() {
    options.worker = "tester";
    options.limits.niceness = 10;  // other tests use the processors meanwhile
  }

  // A claimed job whose transcode is `script`; $OUT in it is the folder to make.
  library::Job job_with(const std::string& script, int max_tries = 1) {
    options.program = folder.path + "/program";
    REQUIRE(write_file(
        options.program,
        "#!/bin/sh\nfor a in \"$@\"; do case $a in --out=*) OUT=${a#--out=};; esac; done\n" + script + "\n"));
    REQUIRE(::chmod(options.program.c_str(), 0700) == 0);
    const std::string id = library.catalogue->create({"Lesson", "", "und"}).value().id;
    fs::create_directories(root / "incoming/a/0");
    REQUIRE(write_file(root / "incoming/a/0/a.mp4", "source"));
    const library::Job job = library.jobs->enqueue({id, "incoming/a/0/a.mp4", "a.mp4", {}, max_tries}).value();
    return library.jobs->claim("tester", 60s, job.id).value().value();
  }
  JobOutcome run(const library::Job& job) {
    return run_job(
               library, job, options, [this](const ProgressEvent& event) { progress.push_back(event); },
               stop.get_token())
        .value();
  }
  JobOutcome run(const std::string& script, int max_tries = 1) { return run(job_with(script, max_tries)); }
  library::Job last_job() { return library.jobs->list().value().front(); }
  bool staging_is_empty() { return fs::is_empty(root / "staging"); }
};

// An improvement's folder is empty of what the old version has; this one makes nothing at all.
const std::string kAsItIs =
    "for a in \"$@\"; do case $a in --improve=*) B=${a#--improve=};; esac; done; "
    "echo '{\"event\":\"done\",\"version\":\"'$(sha256sum < $B/index.json | cut -c1-64)'\"}'";

const std::string kIndex = "{}";
const std::string kGood =
    "mkdir $OUT; printf '{}' > $OUT/index.json; echo '{\"event\":\"done\",\"version\":\"" + sha256_hex(kIndex) + "\"}'";

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a transcode that ends well is published and its source goes") {
  const JobOutcome outcome =
      run("echo '{\"event\":\"progress\",\"stage\":\"encoding\",\"fraction\":0.5}'; echo noise; " + kGood);
  CHECK(outcome.kind == JobOutcome::Kind::kPublished);
  CHECK(outcome.version == sha256_hex(kIndex));
  CHECK(library.catalogue->find("lesson").value().version == sha256_hex(kIndex));
  CHECK(library.versions->contains(sha256_hex(kIndex)));
  CHECK(progress == std::vector<ProgressEvent>{{"encoding", 0.5, 0, -1}});
  CHECK(staging_is_empty());
  CHECK(fs::is_empty(root / "incoming"));
}

TEST_CASE_FIXTURE(Fixture, "an unusable recording fails at once with the transcode's own sentence") {
  const JobOutcome outcome =
      run("echo '{\"event\":\"error\",\"code\":\"unusable_input\",\"message\":\"it is a text\",\"hint\":\"record "
          "it\"}'; exit 4",
          3);
  CHECK(outcome.kind == JobOutcome::Kind::kFailed);
  CHECK(outcome.code == Errc::kUnusableInput);
  CHECK(last_job().failure == "it is a text; record it");
  CHECK(last_job().tries == 1);
  CHECK(staging_is_empty());
  CHECK(fs::exists(root / "incoming/a/0/a.mp4"));
}

TEST_CASE_FIXTURE(Fixture, "any other failure is tried again while a try is left") {
  CHECK(run("mkdir $OUT; exit 1", 2).kind == JobOutcome::Kind::kRetrying);
  CHECK(staging_is_empty());
  const library::Job again = library.jobs->claim("tester", 60s).value().value();
  CHECK(run(again).kind == JobOutcome::Kind::kFailed);
  CHECK(last_job().failure.find("exit code 1") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a full disk is told as one and not tried again") {
  const JobOutcome outcome = run(
      "echo '{\"event\":\"error\",\"code\":\"disk_full\",\"message\":\"no space\",\"hint\":\"free some\"}'; exit 5", 3);
  CHECK(outcome.kind == JobOutcome::Kind::kFailed);
  CHECK(outcome.code == Errc::kDiskFull);
}

TEST_CASE_FIXTURE(Fixture, "a crash is a failure with the signal and the last words") {
  const JobOutcome outcome = run("echo 'assertion failed: x' >&2; kill -SEGV $$", 2);
  CHECK(outcome.kind == JobOutcome::Kind::kRetrying);
  CHECK(outcome.sentence.find("crashed with signal 11") != std::string::npos);
  CHECK(outcome.sentence.find("assertion failed: x") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "what the queue keeps of a failure says nothing of where the library lies") {
  const JobOutcome outcome = run("for a; do :; done; echo \"cannot read $a for $OUT\" >&2; kill -SEGV $$");
  CHECK(outcome.sentence.find("cannot read " + root.string()) != std::string::npos);  // the log's
  CHECK(last_job().failure.find("cannot read a.mp4 for staging/") != std::string::npos);
  CHECK(last_job().failure.find(folder.path) == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "success without a version, or with another name than it has, is no success") {
  CHECK(run("exit 0").kind == JobOutcome::Kind::kFailed);
  CHECK(run("mkdir $OUT; printf '{\"x\":1}' > $OUT/index.json; echo '{\"event\":\"done\",\"version\":\"" +
            sha256_hex(kIndex) + "\"}'")
            .kind == JobOutcome::Kind::kFailed);
  CHECK(library.versions->list().value().empty());
}

TEST_CASE_FIXTURE(Fixture, "CPU time is limited, and a transcode that used it up is not tried again") {
  options.limits.cpu_limit = 1s;
  const JobOutcome outcome = run("while :; do :; done", 3);
  CHECK(outcome.kind == JobOutcome::Kind::kFailed);
  CHECK(outcome.sentence.find("worker.cpu_limit") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "memory is limited, and what runs out of it fails alone" * doctest::skip(kUnderSanitizer)) {
  options.limits.memory_limit = 100'000'000;
  // tail holds a stream without line ends in memory.
  const JobOutcome outcome = run("head -c 300000000 /dev/zero | tail -n 1 > /dev/null || exit 1; " + kGood);
  CHECK(outcome.kind == JobOutcome::Kind::kFailed);
  CHECK(outcome.sentence.find("memory exhausted") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "no file may grow over the source limit") {
  options.limits.max_source_bytes = 100'000;
  const JobOutcome outcome = run("mkdir $OUT; exec head -c 200000 /dev/zero > $OUT/big");
  CHECK(outcome.kind == JobOutcome::Kind::kFailed);
  CHECK(outcome.sentence.find("larger file than it may") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a source over the limit is refused before any work") {
  options.limits.max_source_bytes = 3;
  const JobOutcome outcome = run(kGood, 3);
  CHECK(outcome.kind == JobOutcome::Kind::kFailed);
  CHECK(outcome.code == Errc::kUnusableInput);
}

TEST_CASE_FIXTURE(Fixture, "a transcode without progress is stopped") {
  options.limits.stall_timeout = 500ms;
  const JobOutcome outcome = run("while :; do echo '{\"event\":\"progress\",\"fraction\":0.5}'; sleep 0.05; done");
  CHECK(outcome.kind == JobOutcome::Kind::kFailed);
  CHECK(outcome.code == Errc::kTimeout);
}

TEST_CASE_FIXTURE(Fixture, "a transcode that is stopped in its tracks is ended all the same") {
  options.limits.stall_timeout = 500ms;
  const JobOutcome outcome = run("echo '{\"event\":\"progress\",\"fraction\":0.5}'; kill -STOP $$; " + kGood);
  CHECK(outcome.kind == JobOutcome::Kind::kFailed);
  CHECK(outcome.code == Errc::kTimeout);
  CHECK(last_job().failure.find("worker.stall_timeout") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a transcode that spins without getting past the opening is the recording's fault" *
                               doctest::skip(kUnderSanitizer)) {
  const JobOutcome outcome = run("while :; do :; done", 3);
  CHECK(outcome.kind == JobOutcome::Kind::kFailed);
  CHECK(outcome.code == Errc::kUnusableInput);
  CHECK(last_job().failure.find("a.mp4 keeps its reader busy") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a transcode that its filter of system calls ended is not tried again") {
  const JobOutcome outcome = run("kill -SYS $$", 3);
  CHECK(outcome.kind == JobOutcome::Kind::kFailed);
  CHECK(outcome.code == Errc::kUnusableInput);
}

TEST_CASE_FIXTURE(Fixture, "a worker that is asked to stop gives its job back and takes its children along") {
  const library::Job job =
      job_with("sleep 1000 & echo $! > " + folder.path + "/pid; echo '{\"event\":\"progress\"}'; wait");
  const JobOutcome outcome =
      run_job(
          library, job, options, [this](const ProgressEvent&) { stop.request_stop(); }, stop.get_token())
          .value();
  CHECK(outcome.kind == JobOutcome::Kind::kReleased);
  CHECK(last_job().state == library::JobState::kQueued);
  CHECK(last_job().tries == 0);
  const int grandchild = std::stoi(read_file(folder.path + "/pid").value());
  // Dead, or a zombie that waits for init: in both cases its memory map is gone.
  const auto gone = [&] {
    const auto line = read_file("/proc/" + std::to_string(grandchild) + "/cmdline");
    return !line || line->empty();
  };
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!gone() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(10ms);
  CHECK(gone());
}

TEST_CASE_FIXTURE(Fixture, "a job that was cancelled stops its transcode") {
  const library::Job job = job_with("echo '{\"event\":\"progress\"}'; exec sleep 1000");
  const auto cancel = [&](const ProgressEvent&) { CHECK(library.jobs->cancel(job.id)); };
  const JobOutcome outcome = run_job(library, job, options, cancel, stop.get_token()).value();
  CHECK(outcome.kind == JobOutcome::Kind::kLost);
  CHECK(last_job().state == library::JobState::kCancelled);
  CHECK(staging_is_empty());
}

TEST_CASE_FIXTURE(Fixture, "a transcode that ignores SIGTERM is killed") {
  const library::Job job = job_with("trap '' TERM; echo '{\"event\":\"progress\"}'; while :; do sleep 0.1; done");
  const JobOutcome outcome =
      run_job(
          library, job, options, [this](const ProgressEvent&) { stop.request_stop(); }, stop.get_token())
          .value();
  CHECK(outcome.kind == JobOutcome::Kind::kReleased);
}

TEST_CASE_FIXTURE(Fixture, "progress renews the lease and is seen in the queue") {
  const library::Job job =
      job_with("echo '{\"event\":\"progress\",\"stage\":\"encoding\",\"fraction\":0.25,\"seconds_left\":9}'; " +
               std::string("while [ ! -e ") + folder.path + "/go ]; do sleep 0.02; done; " + kGood);
  std::jthread watcher([&] {
    // Its own connection, as another process has. Ends the transcode whatever it saw, within 20 s.
    const library::Library mine = library::open_library(root).value();
    for (int i = 0; i < 1000 && mine.jobs->find(job.id).value().fraction != 0.25; ++i)
      std::this_thread::sleep_for(20ms);
    (void)write_file(folder.path + "/seen", std::to_string(mine.jobs->find(job.id).value().fraction));
    (void)write_file(folder.path + "/go", "");
  });
  CHECK(run(job).kind == JobOutcome::Kind::kPublished);
  watcher.join();
  CHECK(read_file(folder.path + "/seen").value().starts_with("0.25"));
}

TEST_CASE_FIXTURE(Fixture, "a program that cannot be run fails the job with a reason") {
  const library::Job job = job_with(kGood);
  options.program = "/nonexistent/chalkline";
  const JobOutcome outcome = run(job);
  CHECK(outcome.kind == JobOutcome::Kind::kFailed);
  CHECK(outcome.sentence.find("exit code 127") != std::string::npos);
}

// What the shell says to `script`, or nothing where it does not end well in that time.
static std::string said_by_child(const std::string& script, int niceness, std::chrono::seconds most) {
  ChildOptions options;
  options.niceness = niceness;
  auto child = ChildProcess::start("/bin/sh", {"-c", script}, options).value();
  const auto deadline = std::chrono::steady_clock::now() + most;
  std::optional<ChildEnd> end;
  while (!end && std::chrono::steady_clock::now() < deadline) end = child.wait(100ms);
  REQUIRE(end);
  CHECK(end->exit_code == 0);
  char buffer[1000];
  const ssize_t got = ::read(child.output(), buffer, sizeof buffer);
  REQUIRE(got > 0);
  return {buffer, static_cast<std::size_t>(got)};
}

TEST_CASE("a child inherits neither descriptors nor priority nor signals") {
  const UniqueFd leak(::open("/dev/zero", 0));  // without O_CLOEXEC, as a library might
  const auto script =
      "ls /proc/self/fd | tr '\\n' ' '; nice; cut -d' ' -f41 /proc/self/stat; ulimit -c; grep SigBlk /proc/self/status";
  // `ls` itself opens 3 to read the folder. SCHED_BATCH is 3 (proc(5)).
  CHECK(said_by_child(script, 10, 20s) == "0 1 2 3 10\n3\n0\nSigBlk:\t0000000000000000\n");
}

TEST_CASE("a child of the greatest niceness takes only what nobody else wants") {
  CHECK(ChildOptions{}.niceness == 19);
  CHECK(said_by_child("nice; cut -d' ' -f41 /proc/self/stat", 19, 60s) == "19\n5\n");  // SCHED_IDLE is 5 (proc(5))
}

namespace {

// A lesson that is published, and the job that improves it, claimed.
struct Published : Fixture {
  std::string version;

  Published() {
    VersionIndex index;
    index.title = "Lesson";
    index.duration = {8, 1};
    RenditionEntry audio;
    audio.format.id = "audio/und-opus";
    audio.format.kind = MediaKind::kAudio;
    audio.format.codec = Codec::kOpus;
    audio.format.timescale = 48'000;
    audio.format.channels = 1;
    audio.format.sample_rate = 48'000;
    audio.playlist = "audio/und-opus/playlist.m3u8";
    audio.init_bytes = 4;
    audio.bytes = 8;
    audio.segments = {{0, 48'000 * 8, 4, 0}};
    index.renditions = {audio};
    const std::string hash = sha256_hex("file");
    for (const char* path :
         {"audio/und-opus/1.m4s", "audio/und-opus/init.mp4", "audio/und-opus/playlist.m3u8", "multivariant.m3u8"})
      index.files.push_back({path, 4, hash, "audio/mp4"});
    const std::string text = manifests::render_index(index);
    version = sha256_hex(text);
    std::string script = "mkdir -p $OUT/audio/und-opus; cp " + folder.path + "/index.json $OUT; ";
    for (const FileEntry& file : index.files) script += "printf file > $OUT/" + file.path + "; ";
    REQUIRE(write_file(folder.path + "/index.json", text));
    options.improve = true;
    REQUIRE(run(script + "echo '{\"event\":\"done\",\"version\":\"" + version + "\"}'").kind ==
            JobOutcome::Kind::kPublished);
    REQUIRE(fs::exists(root / "incoming/a/0/a.mp4"));  // the second stage needs it
  }
  library::Job claim(const std::string& script) {
    REQUIRE(write_file(options.program,
                       "#!/bin/sh\nfor a in \"$@\"; do case $a in --out=*) OUT=${a#--out=};; esac; done\n" + script));
    return library.jobs->claim("tester", 60s).value().value();
  }
  std::string published() { return library.catalogue->find("lesson").value().version.value(); }
};

}  // namespace

TEST_CASE_FIXTURE(Published, "a lesson that cannot be improved stays as it is, and its source goes") {
  const JobOutcome outcome = run(claim(kAsItIs));
  CHECK(outcome.kind == JobOutcome::Kind::kPublished);
  CHECK(outcome.version == version);
  CHECK(published() == version);
  CHECK(last_job().kind == library::JobKind::kImprove);
  CHECK(last_job().state == library::JobState::kPublished);
  CHECK(fs::is_empty(root / "incoming"));
  CHECK(staging_is_empty());
}

TEST_CASE_FIXTURE(Published, "an improved version is made of its new files and those of the old version") {
  // What the child makes: another title, a new file, and nothing of what the old version has.
  VersionIndex index = manifests::parse_index(read_file(folder.path + "/index.json").value()).value();
  index.title = "Better";
  index.files.push_back({"new.m3u8", 3, sha256_hex("new"), "text/plain"});
  const std::string text = manifests::render_index(index);
  REQUIRE(write_file(folder.path + "/index.json", text));
  const JobOutcome outcome =
      run(claim("mkdir $OUT; cp " + folder.path + "/index.json $OUT; printf new > $OUT/new.m3u8; " +
                "echo '{\"event\":\"done\",\"version\":\"" + sha256_hex(text) + "\"}'"));
  CHECK(outcome.kind == JobOutcome::Kind::kPublished);
  CHECK(published() == sha256_hex(text));
  for (const FileEntry& file : index.files)
    CHECK(sha256_file(root / "versions" / published() / file.path).value() == file.sha256);
  CHECK(library.versions->contains(version));  // the old one is still there for who is watching it
  CHECK(fs::is_empty(root / "incoming"));
}

TEST_CASE_FIXTURE(Published, "an improvement that fails harms nothing, and its source goes") {
  const JobOutcome outcome = run(claim("mkdir $OUT; kill -SEGV $$"));
  CHECK(outcome.kind == JobOutcome::Kind::kFailed);
  CHECK(published() == version);
  CHECK(fs::is_empty(root / "incoming"));
  CHECK(staging_is_empty());
}

TEST_CASE_FIXTURE(Published, "an improvement gives way to a recording that waits, and its try is not counted") {
  const library::Job job = claim("while :; do echo '{\"event\":\"progress\",\"fraction\":0.5}'; sleep 0.05; done");
  const std::string id = library.catalogue->create({"Other", "", "und"}).value().id;
  REQUIRE(library.jobs->enqueue({id, "incoming/b/0/b.mp4", "b.mp4", {}, 1}).has_value());
  const JobOutcome outcome = run(job);
  CHECK(outcome.kind == JobOutcome::Kind::kReleased);
  CHECK(library.jobs->find(job.id).value().state == library::JobState::kQueued);
  CHECK(library.jobs->find(job.id).value().tries == 0);
  CHECK(library.jobs->claim("tester", 60s).value()->lesson_id == id);
  CHECK(fs::exists(root / "incoming/a/0/a.mp4"));
}
