// Whose a managed request is: a token's (Authorization: Bearer ct_...) or that of a user who signed in, by the cookie
// of the browser's session. A change that comes with a cookie must show the session's X-CSRF-Token too, since a browser
// adds cookies by itself, also to what another site made it send. The API and uploads ask; on threads that may wait.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "library/library.hpp"
#include "streamer/management/handler.hpp"

namespace chalkline::streamer {

struct Caller {
  std::string id;    // "1f0c2d3e4a5b6978" of a token, "user-3" of a user: whose uploads and kept replies are whose
  std::string who;   // for the audit log: "token 1f0c... (content team)", "user amina"
  std::string name;  // the token's label, the user's name
  library::Role role = library::Role::kReader;
  std::string csrf;             // of a session; empty for tokens
  std::int64_t expires_ms = 0;  // 0: never
};

struct Identified {
  std::optional<Caller> caller;         // none: anybody
  std::optional<ManagedReply> refusal;  // a token that is not good, a change without X-CSRF-Token, a broken library
  bool presented = false;               // something was shown, good or not
};
Identified identify(library::Library& library, const ManagedRequest& request);

// None where the caller has the role; else 401 or 403.
std::optional<ManagedReply> refusal_below(const Identified& identified, library::Role wanted);

// The session's cookie: its secret in a request ("" where there is none), and the line that sets or ends it. Over TLS,
// ours or a proxy's (X-Forwarded-Proto), it has the prefix __Host- and Secure (RFC 6265bis 4.1.3.2): nothing that
// comes in the clear can set or read it.
std::string_view session_secret(const ManagedRequest& request);
std::string session_cookie(const ManagedRequest& request, std::string_view secret);  // secret "": ends it

}  // namespace chalkline::streamer
