// The staff changes while people are inside: the group's list, the server's twin, and who compares.
#include <gtest/gtest.h>

#include <list>

#include "client/core/house.h"
#include "client/core/log_reader.h"
#include "protocol/room/beacon.h"
#include "protocol/room/control.h"
#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

using client::Conversation;
using client::House;
using client::LogReader;
using room::EntryKind;

// Somebody who reads the log, with a chain of their own.
struct Person {
  LogReader reader;
  room::Chain chain;
  std::vector<client::Reading> readings;
  std::string_view stop;  // Why they stopped; empty while they did not.

  void read(const room::LogRecord& record) {
    if (!stop.empty()) return;
    const auto lost = chain.accept(record);
    ASSERT_TRUE(lost.has_value());
    readings.push_back(reader.read(record, *lost, chain, false));
    if (readings.back().stop) stop = readings.back().stop->name;
  }
  Conversation& group() { return *reader.conversation(); }
};

// Anna founded the room; Ben came in. Entries are taken as a server would that obeys nobody's rules
// but the order of the log.
class StaffChange : public testing::Test {
 protected:
  void SetUp() override {
    client::CreateRoom asked;
    asked.host = "hearth.example";
    asked.title = "Evening";
    const auto server = *crypto::SignatureKey::generate(client::kSuite, random_);
    house_ = *client::found_house(asked, room::public_key_of(server), random_);
    ben_keys_ = *client::StaffKeys::generate(random_);
    anna_ = &people_.emplace_back(newcomer());
    take(room::genesis_entry(house_->server_part));
    auto conversation = Conversation::found(house_->policy(room::Admission::lobby, 1),
                                            *client::StayKeys::generate("Anna", random_),
                                            *house_->staff, Bytes(16, 1), random_);
    const room::Handle opener = conversation->own_handle();
    anna_->reader.found(*std::move(conversation));
    act(room::OpenOp{Bytes(16, 1), opener, room::Admission::lobby, 1});
    room::GateAddOp gate;
    gate.uses = 10;
    act(gate);
    ben_ = admit("Ben");
  }

  Person newcomer() {
    return {LogReader(house_->id, house_->server_part, house_->card.staff_lists, {}),
            room::Chain(house_->id),
            {},
            {}};
  }

  void take(room::Entry entry) {
    log_.push_back(std::move(entry));
    for (Person& person : people_) person.read(room::LogRecord::of(log_.back()));
  }
  void take(EntryKind kind, Bytes body) {
    const auto generation = log_.size() == 1 ? room::Generation{0} : state().generation();
    take({log_.back().seq.next(), kind, generation, std::move(body)});
  }
  void act(room::OpArgs args) {
    room::Control control;
    control.room = house_->id;
    control.signer = room::public_key_of(house_->staff->server);
    const bool describes = std::holds_alternative<room::StateOp>(args);
    control.args = std::move(args);
    control.base_seq = describes ? state().last_control_seq() : state().head();
    control.counter = state().counter(control.role, control.signer) + 1;
    take(EntryKind::control, *room::seal_control(control, house_->staff->server));
  }
  const meeting::RoomState& state() const { return anna_->reader.state(); }

  // Anna lets somebody in, whose door card is the one of `house_` now.
  Person* admit(std::string_view name) {
    auto stay = *client::StayKeys::generate(name, random_);
    auto key_package = *mls::make_key_package(client::kSuite, stay.identity(house_->id, nullptr),
                                              {0, ~0ull}, random_);
    const room::Handle handle = stay.handle(house_->id);
    room::WelcomeExtension place;
    place.anchor = anna_->chain.head();
    auto bundle =
        *anna_->group().stage_admission({key_package.key_package}, std::move(place), random_);
    auto arrived =
        Conversation::join(house_->expected(), bundle.welcome, std::move(stay), key_package);
    EXPECT_TRUE(arrived.has_value()) << arrived.error().name;
    take(EntryKind::commit, std::move(bundle.commit));
    Person& person = people_.emplace_back(newcomer());
    person.reader.expect(std::move(arrived->conversation), arrived->place.anchor);
    for (const room::Entry& entry : log_) person.read(room::LogRecord::of(entry));
    act(room::AdmitOp{{{handle, room::Role::gate, {}, 0}}});
    EXPECT_TRUE(person.reader.inside());
    return &person;
  }

  room::StaffEntry ben_entry(std::uint8_t flags = 0) { return ben_keys_->entry(flags); }
  // The list that makes Ben staff, accepted by him and signed by Anna.
  room::StaffList with_ben() {
    const room::StaffList& now = house_->card.staff();
    room::StaffList list = now.next({now.entries[0], ben_entry()}, 0);
    list.accept(room::StaffList::Acceptance::make(house_->id, list.previous, ben_entry(),
                                                  ben_keys_->id, ben_keys_->server));
    list.sign(house_->id, house_->staff->id);
    return list;
  }
  room::StaffList without_ben() {
    room::StaffList list = house_->card.staff().next(
        {house_->card.staff().find(room::public_key_of(house_->staff->id))[0]}, 0);
    list.sign(house_->id, house_->staff->id);
    return list;
  }
  room::StaffSetOp twin(const room::StaffList& list, bool newcomer) {
    auto op = room::StaffSetOp::of(list);
    if (newcomer) {
      op.accept(
          room::StaffSetOp::acceptance(house_->id, op.number, ben_entry().desk, ben_keys_->server));
    }
    op.sign(house_->id, house_->staff->server);
    return op;
  }
  mls::LeafIndex leaf_of(Person& person) {
    return anna_->group().roster().at(person.group().own_handle()).leaf;
  }
  void appoint_ben() {
    take(EntryKind::proposal, *ben_->group().propose_certificate(&ben_keys_->id, random_));
    const room::StaffList list = with_ben();
    auto bundle = anna_->group().stage_policy_change(list, {}, {leaf_of(*ben_)}, random_);
    ASSERT_TRUE(bundle.has_value()) << bundle.error().name;
    EXPECT_EQ(bundle->generation, 1);
    take(EntryKind::commit, std::move(bundle->commit));
    act(twin(list, true));
    house_->follow_staff(list);
  }

  crypto::SeededRandom random_{41};
  std::optional<House> house_;
  std::optional<client::StaffKeys> ben_keys_;
  std::list<Person> people_;
  std::vector<room::Entry> log_;
  Person* anna_ = nullptr;
  Person* ben_ = nullptr;
};

TEST_F(StaffChange, IsOneCommitThatEverybodyFollows) {
  appoint_ben();

  for (Person& person : people_) {
    EXPECT_EQ(person.stop, "");
    EXPECT_EQ(person.group().policy().staff, house_->card.staff());
    EXPECT_TRUE(person.group().roster().at(ben_->group().own_handle()).staff);
    const auto& told = person.readings[person.readings.size() - 2].staff;
    ASSERT_TRUE(told.has_value());
    EXPECT_EQ(*told, house_->card.staff());
  }
  EXPECT_EQ(house_->card.staff_lists.size(), 2u);
  EXPECT_TRUE(state().is_staff(room::public_key_of(ben_keys_->server)));
}

TEST_F(StaffChange, LetsTheNewStaffCommit) {
  appoint_ben();
  Person* carl = admit("Carl");

  const auto bundle = ben_->group().stage_removal({leaf_of(*carl)}, random_);

  ASSERT_TRUE(bundle.has_value());
  take(EntryKind::commit, bundle->commit);
  EXPECT_EQ(anna_->readings.back().events.size(), 0u);  // Neither skipped nor in fault.
  EXPECT_TRUE(carl->readings.back().cut_off);
}

TEST_F(StaffChange, WantsTheUpdateThatItNames) {
  const auto without =
      anna_->group().stage_policy_change(with_ben(), {}, {leaf_of(*ben_)}, random_);
  EXPECT_EQ(without.error().name, "update_missing");
  room::StaffList unsigned_list = with_ben();
  unsigned_list.signatures.clear();
  EXPECT_EQ(anna_->group().stage_policy_change(unsigned_list, {}, {}, random_).error().name,
            "staff_list_invalid");
}

// A proposal of somebody else waits as well, and is nobody's business here.
TEST_F(StaffChange, TakesNoProposalThatItDoesNotName) {
  Person* carl = admit("Carl");
  take(EntryKind::proposal, *carl->group().propose_certificate(&ben_keys_->id, random_));

  appoint_ben();

  EXPECT_TRUE(anna_->group().roster().at(ben_->group().own_handle()).staff);
  EXPECT_FALSE(anna_->group().roster().at(carl->group().own_handle()).staff);
}

TEST_F(StaffChange, DismissesWithTheNextGeneration) {
  appoint_ben();
  const room::StaffList list = without_ben();
  const room::Handle ben = ben_->group().own_handle();
  const auto bundle = anna_->group().stage_policy_change(list, {leaf_of(*ben_)}, {}, random_);
  ASSERT_TRUE(bundle.has_value()) << bundle.error().name;
  EXPECT_EQ(bundle->generation, 2);

  take(EntryKind::commit, bundle->commit);
  act(twin(list, false));
  act(room::RemoveOp{{ben}, {}, 2, 0, 0});

  EXPECT_EQ(anna_->stop, "");
  EXPECT_EQ(anna_->group().generation(), 2);
  EXPECT_FALSE(anna_->group().roster().contains(ben));
  EXPECT_FALSE(state().is_staff(room::public_key_of(ben_keys_->server)));
  EXPECT_TRUE(ben_->readings.back().removed);
}

// The server is told other staff than the members: everybody stops.
TEST_F(StaffChange, StopsWhereTheServersStaffIsAnother) {
  const room::StaffList list = with_ben();
  take(EntryKind::commit, anna_->group().stage_policy_change(list, {}, {}, random_)->commit);
  room::StaffSetOp other = room::StaffSetOp::of(list);
  other.list_hash[0] ^= 1;
  other.accept(
      room::StaffSetOp::acceptance(house_->id, other.number, ben_entry().desk, ben_keys_->server));
  other.sign(house_->id, house_->staff->server);

  act(other);

  for (const Person& person : people_) EXPECT_EQ(person.stop, "staff_differs");
}

TEST_F(StaffChange, StopsWhereTheMembersWereToldNothing) {
  act(twin(with_ben(), true));  // Without its commit.

  for (const Person& person : people_) EXPECT_EQ(person.stop, "staff_differs");
}

// --- Two staff before the first guest
// -----------------------------------------------------------------------

TEST(StaffMinimum, HoldsGuestsBackButDoesNotForgetThem) {
  for (const auto admission : {room::Admission::lobby, room::Admission::open}) {
    World world(19);
    client::CreateRoom create;
    create.host = "hearth.example";
    create.title = "Evening";
    create.name = "Anna";
    create.admission = admission;
    create.staff_min = 2;
    world["Anna"].ask(create);
    world.until([&] { return world["Anna"].inside(); });
    Client& anna = world["Anna"];
    world["Ben"].knock(invite(world));
    world.until([&] { return anna.status().waiting == 1; });

    for (int time = 0; time < 2; ++time) {
      const auto tag = anna.ask(client::AdmitAll{});
      world.settle();
      const auto refused = anna.answer<client::Refused>(tag);
      ASSERT_TRUE(refused.has_value());
      EXPECT_EQ(refused->reason, "staff_too_few");
    }
    world.pass(std::chrono::minutes(1));
    EXPECT_EQ(anna.status().waiting, 1u);
    EXPECT_EQ(world["Ben"].status().stage, "waiting");
  }
}

// --- Newcomers
// -----------------------------------------------------------------------

// The card is read before the knock, so it may be one list behind the group, and no more.
TEST_F(StaffChange, LetsACardBeOneListBehindTheWelcome) {
  const Conversation::Expected before = house_->expected();
  appoint_ben();
  const Conversation::Expected now = house_->expected();
  const auto arrive = [&](const Conversation::Expected& expected) {
    auto stay = *client::StayKeys::generate("Dora", random_);
    auto key_package = *mls::make_key_package(client::kSuite, stay.identity(house_->id, nullptr),
                                              {0, ~0ull}, random_);
    auto bundle = *anna_->group().stage_admission({key_package.key_package}, {}, random_);
    anna_->group().discard_staged();
    const auto arrived = Conversation::join(expected, bundle.welcome, std::move(stay), key_package);
    return arrived ? std::string_view("joined") : arrived.error().name;
  };
  EXPECT_EQ(arrive(now), "joined");
  EXPECT_EQ(arrive(before), "joined");

  const room::StaffList list = without_ben();
  take(EntryKind::commit, anna_->group().stage_policy_change(list, {}, {}, random_)->commit);
  EXPECT_EQ(arrive(now), "joined");
  EXPECT_EQ(arrive(before), "staff_differs");
}

// A `state` is signed by one of the staff that it names itself: only the chain says whose they are.
TEST_F(StaffChange, BelievesAStateOnlyByTheChainOfLists) {
  appoint_ben();
  act(room::StateOp{state().encode_state()});
  const room::Entry& entry = log_.back();
  room::Chain before(house_->id);
  for (const room::Entry& one : log_) {
    if (one.seq < entry.seq) {
      ASSERT_TRUE(before.accept(room::LogRecord::of(one)));
    }
  }
  const auto starts_with = [&](std::vector<room::StaffList> lists) {
    room::Chain chain(house_->id, before.head());
    LogReader reader(house_->id, house_->server_part, std::move(lists), before.head());
    EXPECT_TRUE(chain.accept(room::LogRecord::of(entry)));
    const auto reading = reader.read(room::LogRecord::of(entry), 0, chain, false);
    return reading.stop ? reading.stop->name : std::string_view();
  };

  EXPECT_EQ(starts_with(house_->card.staff_lists), "");
  EXPECT_EQ(starts_with({house_->card.staff_lists[0]}), "staff_differs");
  std::vector<room::StaffList> others = house_->card.staff_lists;
  others[1].entries[0].flags ^= room::kStaffDeputy;
  EXPECT_EQ(starts_with(others), "staff_differs");
}

// --- What staff alone may say -------------------------------------------------------------------

TEST_F(StaffChange, ANewLockIsTakenFromStaffAlone) {
  room::Payload payload{{}, 1, anna_->chain.head(), room::PayloadType::new_lock, Bytes(16, 7)};

  take(EntryKind::app, *ben_->group().seal(payload, random_));

  const client::Reading& refused = anna_->readings.back();
  EXPECT_FALSE(refused.new_lock.has_value());
  ASSERT_EQ(refused.events.size(), 1u);
  EXPECT_EQ(std::get<client::Skipped>(refused.events[0]).reason, "not_staff");
  payload.last = anna_->chain.head();
  take(EntryKind::app, *anna_->group().seal(payload, random_));
  const client::Reading& taken = ben_->readings.back();
  ASSERT_TRUE(taken.new_lock.has_value());
  EXPECT_TRUE(equal(taken.new_lock->view(), payload.content));
  EXPECT_EQ(taken.speaker.name, "Anna");
}

TEST_F(StaffChange, ABeaconOfAnotherRoomStopsItsReaders) {
  room::Payload payload{{}, 1, anna_->chain.head(), room::PayloadType::beacon, {}};
  payload.content =
      encoded(room::Beacon::make(anna_->chain.head(), anna_->group().epoch_authenticator()));
  take(EntryKind::app, *anna_->group().seal(payload, random_));
  EXPECT_EQ(ben_->stop, "");

  room::Anchor other = anna_->chain.head();
  other.h[0] ^= 1;
  payload = {Bytes16{1}, 2, anna_->chain.head(), room::PayloadType::beacon,
             encoded(room::Beacon::make(other, anna_->group().epoch_authenticator()))};
  take(EntryKind::app, *anna_->group().seal(payload, random_));
  EXPECT_EQ(ben_->stop, "head_differs");
}

TEST_F(StaffChange, ABeaconOfAnotherEpochStopsItsReaders) {
  const Bytes other(32, 9);
  room::Payload payload{{},
                        1,
                        anna_->chain.head(),
                        room::PayloadType::beacon,
                        encoded(room::Beacon::make(anna_->chain.head(), other))};

  take(EntryKind::app, *anna_->group().seal(payload, random_));

  EXPECT_EQ(ben_->stop, "epoch_differs");
}

}  // namespace
}  // namespace hearth::test
