// nghttp2's callbacks, which only pass on to H2Session, and its options: the limits against clients that mean harm.
// Made once and shared by all connections. C callbacks: an exception in one (no memory) ends the connection, not the
// process.
#pragma once

#include <nghttp2/nghttp2.h>

namespace chalkline::streamer {

class H2Session;

// Throws std::bad_alloc.
nghttp2_session* make_h2_server(H2Session& session);

// How a stream's body is read; `stream` stays until the stream ends.
struct H2Stream;
nghttp2_data_provider body_of(H2Stream& stream);

}  // namespace chalkline::streamer
