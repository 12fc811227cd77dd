// What a key's value may be: its place in Config, its bounds, how it reads from YAML and how it is written.
// Used by the table of keys and the loader.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.hpp"

namespace YAML {
class Node;
}

namespace chalkline::config {

template <class T>
using Place = T& (*)(Config&);
// What is wrong with a text and how to write it, or empty where it is right.
using TextCheck = std::string (*)(std::string_view text);

struct WholeNumber {
  Place<int> place;
  int least, most;
};
struct Time {
  Place<Duration> place;
  Duration least, most;
};
struct Milliseconds {  // a time that Config keeps as an int
  Place<int> place;
  Duration least, most;
};
struct Size {
  Place<Bytes> place;
  Bytes least, most;
};
struct Switch {
  Place<bool> place;
};
struct Text {
  Place<std::string> place;
  TextCheck check;
};
struct Texts {
  Place<std::vector<std::string>> place;
  TextCheck check;
};
struct Folder {
  Place<std::filesystem::path> place;
};
struct Choice {
  Place<std::string> place;
  std::span<const std::string_view> choices;
};
struct Level {
  Place<LogLevel> place;
};
struct Rates {  // 1 to 4 whole numbers, each above the one before
  Place<std::vector<int>> place;
  int least, most;
};
struct Ladder {
  Place<std::vector<RungOptions>> place;
};

using Kind =
    std::variant<WholeNumber, Time, Milliseconds, Size, Switch, Text, Texts, Folder, Choice, Level, Rates, Ladder>;

// Told of every fault: the node it is in (for its line) and a clause such as "must be a whole number from 0 to 65535".
using FaultListener = std::function<void(const YAML::Node& node, std::string fault)>;

// Stores the node's value in `config`, or tells `fault` what is wrong and leaves `config` as it was.
void read_value(const Kind& kind, const YAML::Node& node, Config& config, const FaultListener& fault);

// The value as it stands in a YAML file, after "key:", without a final newline; a ladder begins with one.
std::string write_value(const Kind& kind, const Config& config);

// True for the kinds whose value is a list or a map, which an environment variable gives as YAML: "[a, b]".
bool is_compound(const Kind& kind);

}  // namespace chalkline::config
