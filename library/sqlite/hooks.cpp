// SQL of hooks and deliveries.
#include "library/sqlite/hooks.hpp"

#include <algorithm>

#include "core/sha256.hpp"
#include "library/random_name.hpp"
#include "library/random_secret.hpp"

namespace chalkline::library::sqlite {

static constexpr std::string_view kSelectHook =
    "SELECT id, url, events, configured, enabled, created_ms, failures, rests_until_ms FROM hook ";

static constexpr std::string_view kSelectDelivery =
    "SELECT delivery.id, hook.id, event.uid, event.type, event.at_ms, event.lesson_id, event.version, event.job, "
    "event.failure, delivery.state, delivery.tries, delivery.next_ms, delivery.status, delivery.problem, "
    "delivery.updated_ms FROM hook_delivery AS delivery JOIN hook_event AS event ON event.id = delivery.event JOIN "
    "hook ON hook.row = delivery.hook ";

static std::string with_commas(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

static std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    words.emplace_back(word);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return words;
}

static Hook hook_of(const Statement& row) {
  Hook hook;
  hook.id = row.text(0);
  hook.url = row.text(1);
  hook.events = split(row.text(2));
  hook.configured = row.integer(3) != 0;
  hook.enabled = row.integer(4) != 0;
  hook.created_ms = row.integer(5);
  hook.failures = static_cast<int>(row.integer(6));
  hook.rests_until_ms = row.integer(7);
  return hook;
}

static Delivery delivery_of(const Statement& row) {
  Delivery delivery;
  delivery.id = row.integer(0);
  delivery.hook_id = row.text(1);
  delivery.event_id = row.text(2);
  delivery.event = row.text(3);
  delivery.at_ms = row.integer(4);
  delivery.lesson_id = row.text(5);
  delivery.version = row.text(6);
  delivery.job = row.integer(7);
  delivery.failure = row.text(8);
  delivery.state = delivery_state_named(row.text(9)).value_or(DeliveryState::kGivenUp);  // the CHECK leaves no other
  delivery.tries = static_cast<int>(row.integer(10));
  delivery.next_ms = row.integer(11);
  delivery.status = static_cast<int>(row.integer(12));
  delivery.problem = row.text(13);
  delivery.updated_ms = row.integer(14);
  return delivery;
}

static Error no_such_hook(const std::string& id) { return {Errc::kNotFound, "there is no hook " + id}; }

Result<Hook> SqliteHooks::read(const std::string& id) {
  CHALK_TRY_ASSIGN(Statement row, database_.prepare(std::string(kSelectHook) + "WHERE id = ?"));
  CHALK_TRY_ASSIGN(const Statement::Step step, row.bind(id).step());
  if (step == Statement::Step::kDone) return no_such_hook(id);
  return hook_of(row);
}

Result<Delivery> SqliteHooks::read_delivery(std::int64_t id) {
  CHALK_TRY_ASSIGN(Statement row, database_.prepare(std::string(kSelectDelivery) + "WHERE delivery.id = ?"));
  CHALK_TRY_ASSIGN(const Statement::Step step, row.bind(id).step());
  if (step == Statement::Step::kDone) return Error(Errc::kNotFound, "there is no delivery " + std::to_string(id));
  return delivery_of(row);
}

// The id of one in the configuration is made from its address, so that it is the same after every start.
static std::string id_of_configured(const std::string& url) { return "config-" + sha256_hex(url).substr(0, 16); }

Result<void> SqliteHooks::configure(const std::vector<std::string>& urls) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  std::string wanted;
  for (const std::string& url : urls) {
    const std::string id = id_of_configured(url);
    wanted += id + ",";
    CHALK_TRY_ASSIGN(Statement insert,
                     database_.prepare("INSERT INTO hook (id, url, secret, configured, created_ms) VALUES (?, ?, '', "
                                       "1, ?) ON CONFLICT (id) DO NOTHING"));
    CHALK_TRY(insert.bind(id, url, clock_()).run());
  }
  CHALK_TRY_ASSIGN(Statement remove,
                   database_.prepare("DELETE FROM hook WHERE configured = 1 AND instr(?, id || ',') = 0"));
  CHALK_TRY(remove.bind(wanted).run());
  return transaction.commit();
}

Result<std::vector<Hook>> SqliteHooks::list() {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement rows, database_.prepare(std::string(kSelectHook) + "ORDER BY row"));
  std::vector<Hook> hooks;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) return hooks;
    hooks.push_back(hook_of(rows));
  }
}

Result<Hook> SqliteHooks::find(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  return read(id);
}

Result<std::pair<Hook, std::string>> SqliteHooks::create(const std::string& url,
                                                         const std::vector<std::string>& events) {
  // 64 hexadecimal digits are base64 too: a key of 48 bytes, as the Standard Webhooks libraries decode it.
  CHALK_TRY_ASSIGN(std::string secret, random_secret("whsec_"));
  const std::string id = random_name();
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement insert,
                   database_.prepare("INSERT INTO hook (id, url, secret, events, configured, created_ms) SELECT ?, ?, "
                                     "?, ?, 0, ? WHERE (SELECT count(*) FROM hook) < ?"));
  CHALK_TRY(insert.bind(id, url, secret, with_commas(events), clock_(), kMostHooks).run());
  if (database_.changes() == 0)
    return Error(Errc::kBusy, "there are " + std::to_string(kMostHooks) + " hooks already", "remove one");
  CHALK_TRY_ASSIGN(Hook made, read(id));
  return std::pair(std::move(made), std::move(secret));
}

Result<Hook> SqliteHooks::set_enabled(const std::string& id, bool enabled) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement update, database_.prepare("UPDATE hook SET enabled = ?1, failures = failures * (1 - ?1), "
                                                       "rests_until_ms = rests_until_ms * (1 - ?1) WHERE id = ?2"));
  CHALK_TRY(update.bind(enabled ? 1 : 0, id).run());
  return read(id);
}

Result<void> SqliteHooks::remove(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement gone, database_.prepare("DELETE FROM hook WHERE id = ? AND configured = 0"));
  CHALK_TRY(gone.bind(id).run());
  if (database_.changes() > 0) return {};
  CHALK_TRY(read(id));
  return Error(Errc::kBusy, "hook " + id + " stands in the configuration", "take it out of hooks.urls there");
}

Result<DeliveryPage> SqliteHooks::deliveries(const std::string& hook, std::optional<DeliveryState> state,
                                             std::optional<std::int64_t> from, int limit) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY(read(hook));
  CHALK_TRY_ASSIGN(
      Statement rows,
      database_.prepare(std::string(kSelectDelivery) +
                        "WHERE delivery.hook = (SELECT row FROM hook WHERE id = ?1) AND (?2 = '' OR delivery.state = "
                        "?2) AND (?3 < 0 OR delivery.id < ?3) ORDER BY delivery.id DESC LIMIT ?4"));
  rows.bind(hook, state ? name(*state) : std::string_view(), from.value_or(-1), limit + 1);
  DeliveryPage page;
  for (;;) {
    CHALK_TRY_ASSIGN(const Statement::Step step, rows.step());
    if (step == Statement::Step::kDone) break;
    page.deliveries.push_back(delivery_of(rows));
  }
  if (static_cast<int>(page.deliveries.size()) > limit) {
    page.deliveries.pop_back();
    page.next = page.deliveries.back().id;
  }
  return page;
}

Result<Delivery> SqliteHooks::send_again(const std::string& hook, std::int64_t delivery) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY(read(hook));
  const std::int64_t now = clock_();
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  CHALK_TRY_ASSIGN(Statement update,
                   // Before what piled up meanwhile: somebody waits for it.
                   database_.prepare("UPDATE hook_delivery SET state = 'waiting', tries = 0, next_ms = 0, updated_ms = "
                                     "?1 WHERE id = ?2 AND hook = (SELECT row FROM hook WHERE id = ?3) AND state IN "
                                     "('delivered', 'given_up')"));
  CHALK_TRY(update.bind(now, delivery, hook).run());
  const bool queued = database_.changes() > 0;
  CHALK_TRY_ASSIGN(Delivery after, read_delivery(delivery));
  if (after.hook_id != hook) return Error(Errc::kNotFound, "there is no delivery " + std::to_string(delivery));
  if (!queued) return Error(Errc::kBusy, "delivery " + std::to_string(delivery) + " is on its way already");
  CHALK_TRY_ASSIGN(Statement wake, database_.prepare("UPDATE hook SET rests_until_ms = 0 WHERE id = ?"));
  CHALK_TRY(wake.bind(hook).run());
  CHALK_TRY(transaction.commit());
  return after;
}

// The look comes first, without the write lock: an idle server's costs a read of an empty index.
Result<std::optional<std::int64_t>> SqliteHooks::take(std::int64_t now, std::int64_t until) {
  CHALK_TRY_ASSIGN(Statement look,
                   database_.prepare("SELECT EXISTS (SELECT 1 FROM hook_delivery WHERE state IN ('waiting', 'sending') "
                                     "AND next_ms <= ?)"));
  CHALK_TRY(look.bind(now).step());
  if (look.integer(0) == 0) return std::optional<std::int64_t>();
  look.reset();
  CHALK_TRY_ASSIGN(
      Statement update,
      database_.prepare(
          "UPDATE hook_delivery SET state = 'sending', tries = tries + 1, next_ms = ?2, updated_ms = ?1 WHERE id = "
          "(SELECT due.id FROM hook_delivery AS due JOIN hook ON hook.row = due.hook WHERE due.state IN ('waiting', "
          "'sending') AND due.next_ms <= ?1 AND hook.enabled = 1 AND hook.rests_until_ms <= ?1 AND NOT EXISTS (SELECT "
          "1 FROM hook_delivery AS other "
          "WHERE other.hook = due.hook AND other.state = 'sending' AND other.next_ms > ?1) ORDER BY due.next_ms, "
          "due.id "
          "LIMIT 1) RETURNING id"));
  std::optional<std::int64_t> id;
  CHALK_TRY_ASSIGN(Statement::Step step, update.bind(now, until).step());
  while (step == Statement::Step::kRow) {
    id = update.integer(0);
    CHALK_TRY_ASSIGN(step, update.step());
  }
  return id;
}

Result<std::optional<Errand>> SqliteHooks::claim(std::chrono::milliseconds lease) {
  const std::scoped_lock lock(mutex_);
  const std::int64_t now = clock_();
  CHALK_TRY_ASSIGN(const std::optional<std::int64_t> id, take(now, now + lease.count()));
  if (!id) return std::optional<Errand>();
  Errand errand;
  CHALK_TRY_ASSIGN(errand.delivery, read_delivery(*id));
  CHALK_TRY_ASSIGN(errand.hook, read(errand.delivery.hook_id));
  CHALK_TRY_ASSIGN(Statement secret, database_.prepare("SELECT secret FROM hook WHERE id = ?"));
  CHALK_TRY(secret.bind(errand.hook.id).step());
  errand.secret = secret.text(0);
  return std::optional<Errand>(std::move(errand));
}

Result<void> SqliteHooks::settle(const Delivery& claimed, const DeliveryOutcome& outcome) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  CHALK_TRY_ASSIGN(Statement update,
                   database_.prepare("UPDATE hook_delivery SET state = ?, next_ms = ?, status = ?, problem = ?, "
                                     "updated_ms = ? WHERE id = ? AND state = 'sending' AND tries = ?"));
  CHALK_TRY(update
                .bind(name(outcome.state), outcome.next_ms, outcome.status, outcome.problem, clock_(), claimed.id,
                      claimed.tries)
                .run());
  const bool took = outcome.state == DeliveryState::kDelivered;
  if (database_.changes() > 0 && (took || outcome.rests_until_ms)) {
    CHALK_TRY_ASSIGN(Statement rest, database_.prepare("UPDATE hook SET failures = iif(?1, 0, failures + 1), "
                                                       "rests_until_ms = ?2 WHERE id = ?3"));
    CHALK_TRY(rest.bind(took ? 1 : 0, took ? 0 : *outcome.rests_until_ms, claimed.hook_id).run());
  }
  return transaction.commit();
}

Result<void> SqliteHooks::forget(std::int64_t before_ms) {
  const std::scoped_lock lock(mutex_);
  CHALK_TRY_ASSIGN(Statement gone, database_.prepare("DELETE FROM hook_event WHERE at_ms < ?"));
  return gone.bind(before_ms).run();
}

}  // namespace chalkline::library::sqlite
