// What is kept of an interrupted transcode is given back whole, to the same work, or not at all.
#include "transcode/kept_work.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "core/file.hpp"
#include "tests/library/temporary_folder.hpp"
#include "transcode/plan/plan_archive.hpp"
#include "transcode/program_identity.hpp"

using namespace chalkline;
using namespace chalkline::transcode;
namespace fs = std::filesystem;

TEST_CASE("the same work finds what it kept; another finds an empty folder") {
  const tests::TemporaryFolder folder;
  const fs::path place = folder.path() / "resume";
  KeptWork::open(place, "a").save("plan", "bytes\n");
  CHECK(KeptWork::open(place, "a").load("plan") == "bytes\n");
  CHECK(!KeptWork::open(place, "a").load("another"));
  CHECK(!KeptWork::open(place, "b").load("plan"));
  CHECK(!KeptWork::open(place, "a").load("plan"));  // b's work has begun there
}

TEST_CASE("a torn, a changed and a renamed file are not there") {
  const tests::TemporaryFolder folder;
  const KeptWork kept = KeptWork::open(folder.path() / "resume", "a");
  const fs::path file = folder.path() / "resume" / "plan";
  kept.save("plan", "0123456789");
  const std::string whole = read_file(file).value();
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{64}, whole.size() - 1}) {
    REQUIRE(write_file(file, whole.substr(0, size)));
    CHECK(!kept.load("plan"));
  }
  std::string changed = whole;
  changed.back() = 'x';
  REQUIRE(write_file(file, changed));
  CHECK(!kept.load("plan"));
  REQUIRE(write_file(file, whole));
  CHECK(kept.load("plan") == "0123456789");
  fs::rename(file, folder.path() / "resume" / "other");
  CHECK(!kept.load("other"));
}

TEST_CASE("where nothing can be kept nothing is, and nothing fails") {
  const tests::TemporaryFolder folder;
  REQUIRE(write_file(folder.path() / "file", "in the way"));
  const KeptWork none = KeptWork::open(folder.path() / "file" / "resume", "a");
  CHECK(!none.keeps());
  none.save("plan", "bytes");
  CHECK(!none.load("plan"));
  CHECK(!KeptWork().load("plan"));
}

TEST_CASE("a work is another when its recording, its options or its purpose change") {
  const tests::TemporaryFolder folder;
  const fs::path input = folder.path() / "lesson.mp4";
  REQUIRE(write_file(input, std::string(3'000'000, 'a')));
  const EncodingOptions options;
  const std::string first = work_identity(input, options, "lesson").value();
  CHECK(first == work_identity(input, options, "lesson").value());
  CHECK(first != work_identity(input, options, "saver").value());
  EncodingOptions other = options;
  other.opus_mono_kbps = {12};
  CHECK(first != work_identity(input, other, "lesson").value());
  const auto time = fs::last_write_time(input);
  std::string changed(3'000'000, 'a');
  changed.back() = 'b';
  REQUIRE(write_file(input, changed));
  fs::last_write_time(input, time);
  CHECK(first != work_identity(input, options, "lesson").value());
  REQUIRE(write_file(input, std::string(3'000'000, 'a')));
  fs::last_write_time(input, time);
  CHECK(first == work_identity(input, options, "lesson").value());
  fs::last_write_time(input, time + std::chrono::seconds(1));
  CHECK(first != work_identity(input, options, "lesson").value());
  CHECK(!work_identity(folder.path() / "nothing", options, "lesson"));
}

TEST_CASE("the program's identity names its libraries with their build ids") {
  const std::string text = program_identity();
  CHECK(text.find("libavcodec.so") != std::string::npos);
  const std::size_t at = text.find("libavcodec.so");
  const std::string line = text.substr(at, text.find('\n', at) - at);
  CHECK(line.size() > std::string("libavcodec.so.59 ").size() + 16);
}

TEST_CASE("packets come back with their times, flags and bytes") {
  std::string bytes;
  for (int i = 0; i < 3; ++i) {
    av::PacketPtr packet = av::make_packet();
    REQUIRE(av_new_packet(packet.get(), i * 100) == 0);
    for (int n = 0; n < packet->size; ++n) packet->data[n] = static_cast<std::uint8_t>(n);
    packet->pts = 1000 - i;
    packet->flags = i == 0 ? AV_PKT_FLAG_KEY : 0;
    pack(*packet, bytes);
  }
  const auto packets = unpack_packets(bytes);
  REQUIRE(packets.size() == 3);
  CHECK(packets[0]->flags == AV_PKT_FLAG_KEY);
  CHECK(packets[2]->pts == 998);
  CHECK(packets[2]->size == 200);
  CHECK(packets[2]->data[150] == 150);
  for (std::size_t size = 1; size < bytes.size(); size += 7) {
    const auto some = unpack_packets(std::string_view(bytes).substr(0, size));
    CHECK(some.size() < 3);
  }
}

static LessonPlan plan_of_two_rungs() {
  LessonPlan plan;
  plan.analysis.timescale = 1000;
  plan.analysis.end = 9000;
  plan.analysis.seen = 270;
  plan.analysis.frames.resize(2);
  plan.analysis.frames[1].pts = 4000;
  plan.analysis.frames[1].area = 0.25F;
  plan.analysis.frames[1].cut = true;
  plan.frames.resize(3);
  plan.frames[0].starts_segment = true;
  plan.frames[1].pts = plan.frames[1].source_pts = 4000;
  plan.frames[2].pts = 5000;
  plan.frames[2].repeat = true;
  plan.probed = {{640, 360, 0, 31.5, 20.25, 88, Codec::kH264}};
  plan.rungs.resize(2);
  for (Rung& rung : plan.rungs) rung.width = rung.height = 64;
  plan.rungs[1].crf = 33.5;
  plan.rungs[1].repackaged = true;
  plan.kept = {{true, false, true}, {true, true, true}};
  plan.most = {{5, 1}, {30, 1}};
  plan.poster = {std::byte{1}, std::byte{2}};
  plan.encoded_because = "is not H.264";
  plan.storyboard.cues = "WEBVTT\n";
  plan.storyboard.sheets = {{std::byte{3}}};
  plan.sound = {{{{0.5F, 0.25F}, {1.0F}}, {0.75, 0.25}}};
  plan.map = {true, {0, 4000}};
  plan.wanted = {0, 4000};
  return plan;
}

TEST_CASE("a plan comes back as it was") {
  const LessonPlan plan = plan_of_two_rungs();
  const std::string bytes = pack(plan);
  const auto found = unpack_lesson_plan(bytes);
  REQUIRE(found);
  CHECK(pack(*found) == bytes);
  CHECK(found->rungs == plan.rungs);
  CHECK(found->rungs[1].repackaged);
  CHECK(found->encoded_because == plan.encoded_because);
  CHECK(found->kept == plan.kept);
  CHECK(found->analysis.frames[1].cut);
  CHECK(found->frames[2].repeat);
  CHECK(found->map == plan.map);
  CHECK(found->sound[0].loudness.energy == plan.sound[0].loudness.energy);
  CHECK(found->sound[0].kind == plan.sound[0].kind);
  CHECK(found->storyboard.cues == "WEBVTT\n");
  const SaverPlan saver{plan, 0.375};
  const auto again = unpack_saver_plan(pack(saver));
  REQUIRE(again);
  CHECK(again->saved == 0.375);
  CHECK(pack(again->lesson) == bytes);
}

TEST_CASE("bytes that are not a plan that hangs together are none") {
  const std::string bytes = pack(plan_of_two_rungs());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK(!unpack_lesson_plan(std::string_view(bytes).substr(0, size)));
  CHECK(!unpack_lesson_plan(bytes + "x"));
  LessonPlan plan = plan_of_two_rungs();
  SUBCASE("a rung without its frames") { plan.kept.pop_back(); }
  SUBCASE("frames that are too few") { plan.kept[1].pop_back(); }
  SUBCASE("times that do not rise") { plan.frames[2].pts = 4000; }
  SUBCASE("no rungs") {
    plan.rungs.clear();
    plan.kept.clear();
    plan.most.clear();
  }
  SUBCASE("a rung without a size") { plan.rungs[0].width = 0; }
  CHECK(!unpack_lesson_plan(pack(plan)));
}
