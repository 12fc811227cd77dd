// RFC 9110 15, the codes this server sends.
#include "streamer/http/status.hpp"

namespace chalkline::streamer {

std::string_view reason_phrase(unsigned status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 307: return "Temporary Redirect";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 423: return "Locked";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 460: return "Checksum Mismatch";  // of tus 1.0
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    case 508: return "Loop Detected";
    default: return "Unknown";
  }
}

unsigned status_of(Errc code) noexcept {
  switch (code) {
    case Errc::kNotFound: return 404;
    case Errc::kInvalidArgument: return 400;
    case Errc::kPermissionDenied:
    case Errc::kAlreadyExists:
    case Errc::kIo:
    case Errc::kDiskFull:
    case Errc::kBadConfig:
    case Errc::kUnusableInput:
    case Errc::kCorrupt:
    case Errc::kInternal: return 500;
    case Errc::kBusy:
    case Errc::kTimeout:
    case Errc::kCancelled:
    case Errc::kLimitExceeded: return 503;
  }
  return 500;
}

}  // namespace chalkline::streamer
