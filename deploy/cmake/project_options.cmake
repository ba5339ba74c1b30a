# One interface target, project_options, carries every flag of the project: language, warnings,
# sanitizers, hardening. All of our targets link it, no outside library does.

set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF)
if(HEARTH_WASM)
  set(CMAKE_EXECUTABLE_SUFFIX .wasm)
else()
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Debug CACHE STRING "" FORCE)
endif()

# A cache across trees and runs; nothing counts on it.
find_program(HEARTH_CCACHE ccache)
if(HEARTH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${HEARTH_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${HEARTH_CCACHE}")
endif()

add_library(project_options INTERFACE)
target_compile_features(project_options INTERFACE cxx_std_23)
target_include_directories(project_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(project_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wnon-virtual-dtor -Woverloaded-virtual
  # Diagnostics and assertions must not depend on where the clone lies.
  "-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=")

if(HEARTH_SANITIZE STREQUAL "none")
elseif(HEARTH_SANITIZE STREQUAL "address,undefined" OR HEARTH_SANITIZE STREQUAL "thread")
  set(sanitize "-fsanitize=${HEARTH_SANITIZE}" -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(project_options INTERFACE ${sanitize})
  target_link_options(project_options INTERFACE ${sanitize})
else()
  message(FATAL_ERROR "HEARTH_SANITIZE is none, address,undefined or thread")
endif()

if(HEARTH_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "HEARTH_FUZZ needs clang: use the fuzz preset")
  endif()
  # Every library is watched for coverage; only the fuzz targets themselves get libFuzzer's main.
  set(fuzz -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
      -fno-omit-frame-pointer)
  target_compile_options(project_options INTERFACE ${fuzz})
  target_link_options(project_options INTERFACE ${fuzz})
endif()

if(HEARTH_WASM)
  # Exceptions do not link for wasm32-wasi: what both ends share is written without them.
  target_compile_options(project_options INTERFACE -fno-exceptions)
  # The linker's own choice is 64 KiB, and a stack that grows into the data unseen.
  target_link_options(project_options INTERFACE LINKER:--stack-first,-z,stack-size=1048576)
elseif(HEARTH_HARDEN)
  target_compile_options(project_options INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE)
  target_link_options(project_options INTERFACE LINKER:-z,relro,-z,now)
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES CXX)
else()
  target_compile_definitions(project_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()
