// A server that says anything at any time: the client may stop, and never breaks.
#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

// One of each kind, with nothing sensible in it.
std::vector<wire::ServerMessage> everything_a_server_may_say(const room::Handle& handle) {
  const room::LogRecord record =
      room::LogRecord::of({room::Seq::at(0, 3), room::EntryKind::control, 1, Bytes(256)});
  return {wire::Greeting{},
          wire::VersionUnsupported{{7}},
          wire::AuthOk{},
          wire::AuthRefused{},
          wire::Created{},
          wire::CreateRefused{},
          wire::Door{},
          wire::DoorPut{},
          wire::DoorRefused{},
          wire::KnockWaiting{},
          wire::KnockRefused{},
          wire::KnockShown{1, handle, room::Role::gate, {}, Bytes(512)},
          wire::KnockGone{},
          wire::KnockDenied{Bytes(512)},
          wire::KnockDenied{},
          wire::Admitted{handle},
          wire::Appended{},
          wire::AppendRefused{},
          wire::EntryRecord{record},
          wire::CaughtUp{},
          wire::Welcome{Bytes(100)},
          wire::Welcome{},
          wire::CheckpointRecord{},
          wire::ErrorRecord{},
          wire::Goodbye{}};
}

// How far Ben has come when the server begins to talk nonsense.
enum class Place { idle, connected, waiting, inside, faulted };

void bring(World& world, Place place) {
  Client& ben = world["Ben"];
  if (place == Place::idle) return;
  found(world);
  const std::string link = invite(world);
  if (place == Place::connected) {
    ben.knock(link);
    return;
  }
  if (place == Place::waiting) {
    ben.knock(link);
    world.settle();
    return;
  }
  join(world, {"Ben"}, link);
  if (place == Place::inside) return;
  world.tamper = [&](Client& to, wire::EntryRecord& entry) {
    if (&to == &ben && entry.record.kind == room::EntryKind::commit) {
      entry.record.content = entry.record.body_hash();
    }
  };
  join(world, {"Cleo"}, link);
  world.tamper = nullptr;
}

class HostileServer : public testing::TestWithParam<Place> {};

TEST_P(HostileServer, MaySayAnythingAtAnyTime) {
  const std::size_t kinds = everything_a_server_may_say({}).size();
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    SCOPED_TRACE(kind);
    World world(300 + kind);
    bring(world, GetParam());
    Client& ben = world["Ben"];
    room::Handle handle;
    for (const client::Person& person : ben.members()) {
      if (person.own) handle = person.handle;
    }
    const Bytes record = wire::record_of(everything_a_server_may_say(handle)[kind]);

    // Twice: what is taken once may be out of turn the second time.
    EXPECT_NO_THROW(ben.core().update(client::RecordReceived{record}, world.now()));
    EXPECT_NO_THROW(ben.core().update(client::RecordReceived{record}, world.now()));
    EXPECT_NO_THROW(world.settle());
    EXPECT_NO_THROW(world.pass(std::chrono::minutes(2)));
  }
}

TEST_P(HostileServer, MayCutItsRecordsAnywhere) {
  World world(31);
  bring(world, GetParam());
  crypto::SeededRandom random(31);
  for (const wire::ServerMessage& message : everything_a_server_may_say({})) {
    Bytes record = wire::record_of(message);
    record.resize(record.size() - random.array<1>()[0] % record.size());

    EXPECT_NO_THROW(world["Ben"].core().update(client::RecordReceived{record}, world.now()));
    EXPECT_NO_THROW(world["Ben"].core().update(client::RecordReceived{{}}, world.now()));
  }
}

INSTANTIATE_TEST_SUITE_P(Client, HostileServer,
                         testing::Values(Place::idle, Place::connected, Place::waiting,
                                         Place::inside, Place::faulted));

}  // namespace
}  // namespace hearth::test
