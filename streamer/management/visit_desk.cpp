// Lines are counted before they are kept: a full disk loses the file's line, not the figure.
#include "streamer/management/visit_desk.hpp"

#include <algorithm>
#include <vector>

#include "core/log.hpp"
#include "streamer/api/sign_in_limit.hpp"
#include "streamer/management/problem.hpp"

namespace chalkline::streamer {

static std::vector<std::string_view> lines_of(std::string_view body) {
  std::vector<std::string_view> lines;
  while (!body.empty()) {
    const std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(line.size() + 1, body.size()));
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

std::int64_t VisitDesk::wait_for(std::string_view address, std::int64_t reports, std::int64_t now_ms) {
  constexpr std::size_t kMostKept = 10'000;
  const std::scoped_lock lock(mutex_);
  if (full_at_ms_.size() > kMostKept)
    std::erase_if(full_at_ms_, [now_ms](const auto& entry) { return entry.second <= now_ms; });
  std::int64_t& full_at = full_at_ms_[counted_address(address)];
  const std::int64_t then = std::max(full_at, now_ms) + reports * kEveryMs;
  const std::int64_t wait = then - now_ms - kAtOnce * kEveryMs;
  if (wait > 0) return wait;
  full_at = then;
  return 0;
}

ManagedReply VisitDesk::answer(const ManagedRequest& request) {
  if (request.method != "POST") {
    ManagedReply refusal = problem(405, "reports are sent with POST");
    refusal.fields.emplace_back("Allow", "POST");
    return refusal;
  }
  if (request.body.size() > kMostBody) return problem(413, "reports come in bodies of 64 kB at most");
  const std::vector<std::string_view> lines = lines_of(request.body);
  const auto many = static_cast<std::int64_t>(std::max<std::size_t>(lines.size(), 1));
  if (many > kAtOnce) return problem(413, "fewer reports at once, please");
  if (const std::int64_t wait = wait_for(request.remote, many, request.unix_ms); wait > 0) {
    figures_.refuse(VisitFigures::Refusal::kTooMany, static_cast<std::uint64_t>(many));
    ManagedReply refusal = problem(429, "too many reports from this address");
    refusal.fields.emplace_back("Retry-After", std::to_string((wait + 999) / 1000));
    return refusal;
  }
  std::string kept;
  std::string fault = "there is nothing in the body";
  for (const std::string_view line : lines) {
    const auto report = library::parse_visit_report(line);
    if (!report) {
      figures_.refuse(VisitFigures::Refusal::kJunk);
      fault = report.error().to_sentence();
      continue;
    }
    figures_.count(*report);
    kept += library::render_visit_report(*report) + "\n";
  }
  if (kept.empty()) return problem(400, fault);
  if (const auto added = spool_.add(kept, request.unix_ms); !added)
    log_warn("a report was counted and not kept", {{"error", added.error().to_sentence()}});
  ManagedReply taken;
  taken.status = 204;
  return taken;
}

Result<std::uint64_t> VisitDesk::forwarded(const std::string& mirror, const std::string& day, std::uint64_t offset,
                                           std::string_view lines, std::int64_t unix_ms) {
  CHALK_TRY_ASSIGN(const library::ForwardedVisits visits, from_mirrors_.add(mirror, day, offset, lines, unix_ms));
  for (const library::VisitReport& report : visits.reports) figures_.count(report);
  if (visits.junk > 0) figures_.refuse(VisitFigures::Refusal::kJunk, visits.junk);
  return visits.bytes;
}

}  // namespace chalkline::streamer
