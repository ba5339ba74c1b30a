// The tables of a room log.
#include "server/log/sqlite/store.h"

#include "server/log/sqlite/database.h"

namespace hearth::server {

namespace {

// What a file says of itself; a file with another application_id is not ours to touch.
constexpr std::int64_t kApplicationId = 0x48524c31;  // "HRL1"
constexpr std::int64_t kSchemaVersion = 1;

// `place` is room number * 2^32 + count, so one b-tree holds each room's rows in order. No table
// has a sender, an address or an exact time.
constexpr const char* kSchema = R"sql(
  CREATE TABLE rooms (
    number INTEGER PRIMARY KEY, room BLOB NOT NULL UNIQUE, member_part BLOB NOT NULL,
    door_card BLOB NOT NULL, stopped_cleanly INTEGER NOT NULL);
  CREATE TABLE entries (
    place INTEGER PRIMARY KEY, run INTEGER NOT NULL, kind INTEGER NOT NULL,
    generation INTEGER NOT NULL, body BLOB, body_hash BLOB NOT NULL, h BLOB NOT NULL,
    bucket INTEGER NOT NULL);
  CREATE TABLE appended (
    room INTEGER NOT NULL, key BLOB NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL,
    last_h BLOB NOT NULL, bucket INTEGER NOT NULL, PRIMARY KEY (room, key)) WITHOUT ROWID;
  CREATE TABLE welcomes (
    room INTEGER NOT NULL, handle BLOB NOT NULL, welcome BLOB NOT NULL, PRIMARY KEY (room, handle));
)sql";

std::unexpected<Error> broken(LogErrc code) { return fail(make_error(code)); }

std::int64_t place_of(std::int64_t number, std::uint32_t count) {
  return (number << 32) | static_cast<std::int64_t>(count);
}

template <std::size_t N>
bool copy(ByteView source, ByteArray<N>& target) {
  const auto array = to_array<N>(source);
  if (array) target = *array;
  return array.has_value();
}

}  // namespace

struct SqliteStore::Tables {
  Database database;
  Statement room_insert, room_number, room_row, room_ids, room_door, room_stopped, room_delete;
  Statement entry_insert, entry_last, entry_read, entry_drop, entry_erase, entry_expire;
  Statement entry_delete;
  Statement key_insert, key_read, key_forget, key_delete;
  Statement welcome_put, welcome_read, welcome_take, welcome_delete;

  explicit Tables(Database opened) : database(std::move(opened)) {}

  bool prepare() {
    const auto ready = [this](Statement& statement, const char* sql) {
      auto prepared = database.prepare(sql);
      if (prepared) statement = std::move(*prepared);
      return prepared.has_value();
    };
    return ready(room_insert, "INSERT INTO rooms VALUES (NULL, ?, ?, ?, 0)") &&
           ready(room_number, "SELECT number FROM rooms WHERE room = ?") &&
           ready(room_row,
                 "SELECT member_part, door_card, stopped_cleanly FROM rooms "
                 "WHERE number = ?") &&
           ready(room_ids, "SELECT room FROM rooms ORDER BY number") &&
           ready(room_door, "UPDATE rooms SET door_card = ? WHERE number = ?") &&
           ready(room_stopped,
                 "UPDATE rooms SET stopped_cleanly = ?1 "
                 "WHERE number = ?2 AND stopped_cleanly <> ?1") &&
           ready(room_delete, "DELETE FROM rooms WHERE number = ?") &&
           ready(entry_insert, "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)") &&
           ready(entry_last,
                 "SELECT run, place, h FROM entries WHERE place BETWEEN ? AND ? "
                 "ORDER BY place DESC LIMIT 1") &&
           ready(entry_read,
                 "SELECT place, run, kind, generation, body, body_hash, h FROM entries "
                 "WHERE place BETWEEN ? AND ? ORDER BY place LIMIT ?") &&
           ready(entry_drop, "UPDATE entries SET body = NULL WHERE place = ?") &&
           ready(entry_erase, "UPDATE entries SET body = NULL WHERE place = ? AND kind = 3") &&
           ready(entry_expire,
                 "UPDATE entries SET body = NULL WHERE place BETWEEN ? AND ? "
                 "AND kind = ? AND bucket < ? AND body IS NOT NULL") &&
           ready(entry_delete, "DELETE FROM entries WHERE place BETWEEN ? AND ?") &&
           ready(key_insert, "INSERT OR REPLACE INTO appended VALUES (?, ?, ?, ?, ?, ?)") &&
           ready(key_read, "SELECT key, first, count, last_h FROM appended WHERE room = ?") &&
           ready(key_forget, "DELETE FROM appended WHERE bucket < ?") &&
           ready(key_delete, "DELETE FROM appended WHERE room = ?") &&
           ready(welcome_put, "INSERT OR REPLACE INTO welcomes VALUES (?, ?, ?)") &&
           ready(welcome_read,
                 "SELECT handle, welcome FROM welcomes WHERE room = ? "
                 "ORDER BY handle") &&
           ready(welcome_take, "DELETE FROM welcomes WHERE room = ? AND handle = ?") &&
           ready(welcome_delete, "DELETE FROM welcomes WHERE room = ?");
  }
};

SqliteStore::SqliteStore(std::unique_ptr<Tables> tables) : tables_(std::move(tables)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const SqliteOptions& options) {
  auto database = Database::open(options.file.string(), options.vfs);
  if (!database) return broken(LogErrc::read_failed);
  // Exclusive locking: one process writes a room, and no second one may read half of it.
  const bool set = database->execute("PRAGMA locking_mode = EXCLUSIVE") &&
                   database->execute("PRAGMA journal_mode = WAL") &&
                   database->execute(options.synchronous_full ? "PRAGMA synchronous = FULL"
                                                              : "PRAGMA synchronous = OFF") &&
                   database->execute("PRAGMA secure_delete = ON") &&
                   database->execute("PRAGMA trusted_schema = OFF");
  if (!set || database->value("PRAGMA journal_mode") != "wal")
    return broken(database->busy() ? LogErrc::in_use : LogErrc::read_failed);

  const auto owner = database->value("PRAGMA application_id");
  const auto version = database->value("PRAGMA user_version");
  if (!owner || !version) return broken(LogErrc::read_failed);
  if (*owner == "0" && *version == "0") {
    const std::string ours = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                             "; PRAGMA user_version = " + std::to_string(kSchemaVersion);
    const bool created = database->execute("BEGIN IMMEDIATE") && database->execute(kSchema) &&
                         database->execute(ours.c_str()) && database->execute("COMMIT");
    if (!created) return broken(LogErrc::write_failed);
  } else if (*owner != std::to_string(kApplicationId) ||
             *version != std::to_string(kSchemaVersion)) {
    return broken(LogErrc::corrupt);
  }
  auto tables = std::make_unique<Tables>(std::move(*database));
  if (!tables->prepare()) return broken(LogErrc::corrupt);
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(tables)));
}

Status SqliteStore::execute(const char* sql) {
  if (!tables_->database.execute(sql)) return broken(LogErrc::write_failed);
  return {};
}

Status SqliteStore::begin() { return execute("BEGIN IMMEDIATE"); }
Status SqliteStore::end() { return execute("COMMIT"); }
Status SqliteStore::save() { return execute("SAVEPOINT part"); }
Status SqliteStore::release_save() { return execute("RELEASE part"); }
Status SqliteStore::undo_to_save() { return execute("ROLLBACK TO part; RELEASE part"); }
Status SqliteStore::truncate_wal() { return execute("PRAGMA wal_checkpoint(TRUNCATE)"); }
void SqliteStore::roll_back() { tables_->database.execute("ROLLBACK"); }

Result<std::int64_t> SqliteStore::number_of(const room::RoomId& room) {
  Statement& query = tables_->room_number.bind(room.view());
  const std::optional<bool> row = query.step();
  const std::int64_t number = row == true ? query.integer(0) : 0;
  query.reset();
  if (!row) return broken(LogErrc::read_failed);
  if (!*row) return broken(LogErrc::room_unknown);
  return number;
}

Status SqliteStore::create(const room::RoomId& room, const room::Hash& member_part,
                           ByteView door_card) {
  if (number_of(room)) return broken(LogErrc::room_exists);
  if (!tables_->room_insert.bind(room.view(), ByteView(member_part), door_card).run())
    return broken(LogErrc::write_failed);
  return {};
}

Status SqliteStore::commit(const LogBatch& batch, bool stopped_cleanly) {
  HEARTH_TRY(const std::int64_t number, number_of(batch.room));
  Tables& tables = *tables_;
  const auto bucket = static_cast<std::int64_t>(time_bucket(batch.now));

  if (!batch.rows.empty()) {
    Statement& last = tables.entry_last.bind(place_of(number, 0), place_of(number, ~0u));
    const std::optional<bool> found = last.step();
    const auto count = found == true ? static_cast<std::uint32_t>(last.integer(1)) : 0u;
    last.reset();
    if (!found) return broken(LogErrc::read_failed);
    std::uint32_t expected = count;
    for (const LogRow& row : batch.rows)
      if (row.record.seq.count() != ++expected) return broken(LogErrc::gap);
  }
  for (const LogRow& row : batch.rows) {
    const room::LogRecord& record = row.record;
    const room::Hash body_hash = record.body_hash();
    const auto insert = [&](const auto& body) {
      return tables.entry_insert
          .bind(place_of(number, record.seq.count()), std::int64_t{record.seq.run()},
                std::int64_t{static_cast<std::uint8_t>(record.kind)},
                std::int64_t{record.generation}, body, ByteView(body_hash), ByteView(row.h), bucket)
          .run();
    };
    if (!(record.body() ? insert(ByteView(*record.body())) : insert(std::nullopt)))
      return broken(LogErrc::write_failed);
  }
  bool written = true;
  for (const Idempotency& appended : batch.appended)
    written = written && tables.key_insert
                             .bind(number, ByteView(appended.key),
                                   static_cast<std::int64_t>(appended.first.value),
                                   std::int64_t{appended.count}, ByteView(appended.last_h), bucket)
                             .run();
  for (const WaitingWelcome& waiting : batch.welcomes)
    written =
        written &&
        tables.welcome_put.bind(number, waiting.handle.view(), ByteView(waiting.welcome)).run();
  for (const room::Handle& handle : batch.welcomes_taken)
    written = written && tables.welcome_take.bind(number, handle.view()).run();
  for (const room::Seq seq : batch.bodies_dropped)
    written = written && tables.entry_drop.bind(place_of(number, seq.count())).run();
  for (const room::Seq seq : batch.erased)
    written = written && tables.entry_erase.bind(place_of(number, seq.count())).run();
  if (batch.door_card)
    written = written && tables.room_door.bind(ByteView(*batch.door_card), number).run();
  written = written && tables.room_stopped.bind(std::int64_t{stopped_cleanly}, number).run();
  if (!written) return broken(LogErrc::write_failed);
  return {};
}

Result<std::size_t> SqliteStore::expire(const Expiry& expiry) {
  HEARTH_TRY(const std::int64_t number, number_of(expiry.room));
  const std::uint32_t last = expiry.up_to ? expiry.up_to->count() : ~0u;
  const auto before = static_cast<std::int64_t>(time_bucket(expiry.before));
  if (!tables_->entry_expire
           .bind(place_of(number, 0), place_of(number, last),
                 std::int64_t{static_cast<std::uint8_t>(expiry.kind)}, before)
           .run())
    return broken(LogErrc::write_failed);
  return static_cast<std::size_t>(tables_->database.changes());
}

Status SqliteStore::forget_keys(Instant before) {
  if (!tables_->key_forget.bind(static_cast<std::int64_t>(time_bucket(before))).run())
    return broken(LogErrc::write_failed);
  return {};
}

Status SqliteStore::remove(const room::RoomId& room) {
  HEARTH_TRY(const std::int64_t number, number_of(room));
  const bool removed =
      tables_->entry_delete.bind(place_of(number, 0), place_of(number, ~0u)).run() &&
      tables_->key_delete.bind(number).run() && tables_->welcome_delete.bind(number).run() &&
      tables_->room_delete.bind(number).run();
  if (!removed) return broken(LogErrc::write_failed);
  return {};
}

Result<std::vector<room::RoomId>> SqliteStore::rooms() {
  std::vector<room::RoomId> ids;
  Statement& query = tables_->room_ids.bind();
  std::optional<bool> row;
  while ((row = query.step()) == true) {
    const auto id = room::RoomId::from(query.blob(0));
    if (!id) break;
    ids.push_back(*id);
  }
  query.reset();
  if (!row) return broken(LogErrc::read_failed);
  if (*row) return broken(LogErrc::corrupt);  // Left by the break above.
  return ids;
}

Result<KeptRoom> SqliteStore::load(const room::RoomId& room) {
  HEARTH_TRY(const std::int64_t number, number_of(room));
  Tables& tables = *tables_;
  KeptRoom kept;
  kept.id = room;

  Statement& row = tables.room_row.bind(number);
  bool sound = row.step() == true && copy(row.blob(0), kept.member_part);
  if (sound) {
    kept.door_card = to_bytes(row.blob(1));
    kept.stopped_cleanly = row.integer(2) != 0;
  }
  row.reset();

  Statement& last = tables.entry_last.bind(place_of(number, 0), place_of(number, ~0u));
  if (sound && last.step() == true) {
    kept.head.seq = room::Seq::at(static_cast<std::uint32_t>(last.integer(0)),
                                  static_cast<std::uint32_t>(last.integer(1)));
    sound = copy(last.blob(2), kept.head.h);
  }
  last.reset();

  Statement& keys = tables.key_read.bind(number);
  while (sound && keys.step() == true) {
    Idempotency appended;
    appended.first = room::Seq{static_cast<std::uint64_t>(keys.integer(1))};
    appended.count = static_cast<std::uint32_t>(keys.integer(2));
    sound = copy(keys.blob(0), appended.key) && copy(keys.blob(3), appended.last_h);
    kept.appended.push_back(appended);
  }
  keys.reset();

  Statement& welcomes = tables.welcome_read.bind(number);
  while (sound && welcomes.step() == true) {
    WaitingWelcome waiting;
    sound = copy(welcomes.blob(0), waiting.handle.bytes);
    waiting.welcome = to_bytes(welcomes.blob(1));
    kept.welcomes.push_back(std::move(waiting));
  }
  welcomes.reset();
  if (!sound) return broken(LogErrc::corrupt);
  return kept;
}

Result<std::vector<LogRow>> SqliteStore::read(const room::RoomId& room, room::Seq after,
                                              room::Seq up_to, std::size_t rows_max) {
  HEARTH_TRY(const std::int64_t number, number_of(room));
  std::vector<LogRow> rows;
  if (after.count() >= up_to.count()) return rows;
  Statement& query =
      tables_->entry_read.bind(place_of(number, after.count() + 1), place_of(number, up_to.count()),
                               static_cast<std::int64_t>(rows_max));
  std::optional<bool> found;
  bool sound = true;
  while (sound && (found = query.step()) == true) {
    LogRow row;
    row.record.seq = room::Seq::at(static_cast<std::uint32_t>(query.integer(1)),
                                   static_cast<std::uint32_t>(query.integer(0)));
    row.record.kind = static_cast<room::EntryKind>(query.integer(2));
    row.record.generation = static_cast<room::Generation>(query.integer(3));
    room::Hash body_hash{};
    sound = copy(query.blob(5), body_hash) && copy(query.blob(6), row.h);
    if (query.is_null(4)) {
      row.record.content = body_hash;
    } else {
      row.record.content = to_bytes(query.blob(4));
    }
    rows.push_back(std::move(row));
  }
  query.reset();
  if (!sound) return broken(LogErrc::corrupt);
  if (!found) return broken(LogErrc::read_failed);
  return rows;
}

}  // namespace hearth::server
