// The one table of configuration keys: parsing, validation, environment variables, chalkline.yaml and its comments are
// all made from it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "config/kinds.hpp"

namespace chalkline::config {

enum class Counts : std::uint8_t {
  kFromStart,
  kOnHangup,  // `serve` takes it from the file again on SIGHUP (reread.hpp)
};

struct Key {
  std::string_view path;  // "server.port"
  Kind kind;
  std::string_view why;  // the comment above it in chalkline.yaml, one or more lines
  Counts counts = Counts::kFromStart;
};

std::span<const Key> keys();

struct Section {
  std::string_view name;  // "server"
  std::string_view why;
};
std::span<const Section> sections();

const Key* find_key(std::string_view path);

// "server.port" -> "CHALKLINE_SERVER_PORT".
std::string environment_name(std::string_view path);

// chalkline.yaml with every key, its comment and its default: what is shipped and what `check-config --defaults`
// prints.
std::string default_yaml();

}  // namespace chalkline::config
