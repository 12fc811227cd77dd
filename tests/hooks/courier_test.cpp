// The courier over a real library: its receivers are addresses of loopback at which nobody listens.
#include "hooks/courier.hpp"

#include <atomic>
#include <functional>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>

#include "library/library.hpp"
#include "tests/library/published_lesson.hpp"
#include "tests/library/temporary_folder.hpp"
#include "tests/support/result.hpp"

using namespace chalkline;
using namespace chalkline::library;
using namespace std::chrono_literals;

namespace {

struct Place {
  tests::TemporaryFolder folder;
  Library library = open_library(folder.path()).value();
  config::HooksConfig config;

  Place() {
    config.private_addresses = true;
    config.first_retry = 1h;
  }
  void publish(const std::string& title, char digit) { tests::publish(library, title, std::string(64, digit)); }
  // Oldest first.
  std::vector<Delivery> deliveries(const Hook& hook) {
    auto page = library.hooks->deliveries(hook.id, std::nullopt, std::nullopt, 100).value();
    return {page.deliveries.rbegin(), page.deliveries.rend()};
  }
  bool was_tried(const Hook& hook) {
    for (const Delivery& one : deliveries(hook))
      if (!one.problem.empty()) return true;
    return false;
  }
};

void wait_for(const std::function<bool()>& state) {
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (!state()) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::sleep_for(10ms);
  }
}

constexpr const char* kNobody = "http://127.0.0.1:1/";

// The library's own hooks, but for the first looks.
class ThrowingHooks final : public Hooks {
 public:
  ThrowingHooks(Hooks& hooks, int throws) : hooks_(hooks), throws_(throws) {}
  Result<void> configure(const std::vector<std::string>& urls) override { return hooks_.configure(urls); }
  Result<std::vector<Hook>> list() override { return hooks_.list(); }
  Result<Hook> find(const std::string& id) override { return hooks_.find(id); }
  Result<std::pair<Hook, std::string>> create(const std::string& url, const std::vector<std::string>& on) override {
    return hooks_.create(url, on);
  }
  Result<Hook> set_enabled(const std::string& id, bool enabled) override { return hooks_.set_enabled(id, enabled); }
  Result<void> remove(const std::string& id) override { return hooks_.remove(id); }
  Result<DeliveryPage> deliveries(const std::string& hook, std::optional<DeliveryState> state,
                                  std::optional<std::int64_t> from, int limit) override {
    return hooks_.deliveries(hook, state, from, limit);
  }
  Result<Delivery> send_again(const std::string& hook, std::int64_t id) override { return hooks_.send_again(hook, id); }
  Result<std::optional<Errand>> claim(std::chrono::milliseconds lease) override {
    if (throws_.fetch_sub(1) > 0) throw std::runtime_error("no memory for it");
    return hooks_.claim(lease);
  }
  Result<void> settle(const Delivery& one, const DeliveryOutcome& how) override { return hooks_.settle(one, how); }
  Result<void> forget(std::int64_t before_ms) override { return hooks_.forget(before_ms); }

 private:
  Hooks& hooks_;
  std::atomic<int> throws_;
};

}  // namespace

TEST_CASE("exceptions on the way end the telling of no hook") {
  Place place;
  const Hook hook = place.library.hooks->create(kNobody, {}).value().first;
  place.publish("A", '1');
  ThrowingHooks hooks(*place.library.hooks, 6);  // more than there are threads
  const hooks::Courier courier(hooks, place.config);
  wait_for([&] { return place.was_tried(hook); });
}

TEST_CASE("a receiver that fails is left alone for a while, whatever else it is to be told") {
  Place place;
  const Hook ill = place.library.hooks->create(kNobody, {"lesson.published"}).value().first;
  for (const char digit : {'1', '2', '3'}) place.publish("A", digit);
  const hooks::Courier courier(*place.library.hooks, place.config);
  wait_for([&] { return place.was_tried(ill); });
  place.publish("B", '4');
  const Hook other = place.library.hooks->create(kNobody, {}).value().first;
  place.publish("C", '5');
  wait_for([&] { return place.was_tried(other); });  // what has waited for longer would have gone first
  const std::vector<Delivery> all = place.deliveries(ill);
  REQUIRE(all.size() == 5);
  CHECK(all[0].tries == 1);
  for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i].tries == 0);
  CHECK(place.library.hooks->find(ill.id).value().rests_until_ms > system_clock_ms() + 3'000'000);
}
