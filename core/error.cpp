// Error texts and the mapping from errno.
#include "core/error.hpp"

#include <cerrno>
#include <cstring>
#include <ostream>
#include <stdexcept>

namespace chalkline {

std::string_view name(Errc code) noexcept {
  switch (code) {
    case Errc::kInvalidArgument: return "invalid_argument";
    case Errc::kNotFound: return "not_found";
    case Errc::kAlreadyExists: return "already_exists";
    case Errc::kPermissionDenied: return "permission_denied";
    case Errc::kIo: return "io";
    case Errc::kDiskFull: return "disk_full";
    case Errc::kBadConfig: return "bad_config";
    case Errc::kUnusableInput: return "unusable_input";
    case Errc::kCorrupt: return "corrupt";
    case Errc::kBusy: return "busy";
    case Errc::kTimeout: return "timeout";
    case Errc::kCancelled: return "cancelled";
    case Errc::kLimitExceeded: return "limit_exceeded";
    case Errc::kInternal: return "internal";
  }
  return "internal";
}

Error Error::within(std::string_view doing) const { return Error(code, std::string(doing) + ": " + message, hint); }

std::string Error::to_sentence() const {
  if (hint.empty()) return message;
  return message + "; " + hint;
}

std::ostream& operator<<(std::ostream& out, const Error& error) {
  return out << name(error.code) << ": " << error.to_sentence();
}

static Errc code_of(int errnum) {
  switch (errnum) {
    case ENOENT:
    case ENOTDIR: return Errc::kNotFound;
    case EEXIST:
    case ENOTEMPTY: return Errc::kAlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS: return Errc::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return Errc::kDiskFull;
    case EADDRINUSE:
    case EBUSY:
    case EAGAIN: return Errc::kBusy;
    case ETIMEDOUT: return Errc::kTimeout;
    case ECANCELED: return Errc::kCancelled;
    case EISDIR:
    case ENAMETOOLONG:
    case EINVAL: return Errc::kInvalidArgument;
    default: return Errc::kIo;
  }
}

Error error_from_errno(int errnum, std::string_view doing, std::string hint) {
  return Error(code_of(errnum), std::string(doing) + ": " + std::strerror(errnum), std::move(hint));
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  throw std::logic_error("unchecked result at " + where.to_string() + ": " + error.to_sentence());
}

}  // namespace chalkline
