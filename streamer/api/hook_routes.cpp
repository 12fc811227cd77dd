// /api/v1/hooks: whom the platform wants told, and how the telling goes. For admins.
#include <algorithm>
#include <charconv>
#include <iterator>

#include "config/text_checks.hpp"
#include "streamer/api/edits.hpp"
#include "streamer/api/route_table.hpp"

namespace chalkline::streamer {

namespace {

Json hook_value(const library::Hook& hook) {
  const bool rests = hook.rests_until_ms > library::system_clock_ms();
  return {{"id", hook.id},
          {"url", hook.url},
          {"events", hook.events},
          {"configured", hook.configured},
          {"enabled", hook.enabled},
          {"created_ms", hook.created_ms},
          {"rests_until_ms", rests ? Json(hook.rests_until_ms) : Json(nullptr)}};
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json delivery_value(const library::Delivery& delivery) {
  const bool open = delivery.state == library::DeliveryState::kWaiting;
  return {{"id", delivery.id},
          {"event_id", "evt_" + delivery.event_id},
          {"event", delivery.event},
          {"at_ms", delivery.at_ms},
          {"lesson", delivery.lesson_id},
          {"version", text_or_null(delivery.version)},
          {"job", delivery.job == 0 ? Json(nullptr) : Json(delivery.job)},
          {"state", library::name(delivery.state)},
          {"tries", delivery.tries},
          {"next_ms", open ? Json(std::max(delivery.next_ms, delivery.updated_ms)) : Json(nullptr)},
          {"status", delivery.status == 0 ? Json(nullptr) : Json(delivery.status)},
          {"problem", text_or_null(delivery.problem)},
          {"updated_ms", delivery.updated_ms}};
}

}  // namespace

ManagedReply list_hooks(ApiParts& parts, const Call& /*call*/) {
  const auto hooks = parts.library.hooks->list();
  return hooks ? answer_with(200, list_value("hooks", *hooks, hook_value)) : refused(hooks.error());
}

ManagedReply create_hook(ApiParts& parts, const Call& call) {
  const Body body(call);
  if (body.fault) return *body.fault;
  Faults faults;
  std::string url;
  std::vector<std::string> events;
  ObjectReader object(body.json, "", faults);
  object.text("url", url);
  object.words("events", events);
  object.require("url");
  object.finish();
  if (object.has("url"))
    if (const std::string wrong = config::check_hook_url(url); !wrong.empty()) object.fault("url", wrong);
  for (const std::string& event : events)
    if (std::find(library::kHookEvents.begin(), library::kHookEvents.end(), event) == library::kHookEvents.end())
      object.fault("events", "must be of lesson.ready, lesson.published, lesson.withdrawn and job.failed");
  if (!faults.empty()) return refused(faults);
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  const auto made = parts.library.hooks->create(url, events);
  if (!made) return refused(made.error());
  enter_change(parts, call, "hook.create", "hook/" + made->first.id);
  Json json = hook_value(made->first);
  json["secret"] = made->second;
  ManagedReply reply = answer_with(201, json);
  reply.fields.emplace_back("Location", "/api/v1/hooks/" + made->first.id);
  return reply;
}

ManagedReply show_hook(ApiParts& parts, const Call& call) {
  const auto hook = parts.library.hooks->find(call.parameter(0));
  return hook ? answer_with(200, hook_value(*hook)) : refused(hook.error());
}

ManagedReply change_hook(ApiParts& parts, const Call& call) {
  const auto enabled = read_member<bool>(call, "enabled", &ObjectReader::flag);
  if (enabled.fault) return *enabled.fault;
  const auto changed = parts.library.hooks->set_enabled(call.parameter(0), enabled.value);
  if (!changed) return refused(changed.error());
  enter_change(parts, call, enabled.value ? "hook.on" : "hook.off", "hook/" + changed->id);
  return answer_with(200, hook_value(*changed));
}

ManagedReply remove_hook(ApiParts& parts, const Call& call) {
  const std::string id = call.parameter(0);
  const auto removed = parts.library.hooks->remove(id);
  if (!removed) return refused(removed.error());
  enter_change(parts, call, "hook.remove", "hook/" + id);
  return nothing_to_say();
}

ManagedReply list_deliveries(ApiParts& parts, const Call& call) {
  std::optional<library::DeliveryState> wanted;
  if (const std::string state = call.query.text("state"); !state.empty()) {
    wanted = library::delivery_state_named(state);
    if (!wanted) return refused(400, "the query's state must be waiting, sending, delivered or given_up");
  }
  const auto page = parts.library.hooks->deliveries(call.parameter(0), wanted, call.query.cursor(), call.query.limit());
  if (!page) return refused(page.error());
  Json json = list_value("deliveries", page->deliveries, delivery_value);
  json["next"] = cursor_value(page->next);
  return answer_with(200, json);
}

ManagedReply retry_delivery(ApiParts& parts, const Call& call) {
  const std::string text = call.parameter(1);
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return refused(404, "there is no delivery " + text);
  const auto again = parts.library.hooks->send_again(call.parameter(0), number);
  if (!again) return refused(again.error());
  enter_change(parts, call, "hook.retry", "hook/" + again->hook_id);
  return answer_with(200, delivery_value(*again));
}

}  // namespace chalkline::streamer
