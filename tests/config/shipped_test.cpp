// config/chalkline.yaml, the reference of every key: complete, equal to the defaults, and equal to what the table
// writes. To bring the file up to date after a change of the table: chalkline check-config --defaults >
// config/chalkline.yaml
#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "config/keys.hpp"
#include "config/load.hpp"
#include "core/file.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::config;

static const std::string kShipped = std::string(CHALKLINE_SOURCE_DIR) + "/config/chalkline.yaml";

TEST_CASE("the shipped configuration is what the table of keys writes") {
  CHECK(read_file(kShipped).value() == default_yaml());
}

TEST_CASE("the shipped configuration loads as the defaults") {
  const auto loaded = load_config(kShipped, {});
  REQUIRE(loaded.has_value());
  CHECK(*loaded == Config{});
}

TEST_CASE("every key stands in a section that is there, once, with a reason") {
  std::set<std::string_view> paths;
  for (const Key& key : keys()) {
    CHECK_MESSAGE(paths.insert(key.path).second, key.path);
    CHECK_MESSAGE(!key.why.empty(), key.path);
    const std::string_view section = key.path.substr(0, key.path.find('.'));
    CHECK_MESSAGE(std::ranges::count(sections(), section, &Section::name) == 1, key.path);
  }
}

TEST_CASE("every default lies within its own bounds and every key moves the value it names") {
  for (const Key& key : keys()) {
    const std::string name(key.path.substr(key.path.find('.') + 1));
    const std::string section(key.path.substr(0, key.path.find('.')));
    const std::string yaml = section + ":\n  " + name + ": " + write_value(key.kind, Config{}) + "\n";
    const Loaded loaded = parse_config(yaml, "c.yaml", {});
    CHECK_MESSAGE(loaded.problems.empty(), yaml);
    CHECK_MESSAGE(loaded.config == Config{}, yaml);
  }
}

TEST_CASE("no two keys share a place in Config") {
  // Each key set to a value of its own: a key whose place is another's would leave its own at the default.
  const Loaded loaded = parse_config(R"(
server: {address: 10.0.0.1, port: 1, threads: 2, max_connections: 1003, max_connections_per_address: 4, header_timeout: 5s,
  idle_timeout: 6s, write_timeout: 7s, drain_timeout: 8s, max_header_bytes: 9kB, max_target_bytes: 1kB, cache_bytes: 11,
  congestion_control: cubic, unsent_bytes: 5kB, send_buffer: 64kB, pace_percent: 150, warm_start: false, cache_status: false, verify_reads: true,
  cors_origins: [], base_url: "https://a.example"}
tls: {certificate: c.pem, key: k.pem, port: 30, session_lifetime: 31m, early_data: false}
library: {path: elsewhere}
management: {enabled: false}
uploads: {max_size: 36GB, expiry: 37m, quota: 38GB, max_unfinished: 39}
worker: {enabled: false, niceness: 11, max_tries: 12, lease: 13s, stall_timeout: 14s, memory_limit: 15GB, cpu_limit: 16s,
  max_source_bytes: 17GB}
transcode: {fixed_ladder: true, pale_details: false, repackage: false, measure_ordinary: false, floor_kbps: 31, ceiling_kbps: 32, ceiling_height: 133, quality_step: 34, quality_top: 35,
  segment_bytes: 3600, ladder: [{height: 100, crf: 18, max_kbps: 19}], x264_preset: veryslow, av1: "off", saver_codec: hevc, av1_preset: 9, max_frame_rate: 20, segment_target: 21s,
  first_segment: 20s, segment_max: 23s, opus_mono_kbps: [25], opus_stereo_kbps: [26], opus_music_kbps: [26, 50], opus_pause: false, aac_mono_kbps: 27,
  aac_stereo_kbps: 97, loudness_lufs: -20, denoise: false, recognise_music: false, keep_stereo: true, threads: 29}
watched_folder: {path: inbox, settle: 37s}
mirror: {upstream: "https://b.example", keys: ["ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"], courses: [Maths],
  hours: "01:00-05:00", rate: 38kB, parallel: 39, wait: 39s, waiting: 40, disk: 40GB, interval: 41s, longest_interval: 42h,
  register_token_file: token, register_at: "https://c.example", register_as: school, register_address: "https://d.example",
  register_networks: [10.0.0.0/8], register_interval: 44s}
steering: {mirrors: ["https://m.example 10.0.0.0/8"], registered: [10.0.0.0/7], redirect: false, ttl: 43s}
access: {secrets: ["0123456789abcdef0123456789abcdef"]}
hooks: {urls: ["https://c.example/hook?x=1"], secrets: ["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"], timeout: 43s, first_retry: 44s,
  give_up: 45h, private_addresses: true}
learners: {reports: true, request_data: true, lrs: "https://lrs.example/xapi"}
log: {level: error, access: false}
)",
                                     "c.yaml", {});
  REQUIRE(loaded.problems.empty());
  for (const Key& key : keys())
    CHECK_MESSAGE(write_value(key.kind, loaded.config) != write_value(key.kind, Config{}), key.path);
}
