// Forms, however their bytes are cut up.
#include "streamer/uploads/multipart.hpp"

#include <map>

#include <doctest/doctest.h>

using namespace chalkline::streamer;
using Status = FormReader::Status;

namespace {

struct Parts final : FormListener {
  bool part(const FormPart& part) override {
    name = part.name + (part.file_name ? "=" + *part.file_name : "") +
           (part.media_type.empty() ? "" : ":" + part.media_type);
    contents[name];
    return name != "stop";
  }
  bool content(std::string_view bytes) override {
    contents[name] += bytes;
    return true;
  }
  std::string name;
  std::map<std::string, std::string> contents;
};

Status read_in_pieces(const std::string& form, std::size_t piece, Parts& parts) {
  FormReader reader("xx-b");
  Status status = Status::kMore;
  for (std::size_t at = 0; at < form.size() && status == Status::kMore; at += piece)
    status = reader.read(std::string_view(form).substr(at, piece), parts);
  return status;
}

}  // namespace

TEST_CASE("parts come out whole, also where content looks like a delimiter") {
  const std::string file = "ab\r\n--xx-\r\n\r\n--xx-a\r\n-\r";
  const std::string form =
      "--xx-b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nWater\r\n"
      "--xx-b  \r\ncontent-disposition: form-data; name=file; filename=\"a; \\\"b\\\".mp4\"\r\n"
      "Content-Type: Video/MP4\r\n\r\n" +
      file + "\r\n--xx-b\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--xx-b--\r\nepilogue";
  for (const std::size_t piece : {1U, 2U, 3U, 5U, 8U, 13U, 1000U}) {
    CAPTURE(piece);
    Parts parts;
    CHECK(read_in_pieces(form, piece, parts) == Status::kDone);
    CHECK(parts.contents ==
          std::map<std::string, std::string>{{"title", "Water"}, {"file=a; \"b\".mp4:video/mp4", file}, {"empty", ""}});
  }
}

TEST_CASE("a form that ends early asks for more, a malformed one is bad, a listener can end it") {
  Parts parts;
  CHECK(read_in_pieces("--xx-b\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf", 3, parts) == Status::kMore);
  CHECK(parts.contents["a"].empty());  // it could be the beginning of a delimiter, as far as that is known
  CHECK(read_in_pieces("--xx-bX\r\n", 3, parts) == Status::kBad);
  CHECK(read_in_pieces("--xx-b\r\n" + std::string(10'000, 'a'), 100, parts) == Status::kBad);
  CHECK(read_in_pieces("--xx-b\r\nContent-Disposition: form-data; name=stop\r\n\r\n", 100, parts) == Status::kStopped);
}
