// hearthd-test: hearthd on a disk and with a log of the crash tests' choice, told by environment:
//   HEARTH_TEST_DISK=lossy         what is not synced is lost with the process
//   HEARTH_TEST_SYNCHRONOUS=off    nothing is synced
//   HEARTH_TEST_LOG=eager          acknowledges before it commits
//   HEARTH_TEST_DIE_AT, ...        dies at a step of a kick: doom.h
#include <cstdlib>
#include <string_view>

#include "server/hearthd/server.h"
#include "server/log/sqlite/sqlite_log.h"
#include "tests/crash/doom.h"
#include "tests/crash/eager_log.h"
#include "tests/crash/lossy_vfs.h"

namespace {

using namespace hearth;

bool told(const char* name, std::string_view value) {
  const char* said = std::getenv(name);
  return said && said == value;
}

Result<std::unique_ptr<server::RoomLog>> open_test_log(const server::Config& config) {
  server::SqliteOptions options;
  options.file = config.folder / "rooms.db";
  if (told("HEARTH_TEST_DISK", "lossy") || told("HEARTH_TEST_DISK", "lying")) {
    if (!tests::register_lossy_vfs()) return fail(make_error(server::LogErrc::read_failed));
    options.vfs = tests::kLossyVfs;
    tests::set_disk(tests::Doom::of_this_process().disk());
  }
  options.synchronous_full = !told("HEARTH_TEST_SYNCHRONOUS", "off");
  const bool doomed = std::getenv("HEARTH_TEST_DIE_AT") != nullptr;
  if (doomed && !tests::Doom::of_this_process().watch_statements())
    return fail(make_error(server::LogErrc::read_failed));
  HEARTH_TRY(std::unique_ptr<server::RoomLog> log, server::SqliteLog::open(options));
  if (told("HEARTH_TEST_LOG", "eager")) return std::make_unique<tests::EagerLog>(std::move(log));
  if (doomed)
    return std::make_unique<tests::KickLog>(std::move(log), told("HEARTH_TEST_LOG", "torn"));
  return log;
}

}  // namespace

int main(int argc, char** argv) { return hearth::server::hearthd_main(argc, argv, open_test_log); }
