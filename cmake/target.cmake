# chalkline_library(NAME SOURCES ... LINKS ...): one static library per folder, warnings as errors.
# chalkline_test(NAME SOURCES ... LINKS ...): one doctest executable per tested folder, every case a CTest test.
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
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} tests_support chalkline_warnings)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS unit)
endfunction()
