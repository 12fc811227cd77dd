// Over libcurl's URL API, so that what is accepted here is what the transfer understands.
#include "client/server_address.hpp"

#include <memory>

#include <curl/curl.h>

namespace chalkline::client {

namespace {

using Url = std::unique_ptr<CURLU, decltype([](CURLU* url) { curl_url_cleanup(url); })>;

// "" where the address has no such part.
std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype([](char* one) { curl_free(one); })> owner(text);
  return text;
}

}  // namespace

Result<ServerAddress> parse_server_address(const std::string& url) {
  const Error wrong(Errc::kInvalidArgument, "\"" + url + "\" is not the address of a server",
                    "write one such as https://video.example or http://127.0.0.1:8080");
  const Url parsed(curl_url());
  if (url.find_first_of("?#") != std::string::npos ||
      curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK)
    return wrong;
  const std::string scheme = part(parsed, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return wrong;
  ServerAddress address;
  address.origin = scheme + "://" + part(parsed, CURLUPART_HOST);
  if (const std::string port = part(parsed, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT); !port.empty())
    address.origin += ":" + port;
  address.path = part(parsed, CURLUPART_PATH);
  while (address.path.ends_with('/')) address.path.pop_back();
  return address;
}

}  // namespace chalkline::client
