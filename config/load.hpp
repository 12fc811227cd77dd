// From a YAML file and the environment to a Config, with every fault found at once. Called from main before threads
// start.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "core/error.hpp"

namespace chalkline::config {

using Environment = std::vector<std::pair<std::string, std::string>>;  // name, value
Environment process_environment();

struct Problem {
  std::string where;    // "chalkline.yaml:12" or "CHALKLINE_SERVER_PORT"
  std::string message;  // "server.port must be a whole number from 0 to 65535, but is "http""
  [[nodiscard]] std::string to_sentence() const { return where + ": " + message; }
  friend bool operator==(const Problem&, const Problem&) = default;
};

struct Loaded {
  Config config;  // of use only where there are no problems
  std::vector<Problem> problems;
};

// The text of a configuration file, called `file` in problems; then the environment, which goes before the file. Pure.
Loaded parse_config(std::string_view yaml, const std::string& file, const Environment& environment);

// The defaults where `file` is none. An unreadable file is its own error (kNotFound, ...); every problem of a readable
// one stands in one kBadConfig error, a line each.
Result<Config> load_config(const std::optional<std::filesystem::path>& file, const Environment& environment);

}  // namespace chalkline::config
