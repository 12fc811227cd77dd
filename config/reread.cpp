// Key by key, by their written values.
#include "config/reread.hpp"

#include <variant>

#include "config/keys.hpp"

namespace chalkline::config {

static void copy_value(const Kind& kind, Config& from, Config& to) {
  std::visit([&](const auto& of) { of.place(to) = of.place(from); }, kind);
}

Reread reread(const Config& running, const Config& read) {
  Reread result{running, {}, {}};
  Config from = read;  // a place is that of a Config which may be changed
  const bool stays_closed = running.access.closed() == read.access.closed();
  for (const Key& key : keys()) {
    if (write_value(key.kind, running) == write_value(key.kind, read)) continue;
    const bool now = key.counts == Counts::kOnHangup && (stays_closed || !key.path.starts_with("access."));
    if (now) copy_value(key.kind, from, result.config);
    (now ? result.changed : result.waiting).emplace_back(key.path);
  }
  return result;
}

}  // namespace chalkline::config
