// Gathers what the curriculum pages show, from the catalogue and, for what lessons cost, from the indexes of versions
// that are in the store. Blocks; runs on the blocking pool, any thread.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "library/library.hpp"
#include "streamer/delivery/version_table.hpp"
#include "streamer/pages/curriculum_page.hpp"

namespace chalkline::streamer {

inline constexpr int kMostOfCourse = 300;

class CurriculumSource {
 public:
  // `pictures`: whether learners may see posters without a token.
  CurriculumSource(library::Library& library, VersionTable& versions, bool pictures)
      : library_(library), versions_(versions), pictures_(pictures) {}

  // kNotFound for a node that is not there, or a page after the last.
  Result<CurriculumPage> first_page(const CurriculumQuery& query);
  Result<CurriculumPage> node_page(const std::string& id, const CurriculumQuery& query);
  Result<CurriculumPage> loose_page(const CurriculumQuery& query);  // query.course
  Result<CurriculumPage> search_page(const CurriculumQuery& query);

  // {"next": null, or {"id", "title", "language", "watch"}}: what comes after a lesson in its course.
  Result<std::string> next_lesson(const std::string& id);

  // {"lessons": [{"id", "title", "bytes", "sound_bytes", "beside_bytes"}]}: those of the lesson's course that can be
  // watched and lie here, in order; as LessonCost has it. At most kMostOfCourse.
  Result<std::string> course_lessons(const std::string& id);

 private:
  // The nodes with how many lessons are in each of them and below.
  struct Tree {
    std::vector<library::Node> nodes;
    std::map<std::string, std::size_t> by_id;
    std::map<std::string, std::int64_t> lessons;
    [[nodiscard]] const library::Node* find(const std::string& id) const;  // null: there is none
    [[nodiscard]] std::int64_t lessons_in(const std::string& id) const;
  };
  Result<Tree> tree();
  static std::vector<ShelfLink> below(const Tree& tree, const std::string& parent, PageLanguage language);
  static void set_trail(const Tree& tree, const std::string& parent, CurriculumPage& page);
  Result<void> add_loose_courses(CurriculumPage& page);
  Result<void> add_part(const library::ShelfPart& part, CurriculumPage& page);
  std::vector<LessonCard> cards(const std::vector<library::LessonRecord>& lessons, CurriculumPage& page);
  std::optional<library::LessonRecord> signed_twin(const library::LessonRecord& lesson);
  [[nodiscard]] std::string path_of(const std::string& lesson, const library::Attachment& attachment) const;
  LessonCard card_of(const library::LessonRecord& lesson, const CurriculumPage& page);
  std::optional<LessonCost> cost_of_version(const std::string& version);

  library::Library& library_;
  VersionTable& versions_;
  bool pictures_;
  std::mutex costs_mutex_;
  std::map<std::string, LessonCost> costs_;  // by version; a version never changes
};

}  // namespace chalkline::streamer
