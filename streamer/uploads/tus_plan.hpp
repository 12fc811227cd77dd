// What a request at /files/ asks for, by its head alone: tus 1.0, a form, or a file by PUT. Everything that can be
// refused before the store is asked is refused here. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "library/uploads.hpp"
#include "streamer/management/handler.hpp"
#include "streamer/uploads/tus_fields.hpp"
#include "streamer/uploads/upload_wish.hpp"

namespace chalkline::streamer {

struct TusPlan {
  enum class Action : std::uint8_t {
    kDiscover,   // OPTIONS
    kCreate,     // POST
    kJoin,       // POST, Upload-Concat: final
    kLook,       // HEAD
    kTell,       // GET: the same for people
    kAppend,     // PATCH
    kTerminate,  // DELETE
    kForm,       // POST, multipart/form-data
    kDirect,     // PUT /files/NAME
  };
  Action action = Action::kDiscover;
  std::string id;                               // of kLook, kTell, kAppend, kTerminate
  std::optional<std::uint64_t> length;          // of kCreate: none: deferred; of kAppend: now known
  bool partial = false;                         // of kCreate
  TusConcat concat;                             // of kJoin
  std::string concat_text;                      // as it came
  std::string metadata;                         // as it came
  UploadWish wish;                              // of kCreate, kJoin, kDirect
  std::uint64_t offset = 0;                     // of kAppend
  std::optional<TusChecksum> checksum;          // of kCreate, kAppend
  std::optional<std::uint64_t> content_length;  // none: chunked, or no body
  bool has_content = false;
  std::string boundary;  // of kForm
};

// A plan, or the refusal. `most`: bytes of one recording.
std::variant<TusPlan, ManagedReply> plan_of(const ManagedRequest& request, std::uint64_t most);

// May this append go on to an upload that has `size` bytes? None: yes.
std::optional<ManagedReply> refusal_to_append(const TusPlan& plan, const library::Upload& upload, std::uint64_t size,
                                              std::uint64_t most);

// Every reply of tus says its version; so do those to a form or a PUT.
ManagedReply tus_reply(unsigned status);
ManagedReply tus_problem(unsigned status, std::string_view detail);
ManagedReply tus_problem(const Error& error);
ManagedReply discovery(std::uint64_t most);  // to OPTIONS

}  // namespace chalkline::streamer
