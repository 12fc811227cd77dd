// /api/v1/mirrors: what mirrors say of themselves, for the people who look after them; and what learners' pages
// reported to them, sent on. A mirror's token may write what is its own, and read nothing.
#include <algorithm>
#include <array>
#include <charconv>

#include "config/text_checks.hpp"
#include "streamer/api/route_table.hpp"
#include "streamer/delivery/steering.hpp"
#include "streamer/management/visit_desk.hpp"

namespace chalkline::streamer {

namespace {

struct Number {
  const char* name;
  std::int64_t library::MirrorReport::*member;
};
constexpr std::array kNumbers = {
    Number{"serial", &library::MirrorReport::serial},
    Number{"stale_since_ms", &library::MirrorReport::stale_since_ms},
    Number{"lessons", &library::MirrorReport::lessons},
    Number{"stored_bytes", &library::MirrorReport::stored_bytes},
    Number{"disk_bytes", &library::MirrorReport::disk_bytes},
    Number{"served_bytes", &library::MirrorReport::served_bytes},
    Number{"fetched_bytes", &library::MirrorReport::fetched_bytes},
    Number{"interval_s", &library::MirrorReport::interval_s},
};
constexpr std::int64_t kMostNumber = 9'007'199'254'740'991;  // what JSON's readers take exactly
constexpr std::size_t kMostNetworks = 64;
constexpr std::size_t kLongestVersion = 100;

// It reported in none of three intervals.
bool is_late(const library::RegisteredMirror& mirror, std::int64_t now_ms) {
  return now_ms - mirror.reported_ms > 3 * 1000 * std::max<std::int64_t>(mirror.report.interval_s, 20);
}

Json mirror_value(const library::RegisteredMirror& mirror, const Steering& steering, std::int64_t now_ms) {
  const library::MirrorReport& report = mirror.report;
  const auto known = [](std::int64_t number) { return number == 0 ? Json(nullptr) : Json(number); };
  const auto answers = steering.answers(mirror.name);
  return {{"name", mirror.name},
          {"address", mirror.address.empty() ? Json(nullptr) : Json(mirror.address)},
          {"networks", mirror.networks},
          {"steered", answers.has_value()},
          {"healthy", answers ? Json(*answers) : Json(nullptr)},
          {"late", is_late(mirror, now_ms)},
          {"version", report.version},
          {"serial", report.serial},
          {"stale_since_ms", known(report.stale_since_ms)},
          {"lessons", report.lessons},
          {"stored_bytes", report.stored_bytes},
          {"disk_bytes", known(report.disk_bytes)},
          {"served_bytes", report.served_bytes},
          {"fetched_bytes", report.fetched_bytes},
          {"saved_bytes", report.served_bytes - report.fetched_bytes},
          {"created_ms", mirror.created_ms},
          {"reported_ms", mirror.reported_ms}};
}

void check_place(ObjectReader& object, const library::RegisteredMirror& said) {
  if (const std::string wrong = config::check_base_url(said.address); !wrong.empty()) object.fault("address", wrong);
  if (said.networks.size() > kMostNetworks) object.fault("networks", "must be 64 at most");
  for (const std::string& network : said.networks)
    if (const std::string wrong = config::check_network(network); !wrong.empty()) object.fault("networks", wrong);
}

// Strictly: a member that is not known is a fault.
library::RegisteredMirror read_mirror(const Json& json, Faults& faults) {
  library::RegisteredMirror said;
  ObjectReader object(json, "", faults);
  object.text("address", said.address);
  object.words("networks", said.networks);
  object.text("version", said.report.version);
  object.require("version");
  for (const Number& number : kNumbers) {
    object.number(number.name, said.report.*number.member);
    if (said.report.*number.member < 0 || said.report.*number.member > kMostNumber)
      object.fault(number.name, "must be a number from 0 to 9007199254740991");
  }
  object.finish();
  check_place(object, said);
  const auto is_plain = [](char c) { return c > ' ' && c < '\x7f'; };
  if (said.report.version.size() > kLongestVersion || !std::ranges::all_of(said.report.version, is_plain))
    object.fault("version", "must have 100 characters at most, and no spaces");
  if (said.report.interval_s > 7 * 86'400) object.fault("interval_s", "must be a week at most");
  return said;
}

ManagedReply refused_name() {
  return refused(400, "a mirror's name has small letters, digits, \"-\" and \".\", 64 at most");
}

}  // namespace

ManagedReply list_mirrors(ApiParts& parts, const Call& call) {
  const auto mirrors = parts.library.mirrors->list();
  if (!mirrors) return refused(mirrors.error());
  return answer_with(200, list_value("mirrors", *mirrors, [&](const library::RegisteredMirror& mirror) {
                       return mirror_value(mirror, parts.steering, call.request.unix_ms);
                     }));
}

ManagedReply put_mirror(ApiParts& parts, const Call& call) {
  const std::string name = call.parameter(0);
  if (!library::is_mirror_name(name)) return refused_name();
  const Body body(call);
  if (body.fault) return *body.fault;
  Faults faults;
  library::RegisteredMirror said = read_mirror(body.json, faults);
  if (!faults.empty()) return refused(faults);
  said.name = name;
  said.owner = call.caller->id;
  const auto known = parts.library.mirrors->find(name);
  const auto entered = parts.library.mirrors->report(said);
  if (!entered) return refused(entered.error());
  // Reports come all day; where learners are sent is what somebody will want to know later.
  if (!known || known->address != said.address || known->networks != said.networks || known->owner != said.owner)
    enter_change(parts, call, "mirror.register", "mirror/" + name);
  return answer_with(200, mirror_value(*entered, parts.steering, call.request.unix_ms));
}

ManagedReply remove_mirror(ApiParts& parts, const Call& call) {
  const std::string name = call.parameter(0);
  const auto removed = parts.library.mirrors->remove(name);
  if (!removed) return refused(removed.error());
  enter_change(parts, call, "mirror.remove", "mirror/" + name);
  return nothing_to_say();
}

ManagedReply take_visits(ApiParts& parts, const Call& call) {
  if (parts.visits == nullptr) return refused(404, "no reports of visits are taken here: learners.reports is off");
  const std::string name = call.parameter(0);
  const auto mirror = parts.library.mirrors->find(name);
  if (!mirror) return refused(mirror.error());
  if (mirror->owner != call.caller->id) return refused(409, "that mirror registered with another token");
  const std::string text = call.query.text("offset");
  std::uint64_t offset = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), offset);
  if (failed != std::errc() || end != text.data() + text.size())
    return refused(400, "the query's offset must say where these lines stand in the mirror's file of that day");
  const auto taken = parts.visits->forwarded(name, call.parameter(1), offset, call.request.body, call.request.unix_ms);
  if (!taken) return refused(taken.error());
  return answer_with(200, Json{{"bytes", *taken}});
}

}  // namespace chalkline::streamer
