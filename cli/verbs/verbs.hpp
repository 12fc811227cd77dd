// The verbs of the command line, one file each. define_x() adds the subcommand with its options and help to `app`; when
// it is the one asked for, parsing stores what to run in `chosen`.
#pragma once

#include <functional>
#include <stop_token>

#include <CLI/App.hpp>

namespace chalkline::cli {

// Returns the exit code. The token is stopped by SIGINT, SIGTERM and, but for `serve`, SIGHUP.
using Verb = std::function<int(std::stop_token)>;

// What has to be done while this process has a single thread, before the verb itself; may stay empty.
using Preparation = std::function<void()>;

void define_transcode(CLI::App& app, Verb& chosen, Preparation& first);
void define_add(CLI::App& app, Verb& chosen);
void define_inspect(CLI::App& app, Verb& chosen);
void define_serve(CLI::App& app, Verb& chosen);
void define_mirror(CLI::App& app, Verb& chosen);
void define_worker(CLI::App& app, Verb& chosen);
void define_keys(CLI::App& app, Verb& chosen);
void define_pack(CLI::App& app, Verb& chosen);
void define_unpack(CLI::App& app, Verb& chosen);
void define_verify(CLI::App& app, Verb& chosen);
void define_hosts(CLI::App& app, Verb& chosen);
void define_token(CLI::App& app, Verb& chosen);
void define_user(CLI::App& app, Verb& chosen);
void define_import(CLI::App& app, Verb& chosen);
void define_export(CLI::App& app, Verb& chosen);
void define_attach(CLI::App& app, Verb& chosen);
void define_check_config(CLI::App& app, Verb& chosen);

}  // namespace chalkline::cli
