// The program `chalkline`. Everything is in app.cpp.
#include "cli/app.hpp"

int main(int argc, char** argv) { return chalkline::cli::run(argc, argv); }
