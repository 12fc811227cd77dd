// From C to C++ and back.
#include "streamer/h2/h2_callbacks.hpp"

#include <exception>
#include <memory>
#include <new>

#include "streamer/h2/h2_session.hpp"

namespace chalkline::streamer {

struct H2Callbacks {
  static H2Session& session_of(void* user) { return *static_cast<H2Session*>(user); }

  // The wall for exceptions.
  template <class Action>
  static int guarded(const Action& action) noexcept {
    try {
      return action();
    } catch (const std::exception&) {
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
  }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    return guarded([&] {
      if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) session_of(user).begin_stream(frame->hd.stream_id);
      return 0;
    });
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_bytes,
                       const std::uint8_t* value, std::size_t value_bytes, std::uint8_t, void* user) {
    return guarded([&] {
      H2Session& session = session_of(user);
      H2Stream* stream = session.find(frame->hd.stream_id);
      if (stream != nullptr && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
        session.on_field(*stream, {reinterpret_cast<const char*>(name), name_bytes},
                         {reinterpret_cast<const char*>(value), value_bytes});
      return 0;
    });
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    return guarded([&] {
      H2Session& session = session_of(user);
      H2Stream* stream = session.find(frame->hd.stream_id);
      const bool ended = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
      switch (frame->hd.type) {
        case NGHTTP2_HEADERS:
          if (stream == nullptr) return 0;
          if (frame->headers.cat == NGHTTP2_HCAT_REQUEST)
            session.on_request(*stream, ended);
          else
            stream->request_ended = ended;
          return 0;
        case NGHTTP2_DATA:
          if (stream != nullptr && ended) stream->request_ended = true;
          if (frame->hd.length > 0 || ended) return 0;
          break;  // empty: brings nothing
        case NGHTTP2_PRIORITY_UPDATE: {
          const auto* update = static_cast<const nghttp2_ext_priority_update*>(frame->ext.payload);
          session.on_priority_update(update->stream_id,
                                     {reinterpret_cast<const char*>(update->field_value), update->field_value_len});
          break;
        }
        case NGHTTP2_PRIORITY: return 0;  // counted when it began
        default: break;
      }
      return count(session);
    });
  }

  // RFC 7540's PRIORITY is ignored and never comes to on_frame(), but RFC 9113 6.3 still has it belong to a stream.
  static int on_begin_frame(nghttp2_session* raw, const nghttp2_frame_hd* head, void* user) {
    return guarded([&] {
      if (head->type != NGHTTP2_PRIORITY) return 0;
      if (head->stream_id == 0) (void)nghttp2_session_terminate_session(raw, NGHTTP2_PROTOCOL_ERROR);
      return count(session_of(user));
    });
  }

  static int count(H2Session& session) {
    if (session.guard_.take(FloodGuard::Clock::now())) return 0;
    session.flooded_ = true;
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  static int on_sent(nghttp2_session* raw, const nghttp2_frame* frame, void* user) {
    return guarded([&] {
      H2Session& session = session_of(user);
      session.guard_.give(2);  // a client may give back both the stream's and the connection's window
      const bool carries_end = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
      if (!carries_end || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
      // RFC 9113 8.1: a whole answer to a request whose body nobody wants ends with RST_STREAM(NO_ERROR).
      const H2Stream* stream = session.find(frame->hd.stream_id);
      if (stream != nullptr && !stream->request_ended)
        return nghttp2_submit_rst_stream(raw, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_NO_ERROR);
      return 0;
    });
  }

  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t error_code, void* user) {
    return guarded([&] {
      session_of(user).on_stream_end(id, error_code);
      return 0;
    });
  }

  static ssize_t read_data(nghttp2_session*, std::int32_t, std::uint8_t*, std::size_t most, std::uint32_t* flags,
                           nghttp2_data_source* source, void* user) {
    try {
      return session_of(user).next_data(*static_cast<H2Stream*>(source->ptr), most, *flags);
    } catch (const std::exception&) {
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
  }

  static int send_data(nghttp2_session*, nghttp2_frame*, const std::uint8_t* frame_head, std::size_t bytes,
                       nghttp2_data_source* source, void* user) {
    return guarded([&] {
      const bool room = session_of(user).append_data(*static_cast<H2Stream*>(source->ptr), frame_head, bytes);
      return room ? 0 : static_cast<int>(NGHTTP2_ERR_PAUSE);
    });
  }
};

namespace {

struct Rules {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_option* options = nullptr;

  Rules() {
    if (nghttp2_session_callbacks_new(&callbacks) != 0 || nghttp2_option_new(&options) != 0) throw std::bad_alloc();
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, H2Callbacks::on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, H2Callbacks::on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, H2Callbacks::on_frame);
    nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, H2Callbacks::on_begin_frame);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, H2Callbacks::on_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, H2Callbacks::on_stream_close);
    nghttp2_session_callbacks_set_send_data_callback(callbacks, H2Callbacks::send_data);
    nghttp2_option_set_builtin_recv_extension_type(options, NGHTTP2_PRIORITY_UPDATE);
    nghttp2_option_set_no_closed_streams(options, 1);
    nghttp2_option_set_max_outbound_ack(options, 100);             // PING and SETTINGS floods of who does not read
    nghttp2_option_set_stream_reset_rate_limit(options, 300, 30);  // rapid reset, CVE-2023-44487
    nghttp2_option_set_max_continuations(options, 8);              // CONTINUATION flood, CVE-2024-28182
  }
  ~Rules() {
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_option_del(options);
  }
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;
};

}  // namespace

nghttp2_session* make_h2_server(H2Session& session) {
  static const Rules rules;
  nghttp2_session* made = nullptr;
  if (nghttp2_session_server_new2(&made, rules.callbacks, &session, rules.options) != 0) throw std::bad_alloc();
  return made;
}

nghttp2_data_provider body_of(H2Stream& stream) {
  nghttp2_data_provider provider{};
  provider.source.ptr = &stream;
  provider.read_callback = H2Callbacks::read_data;
  return provider;
}

}  // namespace chalkline::streamer
