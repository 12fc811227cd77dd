// Checks, the bar, and what is printed.
#include "cli/upload/add_remote.hpp"

#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/display/progress_display.hpp"
#include "cli/exit_code.hpp"
#include "cli/verbs/arguments.hpp"

namespace chalkline::cli {

static std::string report(const std::string& recording, const RemoteLesson& lesson, bool json) {
  if (json) {
    const nlohmann::ordered_json line = {{"event", "uploaded"},
                                         {"file", recording},
                                         {"lesson", lesson.id},
                                         {"watch", lesson.watch},
                                         {"duplicate", lesson.duplicate}};
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }
  if (lesson.id.empty()) return fmt::format("{}: the server has it and is making a lesson of it\n", recording);
  if (lesson.duplicate) return fmt::format("{}: is lesson {} already, {}\n", recording, lesson.id, lesson.watch);
  return fmt::format("{}: lesson {}\nwatch it at {} once it is transcoded\n", recording, lesson.id, lesson.watch);
}

static Result<void> check(const RemoteTarget& target, const std::vector<std::string>& recordings) {
  if (target.token.empty())
    return Error(Errc::kInvalidArgument, "--server wants a token", "give --token, or set CHALKLINE_TOKEN");
  if (recordings.size() > 1 && !target.title.empty())
    return Error(Errc::kInvalidArgument, "one --title cannot be that of several recordings", "upload them one by one");
  if (!target.language.empty()) CHALK_TRY(check_language(target.language));
  for (const std::string& recording : recordings) CHALK_TRY(check_input(recording));
  return {};
}

int add_to_server(const RemoteTarget& wanted, const std::vector<std::string>& recordings, bool json,
                  std::stop_token stop) {
  RemoteTarget target = wanted;
  if (const char* token = std::getenv("CHALKLINE_TOKEN"); target.token.empty() && token != nullptr)
    target.token = token;
  ProgressDisplay display(json);
  const auto fail = [&](const Error& error) {
    display.clear();
    if (json) print_now(to_line(error));
    return fail_with(error);
  };
  if (const auto checked = check(target, recordings); !checked) return fail(checked.error());
  const auto show = [&](const ProgressEvent& event) { display.show(event); };
  for (const std::string& recording : recordings) {
    const auto lesson = upload_to(target, recording, show, stop);
    if (!lesson) return fail(lesson.error());
    display.clear();
    print_now(report(recording, *lesson, json));
  }
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace chalkline::cli
