// What is managed is nobody else's: no cache keeps it unless the reply says so.
#include "streamer/management/reply_fields.hpp"

#include <fmt/format.h>

namespace chalkline::streamer {

bool has_content(const ManagedReply& reply) { return reply.status != 204 && reply.status != 304; }

std::string reply_fields(const ManagedReply& reply, const CorsPolicy& cors, std::string_view origin) {
  std::string lines;
  const bool content = has_content(reply);
  const bool goes_on = reply.feed != nullptr;
  if (content && (goes_on || !reply.body.empty())) lines += "Content-Type: " + reply.content_type + "\r\n";
  if (content && !goes_on) lines += fmt::format("Content-Length: {}\r\n", reply.body.size());
  bool says_caching = false;
  for (const auto& [name, value] : reply.fields) {
    says_caching = says_caching || name == "Cache-Control";
    lines.append(name).append(": ").append(value).append("\r\n");
  }
  if (!says_caching) lines += "Cache-Control: no-store\r\n";
  lines += cors.managed_fields();
  cors.append_for(origin, lines);
  return lines;
}

}  // namespace chalkline::streamer
