# Where the outside libraries come from: Debian's packages, each as one imported target. A target
# that no folder names costs nothing. deploy/install.sh knows the packages.
#
#   sodium::sodium  OpenSSL::Crypto  OpenSSL::SSL  Boost::headers  SQLite::SQLite3  Threads::Threads
#   ICU::uc  ICU::i18n  qrencode::qrencode  CLI11::CLI11  tomlplusplus::tomlplusplus  spdlog::spdlog
#   GTest::gtest  GTest::gtest_main  GTest::gmock

add_library(sodium::sodium INTERFACE IMPORTED GLOBAL)

if(HEARTH_WASM)
  set(HEARTH_WASM_SODIUM "${CMAKE_SOURCE_DIR}/build/wasm-libsodium" CACHE PATH
      "libsodium for wasm32-wasi: include/ and lib/libsodium.a")
  if(NOT EXISTS "${HEARTH_WASM_SODIUM}/lib/libsodium.a")
    execute_process(
      COMMAND sh "${CMAKE_SOURCE_DIR}/tests/wasm/build-libsodium.sh" "${HEARTH_WASM_SODIUM}"
      COMMAND_ERROR_IS_FATAL ANY)
  endif()
  target_include_directories(sodium::sodium SYSTEM INTERFACE "${HEARTH_WASM_SODIUM}/include")
  target_link_libraries(sodium::sodium INTERFACE
    "${HEARTH_WASM_SODIUM}/lib/libsodium.a" wasi-emulated-signal)
  return()
endif()

find_path(HEARTH_SODIUM_INCLUDE sodium.h REQUIRED)
find_library(HEARTH_SODIUM_LIBRARY sodium REQUIRED)
target_include_directories(sodium::sodium SYSTEM INTERFACE "${HEARTH_SODIUM_INCLUDE}")
target_link_libraries(sodium::sodium INTERFACE "${HEARTH_SODIUM_LIBRARY}")

add_library(qrencode::qrencode INTERFACE IMPORTED GLOBAL)
find_path(HEARTH_QRENCODE_INCLUDE qrencode.h REQUIRED)
find_library(HEARTH_QRENCODE_LIBRARY qrencode REQUIRED)
target_include_directories(qrencode::qrencode SYSTEM INTERFACE "${HEARTH_QRENCODE_INCLUDE}")
target_link_libraries(qrencode::qrencode INTERFACE "${HEARTH_QRENCODE_LIBRARY}")

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ICU 72 COMPONENTS uc i18n REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(spdlog REQUIRED)
find_package(GTest REQUIRED)
