// Whatever bytes a connection sends: the head is complete, wanting or refused with a reason; a prefix of a complete
// head is never complete; paths stay below the root; ranges stay inside the object; nothing else happens.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "streamer/http/conditional.hpp"
#include "streamer/http/content_coding.hpp"
#include "streamer/http/range.hpp"
#include "streamer/http/request_parser.hpp"
#include "streamer/http/route.hpp"
#include "streamer/http/target.hpp"
#include "tests/fuzz/property.hpp"

using namespace chalkline::streamer;
using chalkline::fuzz::demand;

static void check_target(std::string_view raw) {
  std::string storage;
  const auto target = parse_target(raw, storage);
  if (!target) return;
  demand(target->path == "*" || target->path.starts_with('/'), "a path begins at the root");
  const std::string path = std::string(target->path) + "/";
  demand(path.find("/../") == std::string::npos && path.find("/./") == std::string::npos, "no dot segments are left");
  for (const char c : target->path)
    demand(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "no control characters are left");
  (void)match_route(target->path);
  (void)query_value(target->query, "audio");
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ParserLimits limits;
  limits.header_bytes = 2048;
  limits.target_bytes = 512;
  RequestParser parser(limits);
  RequestHead head;
  const ParseOutcome outcome = parser.parse(bytes, head);
  if (outcome.status == ParseStatus::kRefused)
    demand(outcome.refusal >= 400 && !outcome.reason.empty(), "a refusal says why");
  if (outcome.status != ParseStatus::kComplete) return 0;
  demand(outcome.consumed > 0 && outcome.consumed <= size, "a head is part of what was sent");
  check_target(head.target);
  for (const std::uint64_t length : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1000}}) {
    const RangeRequest range = parse_range(head.range, length);
    demand((range.kind == RangeKind::kPart) == !range.ranges.empty(), "only a part has ranges");
    demand(range.ranges.size() <= kMaxRanges, "ranges are few");
    for (const ByteRange& part : range.ranges)
      demand(part.first <= part.last && part.last < length, "a range is inside");
  }
  (void)choose_coding(head.accept_encoding, true, true);
  (void)evaluate_preconditions(head, Validators{"\"a\"", 784'111'777}, 1'709'210'096);
  RequestParser other(limits);
  RequestHead part;
  demand(other.parse(bytes.substr(0, outcome.consumed - 1), part).status != ParseStatus::kComplete,
         "a prefix is not complete");
  const ParseOutcome alone = other.parse(bytes.substr(0, outcome.consumed), part);
  demand(alone.status == ParseStatus::kComplete && alone.consumed == outcome.consumed,
         "what follows a head does not change it");
  const ParseOutcome again = other.parse(bytes.substr(0, outcome.consumed), part);
  demand(again.status == ParseStatus::kComplete && again.consumed == outcome.consumed && part.target == head.target &&
             part.range == head.range && part.accept_encoding == head.accept_encoding &&
             part.keep_alive == head.keep_alive && part.method == head.method,
         "a head that comes again means the same");
  return 0;
}
