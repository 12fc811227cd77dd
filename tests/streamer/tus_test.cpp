// tus 1.0 by a request's head alone: what each method must bring, and what each fault is answered.
#include <doctest/doctest.h>

#include "streamer/management/problem.hpp"
#include "streamer/uploads/tus_plan.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::streamer;

namespace {

constexpr std::uint64_t kMost = 1000;
const std::string kId = "0123456789abcdef0123456789abcdef";

struct Asked {
  std::variant<TusPlan, ManagedReply> made;
  [[nodiscard]] unsigned status() const {
    const auto* reply = std::get_if<ManagedReply>(&made);
    return reply != nullptr ? reply->status : 0;
  }
  [[nodiscard]] const TusPlan& plan() const { return std::get<TusPlan>(made); }
};

Asked ask(std::string_view method, std::string_view path, const std::string& lines, bool version = true) {
  const std::string all = (version ? "Tus-Resumable: 1.0.0\r\n" : "") + lines;
  ManagedRequest request;
  request.method = method;
  request.path = path;
  request.lines = all;
  return {plan_of(request, kMost)};
}

std::string field_of(const ManagedReply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.fields)
    if (key == name) return value;
  return {};
}

library::Upload upload_of(std::optional<std::uint64_t> length, library::UploadKind kind = library::UploadKind::kWhole) {
  library::Upload upload;
  upload.id = kId;
  upload.kind = kind;
  upload.length = length;
  return upload;
}

const std::string kAppend =
    "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 70\r\nContent-Length: 30\r\n";

}  // namespace

TEST_CASE("fields of a request are found by name, whatever their case, and trimmed") {
  ManagedRequest request;
  request.lines = "Host: x\r\nupload-LENGTH:  12 \r\nUpload-Length: 13\r\nEmpty:\r\n\r\n";
  CHECK(request.field("upload-length") == "12");
  CHECK(request.field("empty").empty());
  CHECK(request.field("absent").empty());
}

TEST_CASE("a problem is a document of RFC 9457, whatever its detail holds") {
  const ManagedReply reply = problem(404, "no \"such\" thing");
  CHECK(reply.content_type == "application/problem+json");
  CHECK(reply.body ==
        "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"no \\\"such\\\" thing\"}\n");
  CHECK(problem(Error(Errc::kIo, "cannot read /secret/path")).body.find("secret") == std::string::npos);
  CHECK(problem(Error(Errc::kDiskFull, "x")).status == 507);
  CHECK(field_of(unauthorized(false), "WWW-Authenticate") == "Bearer");
}

TEST_CASE("the version comes first: without it, or with another, nothing is done") {
  for (const auto* method : {"POST", "HEAD", "PATCH", "DELETE"}) {
    CAPTURE(method);
    const std::string path = std::string_view(method) == "POST" ? "/files/" : "/files/" + kId;
    CHECK(ask(method, path, "Upload-Length: 5\r\n", false).status() == 412);
    const Asked other = ask(method, path, "Tus-Resumable: 0.2.2\r\n", false);
    CHECK(other.status() == 412);
    CHECK(field_of(std::get<ManagedReply>(other.made), "Tus-Version") == "1.0.0");
  }
  CHECK(ask("OPTIONS", "/files", "", false).plan().action == TusPlan::Action::kDiscover);
  CHECK(ask("OPTIONS", "/files/" + kId, "Tus-Resumable: 9\r\n", false).plan().action == TusPlan::Action::kDiscover);
}

TEST_CASE("discovery says what there is") {
  const ManagedReply reply = discovery(kMost);
  CHECK(reply.status == 204);
  CHECK(field_of(reply, "Tus-Resumable") == "1.0.0");
  CHECK(field_of(reply, "Tus-Version") == "1.0.0");
  CHECK(field_of(reply, "Tus-Max-Size") == "1000");
  CHECK(field_of(reply, "Tus-Checksum-Algorithm") == "sha1,sha256");
  for (const char* extension : {"creation", "creation-with-upload", "creation-defer-length", "checksum", "expiration",
                                "termination", "concatenation"})
    CHECK(("," + field_of(reply, "Tus-Extension") + ",").find("," + std::string(extension) + ",") != std::string::npos);
}

TEST_CASE("creation wants a length or says that it comes later") {
  CHECK(ask("POST", "/files/", "Upload-Length: 100\r\n").plan().length == 100);
  CHECK(ask("POST", "/files", "Upload-Length: 100\r\n").plan().action == TusPlan::Action::kCreate);
  CHECK_FALSE(ask("POST", "/files/", "Upload-Defer-Length: 1\r\n").plan().length);
  for (const char* lines :
       {"", "Upload-Defer-Length: 2\r\n", "Upload-Length: 5\r\nUpload-Defer-Length: 1\r\n", "Upload-Length: -5\r\n",
        "Upload-Length: 5x\r\n", "Upload-Length: 0\r\n", "Upload-Length: 99999999999999999999\r\n",
        "Upload-Length: 5\r\nUpload-Metadata: a b c\r\n", "Upload-Length: 5\r\nUpload-Concat: both\r\n",
        "Upload-Length: 5\r\nUpload-Checksum: md5 AAAA\r\n"}) {
    CAPTURE(lines);
    CHECK(ask("POST", "/files/", lines).status() == 400);
  }
  CHECK(ask("POST", "/files/", "Upload-Length: 1001\r\n").status() == 413);
}

TEST_CASE("creation with upload brings bytes of the right type, and not too many") {
  const std::string typed = "Upload-Length: 100\r\nContent-Type: application/offset+octet-stream\r\n";
  CHECK(ask("POST", "/files/", typed + "Content-Length: 100\r\n").plan().has_content);
  CHECK(ask("POST", "/files/", typed + "Transfer-Encoding: chunked\r\n").plan().has_content);
  CHECK(ask("POST", "/files/", typed + "Content-Length: 101\r\n").status() == 413);
  CHECK(ask("POST", "/files/", "Upload-Length: 100\r\nContent-Length: 5\r\n").status() == 415);
}

TEST_CASE("an append says where and what; its type and its checksum are checked first") {
  CHECK(ask("PATCH", "/files/" + kId, kAppend).plan().offset == 70);
  CHECK(ask("POST", "/files/" + kId, kAppend + "X-HTTP-Method-Override: PATCH\r\n").plan().action ==
        TusPlan::Action::kAppend);
  CHECK(ask("PATCH", "/files/" + kId, "Upload-Offset: 70\r\n").status() == 415);
  const std::string typed = "Content-Type: application/offset+octet-stream\r\n";
  CHECK(ask("PATCH", "/files/" + kId, typed).status() == 400);
  CHECK(ask("PATCH", "/files/" + kId, typed + "Upload-Offset: -1\r\n").status() == 400);
  CHECK(ask("PATCH", "/files/" + kId, kAppend + "Upload-Length: 5000\r\n").status() == 413);
  CHECK(ask("PATCH", "/files/" + kId, kAppend + "Upload-Length: x\r\n").status() == 400);
  for (const char* sum :
       {"md5 AAAA", "sha1", "sha1 AAAA", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu", "SHA1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="}) {
    CAPTURE(sum);
    CHECK(ask("PATCH", "/files/" + kId, kAppend + "Upload-Checksum: " + sum + "\r\n").status() == 400);
  }
  CHECK(ask("PATCH", "/files/" + kId, kAppend + "Upload-Checksum: sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=\r\n")
            .plan()
            .checksum);
}

TEST_CASE("an append must meet the upload's end and stay within its length") {
  const TusPlan plan = ask("PATCH", "/files/" + kId, kAppend).plan();
  CHECK_FALSE(refusal_to_append(plan, upload_of(100), 70, kMost));
  CHECK(refusal_to_append(plan, upload_of(100), 69, kMost)->status == 409);
  CHECK(refusal_to_append(plan, upload_of(99), 70, kMost)->status == 413);
  CHECK_FALSE(refusal_to_append(plan, upload_of(std::nullopt), 70, kMost));
  CHECK(refusal_to_append(plan, upload_of(100, library::UploadKind::kJoined), 70, kMost)->status == 403);
  TusPlan longer = plan;
  longer.length = 101;
  CHECK(refusal_to_append(longer, upload_of(100), 70, kMost)->status == 400);
  CHECK_FALSE(refusal_to_append(longer, upload_of(std::nullopt), 70, kMost));
  longer.length = 60;
  CHECK(refusal_to_append(longer, upload_of(std::nullopt), 70, kMost)->status == 400);
}

TEST_CASE("joining names complete addresses and brings nothing else") {
  const std::string parts = "Upload-Concat: final;/files/" + kId + " https://a.example/files/" + kId + "\r\n";
  const Asked joined = ask("POST", "/files/", parts);
  CHECK(joined.plan().action == TusPlan::Action::kJoin);
  CHECK(joined.plan().concat.parts == std::vector<std::string>{kId, kId});
  CHECK(ask("POST", "/files/", "Upload-Concat: partial\r\nUpload-Length: 5\r\n").plan().partial);
  CHECK(ask("POST", "/files/", parts + "Upload-Length: 5\r\n").status() == 400);
  CHECK(ask("POST", "/files/", "Upload-Concat: final;\r\n").status() == 400);
  CHECK(ask("POST", "/files/", "Upload-Concat: final;/files/../x\r\n").status() == 400);
}

TEST_CASE("other addresses and methods are told so") {
  CHECK(ask("HEAD", "/files/nothing", "").status() == 404);
  CHECK(ask("PATCH", "/files/a/b", kAppend).status() == 404);
  CHECK(ask("PATCH", "/files/", kAppend).status() == 405);
  CHECK(ask("BREW", "/files/" + kId, "").status() == 405);
  CHECK(ask("GET", "/files/" + kId, "", false).plan().action == TusPlan::Action::kTell);
  CHECK(ask("DELETE", "/files/" + kId, "").plan().action == TusPlan::Action::kTerminate);
}

TEST_CASE("a PUT names its recording, a form its boundary") {
  CHECK(ask("PUT", "/files/a lesson.mp4", "Content-Length: 5\r\n", false).plan().wish.title == "a lesson");
  CHECK(ask("PUT", "/files/", "Content-Length: 5\r\n", false).status() == 400);
  CHECK(ask("PUT", "/files/a.mp4", "", false).status() == 400);
  CHECK(ask("PUT", "/files/a.pdf", "Content-Length: 5\r\n", false).status() == 415);
  CHECK(ask("PUT", "/files/a.mp4", "Content-Length: 1001\r\n", false).status() == 413);
  const std::string form = "Content-Length: 50\r\nContent-Type: multipart/form-data; boundary=";
  CHECK(ask("POST", "/files/", form + "\"a b\"\r\n", false).plan().boundary == "a b");
  CHECK(ask("POST", "/files/", "Content-Length: 5\r\nContent-Type: multipart/form-data\r\n", false).status() == 400);
}

TEST_CASE("metadata is unpacked, and says what the lesson will be") {
  const auto metadata =
      TusMetadata::parse("filename d29ybGRfZG9taW5hdGlvbl9wbGFuLm1wNA==,is_confidential, title TWFqaQ==,language c3c=");
  REQUIRE(metadata);
  CHECK(metadata->value("filename") == "world_domination_plan.mp4");
  CHECK(metadata->value("is_confidential") == "");
  const auto wish = wish_of(*metadata);
  REQUIRE(wish);
  CHECK(wish->title == "Maji");
  CHECK(wish->language == "sw");
  CHECK(TusMetadata::parse(metadata->text())->value("title") == "Maji");
  for (const char* wrong : {"a b c", "a YQ==,a YQ==", "a !!!", ",", "a YQ="}) {
    CAPTURE(wrong);
    CHECK_FALSE(TusMetadata::parse(wrong));
  }
}

TEST_CASE("names are made harmless, and what cannot be a recording is refused") {
  const auto wish = [](const std::string& name, const std::string& type) {
    TusMetadata metadata;
    metadata.set("filename", name);
    metadata.set("filetype", type);
    return wish_of(metadata);
  };
  CHECK(wish("../../etc/passwd", "")->file_name == "passwd");
  CHECK(wish("C:\\videos\\talk.mp4", "video/mp4")->file_name == "talk.mp4");
  CHECK(wish("..", "")->file_name == "recording");
  CHECK(wish("a\nb\xff.mp4", "")->file_name == "a_b_.mp4");
  CHECK(wish(std::string(500, 'a') + ".mp4", "")->file_name.size() <= 120);
  CHECK(wish("talk.mp4", "Video/MP4; codecs=x").has_value());
  CHECK(wish("talk.bin", "application/octet-stream").has_value());
  CHECK(wish("work.pdf", "application/pdf").error().code == Errc::kUnusableInput);
  CHECK(wish("work.PDF", "").error().code == Errc::kUnusableInput);
  TusMetadata wrong;
  wrong.set("language", "not a language");
  CHECK(wish_of(wrong).error().code == Errc::kInvalidArgument);
  TusMetadata broken;
  broken.set("title", "\xff");
  CHECK(wish_of(broken).error().code == Errc::kInvalidArgument);
}
