// What is said of a command that does not exist, and of nothing else.
#include "cli/unknown_command.hpp"

#include <doctest/doctest.h>

using namespace chalkline;
using namespace chalkline::cli;

static const Command kProgram{
    "chalkline",
    {{"transcode", {}}, {"add", {}}, {"unpack", {}}, {"pack", {}}, {"token", {{"create", {}}, {"list", {}}}}}};

static std::string said(const std::vector<std::string_view>& words) {
  const auto error = unknown_command(words, kProgram);
  if (!error) return "";
  CHECK(error->code == Errc::kInvalidArgument);
  return error->to_sentence();
}

TEST_CASE("a misspelt command is named, with the one that was meant") {
  CHECK(said({"transcod", "x"}) == "there is no command \"transcod\"; did you mean transcode?");
  CHECK(said({"trasncode"}) == "there is no command \"trasncode\"; did you mean transcode?");
  CHECK(said({"upack"}) == "there is no command \"upack\"; did you mean unpack?");
}

TEST_CASE("where no command is near, help is pointed at") {
  CHECK(said({"help"}) == "there is no command \"help\"; see chalkline --help");
  CHECK(said({""}) == "there is no command \"\"; see chalkline --help");
  CHECK(said({"lesson.mp4", "add"}) == "there is no command \"lesson.mp4\"; see chalkline --help");
}

TEST_CASE("a command below another is looked for there alone") {
  CHECK(said({"token", "crate", "--role"}) == "there is no command \"token crate\"; did you mean create?");
  CHECK(said({"token", "add"}) == "there is no command \"token add\"; see chalkline token --help");
}

TEST_CASE("what is no command's name is left to the parser") {
  CHECK(said({}).empty());
  CHECK(said({"token"}).empty());
  CHECK(said({"token", "list", "lisst"}).empty());
  CHECK(said({"add", "ad", "transcod"}).empty());
  CHECK(said({"--libary", "transcod"}).empty());
  CHECK(said({"token", "--json", "crate"}).empty());
}
