// nlohmann writes the JSON: a detail may hold what a client sent.
#include "streamer/management/problem.hpp"

#include <string>

#include <nlohmann/json.hpp>

#include "streamer/http/status.hpp"

namespace chalkline::streamer {

ManagedReply problem(unsigned status, std::string_view detail) {
  nlohmann::ordered_json json = {
      {"type", "about:blank"}, {"title", std::string(reason_phrase(status))}, {"status", status}};
  if (!detail.empty()) json["detail"] = std::string(detail);
  ManagedReply reply;
  reply.status = status;
  reply.content_type = "application/problem+json";
  reply.body = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  return reply;
}

ManagedReply problem(const Error& error) {
  const unsigned status = managed_status(error.code);
  if (status < 500) return problem(status, error.to_sentence());
  ManagedReply reply =
      problem(status, status == 507   ? "the server's disk is full; nothing that was acknowledged is lost"
                      : status == 503 ? "too much is going on; ask again soon"
                                      : "the server could not do it; its log says why");
  if (status == 503) reply.fields.emplace_back("Retry-After", "2");
  return reply;
}

ManagedReply unauthorized(bool presented) {
  ManagedReply reply = problem(401, presented ? "the token is not valid, or not any more" : "this needs a token");
  reply.fields.emplace_back("WWW-Authenticate", presented ? "Bearer error=\"invalid_token\"" : "Bearer");
  return reply;
}

ManagedReply forbidden(std::string_view detail) {
  ManagedReply reply = problem(403, detail);
  reply.fields.emplace_back("WWW-Authenticate", "Bearer error=\"insufficient_scope\"");
  return reply;
}

unsigned managed_status(Errc code) noexcept {
  switch (code) {
    case Errc::kNotFound: return 404;
    case Errc::kInvalidArgument:
    case Errc::kUnusableInput: return 400;
    case Errc::kAlreadyExists:
    case Errc::kBusy: return 409;
    case Errc::kPermissionDenied: return 403;
    case Errc::kDiskFull: return 507;
    case Errc::kTimeout:
    case Errc::kCancelled:
    case Errc::kLimitExceeded: return 503;
    case Errc::kIo:
    case Errc::kBadConfig:
    case Errc::kCorrupt:
    case Errc::kInternal: return 500;
  }
  return 500;
}

}  // namespace chalkline::streamer
