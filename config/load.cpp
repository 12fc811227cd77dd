// Walks the YAML document beside the table of keys; then the environment; then what must hold between keys.
#include "config/load.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include "config/contradictions.hpp"
#include "config/did_you_mean.hpp"
#include "config/keys.hpp"
#include "core/file.hpp"

namespace chalkline::config {

namespace {

class Loader {
 public:
  explicit Loader(const std::string& file) : file_(file) {}

  void read_file(std::string_view yaml) {
    try {
      const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(yaml));
      if (documents.size() > 1)
        add(at(documents[1]), "the file holds a second document; remove what follows the line \"---\"");
      if (!documents.empty()) read_document(documents.front());
    } catch (const YAML::Exception& broken) {
      const int line = broken.mark.is_null() ? 1 : broken.mark.line + 1;
      add(fmt::format("{}:{}", file_, line),
          fmt::format("this is not YAML: {}; check indentation, colons and quotes", broken.msg));
    }
  }

  void read_environment(const Environment& environment) {
    std::map<std::string, const Key*, std::less<>> known;
    for (const Key& key : keys()) known.emplace(environment_name(key.path), &key);
    for (const auto& [name, value] : environment) {
      const auto found = known.find(name);
      if (found != known.end()) {
        read_variable(*found->second, name, value);
      } else if (is_meant_for_us(name)) {
        std::vector<std::string_view> names;
        for (const auto& [candidate, key] : known) names.push_back(candidate);
        add(name, "there is no such setting" + did_you_mean(name, names));
      }
    }
  }

  Loaded finish() && {
    for (const Contradiction& found : contradictions(config_)) {
      const auto place = places_.find(found.key);
      // The key that is at fault by its default was contradicted by the other one, which somebody wrote.
      const auto other = places_.find(found.other);
      const std::string where = place != places_.end() ? place->second : other != places_.end() ? other->second : file_;
      add(where, found.message);
    }
    return Loaded{std::move(config_), std::move(problems_)};
  }

 private:
  void add(std::string where, std::string message) { problems_.push_back({std::move(where), std::move(message)}); }

  [[nodiscard]] std::string at(const YAML::Node& node) const {
    return fmt::format("{}:{}", file_, node.Mark().line + 1);
  }

  static bool is_meant_for_us(std::string_view name) {
    return std::ranges::any_of(
        sections(), [&](const Section& section) { return name.starts_with(environment_name(section.name) + "_"); });
  }

  // Calls `visit(name node, value node)` for each key of a map that is there for the first time.
  template <class Visit>
  void each_once(const YAML::Node& map, Visit visit) {
    std::map<std::string, int> lines;
    for (const auto& entry : map) {
      if (!entry.first.IsScalar()) {
        add(at(entry.first), "a key must be a name");
        continue;
      }
      const std::string name = entry.first.Scalar();
      const auto [first, is_new] = lines.emplace(name, entry.first.Mark().line + 1);
      if (is_new) {
        visit(entry.first, entry.second);
      } else {
        add(at(entry.first), fmt::format("{} is there already in line {}; keep one of the two", name, first->second));
      }
    }
  }

  void read_document(const YAML::Node& root) {
    if (root.IsNull()) return;  // an empty file, or comments alone: all defaults
    if (!root.IsMap()) return add(at(root), "the file must hold sections such as \"server:\" with keys below them");
    each_once(root, [&](const YAML::Node& name, const YAML::Node& value) { read_section(name, value); });
  }

  void read_section(const YAML::Node& name, const YAML::Node& value) {
    const std::string section = name.Scalar();
    std::vector<std::string_view> names;
    for (const Section& known : sections()) names.push_back(known.name);
    if (std::ranges::find(names, section) == names.end())
      return add(at(name), fmt::format("there is no section {}{}", section, did_you_mean(section, names)));
    if (value.IsNull()) return;
    if (!value.IsMap()) return add(at(name), section + " must be a section with keys below it");
    each_once(value, [&](const YAML::Node& key, const YAML::Node& node) { read_key(section, key, node); });
  }

  void read_key(const std::string& section, const YAML::Node& name, const YAML::Node& node) {
    const std::string path = section + "." + name.Scalar();
    const Key* key = find_key(path);
    if (!key) {
      std::vector<std::string_view> names;
      for (const Key& known : keys()) names.push_back(known.path);
      return add(at(name), fmt::format("there is no key {}{}", path, did_you_mean(path, names)));
    }
    places_.insert_or_assign(path, at(name));
    read_value(key->kind, node, config_, [&](const YAML::Node& where, const std::string& fault) {
      // An empty value has no place of its own in the file.
      add(where.IsNull() ? at(name) : at(where), path + " " + fault);
    });
  }

  void read_variable(const Key& key, const std::string& name, const std::string& value) {
    places_.insert_or_assign(std::string(key.path), name);
    YAML::Node node;
    try {
      node = is_compound(key.kind) ? YAML::Load(value) : YAML::Node(value);
    } catch (const YAML::Exception&) {
      return add(name, fmt::format("{} cannot be read; write it as YAML in one line: [\"a\", \"b\"]", key.path));
    }
    read_value(key.kind, node, config_,
               [&](const YAML::Node&, const std::string& fault) { add(name, std::string(key.path) + " " + fault); });
  }

  std::string file_;
  Config config_;
  std::vector<Problem> problems_;
  std::map<std::string, std::string, std::less<>> places_;  // key path -> where it was set
};

}  // namespace

Environment process_environment() {
  Environment variables;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos)
      variables.emplace_back(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
  }
  std::ranges::sort(variables);
  return variables;
}

Loaded parse_config(std::string_view yaml, const std::string& file, const Environment& environment) {
  Loader loader(file);
  loader.read_file(yaml);
  loader.read_environment(environment);
  return std::move(loader).finish();
}

Result<Config> load_config(const std::optional<std::filesystem::path>& file, const Environment& environment) {
  std::string yaml;
  if (file) {
    auto text = read_file(*file, 1'000'000);
    if (!text) return text.error().within("cannot load the configuration");
    yaml = std::move(*text);
  }
  Loaded loaded = parse_config(yaml, file ? file->string() : "the defaults", environment);
  if (loaded.problems.empty()) return std::move(loaded.config);
  std::string lines;
  for (const Problem& problem : loaded.problems) lines += (lines.empty() ? "" : "\n") + problem.to_sentence();
  return Error(Errc::kBadConfig, std::move(lines));
}

}  // namespace chalkline::config
