// Web hooks: whom a platform wants told of what happens, and the outbox of what they are still to be told. An event is
// entered by the transaction that made it so (triggers in sqlite/schema.cpp), once for each hook that wants it, and
// stays until that hook's receiver has taken it or it is given up; a kill loses none and may repeat the last. An
// interface; SQLite stands behind it (library/sqlite/hooks.hpp). Thread-safe; blocks (milliseconds).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace chalkline::library {

// A draft's recording became a version; a published lesson has a version, or another one; learners do not see it any
// more; a job ended without one.
inline constexpr std::array<std::string_view, 4> kHookEvents = {"lesson.ready", "lesson.published", "lesson.withdrawn",
                                                                "job.failed"};

struct Hook {
  std::string id;
  std::string url;
  std::vector<std::string> events;  // of kHookEvents; empty: all
  bool configured = false;          // it stands in the configuration, and its secrets are there
  bool enabled = true;
  std::int64_t created_ms = 0;      // Unix time
  int failures = 0;                 // of its receiver since it last took something
  std::int64_t rests_until_ms = 0;  // nothing is sent to it before
};

enum class DeliveryState {
  kWaiting,    // for its first try, or the next
  kSending,    // somebody is at it until next_ms
  kDelivered,  // the receiver said 2xx
  kGivenUp,
};
std::string_view name(DeliveryState state) noexcept;
std::optional<DeliveryState> delivery_state_named(std::string_view text) noexcept;

// One event on its way to one hook.
struct Delivery {
  std::int64_t id = 0;
  std::string hook_id;
  std::string event_id;  // the same for all hooks and all tries of an event, and no other event's
  std::string event;     // of kHookEvents
  std::int64_t at_ms = 0;
  std::string lesson_id;
  std::string version;   // of lesson.ready and lesson.published
  std::int64_t job = 0;  // of job.failed
  std::string failure;   // of job.failed: its sentence
  DeliveryState state = DeliveryState::kWaiting;
  int tries = 0;
  std::int64_t next_ms = 0;  // when it is tried again
  int status = 0;            // of the last answer; 0: there was none
  std::string problem;       // of the last try; "" where it was taken
  std::int64_t updated_ms = 0;
};

struct DeliveryPage {
  std::vector<Delivery> deliveries;  // newest first
  std::optional<std::int64_t> next;
};

// What is to be sent now.
struct Errand {
  Delivery delivery;  // its tries count this one
  Hook hook;
  std::string secret;  // whsec_...; "" of a hook that stands in the configuration
};

struct DeliveryOutcome {
  DeliveryState state = DeliveryState::kDelivered;
  std::int64_t next_ms = 0;
  int status = 0;
  std::string problem;
  // The receiver failed, and gets nothing before then. What it took ends that; without either the hook stays as it is.
  std::optional<std::int64_t> rests_until_ms = std::nullopt;
};

inline constexpr int kMostHooks = 50;

class Hooks {
 public:
  Hooks() = default;
  Hooks(const Hooks&) = delete;
  Hooks& operator=(const Hooks&) = delete;
  virtual ~Hooks() = default;

  // Those of the configuration are `urls` from now on: new ones are told of what happens from now on, what others were
  // still to be told is forgotten with them.
  virtual Result<void> configure(const std::vector<std::string>& urls) = 0;
  virtual Result<std::vector<Hook>> list() = 0;          // oldest first
  virtual Result<Hook> find(const std::string& id) = 0;  // kNotFound
  // With its secret, which is kept (a signature wants it) and not shown again. kBusy beyond kMostHooks.
  virtual Result<std::pair<Hook, std::string>> create(const std::string& url,
                                                      const std::vector<std::string>& events) = 0;
  // While it is off nothing is entered for it, and what it is still to be told waits. Turned on it rests no more.
  // kNotFound.
  virtual Result<Hook> set_enabled(const std::string& id, bool enabled) = 0;
  virtual Result<void> remove(const std::string& id) = 0;  // kNotFound; kBusy: it stands in the configuration

  virtual Result<DeliveryPage> deliveries(const std::string& hook, std::optional<DeliveryState> state,
                                          std::optional<std::int64_t> from, int limit) = 0;
  // One that was delivered or given up is sent again, now, also where the hook rests. kNotFound; kBusy: it is on its
  // way.
  virtual Result<Delivery> send_again(const std::string& hook, std::int64_t delivery) = 0;

  // The delivery that has been due for longest, of a hook that is on, does not rest and has none under way; for `lease`
  // long nobody else gets it. None while there is nothing to send.
  virtual Result<std::optional<Errand>> claim(std::chrono::milliseconds lease) = 0;
  // How a claimed one went. Of one that was claimed again since, nothing is noted.
  virtual Result<void> settle(const Delivery& claimed, const DeliveryOutcome& outcome) = 0;
  // Events from before then are forgotten, whatever became of them.
  virtual Result<void> forget(std::int64_t before_ms) = 0;
};

}  // namespace chalkline::library
