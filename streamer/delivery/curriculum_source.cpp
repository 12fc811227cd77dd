// One function for each kind of page.
#include "streamer/delivery/curriculum_source.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/rendition.hpp"
#include "library/attachments.hpp"
#include "library/search_text.hpp"
#include "streamer/api/documents.hpp"
#include "streamer/http/target.hpp"

namespace chalkline::streamer {

namespace {

constexpr std::size_t kMostCosts = 50'000;            // 200 bytes each
constexpr std::size_t kMostNodesFound = 10;           // over the lessons of a search
constexpr std::int64_t kFewLessons = kLessonsOnPage;  // so many stand on the first page itself

CurriculumPage page_at(std::string path, const CurriculumQuery& query) {
  CurriculumPage page;
  page.query = query;
  page.path = std::move(path);
  return page;
}

std::int64_t skipped(const CurriculumQuery& query) { return std::int64_t{query.page - 1} * kLessonsOnPage; }

ShelfLink link_to(const library::Node& node, std::int64_t lessons, PageLanguage language) {
  ShelfLink link;
  link.path = "/browse/" + node.id;
  link.said = said_in(language, node.details);
  link.kind = node.details.kind;
  link.lessons = lessons;
  return link;
}

// search_text leaves case to SQLite. Of letters without their accents, A to Z is all of it that the pages' languages
// have.
std::string folded(const std::string& text) {
  std::string made = library::search_text(text);
  for (char& c : made)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  return made;
}

// Does each word of the search begin a word of a title, in any language?
bool is_meant(const library::NodeDetails& details, const std::vector<std::string>& words) {
  std::string titles = " " + folded(details.title);
  for (const library::Translation& text : details.texts) titles += " " + folded(text.title);
  return !words.empty() && std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return titles.find(" " + word) != std::string::npos;
  });
}

std::vector<std::string> words_in(const std::string& text) {
  const std::string searched = folded(text);
  std::vector<std::string> words;
  for (std::size_t at = 0; at < searched.size();) {
    const std::size_t end = std::min(searched.find(' ', at), searched.size());
    if (end > at) words.push_back(searched.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace

Result<CurriculumSource::Tree> CurriculumSource::tree() {
  Tree tree;
  CHALK_TRY_ASSIGN(tree.nodes, library_.curriculum->list({}));
  CHALK_TRY_ASSIGN(const auto counts, library_.shelves->lesson_counts());
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) tree.by_id.emplace(tree.nodes[i].id, i);
  for (const auto& [course, lessons] : counts)
    for (const library::Node* at = tree.find(course); at != nullptr; at = tree.find(at->details.parent))
      tree.lessons[at->id] += lessons;
  return tree;
}

const library::Node* CurriculumSource::Tree::find(const std::string& id) const {
  const auto at = by_id.find(id);
  return at == by_id.end() ? nullptr : &nodes[at->second];
}

std::int64_t CurriculumSource::Tree::lessons_in(const std::string& id) const {
  const auto at = lessons.find(id);
  return at == lessons.end() ? 0 : at->second;
}

// Where there is nothing to see, nobody is sent.
std::vector<ShelfLink> CurriculumSource::below(const Tree& tree, const std::string& parent, PageLanguage language) {
  std::vector<ShelfLink> links;
  for (const library::Node& node : tree.nodes)
    if (node.details.parent == parent && tree.lessons_in(node.id) > 0)
      links.push_back(link_to(node, tree.lessons_in(node.id), language));
  return links;
}

void CurriculumSource::set_trail(const Tree& tree, const std::string& parent, CurriculumPage& page) {
  for (const library::Node* at = tree.find(parent); at != nullptr; at = tree.find(at->details.parent))
    page.trail.insert(page.trail.begin(), link_to(*at, 0, page.query.language));
}

std::optional<LessonCost> CurriculumSource::cost_of_version(const std::string& version) {
  {
    const std::lock_guard lock(costs_mutex_);
    if (const auto at = costs_.find(version); at != costs_.end()) return at->second;
  }
  // What a mirror has not got yet is not fetched for a figure.
  if (!library_.versions->contains(version)) return std::nullopt;
  const auto indexed = versions_.find(version);
  if (!indexed) return std::nullopt;
  LessonCost cost = cost_of((*indexed)->index);
  const std::lock_guard lock(costs_mutex_);
  if (costs_.size() >= kMostCosts) costs_.clear();
  return costs_.emplace(version, std::move(cost)).first->second;
}

// "" where the file is not here: on a mirror, or not come yet.
std::string CurriculumSource::path_of(const std::string& lesson, const library::Attachment& attachment) const {
  if (attachment.sha256.empty()) return {};
  std::error_code failed;
  const auto bytes = std::filesystem::file_size(library::attachment_file(library_.root, attachment.sha256), failed);
  if (failed || static_cast<std::int64_t>(bytes) != attachment.bytes) return {};
  return "/l/" + lesson + "/files/" + percent_encode(attachment.name);
}

LessonCard CurriculumSource::card_of(const library::LessonRecord& lesson, const CurriculumPage& page) {
  LessonCard card;
  card.id = lesson.id;
  card.said = said_in(page.query.language, lesson.details);
  const std::string& language = lesson.details.language;
  if (language != "und" && page_language_named(language) != page.query.language) card.spoken = language_label(language);
  if (page.is_search) card.course = lesson.details.course_id.empty() ? lesson.details.course : lesson.course_title;
  card.ready = lesson.version.has_value();
  if (card.ready) card.cost = cost_of_version(*lesson.version);
  if (card.cost && !card.cost->poster.empty() && page.query.pictures && pictures_)
    card.poster = "/v/" + *lesson.version + "/" + card.cost->poster;
  for (const library::Attachment& one : lesson.details.attachments)
    card.attachments.push_back({one.name, one.bytes, path_of(lesson.id, one)});
  return card;
}

std::vector<LessonCard> CurriculumSource::cards(const std::vector<library::LessonRecord>& lessons,
                                                CurriculumPage& page) {
  std::vector<LessonCard> made;
  for (const library::LessonRecord& lesson : lessons) {
    made.push_back(card_of(lesson, page));
    if (made.back().cost && pictures_) page.pictures_bytes += made.back().cost->poster_bytes;
  }
  return made;
}

Result<void> CurriculumSource::add_part(const library::ShelfPart& part, CurriculumPage& page) {
  if (part.lessons.empty() && page.query.page > 1) return Error(Errc::kNotFound, "there is no such page");
  page.pages = static_cast<int>((part.total + kLessonsOnPage - 1) / kLessonsOnPage);
  page.more = page.query.page < page.pages;
  if (!part.lessons.empty()) page.groups.push_back({"", cards(part.lessons, page)});
  return {};
}

// Few lessons stand on the first page themselves, under the names of their courses; else the courses do, and those
// lessons that are of none.
Result<void> CurriculumSource::add_loose_courses(CurriculumPage& page) {
  CHALK_TRY_ASSIGN(const std::vector<library::LooseCourse> courses, library_.shelves->loose_courses());
  std::int64_t lessons = 0;
  for (const library::LooseCourse& course : courses) lessons += course.lessons;
  if (lessons <= kFewLessons) {
    if (page.query.page > 1) return Error(Errc::kNotFound, "there is no such page");
    for (const library::LooseCourse& course : courses) {
      CHALK_TRY_ASSIGN(const library::ShelfPart part,
                       library_.shelves->of_loose_course(course.name, 0, static_cast<int>(kFewLessons)));
      page.groups.push_back({course.name, cards(part.lessons, page)});
    }
    return {};
  }
  if (page.query.page == 1)
    for (const library::LooseCourse& course : courses)
      if (!course.name.empty())
        page.loose.push_back({"/browse", course.name, {course.name, "", ""}, std::nullopt, course.lessons});
  CHALK_TRY_ASSIGN(const library::ShelfPart part,
                   library_.shelves->of_loose_course("", skipped(page.query), kLessonsOnPage));
  return add_part(part, page);
}

Result<CurriculumPage> CurriculumSource::first_page(const CurriculumQuery& query) {
  CurriculumPage page = page_at("/", query);
  CHALK_TRY_ASSIGN(const Tree whole, tree());
  if (query.page == 1) page.nodes = below(whole, "", query.language);
  CHALK_TRY(add_loose_courses(page));
  return page;
}

Result<CurriculumPage> CurriculumSource::node_page(const std::string& id, const CurriculumQuery& query) {
  CHALK_TRY_ASSIGN(const Tree whole, tree());
  const library::Node* node = whole.find(id);
  if (node == nullptr) return Error(Errc::kNotFound, "there is no such part of the curriculum");
  const library::NodeDetails& details = node->details;
  CurriculumPage page = page_at("/browse/" + id, query);
  const Said said = said_in(query.language, details);
  page.title = said.title;
  page.title_language = said.language;
  page.description = said.description;
  page.within = id;
  page.within_title = said.title;
  set_trail(whole, details.parent, page);
  page.nodes = below(whole, id, query.language);
  if (details.kind != library::NodeKind::kCourse) {
    if (query.page > 1) return Error(Errc::kNotFound, "there is no such page");
    return page;
  }
  CHALK_TRY_ASSIGN(const library::ShelfPart part, library_.shelves->of_course(id, skipped(query), kLessonsOnPage));
  CHALK_TRY(add_part(part, page));
  return page;
}

Result<CurriculumPage> CurriculumSource::loose_page(const CurriculumQuery& query) {
  if (!query.course) return Error(Errc::kNotFound, "which course?");
  CurriculumPage page = page_at("/browse", query);
  page.title = *query.course;
  CHALK_TRY_ASSIGN(const library::ShelfPart part,
                   library_.shelves->of_loose_course(*query.course, skipped(query), kLessonsOnPage));
  if (part.total == 0) return Error(Errc::kNotFound, "there is no such course");
  CHALK_TRY(add_part(part, page));
  return page;
}

Result<CurriculumPage> CurriculumSource::search_page(const CurriculumQuery& query) {
  CurriculumPage page = page_at("/search", query);
  page.is_search = true;
  page.pages = 0;
  CHALK_TRY_ASSIGN(const Tree whole, tree());
  if (!query.within.empty()) {
    const library::Node* node = whole.find(query.within);
    if (node == nullptr) return Error(Errc::kNotFound, "there is no such part of the curriculum");
    page.within = query.within;
    page.within_title = said_in(query.language, node->details).title;
    set_trail(whole, query.within, page);
  }
  page.title = query.text;
  if (query.text.empty()) return page;
  if (query.page == 1 && query.within.empty()) {
    const std::vector<std::string> words = words_in(query.text);
    for (const library::Node& node : whole.nodes)
      if (whole.lessons_in(node.id) > 0 && page.nodes.size() < kMostNodesFound && is_meant(node.details, words))
        page.nodes.push_back(link_to(node, whole.lessons_in(node.id), query.language));
  }
  library::LessonFilter filter;
  filter.under = query.within;
  CHALK_TRY_ASSIGN(const library::LessonPage found,
                   library_.records->search(query.text, filter, skipped(query), kLessonsOnPage));
  if (found.lessons.empty() && query.page > 1) return Error(Errc::kNotFound, "there is no such page");
  page.more = found.next.has_value() && query.page < kLastPage;
  if (!found.lessons.empty()) page.groups.push_back({"", cards(found.lessons, page)});
  return page;
}

Result<std::string> CurriculumSource::course_lessons(const std::string& id) {
  CHALK_TRY_ASSIGN(const library::ShelfPart part, library_.shelves->beside(id, kMostOfCourse));
  Json json;
  json["lessons"] = Json::array();
  for (const library::LessonRecord& lesson : part.lessons) {
    const auto cost = lesson.version ? cost_of_version(*lesson.version) : std::nullopt;
    if (!cost) continue;
    json["lessons"].push_back({{"id", lesson.id},
                               {"title", lesson.details.title},
                               {"bytes", cost->cheapest_bytes},
                               {"sound_bytes", cost->sound_bytes},
                               {"beside_bytes", cost->beside_bytes}});
  }
  return text_of(json);
}

// The lesson that a tag names as this one in sign language: "signed:<lesson>".
std::optional<library::LessonRecord> CurriculumSource::signed_twin(const library::LessonRecord& lesson) {
  constexpr std::string_view kTag = "signed:";
  for (const std::string& tag : lesson.details.tags) {
    if (!tag.starts_with(kTag)) continue;
    const auto twin = library_.records->find(tag.substr(kTag.size()));
    if (twin && twin->version && twin->details.state == library::LessonState::kPublished) return *twin;
  }
  return std::nullopt;
}

Result<std::string> CurriculumSource::next_lesson(const std::string& id) {
  const auto link = [](const library::LessonRecord& lesson) {
    return Json{{"id", lesson.id},
                {"title", lesson.details.title},
                {"language", lesson.details.language},
                {"watch", "/watch/" + lesson.id}};
  };
  CHALK_TRY_ASSIGN(const library::LessonRecord lesson, library_.records->find(id));
  CHALK_TRY_ASSIGN(const auto next, library_.shelves->after(id));
  const auto twin = signed_twin(lesson);
  Json json;
  json["next"] = next ? link(*next) : Json(nullptr);
  if (twin) json["signed"] = link(*twin);
  for (const library::Attachment& one : lesson.details.attachments)
    if (const std::string path = path_of(id, one); !path.empty())
      json["files"].push_back({{"name", one.name}, {"bytes", one.bytes}, {"path", path}});
  return text_of(json);
}

}  // namespace chalkline::streamer
