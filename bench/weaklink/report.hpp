// What a link did, as JSON: the final report and the samples. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "bench/weaklink/forwarder.hpp"

namespace chalkline::weaklink {

// One line without a newline. Bytes are of IP packets, times in ms; "delivered_kbps" is over the whole run.
std::string report_json(const LinkPlan& plan, const LinkAddresses& addresses, const Ending& ending);

// One line per 100 ms; sums since the start, so that a reader takes differences. `start_unix_ms` lets other clocks
// align.
std::string sample_json(const Counts& counts, std::int64_t start_unix_ms);

}  // namespace chalkline::weaklink
