// Checks and answers that several routes share.
#include "streamer/api/call.hpp"

#include <algorithm>
#include <charconv>

#include "core/log.hpp"
#include "streamer/http/target.hpp"

namespace chalkline::streamer {

library::Author Call::author() const {
  library::Author author;
  author.who = caller ? caller->who : std::string("anybody");
  author.remote = request.remote;
  return author;
}

static bool is_among(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::string_view one = list.substr(0, list.find(','));
    if (one == name) return true;
    list.remove_prefix(std::min(one.size() + 1, list.size()));
  }
  return false;
}

Query::Query(std::string_view raw, std::string_view known) {
  while (!raw.empty()) {
    const std::string_view pair = raw.substr(0, raw.find('&'));
    raw.remove_prefix(std::min(pair.size() + 1, raw.size()));
    if (pair.empty()) continue;
    const std::string key(pair.substr(0, pair.find('=')));
    std::string written(key.size() < pair.size() ? pair.substr(key.size() + 1) : std::string_view());
    std::replace(written.begin(), written.end(), '+', ' ');
    const auto value = percent_decoded(written);
    const bool twice =
        std::any_of(values_.begin(), values_.end(), [&key](const auto& before) { return before.first == key; });
    if (!is_among(known, key))
      fault_ = "the query's " + key + " is not known here";
    else if (twice || !value)
      fault_ = "the query's " + key + " is there twice or badly written";
    if (!fault_.empty()) return;
    values_.emplace_back(key, *value);
  }
  read_page();
}

std::string Query::text(std::string_view name) const {
  for (const auto& [key, value] : values_)
    if (key == name) return value;
  return {};
}

static std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

void Query::read_page() {
  if (const std::string given = text("limit"); !given.empty()) {
    const auto number = whole_number(given);
    if (!number || *number < 1 || *number > 200)
      fault_ = "the query's limit must be a whole number from 1 to 200";
    else
      limit_ = static_cast<int>(*number);
  }
  if (const std::string given = text("cursor"); !given.empty()) {
    cursor_ = whole_number(given);
    if (!cursor_) fault_ = "the query's cursor must be the next of the page before";
  }
}

Body::Body(const Call& call) {
  json = Json::parse(call.request.body, nullptr, false);
  if (json.is_discarded()) fault = refused(400, "the request's body is not JSON");
}

ManagedReply answer_with(unsigned status, const Json& json) {
  ManagedReply reply;
  reply.status = status;
  reply.body = text_of(json);
  return reply;
}

ManagedReply nothing_to_say() {
  ManagedReply reply;
  reply.status = 204;
  return reply;
}

std::string etag_of(std::int64_t revision) { return "\"r" + std::to_string(revision) + "\""; }

bool has_tag(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view tag = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    while (!tag.empty() && (tag.front() == ' ' || tag.front() == '\t')) tag.remove_prefix(1);
    while (!tag.empty() && (tag.back() == ' ' || tag.back() == '\t')) tag.remove_suffix(1);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

ManagedReply answer_with_revision(const Call& call, unsigned status, const Json& json, std::int64_t revision) {
  const std::string etag = etag_of(revision);
  ManagedReply reply;
  const bool reads = call.request.method == "GET" || call.request.method == "HEAD";
  if (reads && has_tag(call.request.field("if-none-match"), etag))
    reply.status = 304;
  else
    reply = answer_with(status, json);
  reply.fields.emplace_back("ETag", etag);
  return reply;
}

bool matches(const Call& call, std::int64_t revision) {
  return has_tag(call.request.field("if-match"), etag_of(revision));
}

ManagedReply changed_since() {
  return refused(412, "somebody changed it since you read it; read it again and repeat the change");
}

void enter_change(ApiParts& parts, const Call& call, const std::string& action, const std::string& subject) {
  const auto entered = parts.library.audit->record(call.author(), action, subject, "", "");
  if (!entered)
    log_error("a change is not in the audit log",
              {{"action", action}, {"subject", subject}, {"error", entered.error().to_sentence()}});
}

}  // namespace chalkline::streamer
