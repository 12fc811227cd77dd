// A list of an origin's lessons and curriculum, entered into a mirror's catalogue. Used by SqliteCatalogue alone.
#pragma once

#include <memory>
#include <string>

#include "library/catalogue.hpp"
#include "library/lesson_list.hpp"
#include "library/sqlite/catalogue_store.hpp"

namespace chalkline::library::sqlite {

// As Catalogue::receive_list, over `store`'s connection.
Result<ReceivedList> receive_list(const std::shared_ptr<Store>& store, const LessonList& list,
                                  const std::string& origin);

}  // namespace chalkline::library::sqlite
