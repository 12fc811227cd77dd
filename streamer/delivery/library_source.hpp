// Objects out of a library: files of versions, read and verified; documents about lessons, made and compressed.
// Everything here blocks and runs on the blocking pool.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "library/attachments.hpp"
#include "library/library.hpp"
#include "streamer/cache/s3_fifo.hpp"
#include "streamer/delivery/curriculum_source.hpp"
#include "streamer/delivery/object_source.hpp"
#include "streamer/delivery/rendition_meters.hpp"
#include "streamer/delivery/request_plan.hpp"
#include "streamer/delivery/steering.hpp"
#include "streamer/delivery/version_table.hpp"
#include "streamer/http/route.hpp"
#include "streamer/pages/watch_page.hpp"

namespace chalkline::streamer {

struct LibrarySourceOptions {
  explicit LibrarySourceOptions(const Steering& steers) : steering(steers) {}

  const Steering& steering;                      // outlives the source
  std::uint64_t file_from_bytes = 24'000;        // files at least this large are sent from the page cache (sendfile)
  std::uint64_t largest_read_ahead = 4'000'000;  // larger files are read as they are sent
  bool verify_reads = false;                     // every file is hashed each time, not only what is new or has changed
  std::uint64_t pace_percent = 0;                // of a rendition's average rate; 0: no pace
  std::uint64_t least_file_charge = 0;           // in the cache: bounds descriptors
  std::uint64_t most_file_charge = 2'000'000;
  std::uint64_t index_bytes = 32'000'000;  // for parsed indexes
  std::string cors_fields;
  std::string base_url;  // the server as learners see it; empty: not known
  std::string cors_segment_fields;
  std::string preview_secret;       // signs addresses of what learners do not see yet
  std::string access_secret;        // signs addresses of closed lessons; empty: lessons are open, for good
  std::string_view watch_template;  // outlives the source
  std::string_view home_stylesheet;
  PageReporting reporting;                  // what the page that plays a lesson is to tell
  std::function<std::string()> hosts_page;  // HTML; may block
};

class LibrarySource final : public ObjectSource {
 public:
  LibrarySource(library::Library& library, LibrarySourceOptions options);
  LoadResult load(const std::string& key) override;
  void sign_with(std::string access_secret);  // any thread; not empty where lessons are closed
  [[nodiscard]] const RenditionMeters& meters() const { return meters_; }  // any thread
  // Files that were hashed before they were served. Any thread.
  [[nodiscard]] std::int64_t files_hashed() const { return files_hashed_.load(std::memory_order_relaxed); }

 private:
  LoadResult version_file(std::string_view version, std::string_view path, bool preview);
  LoadResult version_index(std::string_view version, CacheKind cache);
  LoadResult lesson_playlist(const std::string& lesson, const KeyParts& key);
  LoadResult lesson_index(const std::string& lesson);
  LoadResult watch_page(const std::string& lesson, WatchPageKind kind, const KeyParts& key);
  std::string front(const std::string& path, const KeyParts& key);
  LoadResult curriculum_page(RouteId route, const std::string& node, std::string_view query);
  LoadResult oembed(std::string_view request);
  LoadResult lesson_neighbours(RouteId route, const std::string& lesson);
  LoadResult api_lessons();
  LoadResult api_lesson(const std::string& lesson);
  LoadResult api_jobs();
  LoadResult mirror_list();
  LoadResult mirror_changes(std::string_view since);
  ObjectPtr for_mirrors(std::string text, std::string etag);
  [[nodiscard]] std::string staleness_notice(PageLanguage language) const;  // HTML, or empty
  LoadResult readiness();

  Error damage(std::string_view version, const FileEntry& entry, std::string_view what);
  Result<std::string> read_verified(std::string_view version, const FileEntry& entry);
  [[nodiscard]] bool closed() const { return closed_; }
  std::string access_secret();
  std::string lesson_of(std::string_view version);  // "-" where it is of none any more
  Result<library::StoredFile> open_verified(std::string_view version, const IndexedVersion& indexed,
                                            const FileEntry& entry);
  // kNotFound where learners must not see it, and nobody has let an editor look.
  Result<library::Lesson> visible(const std::string& lesson, bool preview = false);
  Result<std::vector<library::Lesson>> visible_lessons();
  Result<std::pair<library::Lesson, std::shared_ptr<const IndexedVersion>>> published(const std::string& lesson,
                                                                                      bool preview = false);
  // A document the server makes: compressed once for as long as its text stays the same.
  ObjectPtr document(std::string text, std::string_view media_type, CacheKind cache, unsigned status = 200,
                     std::string_view fields = {});
  ObjectPtr api_document(std::string text) const;

  library::Library& library_;
  LibrarySourceOptions options_;
  const bool closed_ = !options_.access_secret.empty();
  std::mutex secret_mutex_;  // of options_.access_secret
  std::atomic<std::int64_t> files_hashed_{0};
  VersionTable versions_;
  library::AttachmentFiles attachments_;
  CurriculumSource curriculum_;
  RenditionMeters meters_;
  std::mutex lessons_mutex_;
  std::map<std::string, std::string, std::less<>> lessons_;  // by version
  std::mutex documents_mutex_;
  S3Fifo<ObjectPtr> documents_;  // by the text's hash
};

}  // namespace chalkline::streamer
