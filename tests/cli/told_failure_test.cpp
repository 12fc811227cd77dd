// What strangers may read of a failure: names, and nothing of where they lie on the server.
#include "cli/jobs/told_failure.hpp"

#include <filesystem>

#include <doctest/doctest.h>

using namespace chalkline;
using cli::told_failure;

static library::Job job_of(const char* source, const char* name) {
  library::Job job;
  job.source = source;
  job.source_name = name;
  job.sides.push_back({"incoming/a/1/a.vtt", "en"});
  return job;
}

TEST_CASE("a recording is told by its uploader's name, other files by theirs, and the library's place is not") {
  const library::Job job = job_of("incoming/a/0/a.mp4", "Lesson 1.mp4");
  const auto told = [&](const char* sentence) {
    return told_failure(sentence, job, "/srv/lessons/data", "/srv/lessons/data/chalkline.yaml");
  };
  CHECK(told("/srv/lessons/data/incoming/a/0/a.mp4 is no video; send one") == "Lesson 1.mp4 is no video; send one");
  CHECK(told("'/srv/lessons/data/incoming/a/1/a.vtt' has no cues") == "'a.vtt' has no cues");
  CHECK(told("/srv/lessons/data/chalkline.yaml:3: a word is missing") == "chalkline.yaml:3: a word is missing");
  CHECK(told("cannot rename /srv/lessons/data/staging/x to /srv/lessons/data/versions/y") ==
        "cannot rename staging/x to versions/y");
  CHECK(told("cannot read /srv/lessons/data: no such folder") == "cannot read the library: no such folder");
  CHECK(told("chalkline: /usr/lib/x86/libaom.so.3: cannot open; see '/tmp/scratch/' or /var/log/syslog") ==
        "chalkline: libaom.so.3: cannot open; see 'scratch/' or syslog");
  CHECK(told("at 3 km/h and / or https://a.example/b/c, /root") == "at 3 km/h and / or https://a.example/b/c, /root");
  CHECK(told("the transcode ended with exit code 1") == "the transcode ended with exit code 1");
}

TEST_CASE(
    "a name that has the library's path in it ends the search, and a relative library is found by its whole path") {
  const auto here = std::filesystem::current_path().string();
  CHECK(told_failure(here + "/data/in/a.mp4 and again " + here + "/data/in/a.mp4 " + here + "/chalk.yaml",
                     job_of("in/a.mp4", "a.mp4"), "./data", "chalk.yaml") == "a.mp4 and again a.mp4 chalk.yaml");
  CHECK(told_failure("/data/in/a.mp4", job_of("in/a.mp4", "/data/in/a.mp4"), "/data", std::nullopt) == "in/a.mp4");
}

TEST_CASE("a name that only begins as the library's is another, and a space or a colon hides no folder") {
  const library::Job job = job_of("incoming/a/0/a.mp4", "Lesson 1.mp4");
  const auto told = [&](const char* sentence, const char* root = "/srv/library") {
    return told_failure(sentence, job, root, std::nullopt);
  };
  CHECK(told("cannot read /srv/library2/secret/x.mp4") == "cannot read x.mp4");
  CHECK(told("cannot read /srv/library2") == "cannot read library2");
  CHECK(told("cannot read /srv/library.") == "cannot read the library.");
  CHECK(told("no room for /srv/library/incoming/a/0/a.mp4.part") == "no room for incoming/a/0/a.mp4.part");
  CHECK(told("see /mnt/srv/library/x") == "see x");
  CHECK(told("cannot load /opt/my tools/lib/x.so: no such file") == "cannot load x.so: no such file");
  CHECK(told("cannot load '/opt/my own tools/x y.so' now") == "cannot load 'x y.so' now");
  CHECK(told("cannot rename /opt/a to /opt/b") == "cannot rename a to b");
  CHECK(told("chalkline:/usr/lib/x86/libaom.so.3 is broken") == "chalkline:libaom.so.3 is broken");
  CHECK(told("see https://a.example/b/c and file:/srv/library/x") == "see https://a.example/b/c and file:x");
  CHECK(told("/incoming/a/0/a.mp4 has 1/2 of its frames", "/") == "Lesson 1.mp4 has 1/2 of its frames");
  CHECK(told("cannot read /versions/x/y: 3 km/h", "/") == "cannot read y: 3 km/h");
}
