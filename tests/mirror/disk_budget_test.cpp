// What a mirror gives up, and in which order.
#include "mirror/disk_budget.hpp"

#include <doctest/doctest.h>

using namespace chalkline::mirror;

static constexpr std::int64_t kNow = 1'000'000;

using Names = std::vector<std::string>;

TEST_CASE("within its budget, or without one, a mirror keeps what is listed") {
  CHECK(copies_to_give_up({{"a", 60, 0, true, false}, {"b", 40, 0, true, true}}, 100, kNow).empty());
  CHECK(copies_to_give_up({{"a", 60, 0, true, false}}, 0, kNow).empty());
  CHECK(copies_to_give_up({}, 1, kNow).empty());
}

TEST_CASE("what was used longest ago goes first, and no more than must") {
  CHECK(copies_to_give_up({{"new", 60, 30, true, false}, {"old", 30, 10, true, false}, {"older", 20, 5, true, false}},
                          90, kNow) == Names{"older"});
  CHECK(copies_to_give_up({{"new", 60, 30, true, false}, {"old", 30, 10, true, false}, {"older", 20, 5, true, false}},
                          70, kNow) == Names{"older", "old"});
}

TEST_CASE("planned courses go last") {
  CHECK(copies_to_give_up({{"planned", 60, 1, true, true}, {"asked", 60, 900, true, false}}, 100, kNow) ==
        Names{"asked"});
  CHECK(copies_to_give_up({{"planned", 60, 1, true, true}, {"asked", 60, 900, true, false}}, 50, kNow) ==
        Names{"asked", "planned"});
}

TEST_CASE("what no lesson is any more goes whatever the budget, an hour after its last use") {
  CHECK(copies_to_give_up({{"gone", 10, kNow - 4000, false, true}, {"in use", 10, kNow - 10, false, false}}, 0, kNow) ==
        Names{"gone"});
  CHECK(copies_to_give_up({{"in use", 10, kNow - 10, false, false}, {"listed", 10, kNow - 100, true, false}}, 15,
                          kNow) == Names{"listed"});
}
