// oEmbed 1.0 (oembed.com): a lesson's address in, what another site needs to show it in a frame of its page out. Pure.
#pragma once

#include <string>
#include <string_view>

#include "library/catalogue.hpp"

namespace chalkline::streamer {

struct OembedRequest {
  std::string lesson;
  std::string site;       // "https://video.example", as the address has it; "//host" for an address without one
  bool own_host = false;  // the address names the host that is asked
  int width = 640;        // CSS pixels, within maxwidth
  int height = 560;
  unsigned refusal = 0;  // 0: none; else 400, 404 or 501
  std::string_view why;
  friend bool operator==(const OembedRequest&, const OembedRequest&) = default;
};

// `url` must be /watch/<lesson> or /embed/<lesson>, with any query, of an http or https site, or the path alone; else
// 404 (oEmbed 2.3). 501 for a `format` other than json, 400 without `url`. `host`: of the request,
// "video.example:8080".
OembedRequest parse_oembed_request(std::string_view query, std::string_view host);

// For the cache's key, and back.
std::string key_of(const OembedRequest& request);
OembedRequest oembed_request_of_key(std::string_view key);

// `base_url`: the server as learners see it; "" where nobody has said, then only addresses of the host that was asked
// are ours. "" for an address of another site.
std::string render_oembed(const OembedRequest& request, const library::Lesson& lesson, std::string_view base_url);

// "Link: ...\r\n" (RFC 8288) by which a consumer finds the answer for a lesson's page.
std::string oembed_discovery(std::string_view lesson_id, std::string_view base_url);

}  // namespace chalkline::streamer
