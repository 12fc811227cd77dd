// What requests at /files/ are told. Pure.
#pragma once

#include "streamer/management/handler.hpp"
#include "streamer/uploads/upload_desk.hpp"

namespace chalkline::streamer {

// An error of the desk: 400, 404, 409, 413, 415, 423, 460, 503, 507, with its sentence; 500 without.
ManagedReply refusal_of(const Error& error);

// Chalkline-Lesson and Location, once it is a lesson; Chalkline-Duplicate where that was there before.
void add_lesson(ManagedReply& reply, const library::Upload& upload);
void add_expiry(ManagedReply& reply, std::int64_t expires_ms);

ManagedReply reply_to_creation(const library::Upload& upload, std::int64_t expires_ms);
ManagedReply reply_to_look(const UploadStatus& status);  // HEAD
ManagedReply reply_to_tell(const UploadStatus& status);  // GET: the same as JSON
// To a recording in one request. 201, or 200 where it is a lesson already.
ManagedReply reply_to_direct(const library::Upload& upload);

}  // namespace chalkline::streamer
