// Weights are read as thousandths; a malformed one counts as 0.
#include "streamer/http/content_coding.hpp"

#include <algorithm>

namespace chalkline::streamer {

namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool same(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() && std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
           return (x >= 'A' && x <= 'Z' ? static_cast<char>(x | 0x20) : x) == y;
         });
}

// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
unsigned parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() == 1) return text[0] == '1' ? 1000 : 0;
  if (text[1] != '.') return 0;
  unsigned value = text[0] == '1' ? 1000 : 0;
  unsigned place = 100;
  for (const char digit : text.substr(2)) {
    if (digit < '0' || digit > '9') return 0;
    value += static_cast<unsigned>(digit - '0') * place;
    place /= 10;
  }
  return value > 1000 ? 0 : value;
}

unsigned weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::size_t semicolon = parameters.find(';');
    const std::string_view parameter = trim(parameters.substr(0, semicolon));
    parameters.remove_prefix(semicolon == std::string_view::npos ? parameters.size() : semicolon + 1);
    if (parameter.size() > 2 && same(parameter.substr(0, 2), "q=")) return parse_weight(parameter.substr(2));
  }
  return 1000;
}

}  // namespace

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
    const std::string_view item = trim(field.substr(0, comma));
    field.remove_prefix(comma == std::string_view::npos ? field.size() : comma + 1);
    const std::size_t semicolon = item.find(';');
    const std::string_view coding = trim(item.substr(0, semicolon));
    const unsigned weight = semicolon == std::string_view::npos ? 1000 : weight_of(item.substr(semicolon + 1));
    if (same(coding, "gzip") || same(coding, "x-gzip"))
      gzip = weight;
    else if (same(coding, "br"))
      brotli = weight;
    else if (same(coding, "identity"))
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
