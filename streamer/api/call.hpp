// One request to the API on its way through: what the routes' functions get, and the small checks that they share.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "library/access_tokens.hpp"
#include "library/library.hpp"
#include "streamer/api/documents.hpp"
#include "streamer/api/problems.hpp"
#include "streamer/api/sign_in_limit.hpp"
#include "streamer/delivery/version_table.hpp"
#include "streamer/management/caller.hpp"
#include "streamer/management/feed.hpp"
#include "streamer/management/handler.hpp"

namespace chalkline::streamer {

class Steering;
class VisitDesk;

// What answers are made from; one for the server.
struct ApiParts {
  ApiParts(library::Library& opened, Feed& jobs, std::string secret, bool is_closed, const Steering& steers,
           VisitDesk* reports)
      : library(opened),
        versions(*opened.versions, 8'000'000),
        job_events(jobs),
        preview_secret(std::move(secret)),
        closed(is_closed),
        steering(steers),
        visits(reports) {}
  library::Library& library;
  VersionTable versions;
  Feed& job_events;
  const std::string preview_secret;
  const bool closed;  // lessons want a token
  const Steering& steering;
  VisitDesk* const visits;  // null: none are taken
  SignInLimit sign_ins;
  std::mutex captions;  // of one version at a time
};

// The query's parameters ("+" is a space, as forms write it).
class Query {
 public:
  Query() = default;
  // `known`: the names that the route takes, with commas between.
  Query(std::string_view raw, std::string_view known);
  // Why it is refused: a name that is not known or there twice, a page that cannot be; "" where it is not.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] std::string text(std::string_view name) const;  // "" where absent
  // A page's length: `limit`, 1 to 200, 50 where absent; and where it begins.
  [[nodiscard]] int limit() const { return limit_; }
  [[nodiscard]] std::optional<std::int64_t> cursor() const { return cursor_; }

 private:
  void read_page();
  std::vector<std::pair<std::string, std::string>> values_;
  std::string fault_;
  int limit_ = 50;
  std::optional<std::int64_t> cursor_;
};

struct Call {
  const ManagedRequest& request;
  std::vector<std::string_view> parameters;  // of the path, in order
  Query query;                               // without a fault
  std::optional<Caller> caller;              // whose request it is; none: anybody's

  [[nodiscard]] bool may(library::Role role) const { return caller && library::is_enough(caller->role, role); }
  [[nodiscard]] library::Author author() const;
  [[nodiscard]] std::string parameter(std::size_t i) const { return std::string(parameters.at(i)); }
};

// The body as JSON, or the refusal: 400.
struct Body {
  explicit Body(const Call& call);
  Json json;
  std::optional<ManagedReply> fault;
};

ManagedReply answer_with(unsigned status, const Json& json);
ManagedReply nothing_to_say();  // 204

// Strong validators (RFC 9110 8.8.3) of what has a revision.
std::string etag_of(std::int64_t revision);
// Adds ETag; 304 where If-None-Match has it.
ManagedReply answer_with_revision(const Call& call, unsigned status, const Json& json, std::int64_t revision);
// Whether If-Match allows a change of what is at `revision` (RFC 9110 13.1.1).
bool matches(const Call& call, std::int64_t revision);
ManagedReply changed_since();  // 412

// Whether a list of entity-tags, or "*", has this one.
bool has_tag(std::string_view list, std::string_view etag);

// Into the audit log, by whoever calls: action "token.revoke" of subject "token/<id>". A change that cannot be entered
// stands, and the server's own log says so.
void enter_change(ApiParts& parts, const Call& call, const std::string& action, const std::string& subject);

}  // namespace chalkline::streamer
