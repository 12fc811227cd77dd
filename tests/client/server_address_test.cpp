// Addresses of servers as people write them.
#include "client/server_address.hpp"

#include <doctest/doctest.h>

using chalkline::Errc;
using chalkline::client::parse_server_address;

TEST_CASE("an address is an origin and a path, whatever stands at its end") {
  struct Row {
    const char *url, *origin, *path;
  };
  for (const Row& row : {Row{"https://video.example", "https://video.example", ""},
                         Row{"https://video.example/", "https://video.example", ""},
                         Row{"HTTPS://video.example:443/", "https://video.example", ""},
                         Row{"http://127.0.0.1:8080", "http://127.0.0.1:8080", ""},
                         Row{"http://video.example:80/a/b//", "http://video.example", "/a/b"},
                         Row{"https://video.example:80", "https://video.example:80", ""},
                         Row{"http://[::1]:8080/lessons/", "http://[::1]:8080", "/lessons"}}) {
    CAPTURE(row.url);
    const auto address = parse_server_address(row.url);
    REQUIRE(address.has_value());
    CHECK(address->origin == row.origin);
    CHECK(address->path == row.path);
  }
}

TEST_CASE("what is no server's address is refused") {
  for (const char* url :
       {"", "video.example", "ftp://video.example", "http://", "https://:8080", "http://video.example:port",
        "http://video.example:70000", "http://a@video.example", "http://video.example?x", "http://video.example/#x",
        "http://video example", "http://video.example/a b", "http://video.example/\r\nX: y", "/folder"}) {
    CAPTURE(url);
    const auto address = parse_server_address(url);
    REQUIRE(address.has_error());
    CHECK(address.error().code == Errc::kInvalidArgument);
    CHECK(address.error().message == "\"" + std::string(url) + "\" is not the address of a server");
  }
}
