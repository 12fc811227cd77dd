// Method, target, route: the checks that come before any object is looked at.
#include "streamer/delivery/request_plan.hpp"

#include <algorithm>
#include <charconv>

#include "streamer/delivery/playlist_choice.hpp"
#include "streamer/http/answer.hpp"
#include "streamer/http/field_text.hpp"
#include "streamer/http/target.hpp"
#include "streamer/pages/curriculum_query.hpp"
#include "streamer/pages/oembed.hpp"

namespace chalkline::streamer {

namespace {

Response refusal(const RequestHead& head, unsigned status, std::string_view detail, std::string_view path,
                 std::string_view cors_fields, std::string_view extra_fields = {}) {
  ErrorAnswer error;
  error.status = status;
  error.detail = detail;
  error.json = path.starts_with("/api/");
  error.shared_fields = cors_fields;
  error.extra_fields = extra_fields;
  return answer_with_error(head.method, error);
}

}  // namespace

RequestPlan plan_request(const RequestHead& head, std::string& storage, std::string_view cors_fields) {
  RequestPlan plan;
  if (head.method == Method::kOther) {
    plan.response = refusal(head, 501, "this server does not know the method", {}, cors_fields);
    return plan;
  }
  const auto target = parse_target(head.target, storage);
  if (!target) {
    plan.response = refusal(head, 400, "the request target is not a path this server could have", {}, cors_fields);
    return plan;
  }
  if (!head.expect.empty() && !is_continue(head.expect)) {
    plan.response = refusal(head, 417, "only 100-continue can be expected", target->path, cors_fields);
    return plan;
  }
  if (target->path == "*" && head.method == Method::kOptions) {
    plan.response = answer_to_options(kAllowedMethods, cors_fields);
    return plan;
  }
  const auto match = match_route(target->path);
  if (!match) {
    plan.response = refusal(head, 404, "there is nothing at this address", target->path, cors_fields);
    return plan;
  }
  plan.route = match->route;
  if (head.method == Method::kOptions) {
    plan.response = answer_to_options(kAllowedMethods, cors_fields);
    return plan;
  }
  if (head.method != Method::kGet && head.method != Method::kHead) {
    const std::string allow = "Allow: " + std::string(kAllowedMethods) + "\r\n";
    plan.response = refusal(head, 405, "this resource can only be read", target->path, cors_fields, allow);
    return plan;
  }
  plan.key = target->path;
  if (plan.route->id == RouteId::kLessonPlaylist) {
    PlaylistChoice choice = parse_playlist_choice(target->query);
    if (choice.max_bandwidth == 0 && choice.rung.empty()) choice.max_bandwidth = suitable_bandwidth(head);
    const std::string query = canonical_query(choice);
    if (!query.empty()) plan.key = key_with_query(target->path, query, storage);
  }
  if (plan.route->id == RouteId::kOembed) {
    const OembedRequest request =
        parse_oembed_request(target->query, target->authority.empty() ? head.host : target->authority);
    if (request.refusal != 0) {
      plan.response = refusal(head, request.refusal, request.why, target->path, cors_fields);
      return plan;
    }
    plan.key = key_with_query(target->path, key_of(request), storage);
  }
  if (is_curriculum_page(plan.route->id)) {
    const CurriculumQuery query = parse_curriculum_query(target->query, head.accept_language);
    if (!query.fault.empty()) {
      plan.response = refusal(head, 400, "the query's " + query.fault, target->path, cors_fields);
      return plan;
    }
    plan.key = key_with_query(target->path, canonical_query(query), storage);
  }
  return plan;
}

std::string_view key_with_query(std::string_view path, std::string_view query, std::string& storage) {
  std::string key;
  key.reserve(path.size() + 1 + query.size());
  key.append(path).append(1, '\n').append(query);
  storage = std::move(key);
  return storage;
}

std::string key_with_expiry(std::string_view key, std::int64_t expires) {
  std::string made(key);
  if (made.find('\n') == std::string::npos) made += '\n';
  return made + '\n' + std::to_string(expires);
}

static constexpr std::string_view kPreview = "\npreview";

std::string key_of_preview(std::string_view key, std::int64_t expires) {
  return key_with_expiry(key, expires).append(kPreview);
}

KeyParts split_key(std::string_view key) {
  const std::size_t newline = key.find('\n');
  KeyParts parts;
  parts.path = key.substr(0, newline);
  if (newline != std::string_view::npos) parts.query = key.substr(newline + 1);
  const std::size_t second = parts.query.find('\n');
  if (second != std::string_view::npos) {
    const std::string_view expires = parts.query.substr(second + 1);
    std::from_chars(expires.data(), expires.data() + expires.size(), parts.expires);
    parts.preview = expires.ends_with(kPreview);
    parts.query = parts.query.substr(0, second);
  }
  return parts;
}

}  // namespace chalkline::streamer
