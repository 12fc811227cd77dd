// A mirror sending on what learners' pages reported to it (library/report_spool.hpp), to the server at which it
// registers, which keeps and counts it as its own learners' (library/forwarded_reports.hpp). Each line arrives once:
// how much of a day has arrived is for that server to say. While it is gone the lines wait, as many days as are kept.
// Belongs to the thread of mirror_reporter.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

#include "client/http_client.hpp"
#include "core/error.hpp"

namespace chalkline::cli {

class VisitForwarder {
 public:
  // Sends a request to the server, whose path it has, with the token.
  using Ask = std::function<Result<client::Reply>(client::Request request)>;

  // `root`: the library's folder. `name`: of the mirror, as it registered.
  VisitForwarder(const std::filesystem::path& root, std::string name);

  // Sends what has not arrived. kPermissionDenied, kNotFound (the server takes none), or what kept it; what has
  // arrived stays known. Days that the server refuses are passed over, and tried again after an hour: they cost a dear
  // line each time. `passed_over` says so.
  Result<void> forward(const Ask& ask, const std::stop_token& stop);
  [[nodiscard]] const std::string& passed_over() const { return passed_over_; }

 private:
  Result<void> forward_day(const std::string& day, const Ask& ask, const std::stop_token& stop);
  Result<std::uint64_t> send(const std::string& day, std::uint64_t offset, const std::string& lines, const Ask& ask);
  void remember() const;

  const std::filesystem::path folder_;
  const std::filesystem::path known_file_;  // so that a restart asks for no day that has arrived
  const std::string name_;
  std::map<std::string, std::uint64_t> arrived_;                          // bytes, by the day
  std::map<std::string, std::chrono::steady_clock::time_point> refused_;  // when; by the day
  std::string passed_over_;
};

}  // namespace chalkline::cli
