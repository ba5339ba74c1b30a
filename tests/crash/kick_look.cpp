// Reading records, disks and clients.
#include "tests/crash/kick_look.h"

#include <future>

#include "protocol/meeting/room_state.h"
#include "protocol/room/control.h"
#include "protocol/wire/message.h"
#include "server/log/sqlite/sqlite_log.h"

namespace hearth::test {
namespace {

namespace fs = std::filesystem;

struct Kept {
  std::vector<room::LogRecord> records;
  std::optional<meeting::RoomState> state;
};

// Reads the room as the next start of a server would.
Kept read_disk(const fs::path& data, const room::RoomId& room) {
  auto log = server::SqliteLog::open({data / "rooms.db", "", true});
  if (!log) broken("the disk cannot be read: " + std::string(log.error().name));
  std::promise<Result<std::vector<server::LogRow>>> answer;
  (*log)->read(
      room, {}, room::Seq::at(~0u, ~0u), 1'000'000,
      [&](Result<std::vector<server::LogRow>> rows) { answer.set_value(std::move(rows)); });
  const auto rows = answer.get_future().get();
  if (!rows || rows->empty()) broken("the room is gone from the disk");
  Kept kept;
  for (const server::LogRow& row : *rows) {
    if (!kept.state) {
      auto part = room::decode_genesis(*row.record.body());
      if (!part) broken("the room has no beginning on the disk");
      kept.state.emplace(room, *std::move(part));
    } else if (const Status folded = kept.state->apply(row.record); !folded) {
      broken("the log on the disk does not fold: " + std::string(folded.error().name));
    }
    kept.records.push_back(row.record);
  }
  return kept;
}

}  // namespace

void broken(std::string why) { throw KickFailed{std::move(why)}; }

bool removes_somebody(const Bytes& body) {
  const auto control = room::peek_control(body);
  const auto* op = control ? std::get_if<room::RemoveOp>(&control->args) : nullptr;
  return op && !op->handles.empty();
}

Part part_of_sent(ByteView record) {
  const auto message = wire::decode_client_message(record);
  const auto* append = message ? std::get_if<wire::Append>(&*message) : nullptr;
  return append && append->entries.front().kind == room::EntryKind::commit ? Part::append
                                                                           : Part::none;
}

Part part_of_received(ByteView record) {
  const auto message = wire::decode_server_message(record);
  if (!message) return Part::none;
  if (std::holds_alternative<wire::Appended>(*message)) return Part::answer;
  const auto* entry = std::get_if<wire::EntryRecord>(&*message);
  if (!entry || !entry->record.body()) return Part::none;
  if (entry->record.kind == room::EntryKind::commit) return Part::commit;
  const bool removal =
      entry->record.kind == room::EntryKind::control && removes_somebody(*entry->record.body());
  return removal ? Part::removal : Part::none;
}

KickOutcome on_disk(const fs::path& data, const KickedRoom& at) {
  const Kept kept = read_disk(data, at.room);
  std::size_t commits = 0;
  std::size_t removals = 0;
  bool together = true;
  for (std::size_t i = 0; i < kept.records.size(); ++i) {
    const room::LogRecord& record = kept.records[i];
    if (record.seq.count() <= at.before.head.seq.count()) continue;
    commits += record.kind == room::EntryKind::commit;
    if (record.kind != room::EntryKind::control || !removes_somebody(*record.body())) continue;
    ++removals;
    together = together && kept.records[i - 1].kind == room::EntryKind::commit;
  }
  const bool member = kept.state->member(at.removed) != nullptr;
  const bool invited = kept.state->gate(at.gate) != nullptr;
  if (commits == 0 && removals == 0 && member && invited) return KickOutcome::neither;
  if (commits == 1 && removals == 1 && together && !member && !invited) return KickOutcome::both;
  broken("one without the other on the disk: " + std::to_string(commits) + " commits, " +
         std::to_string(removals) + " removals, " + (member ? "a member" : "no member") + ", " +
         (invited ? "invited" : "not invited"));
}

KickOutcome in_client(Guest& who, const KickedRoom& at) {
  const auto people = who.people();
  const bool member = std::ranges::any_of(
      people, [&](const client::Person& person) { return person.handle == at.removed; });
  const auto shown = who.all<client::Removed>();
  const auto removals = std::ranges::count(
      shown, at.removed, [](const client::Removed& removed) { return removed.who.handle; });
  const client::StatusReport status = who.status();
  if (!who.inside()) broken(who.name() + " is not inside: " + who.trouble());
  const auto epochs = status.epoch - at.before.epoch;
  const auto generations = status.generation - at.before.generation;
  if (member && removals == 0 && epochs == 0 && generations == 0) return KickOutcome::neither;
  if (!member && removals == 1 && epochs == 1 && generations == 1) return KickOutcome::both;
  broken("one without the other at " + who.name() + ": " + (member ? "a member" : "no member") +
         ", " + std::to_string(removals) + " removals, " + std::to_string(epochs) + " epochs, " +
         std::to_string(generations) + " generations on");
}

}  // namespace hearth::test
