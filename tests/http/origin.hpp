// A real library in a temporary folder with one published lesson, written by the real version writer from made-up
// segments, and a real server over it on a free port of 127.0.0.1.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "config/config.hpp"
#include "library/library.hpp"
#include "streamer/server.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

namespace chalkline::tests {

struct PublishedLesson {
  std::string id;
  std::string version;
};

class Origin {
 public:
  // One delivery thread and a small cache, so that the large segment is sent from its file; no access log.
  static config::Config usual_config();

  explicit Origin(const config::Config& config = usual_config());
  ~Origin();
  Origin(const Origin&) = delete;
  Origin& operator=(const Origin&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] library::Library& library() { return library_; }
  [[nodiscard]] streamer::Server& server() { return *server_; }
  void stop_and_wait();  // stop(), then until run() has returned

  // Publishes a version of `title`, whose segments depend on `seed`; a new lesson, or the next version of `lesson`.
  PublishedLesson publish(const std::string& title, unsigned seed, const std::string& lesson = {});

  // The lesson that is there from the start, its files' paths, and what must come back for them.
  PublishedLesson lesson;
  [[nodiscard]] std::string stored(const std::string& path) const;
  [[nodiscard]] std::filesystem::path path_of(const std::string& path) const;
  [[nodiscard]] std::string url(const std::string& path) const { return "/v/" + lesson.version + "/" + path; }
  [[nodiscard]] std::int64_t metric(const std::string& name_and_labels) const;

  static constexpr const char* kSmall = "video/0/1.m4s";           // kept in memory
  static constexpr const char* kLarge = "video/0/2.m4s";           // sent from the file
  static constexpr const char* kFragment = "audio/en-opus/1.m4s";  // kept in memory, and smaller in gzip
  static constexpr std::size_t kSmallBytes = 100'000;
  static constexpr std::size_t kLargeBytes = 1'500'000;

 private:
  TemporaryFolder folder_;
  library::Library library_;
  std::unique_ptr<streamer::Server> server_;
  std::jthread thread_;
};

}  // namespace chalkline::tests
