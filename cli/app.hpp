// The command line: which verbs there are, which one was asked for, what it returns.
#pragma once

namespace chalkline::cli {

// Runs one verb on the calling thread and returns its exit code (exit_code.hpp). Catches every exception: it is main's
// wall.
int run(int argc, char** argv);

}  // namespace chalkline::cli
