// The command line of weaklink.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "bench/weaklink/options.hpp"

#include <doctest/doctest.h>

#include "bench/weaklink/profiles.hpp"

using namespace chalkline;
using namespace chalkline::weaklink;
using namespace std::chrono_literals;

namespace {

Result<Invocation> parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--", "true"});
  return parse_arguments(arguments);
}

LinkPlan link_of(std::vector<std::string> arguments) {
  return std::get<RunCommand>(parse(std::move(arguments)).value()).link;
}

std::string sentence(std::vector<std::string> arguments) {
  const auto result = parse(std::move(arguments));
  return result ? "no error" : result.error().to_sentence();
}

}  // namespace

TEST_CASE("profiles carry the published figures") {
  const auto edge = link_of({"--profile", "edge"});
  CHECK(edge.name == "edge");
  CHECK(edge.down.rate.bits_per_second == 240'000);
  CHECK(edge.up.rate.bits_per_second == 200'000);
  CHECK(edge.down.delay + edge.up.delay == 840ms);
  for (const char* name : {"gprs", "edge", "2g", "3g-slow", "3g", "4g"}) CHECK(find_profile(name) != nullptr);
  CHECK(link_of({"--profile", "4g"}).up.rate.bits_per_second == 9'000'000);
}

TEST_CASE("options change a profile") {
  const auto plan =
      link_of({"--profile", "3g", "--down-kbps", "500", "--rtt-ms", "100", "--up-delay-ms", "80", "--jitter-ms", "10",
               "--loss", "2%", "--outage", "3s/1m", "--queue-bytes", "9000", "--seed", "5"});
  CHECK(plan.down.rate.bits_per_second == 500'000);
  CHECK(plan.up.rate.bits_per_second == 768'000);
  CHECK(plan.down.delay == 50ms);
  CHECK(plan.up.delay == 80ms);
  CHECK(plan.up.jitter == 10ms);
  CHECK(plan.down.loss.loss_good == doctest::Approx(0.02));
  CHECK(plan.up.outage == Outage{3s, 60s});
  CHECK(plan.down.queue_bytes == 9000);
  CHECK(plan.down.seed != plan.up.seed);
}

TEST_CASE("a burst is two to four shares") {
  const auto two = link_of({"--burst", "1%,20%"}).down.loss;
  CHECK(two == LossPlan{.to_bad = 0.01, .to_good = 0.2, .loss_bad = 1, .loss_good = 0});
  const auto four = link_of({"--burst", "0.01,0.2,0.5,0.25"}).down.loss;
  CHECK(four == LossPlan{.to_bad = 0.01, .to_good = 0.2, .loss_bad = 0.5, .loss_good = 0.25});
}

TEST_CASE("each way can have its own loss, jitter and queue") {
  const auto loss = link_of({"--loss", "2%/0"});
  CHECK(loss.down.loss.loss_good == doctest::Approx(0.02));
  CHECK(loss.up.loss == LossPlan{.to_bad = 0, .to_good = 1, .loss_bad = 1, .loss_good = 0});
  const auto burst = link_of({"--burst", "1%,20%/0,1"});
  CHECK(burst.down.loss.to_bad == doctest::Approx(0.01));
  CHECK(burst.up.loss.mean() == 0);
  const auto jitter = link_of({"--rtt-ms", "100", "--jitter-ms", "10", "--up-jitter-ms", "20"});
  CHECK(jitter.down.jitter == 10ms);
  CHECK(jitter.up.jitter == 20ms);
  const auto queue = link_of({"--profile", "3g", "--queue-bytes", "90000", "--up-queue-ms", "500"});
  CHECK(queue.down.queue_bytes == 90'000);
  CHECK(queue.up.queue_bytes == 768'000 / 8 / 2);
  CHECK(link_of({"--queue-bytes", "90000"}).up.queue_bytes == 90'000);
}

TEST_CASE("the command stays as it was given, dashes and all") {
  const auto run = std::get<RunCommand>(parse_arguments({"--json", "--", "sh", "-c", "--", "--help"}).value());
  CHECK(run.command == std::vector<std::string>{"sh", "-c", "--", "--help"});
  CHECK(run.json);
}

TEST_CASE("help and the list need no command") {
  const auto help = std::get<PrintCommand>(parse_arguments({"--help"}).value()).text;
  CHECK(help.find("weaklink [OPTIONS] -- COMMAND") != std::string::npos);
  CHECK(help.find("--outage") != std::string::npos);
  const auto list = std::get<PrintCommand>(parse_arguments({"--list"}).value()).text;
  for (const auto& profile : profiles()) CHECK(list.find(profile.name) != std::string::npos);
}

TEST_CASE("wrong use is met with a sentence that says what to do") {
  CHECK(sentence({"--profile", "5g"}).find("take one of gprs, edge") != std::string::npos);
  CHECK(sentence({"--loss", "2"}).find("write 2% or 0.02") != std::string::npos);
  CHECK(sentence({"--loss", "1%", "--burst", "1%,20%"}).find("exclude each other") != std::string::npos);
  CHECK(sentence({"--burst", "1%"}).find("for example --burst") != std::string::npos);
  CHECK(sentence({"--burst", "1%,0"}).find("R above 0") != std::string::npos);
  CHECK(sentence({"--outage", "3s"}).find("for example --outage") != std::string::npos);
  CHECK(sentence({"--outage", "60s/3s"}).find("always dark") != std::string::npos);
  CHECK(sentence({"--outage", "3/60"}).find("write 250ms") != std::string::npos);
  CHECK(sentence({"--rtt-ms", "100", "--jitter-ms", "60"}).find("raise --rtt-ms") != std::string::npos);
  CHECK(sentence({"--queue-ms", "5", "--queue-bytes", "9000"}).find("give one of them") != std::string::npos);
  CHECK(sentence({"--up-queue-ms", "5", "--up-queue-bytes", "9000"}).find("give one of them") != std::string::npos);
  CHECK(sentence({"--loss", "2%/x"}).find("write 2% or 0.02") != std::string::npos);
  CHECK(sentence({"--down-kbps", "fast"}).find("--down-kbps") != std::string::npos);
  CHECK(sentence({"--fast"}).find("--fast") != std::string::npos);
  CHECK(sentence({"--trace-down", "/nowhere/a.down"}).find("/nowhere/a.down") != std::string::npos);
  CHECK(parse_arguments({"--profile", "edge"}).error().message == "there is no command to run");
  CHECK(parse_arguments({}).error().code == Errc::kInvalidArgument);
}
