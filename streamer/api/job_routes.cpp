// /api/v1/jobs. The queue has transactions of its own; what was done to a job enters the audit log right after.
#include <charconv>
#include <filesystem>

#include "library/job_queue.hpp"
#include "streamer/api/lesson_value.hpp"
#include "streamer/api/route_table.hpp"

namespace chalkline::streamer {

namespace {

std::optional<std::int64_t> job_number(const Call& call) {
  const std::string text = call.parameter(0);
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The job that the path names, or the refusal.
Result<library::Job> job_of(ApiParts& parts, const Call& call) {
  const auto number = job_number(call);
  if (!number) return Error(Errc::kNotFound, "there is no job " + call.parameter(0));
  return parts.library.jobs->find(*number);
}

}  // namespace

ManagedReply list_jobs(ApiParts& parts, const Call& call) {
  library::JobFilter filter;
  filter.lesson_id = call.query.text("lesson");
  if (const std::string state = call.query.text("state"); !state.empty()) {
    filter.state = library::job_state_named(state);
    if (!filter.state) return refused(400, "the query's state must be queued, running, published, failed or cancelled");
  }
  const auto page = parts.library.jobs->list(filter, call.query.cursor(), call.query.limit());
  if (!page) return refused(page.error());
  Json json = list_value("jobs", page->jobs, job_value);
  json["next"] = cursor_value(page->next);
  return answer_with(200, json);
}

ManagedReply show_job(ApiParts& parts, const Call& call) {
  const auto job = job_of(parts, call);
  return job ? answer_with(200, job_value(*job)) : refused(job.error());
}

ManagedReply change_job(ApiParts& parts, const Call& call) {
  const Body body(call);
  if (body.fault) return *body.fault;
  const auto job = job_of(parts, call);
  if (!job) return refused(job.error());
  Faults faults;
  std::int64_t priority = job->priority;
  ObjectReader object(body.json, "", faults);
  object.number("priority", priority);
  object.finish();
  if (faults.empty() && (priority < -library::kHighestPriority || priority > library::kHighestPriority))
    faults.push_back({"/priority", "must be a whole number from -100 to 100"});
  if (!faults.empty()) return refused(faults);
  const auto changed = parts.library.jobs->set_priority(job->id, static_cast<int>(priority));
  if (!changed) return refused(changed.error());
  enter_change(parts, call, "job.priority", "job/" + std::to_string(job->id));
  return answer_with(200, job_value(*changed));
}

ManagedReply cancel_job(ApiParts& parts, const Call& call) {
  const auto job = job_of(parts, call);
  if (!job) return refused(job.error());
  const auto cancelled = parts.library.jobs->cancel(job->id);
  if (!cancelled && cancelled.error().code == Errc::kNotFound)
    return refused(409, "job " + std::to_string(job->id) + " is neither queued nor running");
  if (!cancelled) return refused(cancelled.error());
  enter_change(parts, call, "job.cancel", "job/" + std::to_string(job->id));
  return show_job(parts, call);
}

ManagedReply retry_job(ApiParts& parts, const Call& call) {
  const auto job = job_of(parts, call);
  if (!job) return refused(job.error());
  std::error_code failed;
  if (!std::filesystem::exists(parts.library.root / job->source, failed))
    return refused(409,
                   "the recording of job " + std::to_string(job->id) + " is no longer in the library; add it again");
  const auto again = parts.library.jobs->queue_again(job->id);
  if (!again && again.error().code == Errc::kInvalidArgument) return refused(409, again.error().to_sentence());
  if (!again) return refused(again.error());
  enter_change(parts, call, "job.retry", "job/" + std::to_string(job->id));
  return answer_with(200, job_value(*again));
}

ManagedReply follow_jobs(ApiParts& parts, const Call& /*call*/) {
  ManagedReply reply;
  reply.content_type = "text/event-stream";
  reply.fields.emplace_back("X-Accel-Buffering", "no");  // a proxy that waits for the end would wait for ever
  reply.feed = &parts.job_events;
  return reply;
}

}  // namespace chalkline::streamer
