// What the verbs share that look up or change something in a library and print a text: token, user, import, export.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>

#include <CLI/CLI.hpp>

#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/verbs.hpp"
#include "core/error.hpp"

namespace chalkline::cli {

// A verb that prints what `action` returns on standard output, or its error.
Verb printing(std::function<Result<std::string>()> action);

template <class Options>
using Action = Result<std::string> (*)(const Options&);

// `verb` does `action` with the options that it was given.
template <class Options>
void set_action(CLI::App& verb, const std::shared_ptr<Options>& options, Verb& chosen,
                std::type_identity_t<Action<Options>> action) {
  verb.callback([options, &chosen, action] { chosen = printing([options, action] { return action(*options); }); });
}

// A verb below `verb` that works on a library (options->place) and tells its result as text or JSON (options->json).
template <class Options>
CLI::App* add_action(CLI::App& verb, const char* name, const char* about, const std::shared_ptr<Options>& options,
                     Verb& chosen, std::type_identity_t<Action<Options>> action) {
  CLI::App* made = verb.add_subcommand(name, about);
  add_library_options(*made, options->place);
  made->add_flag("--json", options->json, "The result as JSON");
  set_action(*made, options, chosen, action);
  return made;
}

std::string day_text(std::int64_t unix_ms);  // "2026-11-26 09:25 UTC"; "never" for 0

}  // namespace chalkline::cli
