// `chalkline serve`: the origin server, and a worker inside it unless the configuration says otherwise; where
// mirror.upstream is given, a mirror. `chalkline mirror` is the same, and says so where it is not given.
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "cli/exit_code.hpp"
#include "cli/serve/folder_watch.hpp"
#include "cli/serve/mirror_service.hpp"
#include "cli/serve/mirror_watch.hpp"
#include "cli/serve/worker_loop.hpp"
#include "cli/stop_signals.hpp"
#include "cli/verbs/library_argument.hpp"
#include "cli/verbs/verbs.hpp"
#include "config/text_checks.hpp"
#include "core/log.hpp"
#include "hooks/courier.hpp"
#include "streamer/server.hpp"

namespace chalkline::cli {

namespace {
struct ServeOptions {
  LibraryArgument place;
  std::string address;
  std::optional<int> port;
  bool mirror = false;  // must be one
};
}  // namespace

static Result<config::Config> configuration_with(const ServeOptions& options) {
  CHALK_TRY_ASSIGN(config::Config config, configuration_of(options.place));
  if (options.port) config.server.port = *options.port;
  if (!options.address.empty()) {
    if (const std::string wrong = config::check_address(options.address); !wrong.empty())
      return Error(Errc::kInvalidArgument, "--address " + wrong);
    config.server.address = options.address;
  }
  return config;
}

// As it stands in a URL (RFC 3986 3.2.2).
static std::string host_of(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

static void read_again(streamer::Server& server, const ServeOptions& options) {
  const auto read = configuration_with(options);
  if (!read) return log_error("the configuration stays as it was", {{"error", read.error().to_sentence()}});
  const config::Reread taken = server.take(*read);
  log_info("the configuration was read again", {{"changed", fmt::format("{}", fmt::join(taken.changed, ", "))},
                                                {"after_restart", fmt::format("{}", fmt::join(taken.waiting, ", "))}});
}

static Result<void> serve(const ServeOptions& options, std::stop_token stop) {
  CHALK_TRY_ASSIGN(const config::Config config, configuration_with(options));
  if (options.mirror && !config.mirror.enabled())
    return Error(Errc::kBadConfig, "the configuration names no mirror.upstream",
                 "write the address of the origin there, and its key into mirror.keys");
  CHALK_TRY_ASSIGN(library::Library library, library::open_library(config.library.path));
  std::unique_ptr<MirrorService> mirror;  // ended before the library goes
  if (config.mirror.enabled()) {
    CHALK_TRY_ASSIGN(mirror, MirrorService::attach(config, library));
  }
  CHALK_TRY_ASSIGN(const std::unique_ptr<streamer::Server> server, streamer::Server::listen(config, library));
  CHALK_TRY(library.hooks->configure(config.hooks.urls));  // not before it is known that this server starts
  log_info("serving", {{"library", library.root.string()},
                       {"address", fmt::format("http://{}:{}/", host_of(config.server.address), server->port())}});
  if (server->tls_port() != 0)
    log_info("serving with TLS",
             {{"address", fmt::format("https://{}:{}/", host_of(config.server.address), server->tls_port())}});
  const HangupHandler on_hangup([&server, &options] {
    read_again(*server, options);
    if (server->tls_port() == 0) return;
    if (const auto reloaded = server->reload(); reloaded)
      log_info("certificate and key were read again");
    else
      log_error("the certificate stays as it was", {{"error", reloaded.error().to_sentence()}});
  });
  hooks::Courier courier(*library.hooks, config.hooks);
  std::jthread worker;  // ended and joined before the library goes
  if (config.worker.enabled) {
    const RunnerOptions runner = runner_options(config, config_file_of(options.place));
    worker = std::jthread([&library, runner](std::stop_token end) { run_worker(library, runner, std::move(end)); });
  }
  std::jthread watcher;  // as the worker
  if (!config.watched_folder.path.empty())
    watcher = std::jthread([&library, options = watch_options(config)](std::stop_token end) {
      watch_folder(library, options, std::move(end));
    });
  MirrorWatch near_mirrors(server->steering(), *library.mirrors);
  std::unique_ptr<MirrorReporter> reporter;  // ended before the server goes
  if (mirror) {
    log_info("mirroring", {{"upstream", config.mirror.upstream}});
    mirror->start();
    reporter = mirror->reporter([&server] { return server->body_bytes(); });
  }
  const std::stop_callback on_stop(stop, [&] {
    log_info("stopping");
    if (mirror) mirror->request_stop();
    if (reporter) reporter->request_stop();
    courier.request_stop();
    near_mirrors.request_stop();
    watcher.request_stop();
    worker.request_stop();
    server->stop();
  });
  CHALK_TRY(server->run());
  log_info("stopped");
  return {};
}

static std::shared_ptr<ServeOptions> add_options(CLI::App& verb, Verb& chosen) {
  auto options = std::make_shared<ServeOptions>();
  add_library_options(verb, options->place);
  verb.add_option("--port", options->port, "Port, instead of the configuration's; 0: a free one")
      ->check(CLI::Range(0, 65'535));
  verb.add_option("--address", options->address, "Address to listen on, instead of the configuration's");
  verb.callback([options, &chosen] {
    chosen = [options](std::stop_token stop) {
      const auto served = serve(*options, std::move(stop));
      return served ? static_cast<int>(ExitCode::kDone) : fail_with(served.error());
    };
  });
  return options;
}

void define_serve(CLI::App& app, Verb& chosen) {
  CLI::App* verb = app.add_subcommand("serve", "Serve a library: pages, lessons, API; and transcode its jobs");
  add_options(*verb, chosen);
  verb->footer("\nExample: chalkline serve --library library-data --port 8080");
}

void define_mirror(CLI::App& app, Verb& chosen) {
  CLI::App* verb = app.add_subcommand("mirror", "Serve verified copies of another chalkline's lessons");
  add_options(*verb, chosen)->mirror = true;
  verb->footer("\nExample: chalkline mirror --config mirror.yaml");
}

}  // namespace chalkline::cli
