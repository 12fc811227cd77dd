// The loader: values, environment, and every fault at once with its place.
#include "config/load.hpp"

#include <algorithm>
#include <filesystem>

#include <doctest/doctest.h>

#include "config/keys.hpp"
#include "core/file.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::config;
using namespace std::chrono_literals;

namespace doctest {
template <>
struct StringMaker<std::vector<Problem>> {
  static String convert(const std::vector<Problem>& problems) {
    std::string text;
    for (const Problem& problem : problems) text += "\n  " + problem.to_sentence();
    return text.c_str();
  }
};
}  // namespace doctest

static Loaded parse(std::string_view yaml, const Environment& environment = {}) {
  return parse_config(yaml, "c.yaml", environment);
}

// The only problem there is, as a sentence.
static std::string problem(std::string_view yaml, const Environment& environment = {}) {
  const Loaded loaded = parse(yaml, environment);
  CHECK(loaded.problems.size() == 1);
  return loaded.problems.empty() ? std::string() : loaded.problems.front().to_sentence();
}

TEST_CASE("an empty file is the defaults") {
  for (const char* yaml : {"", "# nothing\n", "---\n", "server:\n", "{}"}) {
    const Loaded loaded = parse(yaml);
    CHECK(loaded.problems == std::vector<Problem>());
    CHECK(loaded.config == Config{});
  }
}

TEST_CASE("values of every kind arrive") {
  const Loaded loaded = parse(R"(
server:
  address: "::"
  port: 80
  header_timeout: 1m30s
  cache_bytes: 1GiB
  cors_origins: ["https://a.example", "https://b.example:8443"]
  base_url: https://video.example
library: {path: /srv/lessons}
worker: {enabled: no}
transcode:
  x264_preset: slow
  segment_target: 4s
  fixed_ladder: true
  opus_mono_kbps: [8, 16, 32]
  opus_stereo_kbps: 64
  ladder:
    - {height: 144, crf: 31.5, max_kbps: 80}
    - height: 360
      crf: 28
      max_kbps: 300
log: {level: debug}
)");
  CHECK(loaded.problems == std::vector<Problem>());
  Config expected;
  expected.server.address = "::";
  expected.server.port = 80;
  expected.server.header_timeout = 90s;
  expected.server.cache_bytes = 1ULL << 30U;
  expected.server.cors_origins = {"https://a.example", "https://b.example:8443"};
  expected.server.base_url = "https://video.example";
  expected.library.path = "/srv/lessons";
  expected.worker.enabled = false;
  expected.transcode.x264_preset = "slow";
  expected.transcode.segment_target_ms = 4000;
  expected.transcode.fixed_ladder = true;
  expected.transcode.opus_mono_kbps = {8, 16, 32};
  expected.transcode.opus_stereo_kbps = {64};
  expected.transcode.ladder = {{144, 31.5, 80}, {360, 28, 300}};
  expected.log.level = LogLevel::kDebug;
  CHECK(loaded.config == expected);
}

TEST_CASE("all faults of a file are told at once, each with its line") {
  const Loaded loaded = parse(R"(server:
  port: http
  prot: 80
  address: localhost
  idle_timeout: 30
  cache_bytes: lots
  cors_origins: "*"
sever:
  port: 1
worker:
  enabled: maybe
transcode:
  x264_preset: fastest
  ladder:
    - {height: 240, crf: 99, max_kbps: 120}
    - {height: 360, crf: 29, kbps: 120}
  opus_mono_kbps: [24, 12]
  opus_stereo_kbps: []
log:
)");
  std::vector<std::string> sentences;
  for (const Problem& found : loaded.problems) sentences.push_back(found.to_sentence());
  const std::vector<std::string> expected = {
      "c.yaml:2: server.port must be a whole number from 0 to 65535, but is \"http\"",
      "c.yaml:3: there is no key server.prot; did you mean server.port?",
      "c.yaml:4: server.address must be an IPv4 or IPv6 address such as 127.0.0.1, 0.0.0.0 or ::, but is \"localhost\"",
      "c.yaml:5: server.idle_timeout must be a time from 100ms to 1h, written with its unit as in 500ms, 30s or 1h30m, "
      "but is "
      "\"30\"",
      "c.yaml:6: server.cache_bytes must be a size from 0B to 1TB, as in 512kB, 256MB or 6GB, but is \"lots\"",
      "c.yaml:7: server.cors_origins must be a list as in [a, b], but is \"*\"",
      "c.yaml:8: there is no section sever; did you mean server?",
      "c.yaml:11: worker.enabled must be true or false, but is \"maybe\"",
      "c.yaml:13: transcode.x264_preset must be one of ultrafast, superfast, veryfast, faster, fast, medium, slow, "
      "slower, "
      "veryslow, placebo, but is \"fastest\"",
      "c.yaml:15: transcode.ladder crf must be a number from 0 to 51, but is \"99\"",
      "c.yaml:16: transcode.ladder a rung lacks its max_kbps; write {height: 240, crf: 30, max_kbps: 120}",
      "c.yaml:16: transcode.ladder a rung has no key kbps; its keys are height, crf and max_kbps",
      "c.yaml:17: transcode.opus_mono_kbps must be above the rate before it, but is \"12\"",
      "c.yaml:18: transcode.opus_stereo_kbps must be a list of 1 to 4 rates such as [12, 24], but is a list",
  };
  CHECK(sentences == expected);
}

TEST_CASE("numbers are read whole") {
  CHECK(problem("server: {port: 80a}").find("80a") != std::string::npos);
  CHECK(problem("server: {port: -1}").find("from 0 to 65535") != std::string::npos);
  CHECK(problem("server: {port: 8.5}").find("8.5") != std::string::npos);
  CHECK(problem("server: {port: 99999999999}").find("whole number") != std::string::npos);
  CHECK(problem("server: {port: [80]}").find("is a list") != std::string::npos);
  CHECK(problem("server: {port: {a: 1}}").find("is a group of keys") != std::string::npos);
  CHECK(problem("server:\n  port:\n") == "c.yaml:2: server.port has no value; write one or remove the line");
}

TEST_CASE("a key that is there twice is told with both lines") {
  CHECK(problem("server:\n  port: 1\n  port: 2\n") == "c.yaml:3: port is there already in line 2; keep one of the two");
  CHECK(problem("log: {}\nlog: {}\n") == "c.yaml:2: log is there already in line 1; keep one of the two");
}

TEST_CASE("what is no YAML is told with its line") {
  const std::string tab = problem("server:\n\tport: 80\n");
  CHECK(tab.starts_with("c.yaml:2: this is not YAML: "));
  CHECK(problem("server:\n  port: [80\n").starts_with("c.yaml:"));
  CHECK(problem("just a text").starts_with("c.yaml:1: the file must hold sections"));
  CHECK(problem("- a\n- b\n").starts_with("c.yaml:1: the file must hold sections"));
  CHECK(problem("server: 80").starts_with("c.yaml:1: server must be a section"));
  CHECK(problem("server: {}\n---\nlog: {}\n").starts_with("c.yaml:3: the file holds a second document"));
  CHECK(problem("? [a]\n: b\n").starts_with("c.yaml:1: a key must be a name"));
}

TEST_CASE("the environment goes before the file") {
  const Loaded loaded =
      parse("server:\n  port: 1\n  address: nonsense\n", {{"CHALKLINE_SERVER_PORT", "81"},
                                                          {"CHALKLINE_SERVER_CORS_ORIGINS", "[\"https://a.example\"]"},
                                                          {"CHALKLINE_LIBRARY_PATH", "/srv/l"},
                                                          {"CHALKLINE_BINARY", "is for somebody else"},
                                                          {"PATH", "/bin"}});
  CHECK(loaded.problems.size() == 1);  // the file's own fault stays one
  CHECK(loaded.config.server.port == 81);
  CHECK(loaded.config.server.cors_origins == std::vector<std::string>{"https://a.example"});
  CHECK(loaded.config.library.path == "/srv/l");
}

TEST_CASE("faults of the environment carry the variable's name") {
  CHECK(problem("", {{"CHALKLINE_SERVER_PORT", "x"}}) ==
        "CHALKLINE_SERVER_PORT: server.port must be a whole number from 0 to 65535, but is \"x\"");
  CHECK(problem("", {{"CHALKLINE_SERVER_PROT", "1"}}) ==
        "CHALKLINE_SERVER_PROT: there is no such setting; did you mean CHALKLINE_SERVER_PORT?");
  CHECK(problem("", {{"CHALKLINE_SERVER_CORS_ORIGINS", "*"}}).starts_with("CHALKLINE_SERVER_CORS_ORIGINS: "));
  CHECK(problem("", {{"CHALKLINE_LIBRARY_PATH", ""}}).starts_with("CHALKLINE_LIBRARY_PATH: library.path must be"));
}

TEST_CASE("keys that contradict each other are told where one of them was set") {
  CHECK(problem("transcode:\n  segment_target: 1s\n") ==
        "c.yaml:2: transcode.first_segment (2s) is longer than transcode.segment_target (1s); lower it");
  CHECK(problem("", {{"CHALKLINE_SERVER_MAX_CONNECTIONS_PER_ADDRESS", "256"},
                     {"CHALKLINE_SERVER_MAX_CONNECTIONS", "10"}}) ==
        "CHALKLINE_SERVER_MAX_CONNECTIONS_PER_ADDRESS: server.max_connections_per_address (256) is more than "
        "server.max_connections (10); lower it");
  CHECK(problem("server: {max_target_bytes: 32kB}").find("counts the target too") != std::string::npos);
  CHECK(problem("server: {cors_origins: [\"*\", \"https://a.example\"]}").find("keep \"*\" or the others") !=
        std::string::npos);
  CHECK(problem("transcode: {ladder: [{height: 360, crf: 29, max_kbps: 120}]}").find("fixed_ladder is false") !=
        std::string::npos);
  CHECK(
      problem("transcode: {fixed_ladder: true, ladder: [{height: 360, crf: 29, max_kbps: 120}, {height: 240, crf: 30, "
              "max_kbps: 240}]}")
          .find("from the smallest up") != std::string::npos);
  CHECK(
      problem("transcode: {fixed_ladder: true, ladder: [{height: 240, crf: 30, max_kbps: 500}, {height: 360, crf: 29, "
              "max_kbps: 400}]}")
          .find("a larger picture needs at least as much") != std::string::npos);
  CHECK(problem("transcode: {segment_max: 5s}").find("transcode.segment_target (6s) is longer") != std::string::npos);
  CHECK(problem("worker: {stall_timeout: 1h, cpu_limit: 30m}").find("lower it") != std::string::npos);
  CHECK(problem("mirror: {register_token_file: /t}").find("without mirror.upstream") != std::string::npos);
  CHECK(problem("mirror: {upstream: \"https://a.example\", register_networks: [10.0.0.0/8]}")
            .find("without mirror.register_address") != std::string::npos);
}

TEST_CASE("origins and base addresses keep the shape that browsers compare") {
  for (const char* bad :
       {"school.example", "https://", "https://school.example/", "https://School.example", "ftp://a.example"})
    CHECK_MESSAGE(parse("server: {cors_origins: [\"" + std::string(bad) + "\"]}").problems.size() == 1, bad);
  CHECK(parse("server: {base_url: \"https://video.example/path\"}").problems.size() == 1);
  CHECK(parse("server: {base_url: \"http://[::1]:8080\"}").problems.empty());
}

TEST_CASE("files that cannot be read are told apart from files that are wrong") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path();
  CHECK(load_config(folder / "chalkline-no-such-file.yaml", {}).error().code == Errc::kNotFound);
  CHECK(load_config(folder, {}).error().code == Errc::kInvalidArgument);
  CHECK(load_config(std::nullopt, {}).value() == Config{});
  const auto bad = load_config(std::nullopt, {{"CHALKLINE_SERVER_PORT", "x"}, {"CHALKLINE_LOG_LEVEL", "loud"}});
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == Errc::kBadConfig);
  CHECK(std::ranges::count(bad.error().message, '\n') == 1);
}
