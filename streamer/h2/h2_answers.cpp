// Requests and answers: what nghttp2's callbacks say, and what loads bring.
#include <algorithm>
#include <array>
#include <vector>

#include "core/log.hpp"
#include "streamer/delivery/answering.hpp"
#include "streamer/delivery/worker.hpp"
#include "streamer/h2/h2_callbacks.hpp"
#include "streamer/h2/h2_session.hpp"

namespace chalkline::streamer {

void H2Session::begin_stream(std::int32_t id) {
  begin_head();
  streams_.insert_or_assign(id, std::make_unique<H2Stream>(id));
}

void H2Session::on_field(H2Stream& stream, std::string_view name, std::string_view value) {
  const auto& config = worker_.config();
  // What is over a limit is not kept: the answer will be 431 (RFC 9113 10.5.1).
  if (stream.request.list_bytes() > config.max_header_bytes || stream.request.count() > kMaxFields) return;
  stream.request.add(name, value);
}

void H2Session::on_request(H2Stream& stream, bool ended) {
  end_head();
  stream.request_ended = ended;
  stream.record.began = TimerWheel::Clock::now();
  stream.asked = parse_priority(stream.request.priority());
  if (const auto update = early_updates_.find(stream.id); update != early_updates_.end()) {
    stream.asked = update->second;
    early_updates_.erase(update);
  }
  RequestHead head;
  stream.request.fill(head, worker_.h2().joined);
  head.has_body = !ended;
  const auto& config = worker_.config();
  const bool too_large = stream.request.list_bytes() > config.max_header_bytes || stream.request.count() > kMaxFields;
  if (too_large || head.target.size() > config.max_target_bytes) {
    worker_.counters().add(Counter::kRequestsRefused);
    return answer(stream, head,
                  too_large ? refusal(worker_, head, 431, "the request head is too large")
                            : refusal(worker_, head, 414, "the request target is too long"));
  }
  worker_.counters().add(Counter::kRequests);
  if (!link_.transport.confirmed() && !may_answer_early(head)) {
    stream.state = H2Stream::State::kHeld;
    return;
  }
  handle(stream, head);
}

void H2Session::release_held() {
  std::vector<std::int32_t> held;
  for (const auto& [id, stream] : streams_)
    if (stream->state == H2Stream::State::kHeld) held.push_back(id);
  std::ranges::sort(held);
  for (const std::int32_t id : held) {
    H2Stream* stream = find(id);
    if (stream == nullptr) continue;
    RequestHead head;
    stream->request.fill(head, worker_.h2().joined);
    handle(*stream, head);
  }
}

void H2Session::handle(H2Stream& stream, const RequestHead& head) {
  if (!link_.counted) {
    answer(stream, head, refusal(worker_, head, 503, "too many connections", "Retry-After: 5\r\n"));
    return take_no_more();
  }
  if (handle_managed(stream, head)) return;
  Answering answering = answer_request(worker_, head, link_.peer.address(), stream.record.began,
                                       [this, id = stream.id] { return make_waiter(id); });
  stream.record.lookup = answering.lookup;
  if (answering.response) return answer(stream, head, std::move(*answering.response));
  stream.state = H2Stream::State::kLoading;
}

ObjectCache::Waiter H2Session::make_waiter(std::int32_t id) {
  // The session is moved along, so that the last reference never goes on a pool thread.
  return [self = shared_as<H2Session>(), id](const LoadResult& loaded) mutable {
    Worker& worker = self->worker_;
    worker.post([self = std::move(self), id, loaded] { self->on_loaded(id, loaded); });
  };
}

void H2Session::on_loaded(std::int32_t id, const LoadResult& loaded) {
  H2Stream* stream = closed() ? nullptr : find(id);
  if (stream == nullptr || stream->state != H2Stream::State::kLoading) return;
  RequestHead head;
  stream->request.fill(head, worker_.h2().joined);
  answer(*stream, head, answer_loaded(worker_, head, loaded));
  pump();
}

// True where there was a load that took too long: its request is answered, and the connection goes on.
bool H2Session::give_up_loads() {
  bool any = false;
  for (const auto& [id, stream] : streams_) {
    if (stream->state != H2Stream::State::kLoading) continue;
    RequestHead head;
    stream->request.fill(head, worker_.h2().joined);
    answer(*stream, head, refusal(worker_, head, 503, "it took too long to read", "Retry-After: 5\r\n"));
    any = true;
  }
  return any;
}

void H2Session::answer(H2Stream& stream, const RequestHead& head, Response response) {
  worker_.counters().count_status(response.status);
  if (worker_.services().access_log) stream.record.remember(head);
  std::string& tail = worker_.tail_storage();
  tail.clear();
  append_fields(worker_, head, response, stream.record.lookup, tail);
  H2ResponseFields& fields = worker_.h2().response;
  fields.assign(response.status, response.shared_head.empty() ? std::string_view(response.head) : response.shared_head,
                tail);
  const bool has_body = !response.body.empty() || stream.events;
  stream.state = H2Stream::State::kAnswering;
  stream.output.begin_body(std::move(response));
  prioritise(stream);
  const nghttp2_data_provider body = body_of(stream);
  const auto& pairs = fields.pairs();
  // It fails only for want of memory or for a stream that has ended: its end is told either way.
  (void)nghttp2_submit_response(session_.get(), stream.id, pairs.data(), pairs.size(), has_body ? &body : nullptr);
}

void H2Session::prioritise(H2Stream& stream) {
  const Priority given = priority_of(stream.request.target(), stream.asked);
  const nghttp2_extpri priority{given.urgency, given.incremental ? 1 : 0};
  (void)nghttp2_session_change_extpri_stream_priority(session_.get(), stream.id, &priority, 1);
}

void H2Session::on_priority_update(std::int32_t id, std::string_view value) {
  if (id == 0) {  // RFC 9218 7.1
    (void)nghttp2_session_terminate_session(session_.get(), NGHTTP2_PROTOCOL_ERROR);
    return;
  }
  const Priority asked = parse_priority(value).value_or(Priority());
  if (H2Stream* stream = find(id)) {
    stream->asked = asked;
    if (stream->state == H2Stream::State::kAnswering) prioritise(*stream);
  } else if (early_updates_.size() < kMaxStreams) {
    early_updates_.insert_or_assign(id, asked);
  }
}

ssize_t H2Session::next_data(H2Stream& stream, std::size_t most, std::uint32_t& flags) {
  constexpr std::size_t kFrameHead = 9;
  constexpr std::size_t kLeast = 512;
  Outgoing& output = stream.output;
  if (stream.events) {
    const std::size_t waiting = stream.events->waiting.size() - stream.events->sent;
    if (waiting == 0 && !stream.events->over) return NGHTTP2_ERR_DEFERRED;
    flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (waiting <= most && stream.events->over) flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(std::min(waiting, most));
  }
  if (output.next() == Outgoing::Next::kBroken) {
    worker_.counters().add(Counter::kLoadFailures);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
  if (output.next() == Outgoing::Next::kNotYet) {
    wait_for_growth(stream);
    return NGHTTP2_ERR_DEFERRED;
  }
  const std::size_t made = worker_.h2().batch.size() + kFrameHead;
  most = std::min(most, made + kLeast < budget_ ? budget_ - made : kLeast);
  if (output.next() == Outgoing::Next::kNeedsFile) {
    FilePiece piece = output.wanted();
    const std::size_t now = std::min({most, piece.bytes, worker_.h2().file.size()});
    const std::size_t ahead = std::min(piece.bytes, std::size_t{32} * 1024);
    piece.bytes = now;
    worker_.counters().add(Counter::kFilePieces);
    if (!read_from_page_cache(piece.range(), worker_.h2().file.data())) {
      worker_.counters().add(Counter::kFileReads);
      piece.bytes = ahead;
      return read_file(stream, std::move(piece)) ? NGHTTP2_ERR_DEFERRED : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    // Lent, not owned: append_data() takes it before anything else can happen.
    output.provide(std::shared_ptr<char[]>(std::shared_ptr<char[]>(), worker_.h2().file.data()), now);
  }
  std::array<iovec, 8> vectors;
  std::size_t there = 0;
  const std::size_t count = output.fill(vectors);
  for (std::size_t i = 0; i < count; ++i) there += vectors[i].iov_len;
  const std::size_t bytes = std::min(there, most);
  flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (output.body_sent() + bytes == output.response().body_bytes()) flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(bytes);
}

bool H2Session::append_data(H2Stream& stream, const std::uint8_t* frame_head, std::size_t bytes) {
  std::string& batch = worker_.h2().batch;
  batch.append(reinterpret_cast<const char*>(frame_head), 9);
  if (stream.events) {
    batch.append(stream.events->waiting, stream.events->sent, bytes);
    stream.events->sent += bytes;
    stream.events->total += bytes;
    return batch.size() < budget_;
  }
  std::array<iovec, 8> vectors;
  const std::size_t count = stream.output.fill(vectors);
  std::size_t left = bytes;
  for (std::size_t i = 0; i < count && left > 0; ++i) {
    const std::size_t step = std::min(left, vectors[i].iov_len);
    batch.append(static_cast<const char*>(vectors[i].iov_base), step);
    left -= step;
  }
  stream.output.advance(bytes);
  return batch.size() < budget_;
}

bool H2Session::read_file(H2Stream& stream, FilePiece piece) {
  auto buffer = std::make_shared_for_overwrite<char[]>(piece.bytes);
  return worker_.services().pool.post(
      [self = shared_as<H2Session>(), id = stream.id, piece = std::move(piece), buffer = std::move(buffer)]() mutable {
        const bool ok = read_range(piece.range(), buffer.get());
        const std::size_t bytes = piece.bytes;
        Worker& worker = self->worker_;
        worker.post([self = std::move(self), id, buffer = std::move(buffer), bytes, ok]() mutable {
          self->on_file_read(id, std::move(buffer), bytes, ok);
        });
      });
}

void H2Session::on_file_read(std::int32_t id, std::shared_ptr<char[]> bytes, std::size_t count, bool ok) {
  H2Stream* stream = closed() ? nullptr : find(id);
  if (stream == nullptr) return;
  if (ok) {
    stream->output.provide(std::move(bytes), count);
    (void)nghttp2_session_resume_data(session_.get(), id);
  } else {
    log_error("cannot read a stored file to its end", {{"target", stream->request.target()}});
    worker_.counters().add(Counter::kLoadFailures);
    (void)nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
  }
  pump();
}

void H2Session::wait_for_growth(H2Stream& stream) {
  library::GrowingFile& growing = *stream.output.response().object->growing;
  growing.when_more(growing.seen().there, [self = shared_as<H2Session>(), id = stream.id]() mutable {
    Worker& worker = self->worker_;
    worker.post([self = std::move(self), id] { self->on_growth(id); });
  });
}

void H2Session::on_growth(std::int32_t id) {
  const H2Stream* stream = closed() ? nullptr : find(id);
  if (stream == nullptr || stream->state != H2Stream::State::kAnswering) return;
  (void)nghttp2_session_resume_data(session_.get(), id);
  pump();
}

void H2Session::on_stream_end(std::int32_t id, std::uint32_t error_code) {
  early_updates_.erase(id);
  const H2Stream* stream = find(id);
  if (stream == nullptr) return;
  if (stream->state == H2Stream::State::kReceiving) end_head();
  if (stream->state == H2Stream::State::kAnswering) {
    const std::uint64_t bytes = stream->events ? stream->events->total : stream->output.body_sent();
    // Events have no end but the listener's.
    const bool whole =
        stream->events || (error_code == NGHTTP2_NO_ERROR && stream->output.next() == Outgoing::Next::kDone);
    note_answer(worker_, link_.peer, stream->record,
                {"2", stream->output.response().status, bytes, !whole, stream->output.response().object.get()});
  }
  const bool had_events = stream->events != nullptr;
  streams_.erase(id);
  if (had_events && --event_streams_ == 0 && !busy_ && !head_begun_) rest();
}

}  // namespace chalkline::streamer
