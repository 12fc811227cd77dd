// RFC 9110: 13.2.2 preconditions first, then 14 ranges on the representation that content negotiation chose.
#include "streamer/http/answer.hpp"

#include <fmt/format.h>

#include "streamer/http/conditional.hpp"
#include "streamer/http/range.hpp"
#include "streamer/http/status.hpp"

namespace chalkline::streamer {

namespace {

constexpr std::string_view kBoundary = "chalkline-part-5b1f0c9d7e";

std::string status_line(unsigned status) { return fmt::format("HTTP/1.1 {} {}\r\n", status, reason_phrase(status)); }

void append_coding(std::string& head, const Representation& part) {
  if (part.coding != Coding::kIdentity)
    fmt::format_to(std::back_inserter(head), "Content-Encoding: {}\r\n", name(part.coding));
}

Response not_modified(const Object& object, const Representation& part) {
  Response response;
  response.status = 304;
  response.head = status_line(304) + part.etag_field + part.vary_field + object.fields;
  return response;
}

Response unsatisfiable(const Object& object, const Representation& part) {
  const std::string range = fmt::format("Content-Range: bytes */{}\r\n", part.length);
  ErrorAnswer error;
  error.status = 416;
  error.detail = "no byte of the requested range can be sent";
  error.extra_fields = range;
  error.shared_fields = object.cors_fields;
  return answer_with_error(Method::kGet, error);
}

// RFC 9110 14.2 lets a server leave Range alone; but a client that asks for the rest would put it behind what it has.
Response whole_or_nothing(const Object& object) {
  ErrorAnswer error;
  error.status = 409;
  error.detail = "what came of it before was not right; ask for all of it";
  error.shared_fields = object.cors_fields;
  return answer_with_error(Method::kGet, error);
}

Response single_part(const Object& object, const Representation& part, const ByteRange& range) {
  Response response;
  response.status = 206;
  response.head = status_line(206);
  fmt::format_to(std::back_inserter(response.head),
                 "Content-Type: {}\r\nContent-Length: {}\r\nContent-Range: bytes {}-{}/{}\r\n", object.media_type,
                 range.bytes(), range.first, range.last, part.length);
  append_coding(response.head, part);
  response.head += part.etag_field;
  response.head += object.fields;
  response.body.push_back({BodyPiece::Source::kObject, range.first, range.bytes()});
  return response;
}

// RFC 9110 14.6: each part says its type and its range.
Response many_parts(const Object& object, const Representation& part, const std::vector<ByteRange>& ranges) {
  Response response;
  response.status = 206;
  std::uint64_t total = 0;
  const auto add_text = [&](const std::string& text) {
    response.body.push_back({BodyPiece::Source::kText, response.text.size(), text.size()});
    response.text += text;
    total += text.size();
  };
  for (const ByteRange& range : ranges) {
    add_text(fmt::format("\r\n--{}\r\nContent-Type: {}\r\nContent-Range: bytes {}-{}/{}\r\n\r\n", kBoundary,
                         object.media_type, range.first, range.last, part.length));
    response.body.push_back({BodyPiece::Source::kObject, range.first, range.bytes()});
    total += range.bytes();
  }
  add_text(fmt::format("\r\n--{}--\r\n", kBoundary));
  response.head = status_line(206);
  fmt::format_to(std::back_inserter(response.head),
                 "Content-Type: multipart/byteranges; boundary={}\r\nContent-Length: {}\r\n", kBoundary, total);
  append_coding(response.head, part);
  response.head += part.etag_field;
  response.head += object.fields;
  return response;
}

Response whole(const RequestHead& request, const Object& object, const Representation& part) {
  Response response;
  response.status = object.status;
  response.shared_head = part.head;
  if (request.method != Method::kHead && part.length > 0)
    response.body.push_back({BodyPiece::Source::kObject, 0, part.length});
  return response;
}

Response choose(const RequestHead& request, const Object& object, const Representation& part, std::int64_t now) {
  if (object.status != 200) return whole(request, object, part);
  const Validators validators{part.etag, std::nullopt};
  const Precondition precondition = evaluate_preconditions(request, validators, now);
  if (precondition == Precondition::kNotModified) return not_modified(object, part);
  if (precondition == Precondition::kFailed) {
    ErrorAnswer error;
    error.status = 412;
    error.detail = "the object is not the one the request was made for";
    error.shared_fields = object.cors_fields;
    return answer_with_error(request.method, error);
  }
  // 14.2: Range is defined for GET only.
  if (precondition == Precondition::kProceedWithoutRange || request.method != Method::kGet || request.range.empty())
    return whole(request, object, part);
  const RangeRequest range = parse_range(request.range, part.length);
  switch (range.kind) {
    case RangeKind::kWhole: break;
    case RangeKind::kUnsatisfiable:
    case RangeKind::kRefused: return unsatisfiable(object, part);
    case RangeKind::kPart:
      if (object.whole_only && range.ranges.front().first > 0) return whole_or_nothing(object);
      if (object.whole_only) break;
      // Chromium's native player asks for playlists with "Range: bytes=0-" and takes a compressed 200, not a 206 of it.
      if (part.coding != Coding::kIdentity && range.ranges.size() == 1 && range.ranges.front().bytes() == part.length)
        break;
      return range.ranges.size() == 1 ? single_part(object, part, range.ranges.front())
                                      : many_parts(object, part, range.ranges);
  }
  return whole(request, object, part);
}

}  // namespace

Response answer_with_object(const RequestHead& request, ObjectPtr object, std::int64_t now_unix_seconds) {
  const bool plain = object->plain_for_all && (!request.range.empty() || !request.cdn_loop.empty());
  const Coding coding =
      plain ? Coding::kIdentity
            : choose_coding(request.accept_encoding, object->has(Coding::kGzip), object->has(Coding::kBrotli));
  const Representation& part = object->representation(coding);
  Response response = choose(request, *object, part, now_unix_seconds);
  response.representation = &part;
  response.object = std::move(object);
  return response;
}

Response answer_with_error(Method method, const ErrorAnswer& error) {
  Response response;
  response.status = error.status;
  if (error.json)
    response.text = fmt::format("{{\"title\":\"{}\",\"status\":{},\"detail\":\"{}\"}}\n", reason_phrase(error.status),
                                error.status, error.detail);
  else
    response.text = fmt::format("{} {}: {}\n", error.status, reason_phrase(error.status), error.detail);
  response.head = status_line(error.status);
  fmt::format_to(std::back_inserter(response.head),
                 "Content-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n",
                 error.json ? "application/problem+json" : "text/plain; charset=utf-8", response.text.size());
  response.head += error.extra_fields;
  response.head += error.shared_fields;
  if (method != Method::kHead) response.body.push_back({BodyPiece::Source::kText, 0, response.text.size()});
  return response;
}

Response answer_to_options(std::string_view allowed_methods, std::string_view cors_fields) {
  Response response;
  response.status = 204;
  response.head = status_line(204);
  fmt::format_to(std::back_inserter(response.head),
                 "Allow: {0}\r\nAccess-Control-Allow-Methods: {0}\r\n"
                 "Access-Control-Allow-Headers: Authorization, Range, If-Range, If-None-Match, "
                 "CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status\r\n"
                 "Access-Control-Max-Age: 86400\r\n",
                 allowed_methods);
  response.head += cors_fields;
  return response;
}

Response answer_with_text(Method method, std::string_view media_type, std::string text) {
  Response response;
  response.head = fmt::format("{}Content-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n",
                              status_line(200), media_type, text.size());
  response.text = std::move(text);
  if (method != Method::kHead) response.body.push_back({BodyPiece::Source::kText, 0, response.text.size()});
  return response;
}

}  // namespace chalkline::streamer
