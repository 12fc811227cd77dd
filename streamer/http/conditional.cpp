// Entity tags and dates against what the server holds now.
#include "streamer/http/conditional.hpp"

#include "streamer/http/date.hpp"

namespace chalkline::streamer {

namespace {

struct Tag {
  bool weak = false;
  std::string_view quoted;
};

Tag split_tag(std::string_view text) {
  if (text.starts_with("W/")) return Tag{true, text.substr(2)};
  return Tag{false, text};
}

// Takes the next entity-tag off `list`; none at its end or where it stops being a list of tags.
std::optional<Tag> next_tag(std::string_view& list) {
  while (!list.empty() && (list.front() == ' ' || list.front() == '\t' || list.front() == ',')) list.remove_prefix(1);
  const std::size_t prefix = list.starts_with("W/") ? 2 : 0;
  if (list.size() < prefix + 2 || list[prefix] != '"') return std::nullopt;
  const std::size_t close = list.find('"', prefix + 1);
  if (close == std::string_view::npos) return std::nullopt;
  const Tag tag = split_tag(list.substr(0, close + 1));
  list.remove_prefix(close + 1);
  return tag;
}

template <class Same>
bool any_tag(std::string_view list, std::string_view etag, const Same& same) {
  if (etag.empty()) return false;
  if (list == "*") return true;
  const Tag current = split_tag(etag);
  while (const auto tag = next_tag(list))
    if (same(*tag, current)) return true;
  return false;
}

bool if_range_holds(const RequestHead& request, const Validators& current, std::int64_t now) {
  const std::string_view value = request.if_range;
  if (value.starts_with('"') || value.starts_with("W/"))
    return !value.starts_with("W/") && !current.etag.starts_with("W/") && value == current.etag;
  // 13.1.5: a date must match exactly and be a strong validator; ours, where there is one, is.
  const auto date = parse_http_date(value, now);
  return date && current.last_modified && *date == *current.last_modified;
}

}  // namespace

bool etag_list_matches_strongly(std::string_view list, std::string_view etag) {
  return any_tag(list, etag, [](const Tag& a, const Tag& b) { return !a.weak && !b.weak && a.quoted == b.quoted; });
}

bool etag_list_matches_weakly(std::string_view list, std::string_view etag) {
  return any_tag(list, etag, [](const Tag& a, const Tag& b) { return a.quoted == b.quoted; });
}

Precondition evaluate_preconditions(const RequestHead& request, const Validators& current, std::int64_t now) {
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  // Steps 1 and 2.
  if (!request.if_match.empty()) {
    if (!etag_list_matches_strongly(request.if_match, current.etag)) return Precondition::kFailed;
  } else if (!request.if_unmodified_since.empty() && current.last_modified) {
    const auto date = parse_http_date(request.if_unmodified_since, now);
    if (date && *current.last_modified > *date) return Precondition::kFailed;
  }
  // Steps 3 and 4.
  if (!request.if_none_match.empty()) {
    if (etag_list_matches_weakly(request.if_none_match, current.etag))
      return reads ? Precondition::kNotModified : Precondition::kFailed;
  } else if (reads && !request.if_modified_since.empty() && current.last_modified) {
    const auto date = parse_http_date(request.if_modified_since, now);
    if (date && *current.last_modified <= *date) return Precondition::kNotModified;
  }
  // Step 5.
  if (request.method == Method::kGet && !request.range.empty() && !request.if_range.empty() &&
      !if_range_holds(request, current, now))
    return Precondition::kProceedWithoutRange;
  return Precondition::kProceed;
}

}  // namespace chalkline::streamer
