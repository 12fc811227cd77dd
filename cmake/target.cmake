# chalkline_library(NAME SOURCES ... LINKS ...): one static library per folder, warnings as errors.
# chalkline_test(NAME [SMALL_DISK] SOURCES ... LINKS ...): one doctest executable per tested folder. SMALL_DISK: it has a suite that
# wants a disk of its own (tests/support/small_disk.hpp), which is a CTest test by itself, NAME_small_disk, and skipped where
# there is none to be had.
add_library(chalkline_warnings INTERFACE)
target_compile_options(chalkline_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  # At -O2 and above GCC 12 sees an overlap in "literal" + std::string (GCC bug 105651) and an optional's empty payload as
  # used (GCC bug 80635); clang and the sanitizers look for the real ones.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict;-Wno-maybe-uninitialized>)

function(chalkline_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINKS} PRIVATE chalkline_warnings)
endfunction()

function(chalkline_test name)
  cmake_parse_arguments(ARG "SMALL_DISK" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} tests_support chalkline_warnings)
  # What is tested is optimised; the cases themselves take a third less time to compile when they are not.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O0>)
  if(ARG_SMALL_DISK)
    add_test(NAME ${name} COMMAND ${name} "--test-suite-exclude=on a small disk")
    add_test(NAME ${name}_small_disk COMMAND ${name} "--test-suite=on a small disk")
    set_tests_properties(${name}_small_disk PROPERTIES TIMEOUT 300 LABELS unit SKIP_REGULAR_EXPRESSION "no mount namespaces to be had")
  else()
    add_test(NAME ${name} COMMAND ${name})
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS unit)
endfunction()
