// The environment of the programs that a test starts, made from nothing: a CHALKLINE_... variable of the caller must not steer
// a test, but for how its transcodes give way, which CTest sets (tests/CMakeLists.txt). The one place that makes one.

/** What the program needs, from the caller's environment; give way less than shipped where nothing is said. */
export const testEnvironment = (caller = process.env) => ({
  PATH: caller.PATH,
  LANG: 'C.UTF-8',
  ASAN_OPTIONS: caller.ASAN_OPTIONS ?? '',
  CHALKLINE_WORKER_NICENESS: caller.CHALKLINE_WORKER_NICENESS ?? '10',
});
