// Problem documents.
#include "streamer/api/problems.hpp"

#include "core/log.hpp"
#include "streamer/api/documents.hpp"
#include "streamer/http/status.hpp"

namespace chalkline::streamer {

ManagedReply refused(unsigned status, std::string_view detail, const Faults& faults) {
  Json json;
  json["type"] = "about:blank";
  json["title"] = reason_phrase(status);
  json["status"] = status;
  json["detail"] = detail;
  for (const Fault& fault : faults)
    json["errors"].push_back({{"pointer", "#" + fault.pointer}, {"detail", fault.detail}});
  ManagedReply reply;
  reply.status = status;
  reply.content_type = "application/problem+json";
  reply.body = text_of(json);
  return reply;
}

ManagedReply refused(const Faults& faults) {
  std::string detail = "the request's body cannot be taken";
  if (!faults.empty()) {
    const Fault& first = faults.front();
    detail += ": " + (first.pointer.empty() ? std::string("it") : first.pointer.substr(1)) + " " + first.detail;
  }
  return refused(422, detail, faults);
}

static unsigned status_for(Errc code) {
  switch (code) {
    case Errc::kNotFound: return 404;
    case Errc::kInvalidArgument: return 422;
    case Errc::kAlreadyExists:
    case Errc::kBusy:
    case Errc::kUnusableInput: return 409;
    case Errc::kLimitExceeded:
    case Errc::kTimeout:
    case Errc::kCancelled: return 503;
    case Errc::kDiskFull: return 507;
    case Errc::kPermissionDenied:
    case Errc::kIo:
    case Errc::kBadConfig:
    case Errc::kCorrupt:
    case Errc::kInternal: return 500;
  }
  return 500;
}

ManagedReply refused(const Error& error) {
  const unsigned status = status_for(error.code);
  if (status < 500) return refused(status, error.to_sentence());
  log_error("a request could not be answered", {{"error", error.to_sentence()}});
  if (status == 507) return refused(status, "the server's disk is full");
  if (status == 503) return refused(status, "the server is busy; try again");
  return refused(status, "the server could not do it; its log says why");
}

}  // namespace chalkline::streamer
