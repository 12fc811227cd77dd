// /api/v1/tokens and /api/v1/audit: for admins.
#include "streamer/api/route_table.hpp"

namespace chalkline::streamer {

ManagedReply list_tokens(ApiParts& parts, const Call& /*call*/) {
  const auto tokens = parts.library.tokens->list();
  if (!tokens) return refused(tokens.error());
  return answer_with(200, list_value("tokens", *tokens, token_value));
}

ManagedReply create_token(ApiParts& parts, const Call& call) {
  const Body body(call);
  if (body.fault) return *body.fault;
  Faults faults;
  std::string label;
  std::string role;
  std::int64_t expires_ms = 0;
  ObjectReader object(body.json, "", faults);
  object.text("label", label);
  object.text("role", role);
  object.number("expires_ms", expires_ms);
  object.require("label");
  object.require("role");
  object.finish();
  const auto known = library::role_named(role);
  if (object.has("role") && !known) object.fault("role", "must be mirror, reader, editor, operator or admin");
  if (expires_ms < 0 || (expires_ms > 0 && expires_ms <= call.request.unix_ms))
    object.fault("expires_ms", "must be a time to come");
  if (!faults.empty() || !known) return refused(faults);
  auto made = parts.library.tokens->create(label, *known, expires_ms);
  if (!made && made.error().code == Errc::kInvalidArgument)
    return refused(Faults{{"/label", "must have 1 to 200 bytes and no control characters"}});
  if (!made) return refused(made.error());
  enter_change(parts, call, "token.create", "token/" + made->first.id);
  Json json = token_value(made->first);
  json["secret"] = made->second;
  ManagedReply reply = answer_with(201, json);
  reply.fields.emplace_back("Location", "/api/v1/tokens/" + made->first.id);
  return reply;
}

ManagedReply revoke_token(ApiParts& parts, const Call& call) {
  const std::string id = call.parameter(0);
  const auto revoked = parts.library.tokens->revoke(id);
  if (!revoked && revoked.error().code == Errc::kNotFound) return refused(404, "there is no token " + id);
  if (!revoked) return refused(revoked.error());
  enter_change(parts, call, "token.revoke", "token/" + id);
  return nothing_to_say();
}

ManagedReply list_audit(ApiParts& parts, const Call& call) {
  const auto page = parts.library.audit->list(call.query.cursor(), call.query.limit());
  if (!page) return refused(page.error());
  Json json = list_value("entries", page->entries, audit_value);
  json["next"] = cursor_value(page->next);
  return answer_with(200, json);
}

}  // namespace chalkline::streamer
