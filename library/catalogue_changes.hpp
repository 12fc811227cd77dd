// How the catalogue is changed by several people at once: who did what (the audit log), what was answered to a request
// that is sent again (kept replies), and several changes as one. Interfaces; SQLite stands behind them
// (library/sqlite/catalogue_store.hpp). Thread-safe; blocks (milliseconds, an import longer).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace chalkline::library {

// Who makes a change.
struct Author {
  std::string who;     // "token 1f0c2d3e4a5b6978 (content team)", "command line"
  std::string remote;  // the address it came from; "" where it came from none
};

struct AuditEntry {
  std::int64_t id = 0;
  std::int64_t at_ms = 0;  // Unix time
  Author author;
  std::string action;   // "lesson.create", "job.cancel"
  std::string subject;  // "lesson/water", "job/12"
  std::string before;   // sha256 of what it was, of what it is (catalogue_fingerprint.hpp); "" where there is nothing
  std::string after;
};

struct AuditPage {
  std::vector<AuditEntry> entries;   // newest first
  std::optional<std::int64_t> next;  // where to go on; none at the end
};

class AuditLog {
 public:
  AuditLog() = default;
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;
  virtual ~AuditLog() = default;
  // Changes of lessons and of the curriculum enter themselves, in their own transaction; this is for all others.
  virtual Result<void> record(const Author& author, const std::string& action, const std::string& subject,
                              const std::string& before, const std::string& after) = 0;
  // `from` is the `next` of the page before.
  virtual Result<AuditPage> list(std::optional<std::int64_t> from, int limit) = 0;
};

struct KeptReply {
  std::string request;  // sha256 of what was asked
  unsigned status = 0;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

// What was answered to requests that carried an Idempotency-Key, for a day.
class KeptReplies {
 public:
  KeptReplies() = default;
  KeptReplies(const KeptReplies&) = delete;
  KeptReplies& operator=(const KeptReplies&) = delete;
  virtual ~KeptReplies() = default;
  virtual Result<std::optional<KeptReply>> find(const std::string& scope, const std::string& key) = 0;
  // kAlreadyExists: the key has a reply already.
  virtual Result<void> keep(const std::string& scope, const std::string& key, const KeptReply& reply) = 0;
};

class Changes {
 public:
  Changes() = default;
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;
  virtual ~Changes() = default;
  // What `work` does to lesson records, curriculum, audit log and kept replies on this thread is one transaction: kept
  // where it returns true, undone where it returns false, an error, or the process dies. Other threads wait. It must
  // not touch jobs or tokens, which have transactions of their own.
  virtual Result<void> together(const std::function<Result<bool>()>& work) = 0;
};

}  // namespace chalkline::library
