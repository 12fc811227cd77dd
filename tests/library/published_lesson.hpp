// A lesson whose transcode has ended, as the worker leaves it.
#pragma once

#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "library/library.hpp"

namespace chalkline::tests {

// A new lesson, published or a draft as `state` says, whose first version is `version`.
inline void publish(library::Library& library, const std::string& title, const std::string& version,
                    library::LessonState state = library::LessonState::kPublished) {
  library::NewLesson lesson{.title = title, .course = "", .language = "en"};
  lesson.state = state;
  const library::Job job = library.jobs->enqueue_lesson(lesson, {"", "incoming/x/a.mp4", "a.mp4", {}, 1}).value();
  REQUIRE(library.jobs->claim("w", std::chrono::seconds(60), job.id).value());
  REQUIRE(library.jobs->publish(job.id, "w", version));
}

}  // namespace chalkline::tests
