// The few calls of SQLite that need more than a line.
#include "server/log/sqlite/database.h"

namespace hearth::server {

std::optional<bool> Statement::step() {
  switch (sqlite3_step(native_)) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: return std::nullopt;
  }
}

bool Statement::run() {
  const std::optional<bool> row = step();
  reset();
  return row.has_value();
}

void Statement::reset() noexcept {
  sqlite3_reset(native_);
  sqlite3_clear_bindings(native_);
}

ByteView Statement::blob(int column) const {
  const auto* data = static_cast<const Byte*>(sqlite3_column_blob(native_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(native_, column))};
}

void Statement::bind_one(int position, ByteView value) {
  // A null pointer would bind NULL, and an empty blob is not NULL.
  const void* data = value.empty() ? static_cast<const void*>("") : value.data();
  sqlite3_bind_blob64(native_, position, data, value.size(), SQLITE_STATIC);
}

std::optional<Database> Database::open(const std::string& path, const std::string& vfs) {
  sqlite3* native = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const char* vfs_name = vfs.empty() ? nullptr : vfs.c_str();
  Database database{nullptr};
  const int result = sqlite3_open_v2(path.c_str(), &native, flags, vfs_name);
  database.native_ = native;  // Even a failed open leaves a handle to close.
  if (result != SQLITE_OK) return std::nullopt;
  return database;
}

bool Database::execute(const char* sql) noexcept {
  return sqlite3_exec(native_, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

std::optional<Statement> Database::prepare(const char* sql) noexcept {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(native_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
      SQLITE_OK)
    return std::nullopt;
  return Statement(statement);
}

std::optional<std::string> Database::value(const char* sql) {
  auto statement = prepare(sql);
  if (!statement || statement->step() != true) return std::nullopt;
  return std::string(text_of(statement->blob(0)));
}

}  // namespace hearth::server
