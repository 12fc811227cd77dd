// Accept-Encoding (RFC 9110 12.5.3): which of the codings we hold to send. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace chalkline::streamer {

enum class Coding : std::uint8_t { kIdentity, kGzip, kBrotli };

std::string_view name(Coding coding) noexcept;  // "identity", "gzip", "br": as in Content-Encoding

struct AcceptedCodings {
  // Thousandths, 0 = not acceptable. Identity not named by the client is acceptable but chosen last.
  unsigned identity = 1;
  unsigned gzip = 0;
  unsigned brotli = 0;
};

AcceptedCodings parse_accept_encoding(std::string_view field);

// The best of what is held; ties go to brotli, then gzip. Identity where nothing else is accepted: the RFC lets a
// server send it even where the client wrote identity;q=0.
Coding choose_coding(std::string_view accept_encoding, bool have_gzip, bool have_brotli);

}  // namespace chalkline::streamer
