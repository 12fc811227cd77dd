// background PROGRAM [ARGUMENTS]: becomes the program, as a worker's transcode is run: at the niceness that is shipped
// and giving way. Started by bench/delivery's busy.mjs.
#include <cstdio>

#include <unistd.h>

#include "confine/priority.hpp"

int main(int count, char** arguments) {
  if (count < 2) return 2;
  chalkline::confine::give_way(chalkline::confine::kMostNice);
  ::execvp(arguments[1], arguments + 1);
  std::perror(arguments[1]);
  return 127;
}
