// HLS content steering (RFC 8216bis 4.4.6.6 and 7): a multivariant playlist whose variants can be had from several
// places, and the manifest that says which of them a player should prefer. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "manifests/multivariant_playlist.hpp"

namespace chalkline::manifests {

struct Pathway {
  std::string id;    // letters, digits, ".", "-", "_"
  std::string base;  // before every URI of the playlist, which must begin with "/": "https://mirror.example", or empty
};

struct SteeredPlaylist {
  std::span<const Pathway> preferred_first = {};  // none: from one place alone
  std::string steering_uri = {};
};

// Offers every variant by each pathway, the preferred one first: a player that knows no steering begins there, and one
// that does goes on by another where it fails. Groups of renditions get one of their own each, for their addresses are
// a pathway's too. `steered` names one pathway at least.
void offer_by_pathways(MultivariantPlaylist& playlist, const SteeredPlaylist& steered);

// The steering manifest; `ttl_s`: when to ask again.
std::string render_steering_manifest(std::int64_t ttl_s, const std::string& reload_uri,
                                     std::span<const Pathway> preferred_first);

}  // namespace chalkline::manifests
