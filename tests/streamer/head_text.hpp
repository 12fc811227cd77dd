// All that the parser says of a request's head as one text, so that two heads can be compared whatever they view.
#pragma once

#include <string>
#include <string_view>

#include "streamer/http/request.hpp"

namespace chalkline::streamer {

inline std::string told(const RequestHead& head) {
  std::string all = std::to_string(static_cast<int>(head.method)) + (head.http_1_0 ? "0" : "1") +
                    (head.keep_alive ? "k" : "c") + (head.has_body ? "b" : "-") +
                    (head.content_length ? std::to_string(*head.content_length) : "");
  for (const std::string_view part : {head.method_text,
                                      head.target,
                                      head.host,
                                      head.range,
                                      head.if_range,
                                      head.if_match,
                                      head.if_none_match,
                                      head.if_modified_since,
                                      head.if_unmodified_since,
                                      head.accept_encoding,
                                      head.accept_language,
                                      head.expect,
                                      head.origin,
                                      head.save_data,
                                      head.ect,
                                      head.downlink,
                                      head.rtt,
                                      head.cmcd[0],
                                      head.cmcd[1],
                                      head.cmcd[2],
                                      head.cmcd[3],
                                      head.authorization,
                                      head.cookie,
                                      head.cdn_loop})
    all.append("\n").append(part);  // no part has one
  return all;
}

}  // namespace chalkline::streamer
