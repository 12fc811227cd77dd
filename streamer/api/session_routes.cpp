// /api/v1/session: people sign in with a password, are told who they are, and sign out. Wrong names and wrong passwords
// are one answer in one time; both are in the audit log.
#include <fmt/format.h>

#include "core/log.hpp"
#include "library/users.hpp"
#include "streamer/api/route_table.hpp"

namespace chalkline::streamer {

namespace {

Json session_value(const Caller& caller) {
  Json json;
  json["name"] = caller.name;
  json["role"] = library::name(caller.role);
  json["csrf"] = caller.csrf.empty() ? Json(nullptr) : Json(caller.csrf);
  json["expires_ms"] = caller.expires_ms == 0 ? Json(nullptr) : Json(caller.expires_ms);
  return json;
}

void enter(ApiParts& parts, const Call& call, const std::string& who, const std::string& action,
           const std::string& name) {
  // What a stranger typed as a name is no text for a log.
  const std::string subject = "user/" + (library::is_user_name(name) ? name : std::string("?"));
  const auto entered = parts.library.audit->record({who, std::string(call.request.remote)}, action, subject, "", "");
  if (!entered) log_error("a sign-in is not in the audit log", {{"error", entered.error().to_sentence()}});
}

ManagedReply too_often(std::int64_t wait_ms) {
  ManagedReply reply = refused(429, "too many wrong passwords; wait a little and try again");
  reply.fields.emplace_back("Retry-After", std::to_string((wait_ms + 999) / 1000));
  return reply;
}

}  // namespace

ManagedReply sign_in(ApiParts& parts, const Call& call) {
  const Body body(call);
  if (body.fault) return *body.fault;
  Faults faults;
  std::string name;
  std::string password;
  ObjectReader object(body.json, "", faults);
  object.text("name", name);
  object.text("password", password);
  object.require("name");
  object.require("password");
  object.finish();
  if (!faults.empty()) return refused(faults);
  if (const std::int64_t wait = parts.sign_ins.begin(name, call.request.remote, call.request.unix_ms); wait > 0)
    return too_often(wait);
  const auto begun = parts.library.users->sign_in(name, password);
  if (!begun) return refused(begun.error());
  if (!*begun) {
    enter(parts, call, "anybody", "session.refused", name);
    return refused(401, "there is no such user, or the password is another");
  }
  parts.sign_ins.succeeded(name, call.request.remote, call.request.unix_ms);
  // What the browser had before is nobody's any more.
  if (const std::string_view before = session_secret(call.request); !before.empty())
    (void)parts.library.users->sign_out(before);
  enter(parts, call, "user " + name, "session.begin", name);
  const library::BrowserSession& session = **begun;
  Caller caller;
  caller.name = session.user.name;
  caller.role = session.user.role;
  caller.csrf = session.csrf;
  caller.expires_ms = session.expires_ms;
  ManagedReply reply = answer_with(200, session_value(caller));
  reply.fields.emplace_back("Set-Cookie", session_cookie(call.request, session.secret));
  return reply;
}

ManagedReply show_session(ApiParts& /*parts*/, const Call& call) {
  return answer_with(200, session_value(*call.caller));
}

ManagedReply sign_out(ApiParts& parts, const Call& call) {
  if (call.caller->csrf.empty()) return refused(409, "a token has no session; revoke it to end it");
  const auto ended = parts.library.users->sign_out(session_secret(call.request));
  if (!ended) return refused(ended.error());
  enter(parts, call, call.caller->who, "session.end", call.caller->name);
  ManagedReply reply = nothing_to_say();
  reply.fields.emplace_back("Set-Cookie", session_cookie(call.request, {}));
  return reply;
}

}  // namespace chalkline::streamer
