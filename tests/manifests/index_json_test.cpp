// index.json: what the parser refuses, and how it says it. Each case is one edit of a good document.
#include "manifests/index_json.hpp"

#include <filesystem>
#include <functional>
#include <set>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "lessons.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::manifests;
using nlohmann::json;

static const VersionIndex& lesson() {
  static const VersionIndex index = testing::lessons().front().index;
  return index;
}

static Error error_of(const std::string& text) {
  const auto result = parse_index(text);
  if (result) return {Errc::kInternal, "parsed"};
  return result.error();
}

// The message for the good document with `edit` applied.
static std::string refusal(const std::function<void(json&)>& edit) {
  json document = json::parse(render_index(lesson()));
  edit(document);
  const Error error = error_of(document.dump());
  if (error.message != "parsed") CHECK(error.code == Errc::kCorrupt);
  return error.message;
}

TEST_CASE("unknown keys are passed over, so that a later version may add some") {
  CHECK(refusal([](json& j) { j["extra"] = {1, 2}; }) == "parsed");
  CHECK(refusal([](json& j) { j["renditions"][0]["extra"] = "x"; }) == "parsed");
}

TEST_CASE("an unknown schema is named with a hint") {
  json document = json::parse(render_index(lesson()));
  document["schema"] = 2;
  const Error error = error_of(document.dump());
  CHECK(error.message == "index.json: schema 2 is not known, only 1");
  CHECK(error.hint == "use a newer chalkline");
}

TEST_CASE("each missing key is named with its place") {
  const json good = json::parse(render_index(lesson()));
  for (const auto& [key, value] : good.items())
    CHECK(refusal([k = key](json& j) { j.erase(k); }) == "index.json: " + key + ": is missing");
  for (const char* part : {"source", "duration"})
    for (const auto& [key, value] : good[part].items())
      CHECK(refusal([&, k = key](json& j) { j[part].erase(k); }) ==
            "index.json: " + std::string(part) + "." + key + ": is missing");
  for (std::size_t i = 0; i < good["renditions"].size(); ++i)
    for (const auto& [key, value] : good["renditions"][i].items())
      CHECK(refusal([&, k = key](json& j) { j["renditions"][i].erase(k); }) ==
            "index.json: renditions[" + std::to_string(i) + "]." + key + ": is missing");
  for (const auto& [key, value] : good["files"][3].items())
    CHECK(refusal([k = key](json& j) { j["files"][3].erase(k); }) == "index.json: files[3]." + key + ": is missing");
}

TEST_CASE("values of a wrong type or out of range are named with their place") {
  CHECK(refusal([](json& j) { j["title"] = 1; }) == "index.json: title: is not a string");
  CHECK(refusal([](json& j) { j["renditions"] = "x"; }) == "index.json: renditions: is not an array");
  CHECK(refusal([](json& j) { j["source"] = nullptr; }) == "index.json: source: is not an object");
  CHECK(refusal([](json& j) { j["duration_ms"] = -1; }) ==
        "index.json: duration_ms: must be a whole number from 0 to 9007199254740991");
  CHECK(refusal([](json& j) { j["duration_ms"] = 1.5; }) ==
        "index.json: duration_ms: must be a whole number from 0 to 9007199254740991");
  CHECK(refusal([](json& j) { j["duration_ms"] = 18446744073709551615ULL; }) ==
        "index.json: duration_ms: must be a whole number from 0 to 9007199254740991");
  CHECK(refusal([](json& j) { j["duration"]["timescale"] = 0; }) ==
        "index.json: duration.timescale: must be a whole number from 1 to 2147483647");
  CHECK(refusal([](json& j) { j["renditions"][0]["kind"] = "smell"; }) ==
        "index.json: renditions[0].kind: is not one of video, audio, text");
  CHECK(refusal([](json& j) { j["renditions"][0]["codec"] = "mpeg1"; }) ==
        "index.json: renditions[0].codec: is not a codec this version knows");
  CHECK(refusal([](json& j) { j["renditions"][0]["segments"][1][1] = 0; }) ==
        "index.json: renditions[0].segments[1][1]: must be a whole number from 1 to 4503599627370496");
  CHECK(refusal([](json& j) { j["renditions"][0]["segments"][1].push_back(1); }) ==
        "index.json: renditions[0].segments[1]: must have 4 elements");
  CHECK(refusal([](json& j) {
          j["renditions"][0]["frame_rate"] = {30, 0};
        }) == "index.json: renditions[0].frame_rate[1]: must be a whole number from 1 to 9007199254740991");
  CHECK(refusal([](json& j) { j["renditions"][0]["quality"] = 858; }) == "parsed");
  for (const int quality : {0, 1001})
    CHECK(refusal([=](json& j) { j["renditions"][0]["quality"] = quality; }) ==
          "index.json: renditions[0].quality: must be a whole number from 1 to 1000");
  CHECK(refusal([](json& j) { j["renditions"][0]["repackaged"] = 1; }) ==
        "index.json: renditions[0].repackaged: is not true or false");
  CHECK(refusal([](json& j) { j["renditions"][3]["default"] = "yes"; }) ==
        "index.json: renditions[3].default: is not true or false");
}

TEST_CASE("paths that leave the folder are refused wherever they stand") {
  for (const char* path : {"../secret", "/etc/passwd", "video/../../x", "video//x", ".ssh/key", "a b", ""}) {
    CAPTURE(path);
    CHECK(refusal([&](json& j) { j["files"][0]["path"] = path; }) ==
          "index.json: files[0]: \"" + std::string(path) + "\" is not a plain relative path");
    CHECK(refusal([&](json& j) { j["renditions"][0]["id"] = path; }) ==
          "index.json: the rendition id \"" + std::string(path) + "\" is not a plain relative path");
    CHECK(refusal([&](json& j) { j["renditions"][0]["playlist"] = path; }) ==
          "index.json: " + std::string(path) + " is not among the files");
  }
}

TEST_CASE("files are well-formed, sorted, unique, and not the index itself") {
  const auto files = [](const std::function<void(json&)>& edit) { return refusal([&](json& j) { edit(j["files"]); }); };
  const std::string first = lesson().files[0].path;
  const std::string second = lesson().files[1].path;
  CHECK(files([](json& f) { f[0]["sha256"] = std::string(64, 'A'); }) ==
        "index.json: files[0]: sha256 of " + first + " is not 64 lower-case hex digits");
  CHECK(files([](json& f) { f[0]["sha256"] = "abc"; }) ==
        "index.json: files[0]: sha256 of " + first + " is not 64 lower-case hex digits");
  CHECK(files([](json& f) { f[0]["media_type"] = "x\r\nSet-Cookie: y/z"; }) ==
        "index.json: files[0]: media_type of " + first + " is not type/subtype");
  CHECK(files([](json& f) { f.insert(f.begin(), f[0]); }) ==
        "index.json: files[1]: " + first + " is there twice or out of order");
  CHECK(files([](json& f) { std::swap(f[0], f[1]); }) ==
        "index.json: files[1]: " + first + " is there twice or out of order");
  CHECK(files([](json& f) { f[0]["path"] = "index.json"; }) == "index.json: files[0]: index.json cannot list itself");
  CHECK(files([](json& f) {
          json inside = f.back();
          inside["path"] = f.back()["path"].get<std::string>() + "/x";
          f.push_back(inside);
        }) == "index.json: " + lesson().files.back().path + " is a file and a folder");
}

TEST_CASE("renditions agree with the files and with themselves") {
  CHECK(refusal([](json& j) { j["renditions"][1]["id"] = "video/0"; }) ==
        "index.json: two renditions have the id video/0");
  CHECK(refusal([](json& j) { j["renditions"][0]["codec"] = "opus"; }) ==
        "index.json: rendition video/0: codec opus is not for video");
  CHECK(refusal([](json& j) { j["renditions"][0]["segments"] = json::array(); }) ==
        "index.json: rendition video/0: no segments");
  CHECK(refusal([](json& j) {
          j["renditions"][0]["segments"].push_back({99999999, 5, 10, 1});
        }) == "index.json: video/0/5.m4s is not among the files");
  CHECK(refusal([](json& j) { j["renditions"][0]["segments"][1][0] = 0; }) ==
        "index.json: rendition video/0: segment 2 does not start after the one before");
  CHECK(refusal([](json& j) { j["renditions"][0]["segments"][0][3] = 1 << 30; }) ==
        "index.json: rendition video/0: the I-frame of segment 1 is larger than the segment");
  CHECK(refusal([](json& j) { j["renditions"][0]["segments"][0][2] = 5001; }) ==
        "index.json: video/0/1.m4s has 15000 bytes in one place and 5001 in another");
  CHECK(refusal([](json& j) {
          j["renditions"][0]["bytes"] = 1;
        }).starts_with("index.json: rendition video/0: bytes is 1, its parts are "));
  CHECK(refusal([](json& j) {
          j["renditions"][0]["init_bytes"] = 801;
        }).starts_with("index.json: rendition video/0: bytes is "));
  CHECK(refusal([](json& j) { j["poster"] = "image/none.jpg"; }) ==
        "index.json: image/none.jpg is not among the files");
  CHECK(refusal([](json& j) { j["chapters"][0]["end_ms"] = 0, j["chapters"][0]["start_ms"] = 1; }) ==
        "index.json: the chapter \"Halves\" ends before it starts");
  CHECK(refusal([](json& j) { j["renditions"] = json::array(); }) == "index.json: there is neither video nor audio");
  CHECK(refusal([](json& j) { j["source"]["sha256"] = "x"; }) ==
        "index.json: source: sha256 is not 64 lower-case hex digits");
}

TEST_CASE("text that is cut short at any place is refused") {
  const std::string text = render_index(testing::lessons().back().index);
  for (std::size_t length = 0; length + 2 < text.size(); ++length) {
    const Error error = error_of(text.substr(0, length));
    REQUIRE(error.message == "index.json: it is not JSON, or cut short");
  }
  CHECK(error_of("[]").message == "index.json: it is not a JSON object");
  CHECK(error_of("\"\xFF\"").message == "index.json: it is not JSON, or cut short");
}

TEST_CASE("what would take too much memory is refused before it is parsed") {
  CHECK(error_of(std::string(kMaxIndexBytes + 1, ' ')).code == Errc::kLimitExceeded);
  CHECK(error_of(std::string(1'000'000, '[')).message == "index.json: it nests deeper than 8 levels");
  CHECK(error_of("[" + std::string(3'000'000, ',')).message == "index.json: it has more than 2000000 values");
  // Brackets in strings count for nothing, escaped quotes do not end them.
  CHECK(refusal([](json& j) { j["title"] = std::string(100, '[') + "\"\\" + std::string(100, '{'); }) == "parsed");
}

TEST_CASE("an index about to be sealed goes through the same checks") {
  CHECK(check_index(lesson()).has_value());
  VersionIndex broken = lesson();
  broken.files.pop_back();
  REQUIRE_FALSE(check_index(broken).has_value());
  CHECK(check_index(broken).error().message == "index.json: " + lesson().files.back().path + " is not among the files");
}

// The keys an object of the schema requires, over its own list and those it refers to.
static std::set<std::string> required(const json& schema, const json& part) {
  std::set<std::string> keys;
  if (part.contains("required")) keys = part["required"].get<std::set<std::string>>();
  for (const json& also : part.value("allOf", json::array()))
    keys.merge(required(schema, schema.at(json::json_pointer(also["$ref"].get<std::string>().substr(1)))));
  return keys;
}

static std::set<std::string> keys_of(const json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

TEST_CASE("docs/index.schema.json requires exactly the keys that are written") {
  const auto text = chalkline::read_file(std::filesystem::path(CHALKLINE_GOLDEN_DIR) / "../../docs/index.schema.json");
  REQUIRE(text);
  const json schema = json::parse(*text);
  const json document = json::parse(render_index(lesson()));
  CHECK(required(schema, schema) == keys_of(document));
  for (const char* part : {"source", "duration"})
    CHECK(required(schema, schema["properties"][part]) == keys_of(document[part]));
  CHECK(required(schema, schema["properties"]["chapters"]["items"]) == keys_of(document["chapters"][0]));
  CHECK(required(schema, schema["$defs"]["file"]) == keys_of(document["files"][0]));
  for (const json& rendition : document["renditions"]) {
    std::set<std::string> wanted = required(schema, schema["$defs"]["rendition"]);
    wanted.merge(required(schema, schema["$defs"][rendition["kind"].get<std::string>()]));
    CHECK(wanted == keys_of(rendition));
  }
}
