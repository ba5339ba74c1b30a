# The five words our CMakeLists.txt files are written in. File names are relative to the caller.
include(GoogleTest)

add_custom_target(programs)
add_custom_target(tests_tsan)
add_custom_target(tests_release)

# hearth_folders(DIR...): adds each folder that has a CMakeLists.txt, and looks again at each build,
# so that a folder may come into being without an edit here.
function(hearth_folders)
  foreach(folder IN LISTS ARGN)
    file(GLOB found CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt")
    if(found)
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()

# hearth_library(NAME SOURCES a.cpp... HEADERS a.h... DEPENDS lib... PRIVATE_DEPENDS lib...)
# A static library, or an interface library where there are no SOURCES.
function(hearth_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;DEPENDS;PRIVATE_DEPENDS")
  hearth_no_leftovers(${name} "${arg_UNPARSED_ARGUMENTS}")
  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC project_options ${arg_DEPENDS}
                                  PRIVATE ${arg_PRIVATE_DEPENDS})
    set(scope PUBLIC)
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE project_options ${arg_DEPENDS} ${arg_PRIVATE_DEPENDS})
    set(scope INTERFACE)
  endif()
  if(arg_HEADERS)
    target_sources(${name} ${scope}
      FILE_SET HEADERS BASE_DIRS "${CMAKE_SOURCE_DIR}" FILES ${arg_HEADERS})
  endif()
endfunction()

# hearth_executable(NAME SOURCES a.cpp... DEPENDS lib...): a program in bin/, part of `programs`.
function(hearth_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  hearth_no_leftovers(${name} "${arg_UNPARSED_ARGUMENTS}")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE project_options ${arg_DEPENDS})
  add_dependencies(programs ${name})
endfunction()

# hearth_test(NAME SOURCES a_test.cpp... DEPENDS lib... [LABELS word...])
# A GoogleTest program; each of its tests is a test of ctest and runs from the root of the sources.
# Label `tsan` what the tsan preset shall run, `release` what needs the shipped flags; each label
# has a target tests_LABEL that builds no more than its tests.
function(hearth_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;LABELS")
  hearth_no_leftovers(${name} "${arg_UNPARSED_ARGUMENTS}")
  if(HEARTH_WASM OR HEARTH_FUZZ)
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE
    project_options ${arg_DEPENDS} GTest::gmock GTest::gtest_main)
  hearth_steady_addresses(${name})
  foreach(label IN LISTS arg_LABELS)
    if(NOT TARGET tests_${label})
      add_custom_target(tests_${label})
    endif()
    add_dependencies(tests_${label} ${name})
  endforeach()
  gtest_discover_tests(${name}
    DISCOVERY_MODE PRE_TEST
    NO_PRETTY_VALUES
    DISCOVERY_TIMEOUT 60
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
    PROPERTIES TIMEOUT 300)
  # A list of labels does not survive the way through gtest_discover_tests, so it is set afterwards.
  if(arg_LABELS)
    set(labels "${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake")
    file(WRITE "${labels}"
      "foreach(test IN LISTS ${name}_TESTS)\n"
      "  set_tests_properties(\"\${test}\" PROPERTIES LABELS \"${arg_LABELS}\")\n"
      "endforeach()\n")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${labels}")
  endif()
endfunction()

# hearth_fuzz(NAME SOURCES x_fuzz.cpp... DEPENDS lib... CORPUS dir)
# Under the fuzz preset a libFuzzer program. Everywhere else a plain program that gives each file of
# the corpus to the same LLVMFuzzerTestOneInput, as the test fuzz_corpus_NAME.
function(hearth_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS" "SOURCES;DEPENDS")
  hearth_no_leftovers(${name} "${arg_UNPARSED_ARGUMENTS}")
  if(HEARTH_WASM)
    return()
  endif()
  set(corpus "${CMAKE_CURRENT_SOURCE_DIR}/${arg_CORPUS}")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE project_options ${arg_DEPENDS})
  if(HEARTH_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_property(GLOBAL APPEND PROPERTY HEARTH_FUZZ_TARGETS "${name}=${corpus}")
    add_dependencies(fuzz_targets ${name})
  else()
    target_sources(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp")
    add_test(NAME fuzz_corpus_${name} COMMAND ${name} "${corpus}")
    set_tests_properties(fuzz_corpus_${name} PROPERTIES TIMEOUT 300 LABELS fuzz_corpus)
    hearth_steady_addresses(${name})
  endif()
endfunction()

if(HEARTH_FUZZ)
  add_custom_target(fuzz_targets)
  cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL hearth_write_fuzz_targets)
endif()

# For tests/fuzz/run.sh: one line of name=corpus for each target of the tree.
function(hearth_write_fuzz_targets)
  get_property(targets GLOBAL PROPERTY HEARTH_FUZZ_TARGETS)
  list(JOIN targets "\n" lines)
  file(WRITE "${CMAKE_BINARY_DIR}/fuzz_targets.txt" "${lines}\n")
endfunction()

# ThreadSanitizer of g++ 12 cannot place its shadow where the kernel scatters mappings over more
# than 28 bits; there the tests run with steady addresses.
function(hearth_steady_addresses name)
  if(NOT HEARTH_SANITIZE STREQUAL "thread" OR NOT EXISTS /proc/sys/vm/mmap_rnd_bits)
    return()
  endif()
  file(READ /proc/sys/vm/mmap_rnd_bits bits)
  string(STRIP "${bits}" bits)
  find_program(HEARTH_SETARCH setarch)
  if(bits GREATER 28 AND HEARTH_SETARCH)
    set_target_properties(${name} PROPERTIES CROSSCOMPILING_EMULATOR "${HEARTH_SETARCH};-R")
  endif()
endfunction()

# A misspelt keyword would otherwise vanish without a word.
function(hearth_no_leftovers name leftovers)
  if(leftovers)
    message(FATAL_ERROR "${name}: not understood: ${leftovers}")
  endif()
endfunction()
