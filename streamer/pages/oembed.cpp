// Requests and answers of oEmbed.
#include "streamer/pages/oembed.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/html.hpp"
#include "library/lesson_id.hpp"
#include "streamer/api/documents.hpp"
#include "streamer/http/target.hpp"

namespace chalkline::streamer {

namespace {

constexpr std::size_t kLongestSite = 300;  // RFC 1035: a name has 253 bytes at most
constexpr int kUnderPicture = 200;         // what stands below it on the page

std::string lowered(std::string_view text) {
  std::string low(text);
  std::transform(low.begin(), low.end(), low.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return low;
}

bool is_authority(std::string_view text) {
  return !text.empty() && text.size() <= kLongestSite && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("-.:[]").find(c) != std::string_view::npos;
  });
}

// Takes the site off the front of an address; "" where that is none of http or https.
std::string take_site(std::string_view& url, std::string_view host) {
  if (url.starts_with('/')) return "//" + lowered(host);
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::size_t end = std::min(url.find_first_of("/?#", scheme + 3), url.size());
  std::string site = lowered(url.substr(0, end));
  url.remove_prefix(end);
  return site.starts_with("http://") || site.starts_with("https://") ? site : std::string();
}

std::string_view authority_of(std::string_view site) { return site.substr(site.find("//") + 2); }

std::string lesson_in(std::string_view path) {
  path = path.substr(0, path.find_first_of("?#"));
  for (const std::string_view front : {"/watch/", "/embed/"})
    if (path.starts_with(front) && library::is_lesson_id(path.substr(front.size())))
      return std::string(path.substr(front.size()));
  return {};
}

// 0 where it is absent or no number of pixels.
int pixels(std::string_view query, std::string_view key) {
  const std::string text = query_value(query, key).value_or("");
  int number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && end == text.data() + text.size() && number > 0 ? number : 0;
}

OembedRequest no_answer(unsigned status, std::string_view why) {
  OembedRequest request;
  request.refusal = status;
  request.why = why;
  return request;
}

}  // namespace

OembedRequest parse_oembed_request(std::string_view query, std::string_view host) {
  const auto format = query_value(query, "format");
  if (format && *format != "json") return no_answer(501, "the only format is json");
  const auto url = query_value(query, "url");
  if (!url || url->empty()) return no_answer(400, "url must be the address of a lesson's page");
  OembedRequest request;
  std::string_view rest = *url;
  request.site = take_site(rest, host);
  request.lesson = lesson_in(rest);
  if (request.site.empty() || request.lesson.empty() || !is_authority(authority_of(request.site)))
    return no_answer(404, "there is no lesson at that address");
  request.own_host = authority_of(request.site) == lowered(host);
  if (const int most = pixels(query, "maxwidth"); most > 0) request.width = std::min(request.width, most);
  request.height = request.width * 9 / 16 + kUnderPicture;
  if (const int most = pixels(query, "maxheight"); most > 0) request.height = std::min(request.height, most);
  return request;
}

std::string key_of(const OembedRequest& request) {
  return fmt::format("{} {} {} {} {}", request.lesson, request.site, request.own_host ? 1 : 0, request.width,
                     request.height);
}

OembedRequest oembed_request_of_key(std::string_view key) {
  const auto word = [&key] {
    const std::string_view one = key.substr(0, key.find(' '));
    key.remove_prefix(std::min(one.size() + 1, key.size()));
    return one;
  };
  const auto number = [&word] {
    const std::string_view text = word();
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  OembedRequest request;
  request.lesson = word();
  request.site = word();
  request.own_host = number() == 1;
  request.width = number();
  request.height = number();
  return request;
}

std::string render_oembed(const OembedRequest& request, const library::Lesson& lesson, std::string_view base_url) {
  const std::string base = lowered(base_url);
  if (!request.own_host && request.site != base) return {};
  const std::string& site = base.empty() ? request.site : base;
  const std::string frame = fmt::format(
      "<iframe src=\"{}/embed/{}\" title=\"{}\" width=\"{}\" height=\"{}\" allow=\"autoplay; fullscreen\" "
      "style=\"border:0;max-width:100%\"></iframe>",
      escape_html(site), escape_html(lesson.id), escape_html(lesson.title), request.width, request.height);
  Json json;
  json["version"] = "1.0";
  json["type"] = "video";
  json["title"] = lesson.title;
  json["provider_name"] = std::string(authority_of(site));
  json["provider_url"] = site + "/";
  json["cache_age"] = 300;
  json["width"] = request.width;
  json["height"] = request.height;
  json["html"] = frame;
  return text_of(json);
}

std::string oembed_discovery(std::string_view lesson_id, std::string_view base_url) {
  const std::string page = percent_encode(fmt::format("{}/watch/{}", base_url, lesson_id));
  return fmt::format("Link: <{}/oembed?url={}>; rel=\"alternate\"; type=\"application/json+oembed\"\r\n", base_url,
                     page);
}

}  // namespace chalkline::streamer
