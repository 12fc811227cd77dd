// The unit tests of transcode/. What it does to real media is tests/media's.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
