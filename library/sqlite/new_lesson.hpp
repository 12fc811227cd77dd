// A lesson put into the catalogue, as a part of whatever transaction is open: by itself, or with its job. Used by
// library/sqlite/ only.
#pragma once

#include <cstdint>

#include "library/catalogue.hpp"
#include "library/sqlite/database.hpp"

namespace chalkline::library::sqlite {

// With an id of its own, made from the title. kInvalidArgument without a title.
Result<Lesson> insert_lesson(Database& database, const NewLesson& lesson, std::int64_t now_ms);

}  // namespace chalkline::library::sqlite
