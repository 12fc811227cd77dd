// A table with one place for each sample of bytes.
#include "streamer/http/known_fields.hpp"

#include <cstdint>
#include <cstring>

namespace chalkline::streamer {

namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);

// All that RequestHead has of the field lines.
template <class See>
void for_each_view(RequestHead& head, See see) {
  for (auto* view :
       {&head.host, &head.range, &head.if_range, &head.if_match, &head.if_none_match, &head.if_modified_since,
        &head.if_unmodified_since, &head.accept_encoding, &head.accept_language, &head.expect, &head.origin,
        &head.save_data, &head.ect, &head.downlink, &head.rtt, &head.authorization, &head.cookie, &head.cdn_loop})
    see(*view);
  for (auto& view : head.cmcd) see(view);
}
static_assert(sizeof(void*) != 8 || sizeof(RequestHead) == 24 * sizeof(std::string_view) + 4 * sizeof(std::uint64_t),
              "a field more or less: for_each_view() is to know all of them");

}  // namespace

// Some words of them and their length: where two clients' share a place, the later ones push the others out.
std::size_t KnownFields::place_of(std::string_view lines) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
  std::uint64_t mixed = lines.size();
  for (std::size_t part = 1; part < 8; ++part) {
    std::uint64_t word = 0;
    std::memcpy(&word, lines.data() + (lines.size() - kWord) / 8 * part, kWord);
    mixed = (mixed ^ word) * kOdd;
    mixed ^= mixed >> 32;
  }
  return mixed % kPlaces;
}

bool KnownFields::recall(std::string_view lines, RequestHead& head) const {
  if (lines.size() < kWord || lines.size() > kLongest) return false;
  const Known& known = known_[place_of(lines)];
  if (known.lines != lines) return false;
  head = known.head;
  return true;
}

void KnownFields::remember(std::string_view lines, const RequestHead& head) {
  if (lines.size() < kWord || lines.size() > kLongest) return;
  if (!head.authorization.empty() || !head.cookie.empty()) return;
  for (const std::string_view news : head.cmcd)
    if (!news.empty()) return;  // will not come again
  Known& known = known_[place_of(lines)];
  known.lines.assign(lines);
  known.head = head;
  known.head.method_text = known.head.target = {};
  for_each_view(known.head, [&](std::string_view& view) {
    view =
        view.empty()
            ? std::string_view()
            : std::string_view(known.lines).substr(static_cast<std::size_t>(view.data() - lines.data()), view.size());
  });
}

}  // namespace chalkline::streamer
