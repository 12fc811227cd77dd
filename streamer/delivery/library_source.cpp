// One function per route that comes from the library.
#include "streamer/delivery/library_source.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "core/sha256.hpp"
#include "manifests/version_path.hpp"
#include "publish/compress.hpp"
#include "streamer/api/json.hpp"
#include "streamer/delivery/attachment_source.hpp"
#include "streamer/delivery/document_parts.hpp"
#include "streamer/delivery/packed_segment.hpp"
#include "streamer/delivery/page_cache.hpp"
#include "streamer/delivery/playlist_choice.hpp"
#include "streamer/delivery/request_plan.hpp"
#include "streamer/http/access.hpp"
#include "streamer/pages/oembed.hpp"

namespace chalkline::streamer {

namespace {

// How long nobody may go on in the middle of a file of which somebody was given a wrong part: players give up sooner.
constexpr std::chrono::minutes kCautiousFor{1};

// "video/0" of "video/0/3.m4s"; what stands at the top of a version is "index".
std::string rendition_of(std::string_view path) {
  const std::size_t last = path.rfind('/');
  return last == std::string_view::npos ? "index" : std::string(path.substr(0, last));
}

// The average rate, bit/s, of the rendition whose segment this is; 0 for the first three, which a player must get as
// fast as can be, and for what is no segment.
std::uint64_t pace_of(const VersionIndex& index, std::string_view path) {
  constexpr int kUnpaced = 3;
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return 0;
  int number = 0;
  const std::string_view name = path.substr(slash + 1);
  if (std::from_chars(name.data(), name.data() + name.size(), number).ec != std::errc() || number <= kUnpaced) return 0;
  for (const RenditionEntry& rendition : index.renditions)
    if (rendition.format.id == path.substr(0, slash)) return rendition.average_bandwidth;
  return 0;
}

}  // namespace

LibrarySource::LibrarySource(library::Library& library, LibrarySourceOptions options)
    : library_(library),
      options_(std::move(options)),
      versions_(*library.versions, options_.index_bytes),
      attachments_(library.root),
      curriculum_(library, versions_, options_.access_secret.empty()),
      documents_(options_.index_bytes / 4) {}

LoadResult LibrarySource::load(const std::string& key) {
  const KeyParts parts = split_key(key);
  const auto match = match_route(parts.path);
  if (!match) return Error(Errc::kNotFound, "no route");
  const std::string first(match->parameters[0]);
  switch (match->route->id) {
    case RouteId::kVersionFile: return version_file(first, match->parameters[1], parts.preview);
    case RouteId::kLessonPlaylist: return lesson_playlist(first, parts);
    case RouteId::kLessonIndex: return lesson_index(first);
    case RouteId::kWatch: return watch_page(first, WatchPageKind::kWhole, parts);
    case RouteId::kEmbed: return watch_page(first, WatchPageKind::kEmbedded, parts);
    case RouteId::kAttachment:
      return load_attachment(library_, attachments_, first, match->parameters[1],
                             {closed(), parts.preview, options_.least_file_charge, options_.most_file_charge});
    case RouteId::kOembed: return oembed(parts.query);
    case RouteId::kLessonNext:
    case RouteId::kLessonCourse: return lesson_neighbours(match->route->id, first);
    case RouteId::kHome:
    case RouteId::kNode:
    case RouteId::kLooseCourse:
    case RouteId::kSearch: return curriculum_page(match->route->id, first, parts.query);
    case RouteId::kApiLessons: return api_lessons();
    case RouteId::kApiLesson: return api_lesson(first);
    case RouteId::kApiJobs: return api_jobs();
    case RouteId::kMirrorList: return mirror_list();
    case RouteId::kMirrorChanges: return mirror_changes(first);
    case RouteId::kHosts: return document(options_.hosts_page(), kHtmlType, CacheKind::kPointer);
    case RouteId::kReady: return readiness();
    case RouteId::kSteering:
    case RouteId::kAsset:
    case RouteId::kStudio:
    case RouteId::kHealth:
    case RouteId::kMetrics: break;
  }
  return Error(Errc::kInternal, "the route does not come from the library");
}

void LibrarySource::sign_with(std::string access_secret) {
  const std::lock_guard lock(secret_mutex_);
  options_.access_secret = std::move(access_secret);
}

std::string LibrarySource::access_secret() {
  const std::lock_guard lock(secret_mutex_);
  return options_.access_secret;
}

// The store may have a way to get the right bytes.
Error LibrarySource::damage(std::string_view version, const FileEntry& entry, std::string_view what) {
  library_.versions->damaged(version, entry.path);
  return Error(Errc::kCorrupt, fmt::format("{} of version {} {}", entry.path, version, what));
}

Result<std::string> LibrarySource::read_verified(std::string_view version, const FileEntry& entry) {
  const std::string named = fmt::format("{} of version {}", entry.path, version);
  CHALK_TRY_ASSIGN(const library::StoredFile file, library_.versions->open(version, entry.path));
  if (file.bytes != entry.bytes)
    return damage(version, entry, fmt::format("has {} bytes, published were {}", file.bytes, entry.bytes));
  CHALK_TRY_ASSIGN(std::string bytes, read_stored(file, named));
  // Wrong bytes would stay in caches for a year, and small files are worth a hash on every miss.
  files_hashed_.fetch_add(1, std::memory_order_relaxed);
  if (sha256_hex(bytes) != entry.sha256) return damage(version, entry, "is not what was published");
  return bytes;
}

// Asked once for each version: the catalogue has no way from a version to its lesson.
std::string LibrarySource::lesson_of(std::string_view version) {
  {
    const std::lock_guard lock(lessons_mutex_);
    if (const auto at = lessons_.find(version); at != lessons_.end()) return at->second;
  }
  const auto lessons = library_.catalogue->list();
  const std::lock_guard lock(lessons_mutex_);
  if (lessons)
    for (const library::Lesson& lesson : *lessons)
      if (lesson.version) lessons_[*lesson.version] = lesson.id;
  return lessons_.try_emplace(std::string(version), "-").first->second;
}

Result<library::StoredFile> LibrarySource::open_verified(std::string_view version, const IndexedVersion& indexed,
                                                         const FileEntry& entry) {
  CHALK_TRY_ASSIGN(library::StoredFile file, library_.versions->open_early(version, entry.path));
  if (file.growing) return file;  // its writer finds out
  if (file.bytes != entry.bytes)
    return damage(version, entry, fmt::format("has {} bytes, published were {}", file.bytes, entry.bytes));
  const bool known = indexed.verified(entry, file.state);
  if (known && !options_.verify_reads) {
    // The delivery thread sends from the page cache, and must not wait for the disk.
    if (entry.bytes <= options_.largest_read_ahead && !bring_whole_to_page_cache(file.fd.get(), entry.bytes))
      return damage(version, entry, "cannot be read to its end");
    return file;
  }
  files_hashed_.fetch_add(1, std::memory_order_relaxed);
  const std::string named = fmt::format("{} of version {}", entry.path, version);
  CHALK_TRY_ASSIGN(const std::string sha256, sha256_of_stored(file, named));
  if (sha256 != entry.sha256) return damage(version, entry, "is not what was published");
  if (known) return file;
  indexed.note_verified(entry, file.state);
  library_.versions->note_verified(version, entry.path, file.state);
  return file;
}

LoadResult LibrarySource::version_file(std::string_view version, std::string_view path, bool preview) {
  const CacheKind cache = closed() || preview ? CacheKind::kPrivateImmutable : CacheKind::kImmutable;
  if (path == manifests::kIndexName) return version_index(version, cache);
  CHALK_TRY_ASSIGN(const auto indexed, versions_.find(version));
  const FileEntry* entry = indexed->find(path);
  if (entry == nullptr) return Error(Errc::kNotFound, "the version has no such file");

  ObjectSpec spec;
  spec.media_type = entry->media_type;
  spec.cache = cache;
  const bool is_segment = spec.media_type == "video/mp4" || spec.media_type == "audio/mp4";
  spec.cors_fields = is_segment ? options_.cors_segment_fields : options_.cors_fields;
  spec.meter = meters_.meter(lesson_of(version), rendition_of(path));
  spec.pace = pace_of(indexed->index, path) * options_.pace_percent / 100 / 8;
  constexpr std::array kSiblings = {std::pair(Coding::kGzip, ".gz"), std::pair(Coding::kBrotli, ".br")};
  const bool coded = std::any_of(kSiblings.begin(), kSiblings.end(), [&](const auto& sibling) {
    return indexed->find(std::string(path) + sibling.second) != nullptr;
  });
  if (entry->bytes >= options_.file_from_bytes && !coded) {
    CHALK_TRY_ASSIGN(library::StoredFile file, open_verified(version, *indexed, *entry));
    spec.read_just_now = !file.growing && entry->bytes <= options_.largest_read_ahead;
    spec.file = std::move(file.fd);
    spec.growing = std::move(file.growing);
    spec.whole_only = file.begun_badly;
    if (spec.whole_only) spec.fresh_for = kCautiousFor;
    // What it has in the page cache, but a very large one not more than others can make room for.
    spec.file_charge = std::max(options_.least_file_charge, std::min(entry->bytes, options_.most_file_charge));
    RepresentationSpec whole;
    whole.file_bytes = entry->bytes;
    whole.etag = entry->sha256;
    spec.representations.push_back(std::move(whole));
    return make_object(std::move(spec));
  }
  CHALK_TRY_ASSIGN(std::string bytes, read_verified(version, *entry));
  spec.representations.push_back(part(Coding::kIdentity, std::move(bytes), entry->sha256));
  for (const auto& [coding, suffix] : kSiblings) {
    const FileEntry* sibling = indexed->find(std::string(path) + suffix);
    if (sibling == nullptr || sibling->bytes >= entry->bytes) continue;
    CHALK_TRY_ASSIGN(std::string bytes_coded, read_verified(version, *sibling));
    spec.representations.push_back(part(coding, std::move(bytes_coded), sibling->sha256));
  }
  if (is_segment && !coded) add_packed_segment(spec);
  return make_object(std::move(spec));
}

LoadResult LibrarySource::version_index(std::string_view version, CacheKind cache) {
  CHALK_TRY_ASSIGN(const auto indexed, versions_.find(version));
  ObjectSpec spec;
  spec.media_type = kJsonType;
  spec.cache = cache;
  spec.cors_fields = options_.cors_fields;
  if (cache != CacheKind::kImmutable && cache != CacheKind::kPrivateImmutable) {
    spec.fresh_for = kFreshFor;
    spec.stale_for = kStaleFor;
  }
  spec.representations.push_back(part(Coding::kIdentity, indexed->text, std::string(version)));
  // The index cannot list its own compressed siblings; they are part of the folder all the same.
  constexpr std::array kSiblings = {std::pair(Coding::kGzip, "index.json.gz"),
                                    std::pair(Coding::kBrotli, "index.json.br")};
  for (const auto& [coding, name] : kSiblings) {
    const auto file = library_.versions->open(version, name);
    if (!file || file->bytes >= indexed->text.size()) continue;
    CHALK_TRY_ASSIGN(std::string coded, read_stored(*file, name));
    const auto inside = coding == Coding::kGzip ? publish::gunzip(coded, indexed->text.size())
                                                : publish::unbrotli(coded, indexed->text.size());
    if (inside != indexed->text) continue;  // damaged: the text itself will do
    std::string etag = sha256_hex(coded);
    spec.representations.push_back(part(coding, std::move(coded), std::move(etag)));
  }
  return make_object(std::move(spec));
}

// A draft and a withdrawn lesson are not there for learners: the same answer as for one that never was.
Result<library::Lesson> LibrarySource::visible(const std::string& lesson_id, bool preview) {
  auto found = library_.catalogue->find(lesson_id);
  if (!found && found.error().code == Errc::kNotFound && library_.following) library_.following->asked_for_unknown();
  CHALK_TRY_ASSIGN(library::Lesson lesson, std::move(found));
  if (lesson.state != library::LessonState::kPublished && !preview)
    return Error(Errc::kNotFound, fmt::format("there is no lesson {}", lesson_id));
  return lesson;
}

Result<std::vector<library::Lesson>> LibrarySource::visible_lessons() {
  CHALK_TRY_ASSIGN(std::vector<library::Lesson> lessons, library_.catalogue->list());
  std::erase_if(lessons,
                [](const library::Lesson& lesson) { return lesson.state != library::LessonState::kPublished; });
  return lessons;
}

Result<std::pair<library::Lesson, std::shared_ptr<const IndexedVersion>>> LibrarySource::published(
    const std::string& lesson_id, bool preview) {
  CHALK_TRY_ASSIGN(library::Lesson lesson, visible(lesson_id, preview));
  if (!lesson.version) return Error(Errc::kNotFound, "the lesson has no published version yet");
  auto indexed = versions_.find(*lesson.version);
  // A version that the catalogue names and the store lacks is damage, not a wrong address.
  if (!indexed && indexed.error().code == Errc::kNotFound)
    return Error(Errc::kCorrupt,
                 fmt::format("version {} of lesson {} is not in the store", *lesson.version, lesson_id));
  if (!indexed) return std::move(indexed).error();
  return std::pair(std::move(lesson), std::move(*indexed));
}

// "/t/TOKEN", which opens what is at `path` and below for as long as who asks may see it; empty where none is wanted.
// It stays in front of every address that a player makes from it.
std::string LibrarySource::front(const std::string& path, const KeyParts& key) {
  if (key.expires == 0) return {};
  return "/t/" + make_token(key.preview ? options_.preview_secret : access_secret(), {path, key.expires});
}

LoadResult LibrarySource::lesson_playlist(const std::string& lesson, const KeyParts& key) {
  CHALK_TRY_ASSIGN(const auto found, published(lesson, key.preview));
  const std::string version = fmt::format("/v/{}/", *found.first.version);
  const std::string base = front(version, key) + version;
  const PlaylistChoice choice = parse_playlist_choice(key.query);
  // No mirror has what learners do not see.
  const auto pathways = key.preview ? std::vector<manifests::Pathway>() : options_.steering.pathways(choice.pathway);
  const manifests::SteeredPlaylist steered{pathways, "/steering/" + lesson + "?pathway=" + choice.pathway};
  return document(render_chosen_playlist(found.second->index, base, choice, steered), kPlaylistType,
                  closed() || key.preview || !pathways.empty() ? CacheKind::kPrivatePointer : CacheKind::kPointer);
}

LoadResult LibrarySource::lesson_index(const std::string& lesson) {
  CHALK_TRY_ASSIGN(const auto found, published(lesson));
  return version_index(*found.first.version, closed() ? CacheKind::kPrivatePointer : CacheKind::kPointer);
}

// The page speaks its reader's language, which only his browser knows; the lesson's is the nearest to it.
static PageLanguage language_of(std::string_view lesson_language) {
  return page_language_named(lesson_language.substr(0, lesson_language.find('-'))).value_or(PageLanguage::kEnglish);
}

LoadResult LibrarySource::watch_page(const std::string& lesson_id, WatchPageKind kind, const KeyParts& key) {
  CHALK_TRY_ASSIGN(const library::Lesson lesson, visible(lesson_id, key.preview));
  if (!lesson.version) return document(render_unpublished_page(lesson), kHtmlType, CacheKind::kNever, 404);
  CHALK_TRY_ASSIGN(const auto found, published(lesson_id, key.preview));
  const PageFronts fronts{front("/l/" + lesson_id + "/", key), front("/v/" + *found.first.version + "/", key)};
  const bool is_private = closed() || key.preview;
  // What only some may see is told to nobody.
  const std::string fields = key.preview ? "X-Robots-Tag: noindex\r\n"
                             : is_private || kind == WatchPageKind::kEmbedded
                                 ? std::string()
                                 : oembed_discovery(lesson_id, options_.base_url);
  return document(render_watch_page(options_.watch_template, found.first, found.second->index, kind,
                                    staleness_notice(language_of(lesson.language)),
                                    key.preview ? PageReporting() : options_.reporting, fronts),
                  kHtmlType, is_private ? CacheKind::kPrivatePointer : CacheKind::kPage, 200, fields);
}

LoadResult LibrarySource::curriculum_page(RouteId route, const std::string& node, std::string_view query_text) {
  const CurriculumQuery query = query_of_key(query_text);
  const auto page = route == RouteId::kHome          ? curriculum_.first_page(query)
                    : route == RouteId::kNode        ? curriculum_.node_page(node, query)
                    : route == RouteId::kLooseCourse ? curriculum_.loose_page(query)
                                                     : curriculum_.search_page(query);
  if (!page) return page.error();
  constexpr std::string_view kPolicy =
      "Content-Security-Policy: default-src 'none'; style-src 'self' 'unsafe-inline'; "
      "img-src 'self' data:; form-action 'self'; base-uri 'none'\r\n";
  std::string text = render_curriculum_page(*page, options_.home_stylesheet);
  if (const std::size_t end = text.find("</main>"); end != std::string::npos)
    text.insert(end, staleness_notice(query.language));
  return document(std::move(text), kHtmlType, CacheKind::kPointer, 200,
                  query.language_chosen ? std::string(kPolicy) : std::string(kPolicy) + "Vary: Accept-Language\r\n");
}

LoadResult LibrarySource::oembed(std::string_view request_text) {
  const OembedRequest request = oembed_request_of_key(request_text);
  CHALK_TRY_ASSIGN(const library::Lesson lesson, visible(request.lesson));
  std::string answer = render_oembed(request, lesson, options_.base_url);
  if (answer.empty() || !lesson.version) return Error(Errc::kNotFound, "there is no lesson at that address");
  return document(std::move(answer), kJsonType, closed() ? CacheKind::kPrivatePointer : CacheKind::kPage);
}

LoadResult LibrarySource::lesson_neighbours(RouteId route, const std::string& lesson_id) {
  CHALK_TRY(visible(lesson_id));
  auto text =
      route == RouteId::kLessonNext ? curriculum_.next_lesson(lesson_id) : curriculum_.course_lessons(lesson_id);
  if (!text) return text.error();
  return document(std::move(*text), kJsonType, CacheKind::kPointer);
}

LoadResult LibrarySource::api_lessons() {
  CHALK_TRY_ASSIGN(const auto lessons, visible_lessons());
  return api_document(lessons_json(lessons));
}

LoadResult LibrarySource::api_lesson(const std::string& lesson_id) {
  CHALK_TRY_ASSIGN(const library::Lesson lesson, visible(lesson_id));
  if (!lesson.version) return api_document(lesson_json(lesson, nullptr));
  CHALK_TRY_ASSIGN(const auto found, published(lesson_id));
  return api_document(lesson_json(found.first, &found.second->index));
}

LoadResult LibrarySource::api_jobs() {
  CHALK_TRY_ASSIGN(const auto jobs, library_.jobs->list());
  return api_document(jobs_json(jobs));
}

}  // namespace chalkline::streamer
