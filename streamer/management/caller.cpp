// Tokens go before cookies: a program that has one means it.
#include "streamer/management/caller.hpp"

#include <fmt/format.h>

#include "library/password.hpp"
#include "streamer/http/access.hpp"
#include "streamer/management/problem.hpp"

namespace chalkline::streamer {

namespace {

constexpr std::string_view kCookie = "chalkline";
constexpr std::string_view kSecureCookie = "__Host-chalkline";

bool is_secure(const ManagedRequest& request) {
  return request.encrypted || request.field("x-forwarded-proto") == "https";
}

bool changes(const ManagedRequest& request) {
  return request.method != "GET" && request.method != "HEAD" && request.method != "OPTIONS";
}

Caller caller_of(const library::AccessToken& token) {
  Caller caller;
  caller.id = token.id;
  caller.who = "token " + token.id + " (" + token.label + ")";
  caller.name = token.label;
  caller.role = token.role;
  caller.expires_ms = token.expires_ms;
  return caller;
}

Caller caller_of(library::BrowserSession session) {
  Caller caller;
  caller.id = fmt::format("user-{}", session.user.id);
  caller.who = "user " + session.user.name;
  caller.name = session.user.name;
  caller.role = session.user.role;
  caller.csrf = std::move(session.csrf);
  caller.expires_ms = session.expires_ms;
  return caller;
}

}  // namespace

Identified identify(library::Library& library, const ManagedRequest& request) {
  Identified found;
  const std::string_view presented = bearer_token(request.field("authorization"));
  found.presented = !presented.empty();
  if (presented.starts_with(library::kTokenPrefix)) {
    auto token = library.tokens->check(presented);
    if (!token)
      found.refusal = problem(token.error());
    else if (!*token)
      found.refusal = unauthorized(true);
    else
      found.caller = caller_of(**token);
    return found;
  }
  const std::string_view secret = session_secret(request);
  if (secret.empty()) return found;
  found.presented = true;
  auto session = library.users->check(secret);
  if (!session) found.refusal = problem(session.error());
  if (!session || !*session) return found;
  if (changes(request) && !library::same_secret(request.field("x-csrf-token"), (*session)->csrf))
    found.refusal = problem(403, "a change made with a session's cookie wants the session's X-CSRF-Token");
  else
    found.caller = caller_of(std::move(**session));
  return found;
}

std::optional<ManagedReply> refusal_below(const Identified& identified, library::Role wanted) {
  if (!identified.caller) return unauthorized(identified.presented);
  if (library::is_enough(identified.caller->role, wanted)) return std::nullopt;
  return forbidden(fmt::format("this needs the role {}; yours is {}", library::name(wanted),
                               library::name(identified.caller->role)));
}

std::string_view session_secret(const ManagedRequest& request) {
  const std::string_view wanted = is_secure(request) ? kSecureCookie : kCookie;
  std::string_view rest = request.field("cookie");
  while (!rest.empty()) {
    std::string_view pair = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == wanted) return pair.substr(equals + 1);
  }
  return {};
}

std::string session_cookie(const ManagedRequest& request, std::string_view secret) {
  const bool secure = is_secure(request);
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict{}{}", secure ? kSecureCookie : kCookie, secret,
                     secure ? "; Secure" : "", secret.empty() ? "; Max-Age=0" : "");
}

}  // namespace chalkline::streamer
