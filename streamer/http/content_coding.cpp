// Negotiation of a body's coding.
#include "streamer/http/content_coding.hpp"

#include <algorithm>

#include "streamer/http/field_text.hpp"

namespace chalkline::streamer {

// What other parameters a coding has, and a weight of which nothing was written, are passed over.
static unsigned weight_among(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::size_t semicolon = parameters.find(';');
    const std::string_view parameter = trimmed(parameters.substr(0, semicolon));
    parameters.remove_prefix(semicolon == std::string_view::npos ? parameters.size() : semicolon + 1);
    if (parameter.size() > 2 && same_name(parameter.substr(0, 2), "q=")) return weight_of(parameter.substr(2));
  }
  return 1000;
}

std::string_view name(Coding coding) noexcept {
  switch (coding) {
    case Coding::kIdentity: return "identity";
    case Coding::kGzip: return "gzip";
    case Coding::kBrotli: return "br";
  }
  return "identity";
}

AcceptedCodings parse_accept_encoding(std::string_view field) {
  constexpr unsigned kUnset = ~0U;
  unsigned identity = kUnset, gzip = kUnset, brotli = kUnset, any = kUnset;
  while (!field.empty()) {
    const std::size_t comma = field.find(',');
    const std::string_view item = trimmed(field.substr(0, comma));
    field.remove_prefix(comma == std::string_view::npos ? field.size() : comma + 1);
    const std::size_t semicolon = item.find(';');
    const std::string_view coding = trimmed(item.substr(0, semicolon));
    const unsigned weight = semicolon == std::string_view::npos ? 1000 : weight_among(item.substr(semicolon + 1));
    if (same_name(coding, "gzip") || same_name(coding, "x-gzip"))
      gzip = weight;
    else if (same_name(coding, "br"))
      brotli = weight;
    else if (same_name(coding, "identity"))
      identity = weight;
    else if (coding == "*")
      any = weight;
  }
  const unsigned rest = any == kUnset ? 0 : any;
  AcceptedCodings accepted;
  accepted.gzip = gzip == kUnset ? rest : gzip;
  accepted.brotli = brotli == kUnset ? rest : brotli;
  if (identity != kUnset)
    accepted.identity = identity;
  else if (any == 0)
    accepted.identity = 0;
  return accepted;
}

Coding choose_coding(std::string_view accept_encoding, bool have_gzip, bool have_brotli) {
  if (accept_encoding.empty() || (!have_gzip && !have_brotli)) return Coding::kIdentity;
  const AcceptedCodings accepted = parse_accept_encoding(accept_encoding);
  const unsigned gzip = have_gzip ? accepted.gzip : 0;
  const unsigned brotli = have_brotli ? accepted.brotli : 0;
  const unsigned best = std::max(gzip, brotli);
  if (best == 0 || best < accepted.identity) return Coding::kIdentity;
  return brotli >= gzip ? Coding::kBrotli : Coding::kGzip;
}

}  // namespace chalkline::streamer
