// One reader and one writer per kind. Numbers are read whole: "80a" is not 80.
#include "config/kinds.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "config/units.hpp"

namespace chalkline::config {

namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;  // clang 14 does not deduce it by itself (P1816)

constexpr std::array<std::pair<std::string_view, LogLevel>, 4> kLevels = {
    {{"debug", LogLevel::kDebug}, {"info", LogLevel::kInfo}, {"warn", LogLevel::kWarn}, {"error", LogLevel::kError}}};

template <class Number>
std::optional<Number> number_from(const std::string& text) {
  Number value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> switch_from(std::string_view text) {
  if (text == "true" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "no" || text == "off") return false;
  return std::nullopt;
}

std::string but(const YAML::Node& node) {
  if (node.IsScalar()) return ", but is \"" + node.Scalar() + "\"";
  if (node.IsSequence()) return ", but is a list";
  return ", but is a group of keys";
}

// A scalar that satisfies `parse` and lies within bounds; else the fault is told.
template <class T, class Parse>
std::optional<T> bounded(const YAML::Node& node, Parse parse, T least, T most, const std::string& must,
                         const FaultListener& fault) {
  const std::optional<T> value = node.IsScalar() ? parse(node.Scalar()) : std::nullopt;
  if (value && *value >= least && *value <= most) return value;
  fault(node, must + but(node));
  return std::nullopt;
}

std::optional<int> whole_number(const YAML::Node& node, int least, int most, const FaultListener& fault) {
  return bounded<int>(node, number_from<int>, least, most,
                      fmt::format("must be a whole number from {} to {}", least, most), fault);
}

std::optional<Duration> time_value(const YAML::Node& node, Duration least, Duration most, const FaultListener& fault) {
  return bounded<Duration>(node, parse_duration, least, most,
                           fmt::format("must be a time from {} to {}, written with its unit as in 500ms, 30s or 1h30m",
                                       format_duration(least), format_duration(most)),
                           fault);
}

std::optional<std::string> checked_text(const YAML::Node& node, TextCheck check, const FaultListener& fault) {
  if (!node.IsScalar()) {
    fault(node, "must be a text" + but(node));
    return std::nullopt;
  }
  if (const std::string wrong = check(node.Scalar()); !wrong.empty()) {
    fault(node, wrong);
    return std::nullopt;
  }
  return node.Scalar();
}

// One rung, "{height: 240, crf: 30, max_kbps: 120}": all three, nothing else.
std::optional<RungOptions> rung_from(const YAML::Node& node, const FaultListener& outer) {
  bool good = true;
  const FaultListener fault = [&](const YAML::Node& where, std::string text) {
    good = false;
    outer(where, std::move(text));
  };
  if (!node.IsMap()) {
    fault(node, "each rung must be written as {height: 240, crf: 30, max_kbps: 120}" + but(node));
    return std::nullopt;
  }
  RungOptions rung;
  for (const char* required : {"height", "crf", "max_kbps"})
    if (!node[required])
      fault(node, fmt::format("a rung lacks its {}; write {{height: 240, crf: 30, max_kbps: 120}}", required));
  for (const auto& entry : node) {
    const std::string name = entry.first.Scalar();
    if (name == "height") {
      rung.height = whole_number(entry.second, 64, 4320, fault).value_or(0);
    } else if (name == "crf") {
      rung.crf = bounded<double>(entry.second, number_from<double>, 0, 51, "crf must be a number from 0 to 51", fault)
                     .value_or(0);
    } else if (name == "max_kbps") {
      rung.max_kbps = whole_number(entry.second, 10, 100'000, fault).value_or(0);
    } else {
      fault(entry.first, "a rung has no key " + name + "; its keys are height, crf and max_kbps");
    }
  }
  return good ? std::optional(rung) : std::nullopt;
}

std::string in_quotes(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

bool is_compound(const Kind& kind) {
  return std::holds_alternative<Texts>(kind) || std::holds_alternative<Rates>(kind) ||
         std::holds_alternative<Ladder>(kind);
}

static void read_list(const Texts& k, const YAML::Node& node, Config& config, const FaultListener& fault) {
  if (!node.IsSequence()) return fault(node, "must be a list as in [a, b]" + but(node));
  std::vector<std::string> texts;
  for (const YAML::Node& item : node)
    if (auto text = checked_text(item, k.check, fault)) texts.push_back(std::move(*text));
  if (texts.size() == node.size()) k.place(config) = std::move(texts);
}

static void read_rates(const Rates& k, const YAML::Node& node, Config& config, const FaultListener& fault) {
  if (node.IsScalar()) {
    if (const auto rate = whole_number(node, k.least, k.most, fault)) k.place(config) = {*rate};
    return;
  }
  if (!node.IsSequence() || node.size() == 0 || node.size() > 4)
    return fault(node, "must be a list of 1 to 4 rates such as [12, 24]" + but(node));
  std::vector<int> rates;
  for (const YAML::Node& item : node) {
    const auto rate = whole_number(item, k.least, k.most, fault);
    if (!rate) return;
    if (!rates.empty() && *rate <= rates.back()) return fault(item, "must be above the rate before it" + but(item));
    rates.push_back(*rate);
  }
  k.place(config) = std::move(rates);
}

static void read_ladder(const Ladder& k, const YAML::Node& node, Config& config, const FaultListener& fault) {
  if (!node.IsSequence() || node.size() == 0 || node.size() > 12)
    return fault(node, "must be a list of 1 to 12 rungs such as {height: 240, crf: 30, max_kbps: 120}");
  std::vector<RungOptions> rungs;
  for (const YAML::Node& item : node)
    if (auto rung = rung_from(item, fault)) rungs.push_back(*rung);
  if (rungs.size() == node.size()) k.place(config) = std::move(rungs);
}

static void read_choice(const Choice& k, const YAML::Node& node, Config& config, const FaultListener& fault) {
  const bool known = node.IsScalar() && std::ranges::find(k.choices, node.Scalar()) != k.choices.end();
  if (!known) return fault(node, fmt::format("must be one of {}", fmt::join(k.choices, ", ")) + but(node));
  k.place(config) = node.Scalar();
}

static void read_level(const Level& k, const YAML::Node& node, Config& config, const FaultListener& fault) {
  for (const auto& [name, level] : kLevels)
    if (node.IsScalar() && node.Scalar() == name) {
      k.place(config) = level;
      return;
    }
  fault(node, "must be one of debug, info, warn, error" + but(node));
}

void read_value(const Kind& kind, const YAML::Node& node, Config& config, const FaultListener& fault) {
  if (node.IsNull()) return fault(node, "has no value; write one or remove the line");
  const auto size_must = [](const Size& k) {
    return fmt::format("must be a size from {} to {}, as in 512kB, 256MB or 6GB", format_size(k.least),
                       format_size(k.most));
  };
  const Overloaded reader = {
      [&](const WholeNumber& k) {
        if (const auto value = whole_number(node, k.least, k.most, fault)) k.place(config) = *value;
      },
      [&](const Time& k) {
        if (const auto value = time_value(node, k.least, k.most, fault)) k.place(config) = *value;
      },
      [&](const Milliseconds& k) {
        if (const auto value = time_value(node, k.least, k.most, fault))
          k.place(config) = static_cast<int>(value->count());
      },
      [&](const Size& k) {
        if (const auto value = bounded<Bytes>(node, parse_bytes, k.least, k.most, size_must(k), fault))
          k.place(config) = *value;
      },
      [&](const Switch& k) {
        if (const auto value = bounded<bool>(node, switch_from, false, true, "must be true or false", fault))
          k.place(config) = *value;
      },
      [&](const Text& k) {
        if (auto value = checked_text(node, k.check, fault)) k.place(config) = std::move(*value);
      },
      [&](const Folder& k) {
        if (!node.IsScalar() || node.Scalar().empty()) return fault(node, "must be the path of a folder" + but(node));
        k.place(config) = node.Scalar();
      },
      [&](const Texts& k) { read_list(k, node, config, fault); },
      [&](const Choice& k) { read_choice(k, node, config, fault); },
      [&](const Level& k) { read_level(k, node, config, fault); },
      [&](const Rates& k) { read_rates(k, node, config, fault); },
      [&](const Ladder& k) { read_ladder(k, node, config, fault); },
  };
  std::visit(reader, kind);
}

std::string write_value(const Kind& kind, const Config& const_config) {
  Config config = const_config;  // places are written to as well as read
  const Overloaded writer = {
      [&](const WholeNumber& k) { return std::to_string(k.place(config)); },
      [&](const Time& k) { return format_duration(k.place(config)); },
      [&](const Milliseconds& k) { return format_duration(Duration(k.place(config))); },
      [&](const Size& k) { return format_size(k.place(config)); },
      [&](const Switch& k) { return std::string(k.place(config) ? "true" : "false"); },
      [&](const Text& k) { return in_quotes(k.place(config)); },
      [&](const Texts& k) {
        std::vector<std::string> items;
        for (const std::string& text : k.place(config)) items.push_back(in_quotes(text));
        return fmt::format("[{}]", fmt::join(items, ", "));
      },
      [&](const Folder& k) { return in_quotes(k.place(config).string()); },
      [&](const Choice& k) { return k.place(config); },
      [&](const Level& k) {
        const auto* found = std::ranges::find(kLevels, k.place(config), &std::pair<std::string_view, LogLevel>::second);
        return std::string(found->first);
      },
      [&](const Rates& k) { return fmt::format("[{}]", fmt::join(k.place(config), ", ")); },
      [&](const Ladder& k) {
        std::string text;
        for (const RungOptions& rung : k.place(config))
          text += fmt::format("\n    - {{height: {}, crf: {}, max_kbps: {}}}", rung.height, rung.crf, rung.max_kbps);
        return text;
      },
  };
  return std::visit(writer, kind);
}

}  // namespace chalkline::config
