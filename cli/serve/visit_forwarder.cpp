// Bytes leave for the line after they are on the disk: what the other side has must not be missing here after a power
// cut, or the lines that come then would be taken for those.
#include "cli/serve/visit_forwarder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <span>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/file.hpp"
#include "library/report_spool.hpp"

namespace chalkline::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kSuffix = ".jsonl";
constexpr std::size_t kPiece = 60'000;

// The days of which there are lines, the oldest first.
std::set<std::string> days_in(const fs::path& folder) {
  std::set<std::string> days;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (name.size() == std::strlen("2026-11-26.jsonl") && name.ends_with(kSuffix))
      days.insert(name.substr(0, name.size() - kSuffix.size()));
  }
  return days;
}

// Whole lines from there on, durable; empty at the end, or where a file became shorter.
Result<std::string> read_lines(const fs::path& file, std::uint64_t from) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return error_from_errno(errno, "cannot open " + file.string());
  if (::fdatasync(fd.get()) != 0) return error_from_errno(errno, "cannot fsync " + file.string());
  std::string lines(kPiece, '\0');
  const ssize_t got = ::pread(fd.get(), lines.data(), lines.size(), static_cast<off_t>(from));
  if (got < 0) return error_from_errno(errno, "cannot read " + file.string());
  lines.resize(static_cast<std::size_t>(got));
  lines.resize(lines.rfind('\n') + 1);  // npos + 1 is 0
  return lines;
}

}  // namespace

VisitForwarder::VisitForwarder(const fs::path& root, std::string name)
    : folder_(library::reports_folder(root)), known_file_(root / "mirrored" / "visits-sent"), name_(std::move(name)) {
  const auto text = read_file(known_file_, 1'000'000);
  if (!text) return;
  const auto known = nlohmann::json::parse(*text, nullptr, false);
  if (!known.is_object()) return;
  for (const auto& [day, bytes] : known.items())
    if (bytes.is_number_unsigned()) arrived_[day] = bytes.get<std::uint64_t>();
}

// Without it the server is asked again.
void VisitForwarder::remember() const {
  if (make_directories(known_file_.parent_path())) (void)write_file(known_file_, nlohmann::json(arrived_).dump());
}

Result<std::uint64_t> VisitForwarder::send(const std::string& day, std::uint64_t offset, const std::string& lines,
                                           const Ask& ask) {
  client::Request request;
  request.method = "POST";
  request.url = fmt::format("/api/v1/mirrors/{}/visits/{}?offset={}", name_, day, offset);
  request.fields = {{"Content-Type", "application/x-ndjson"}};
  request.body_bytes = lines.size();
  request.body = [&lines](std::uint64_t at, std::span<char> into) -> Result<std::size_t> {
    return lines.copy(into.data(), into.size(), static_cast<std::size_t>(at));
  };
  CHALK_TRY_ASSIGN(const client::Reply reply, ask(std::move(request)));
  const auto json = nlohmann::json::parse(reply.body, nullptr, false);
  if (!json.is_object() || !json.contains("bytes") || !json["bytes"].is_number_unsigned())
    return Error(Errc::kIo, "what it says of the day's visits cannot be understood");
  return json["bytes"].get<std::uint64_t>();
}

Result<void> VisitForwarder::forward_day(const std::string& day, const Ask& ask, const std::stop_token& stop) {
  const fs::path file = folder_ / (day + std::string(kSuffix));
  while (!stop.stop_requested()) {
    const auto known = arrived_.find(day);
    const std::uint64_t offset = known == arrived_.end() ? 0 : known->second;
    CHALK_TRY_ASSIGN(std::string lines, read_lines(file, offset));
    if (lines.empty()) return {};
    if (known == arrived_.end()) lines.clear();  // asks
    CHALK_TRY_ASSIGN(const std::uint64_t arrived, send(day, offset, lines, ask));
    if (!lines.empty() && arrived == offset) return Error(Errc::kIo, "it takes no lines where it said that it would");
    arrived_[day] = arrived;
    remember();
  }
  return {};
}

Result<void> VisitForwarder::forward(const Ask& ask, const std::stop_token& stop) {
  constexpr std::chrono::hours kRest{1};
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(refused_, [&](const auto& one) { return now - one.second > kRest; });
  if (refused_.empty()) passed_over_.clear();
  const std::set<std::string> days = days_in(folder_);
  std::erase_if(arrived_, [&](const auto& one) { return !days.contains(one.first); });
  for (const std::string& day : days) {
    if (refused_.contains(day)) continue;
    auto sent = forward_day(day, ask, stop);
    if (sent) continue;
    const Errc code = sent.error().code;
    if (code != Errc::kInvalidArgument && code != Errc::kDiskFull) return sent;
    refused_[day] = now;
    passed_over_ = day + ": " + sent.error().to_sentence();
  }
  return {};
}

}  // namespace chalkline::cli
