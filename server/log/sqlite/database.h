// SQLite with owners: a connection that closes itself, statements that reset themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <sqlite3.h>

#include "protocol/bytes/bytes.h"
#include "protocol/error.h"

namespace hearth::server {

// One prepared statement. Values bound by `bind` are borrowed until the next `reset`.
class Statement final {
 public:
  Statement() noexcept = default;
  explicit Statement(sqlite3_stmt* native) noexcept : native_(native) {}
  ~Statement() { sqlite3_finalize(native_); }
  Statement(Statement&& other) noexcept : native_(std::exchange(other.native_, nullptr)) {}
  Statement& operator=(Statement&& other) noexcept {
    std::swap(native_, other.native_);
    return *this;
  }

  template <class... Values>
  Statement& bind(const Values&... values) {
    sqlite3_reset(native_);
    int position = 0;
    (bind_one(++position, values), ...);
    return *this;
  }

  // True: a row is there. False: done. Nothing: it failed.
  std::optional<bool> step();
  // Runs a statement that yields no rows; false when it failed.
  bool run();
  // Lets go of what was bound and of the read lock a half-read SELECT holds.
  void reset() noexcept;

  std::int64_t integer(int column) const { return sqlite3_column_int64(native_, column); }
  ByteView blob(int column) const;  // Valid until the next step.
  bool is_null(int column) const { return sqlite3_column_type(native_, column) == SQLITE_NULL; }

 private:
  void bind_one(int position, std::int64_t value) { sqlite3_bind_int64(native_, position, value); }
  void bind_one(int position, std::nullopt_t) { sqlite3_bind_null(native_, position); }
  void bind_one(int position, ByteView value);

  sqlite3_stmt* native_ = nullptr;
};

// One connection, used on one thread.
class Database final {
 public:
  // Fails with nothing when the file cannot be opened. `vfs` is empty for the system's own.
  static std::optional<Database> open(const std::string& path, const std::string& vfs);
  ~Database() { sqlite3_close_v2(native_); }
  Database(Database&& other) noexcept : native_(std::exchange(other.native_, nullptr)) {}
  Database& operator=(Database&&) = delete;

  bool execute(const char* sql) noexcept;
  std::optional<Statement> prepare(const char* sql) noexcept;
  // Whether the last call failed because another process has the file.
  bool busy() const noexcept { return sqlite3_errcode(native_) == SQLITE_BUSY; }
  std::int64_t changes() const noexcept { return sqlite3_changes64(native_); }
  // The value of a one-row, one-column query of text or number.
  std::optional<std::string> value(const char* sql);

 private:
  explicit Database(sqlite3* native) noexcept : native_(native) {}
  sqlite3* native_ = nullptr;
};

}  // namespace hearth::server
