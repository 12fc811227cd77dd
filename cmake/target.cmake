# chalkline_library(NAME [TOGETHER] SOURCES ... LINKS ... APART ...): one static library per folder, warnings as errors.
# chalkline_test(NAME [TOGETHER] [SMALL_DISK] SOURCES ... LINKS ...): one doctest executable per tested folder. SMALL_DISK: it has a
# suite that wants a disk of its own (tests/support/small_disk.hpp), which is a CTest test by itself, NAME_small_disk, and skipped where
# there is none to be had.
# TOGETHER: in the release build eight source files are compiled as one (chalkline_together); what is APART stays by itself.
add_library(chalkline_warnings INTERFACE)
target_compile_options(chalkline_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  # At -O2 and above GCC 12 sees an overlap in "literal" + std::string (GCC bug 105651) and an optional's empty payload as
  # used (GCC bug 80635); and with headers that were read once (below) it takes std::string's own for ours, and sees in them copies that pass
  # an object's end. clang and the sanitizers' presets look for the real ones.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict;-Wno-maybe-uninitialized;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>)

# What nearly every file includes is read once, not by each file again: a fifth of a build's processor time, of nine files compiled both
# ways. In the release build alone: the others read every file by itself, so that a missing #include is seen. A test is compiled otherwise
# (below), so what it reads is read once more.
set(CHALKLINE_READ_ONCE <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable> <cstdint> <cstring> <filesystem> <functional> <map> <memory>
  <mutex> <optional> <set> <span> <string> <string_view> <thread> <utility> <vector> <boost/system/result.hpp> <fmt/format.h>)
function(chalkline_read_once name flags)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Release" OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  if(NOT TARGET chalkline_read_once${flags})
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/read_once.cpp CONTENT "// Of these headers alone.\n")
    add_library(chalkline_read_once${flags} OBJECT ${PROJECT_BINARY_DIR}/read_once.cpp)
    target_link_libraries(chalkline_read_once${flags} PRIVATE Boost::headers fmt::fmt chalkline_warnings)
    target_compile_options(chalkline_read_once${flags} PRIVATE ${flags})
    target_precompile_headers(chalkline_read_once${flags} PRIVATE ${CHALKLINE_READ_ONCE} ${ARGN})
  endif()
  target_precompile_headers(${name} REUSE_FROM chalkline_read_once${flags})
endfunction()

# What one file makes of a template its neighbours make as well: eight files as one take three fifths of the time of eight. Two of them
# cannot have one name for two things in their unnamed namespaces then, and the compiler says so. Elsewhere each file is compiled by
# itself, as above.
function(chalkline_together name)
  if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    # It takes a source file that another one includes for a header.
    target_compile_options(${name} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()

function(chalkline_library name)
  cmake_parse_arguments(ARG "TOGETHER" "" "SOURCES;LINKS;APART" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES} ${ARG_APART})
  if(ARG_TOGETHER)
    chalkline_together(${name} ${ARG_APART})
  endif()
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINKS} PRIVATE chalkline_warnings)
  chalkline_read_once(${name} "")
endfunction()

function(chalkline_test name)
  cmake_parse_arguments(ARG "SMALL_DISK;TOGETHER" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  if(ARG_TOGETHER)
    chalkline_together(${name})
  endif()
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} tests_support chalkline_warnings)
  # What is tested is optimised; the cases themselves take a third less time to compile when they are not.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O0>)
  chalkline_read_once(${name} -O0 <doctest/doctest.h>)
  foreach(source ${ARG_SOURCES})
    # That file's doctest.h is another one.
    file(STRINGS ${source} implements REGEX "DOCTEST_CONFIG_IMPLEMENT")
    if(implements)
      set_source_files_properties(${source} PROPERTIES SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
  endforeach()
  if(ARG_SMALL_DISK)
    add_test(NAME ${name} COMMAND ${name} "--test-suite-exclude=on a small disk")
    add_test(NAME ${name}_small_disk COMMAND ${name} "--test-suite=on a small disk")
    set_tests_properties(${name}_small_disk PROPERTIES TIMEOUT 300 LABELS unit SKIP_REGULAR_EXPRESSION "no mount namespaces to be had")
  else()
    add_test(NAME ${name} COMMAND ${name})
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS unit)
endfunction()
