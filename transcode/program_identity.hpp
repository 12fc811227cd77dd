// Which program this is, to the last byte of it and of its libraries: another encoder, or this one built anew, makes
// other bytes of the same recording.
#pragma once

#include <string>

namespace chalkline::transcode {

// A line for each loaded object: its file's name and its build id (the linker's hash of its contents, in an ELF note).
std::string program_identity();

}  // namespace chalkline::transcode
