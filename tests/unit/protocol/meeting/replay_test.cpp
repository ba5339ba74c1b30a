// The property that lets a newcomer start late: a state restored is the log folded.
#include <algorithm>
#include <random>

#include "protocol/room/error.h"
#include "tests/unit/protocol/meeting/room_script.h"

namespace hearth::meeting {
namespace {

// Appends something, more often sensible than not; what is refused must change nothing.
class RandomMeeting {
 public:
  explicit RandomMeeting(std::uint32_t seed) : random_(seed) {}

  void step() {
    const auto before = s.state;
    const bool taken = attempt().has_value();
    if (!taken) {
      EXPECT_EQ(s.state, before);
    }
    expect_fair_floor();
    taken_ += taken ? 1 : 0;
  }
  int taken() const noexcept { return taken_; }

  RoomScript s;

 private:
  // Hands and turn are of members who may speak, each once.
  void expect_fair_floor() const {
    const Floor& floor = s.state.floor();
    std::vector<Handle> who = floor.hands();
    if (floor.turn()) who.push_back(floor.turn()->who);
    for (const Handle& handle : who) {
      const Member* member = s.state.member(handle);
      ASSERT_TRUE(member);
      EXPECT_FALSE(member->muted || member->in_lobby);
      EXPECT_EQ(std::ranges::count(who, handle), 1);
    }
  }
  room::Judgement attempt_floor(std::uint32_t member) {
    const auto own = [&](room::OpArgs args) {
      return s.append(s.member(member), {s.by_member(member, std::move(args))});
    };
    switch (pick(12)) {
      case 0: {
        const room::ModeOp op{room::Mode(1 + pick(5)), static_cast<std::uint16_t>(pick(300)),
                              static_cast<std::uint8_t>(pick(4))};
        return s.append(s.staff(), {s.by_staff(op)});
      }
      case 1:
      case 2:
      case 3: return own(room::RaiseOp{});
      case 4: return own(room::LowerOp{});
      case 5:
        return s.append(
            s.staff(),
            {s.by_staff(room::CallOnOp{some_handle(), static_cast<std::uint16_t>(pick(300))})});
      case 6:
        return s.append(s.member(member), {s.by_member(member, room::TakeOp{}), s.app(),
                                           s.by_member(member, room::DoneOp{})});
      case 7: return own(room::DoneOp{});
      case 8: return own(room::PassOp{});
      case 9: {
        if (!s.state.floor().turn()) return own(room::TakeOp{});
        const room::Handle holder = s.state.floor().turn()->who;
        if (pick(2)) return s.append(s.staff(), {s.by_staff(room::GrantOp{holder, 60})});
        return s.append(s.staff(), {s.by_staff(room::SkipOp{holder})});
      }
      case 10:
        return s.append(
            s.staff(),
            {s.by_staff(room::LeadOp{s.state.floor().lead().value_or(room::PublicKey{})})});
      default: return own(room::HeardOp{});
    }
  }

  std::uint32_t pick(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  Handle some_handle() { return s.builder.handle(pick(12)); }

  room::AdmitOp some_admission() {
    room::AdmitOp op;
    for (std::uint32_t i = 0; i <= pick(2); ++i) {
      const auto flags = static_cast<std::uint8_t>(pick(4));
      switch (pick(4)) {
        case 0:
          op.newcomers.push_back({some_handle(), Role::member, some_handle().bytes, flags});
          break;
        case 1:
          op.newcomers.push_back({some_handle(), Role::staff,
                                  room::public_key_of(s.builder.staff_server).bytes, flags});
          break;
        default: op.newcomers.push_back(s.guest(pick(12), pick(10), flags));
      }
    }
    return op;
  }

  room::RemoveOp some_removal() {
    room::RemoveOp op = s.remove({some_handle()});
    op.ban_seconds = pick(2) * 600;
    return op;
  }

  // The founder stays and leads; of three others some are staff. One of them may have forgotten to
  // accept.
  room::StaffSetOp some_staff() {
    room::StaffSetOp op;
    op.number = s.state.staff_number() + 1;
    op.list_hash = test::seeded_bytes("list", op.number);
    op.entries = {{room::public_key_of(s.builder.staff_server),
                   test::public_desk_key(s.builder.desk), room::kStaffLead}};
    for (std::uint32_t i = 1; i < 4; ++i) {
      const auto key = test::signature_key("staff_server", i);
      if (pick(2)) continue;
      op.entries.push_back({room::public_key_of(key), {}, static_cast<std::uint8_t>(pick(4))});
      if (!s.state.is_staff(room::public_key_of(key)) && pick(5)) {
        op.accept(room::StaffSetOp::acceptance(s.builder.room, op.number, {}, key));
      }
    }
    std::ranges::sort(op.entries, {}, &room::StaffSetOp::Entry::staff_server);
    op.sign(s.builder.room, s.builder.staff_server);
    return op;
  }

  room::Judgement attempt() {
    const Speaker speaker = pick(3) == 0 ? s.member(pick(12)) : s.staff();
    const std::uint32_t member = pick(12);
    const auto next = static_cast<room::Generation>(s.state.generation() + 1);
    const Bytes group(16, static_cast<Byte>(random_()));
    const auto admission = static_cast<room::Admission>(1 + pick(3));
    if (pick(3) == 0) return attempt_floor(member);
    switch (pick(26)) {
      case 0:
      case 1:
        return s.append(s.staff(),
                        {s.by_staff(room::OpenOp{group, some_handle(), admission, next})});
      case 2:
        return pick(4) ? room::Judgement{} : s.append(s.staff(), {s.by_staff(room::CloseOp{})});
      case 3:
        return s.append(s.staff(),
                        {s.by_staff(room::RebuildOp{
                            group,
                            some_handle(),
                            admission,
                            next,
                            pick(2) ? std::vector<Handle>{} : std::vector<Handle>{some_handle()},
                            {}})});
      case 4:
      case 5: return s.append(speaker, {s.commit(), s.by_staff(some_admission())});
      case 6:
        return s.append(s.member(member), {s.commit(), s.by_member(member, some_admission())});
      case 7:
        return s.append(s.staff(),
                        {s.commit(), s.by_staff(some_removal()), RoomScript::app_of(next)});
      case 8:
        return s.append(s.member(member), {s.proposal(), s.by_member(member, room::LeaveOp{})});
      case 9:
      case 10:
        return s.append(s.staff(),
                        {s.by_staff(s.gate_op(pick(10), static_cast<std::uint16_t>(1 + pick(3))))});
      case 11:
        return s.append(s.staff(), {s.by_staff(room::GateRevokeOp{s.builder.gate(pick(10))})});
      case 12:
        return s.append(s.staff(), {s.by_staff(room::MuteOp{{some_handle()}}),
                                    s.by_staff(room::UnmuteOp{{some_handle()}})});
      case 13: return s.append(s.staff(), {s.by_staff(room::PauseOp{})});
      case 14:
        return s.append(s.staff(),
                        {s.by_staff(room::ResumeOp{}), s.by_staff(room::UnlockOp{}), s.app()});
      case 15:
        return s.append(s.staff(),
                        {s.by_staff(room::LockOp{}),
                         s.by_staff(room::SlowModeOp{static_cast<std::uint16_t>(pick(60))})});
      case 16: return s.append(s.staff(), {s.by_staff(room::EraseOp{{Seq{1 + pick(40)}}})});
      case 17: return s.append(s.staff(), {s.by_staff(room::UndoEraseOp{{Seq{1 + pick(40)}}})});
      case 18: return s.append_server(room::RestartOp{{s.state.head(), {}}});
      case 19: return s.append(s.staff(), {s.by_staff(room::ToLobbyOp{{some_handle()}})});
      case 20: return s.append(s.staff(), {s.by_staff(room::CallBackOp{{some_handle()}})});
      case 21: return s.append(s.staff(), {s.commit(), s.by_staff(some_staff())});
      case 22: {
        const auto key = test::signature_key("staff_server", pick(4));
        room::SupporterAddOp op{
            room::public_key_of(key), {}, static_cast<std::uint8_t>(1 + pick(3)), {}};
        op.accept(s.builder.room, key);
        return s.append(s.staff(), {s.by_staff(op)});
      }
      case 23: {
        const auto key = test::signature_key("staff_server", pick(4));
        return s.append(s.staff(), {s.by_staff(room::SupporterRemoveOp{room::public_key_of(key)})});
      }
      default: return s.append(speaker, {s.app(), s.app(1024)});
    }
  }

  std::mt19937 random_;
  int taken_ = 0;
};

RoomState replayed(const RoomScript& s) {
  RoomState state(s.builder.room, s.builder.server_part);
  for (std::size_t i = 1; i < s.log.size(); ++i) {
    const Status applied = state.apply(room::LogRecord::of(s.log[i]));
    EXPECT_TRUE(applied.has_value()) << (applied ? "" : applied.error().name);
  }
  return state;
}

TEST(Replay, OfTheWholeLogGivesTheServersState) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    RandomMeeting meeting(seed);
    for (int i = 0; i < 220; ++i) meeting.step();

    EXPECT_EQ(replayed(meeting.s), meeting.s.state);
    EXPECT_GT(meeting.taken(), 40);
  }
}

// At every point where a `state` is written, a newcomer who starts from it and reads on agrees with
// everybody who read from the first entry.
TEST(Replay, FromAnyStateEntryEqualsReplayOfTheWholeLog) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    RandomMeeting meeting(seed);
    RoomScript& s = meeting.s;
    std::vector<RoomState> newcomers;
    std::size_t read = s.log.size();
    for (int i = 0; i < 150; ++i) {
      meeting.step();
      if (i % 10 == 0) {
        ASSERT_TRUE(s.append(s.staff(), {s.state_entry()}));
        auto newcomer = RoomState::from_state(s.builder.room, s.builder.server_part, s.log.back());
        ASSERT_TRUE(newcomer.has_value()) << newcomer.error().name;
        for (; read + 1 < s.log.size(); ++read) {
          for (RoomState& one : newcomers) {
            ASSERT_TRUE(one.apply(room::LogRecord::of(s.log[read])));
          }
        }
        for (RoomState& one : newcomers) {
          ASSERT_TRUE(one.apply(room::LogRecord::of(s.log[read])));
        }
        ++read;
        newcomers.push_back(std::move(*newcomer));
      }
    }
    for (; read < s.log.size(); ++read) {
      for (RoomState& one : newcomers) {
        ASSERT_TRUE(one.apply(room::LogRecord::of(s.log[read])));
      }
    }

    ASSERT_EQ(newcomers.size(), 15u);
    for (const RoomState& one : newcomers) EXPECT_EQ(one, s.state);
  }
}

// App bodies may be gone: the fold does not need them.
TEST(Replay, WorksOnTombstonesOfEverythingButControl) {
  RandomMeeting meeting(7);
  for (int i = 0; i < 100; ++i) meeting.step();
  RoomState state(meeting.s.builder.room, meeting.s.builder.server_part);

  for (std::size_t i = 1; i < meeting.s.log.size(); ++i) {
    const room::Entry& entry = meeting.s.log[i];
    const bool keeps = entry.kind == EntryKind::control;
    ASSERT_TRUE(
        state.apply(keeps ? room::LogRecord::of(entry) : room::LogRecord::tombstone_of(entry)));
  }

  EXPECT_EQ(state, meeting.s.state);
}

class StateEntryTest : public testing::Test {
 protected:
  RoomScript s_;
};

TEST_F(StateEntryTest, IsRefusedWhenAControlEntryCameBetween) {
  s_.open(room::Admission::lobby, 1);
  const Item state = s_.state_entry();
  ASSERT_TRUE(s_.append_server(room::PauseOp{}));

  EXPECT_EQ(s_.refused(s_.staff(), {state}), AppendRefusal::base_seq_old);
}

TEST_F(StateEntryTest, MayFollowAppEntriesButNotACommit) {
  s_.open(room::Admission::lobby, 1);
  const Item state = s_.state_entry();
  ASSERT_TRUE(s_.append(s_.member(1), {s_.app()}));
  const Item later = s_.state_entry();
  EXPECT_TRUE(s_.append(s_.staff(), {state}));
  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit()}));

  // It says nothing of the commit, and a newcomer would expect the wrong one.
  EXPECT_EQ(s_.refused(s_.staff(), {later}), AppendRefusal::base_seq_old);
  const Item fresh = s_.state_entry();
  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit()}));
  EXPECT_EQ(s_.refused(s_.staff(), {fresh}), AppendRefusal::state_differs);
}

TEST_F(StateEntryTest, IsRefusedWhenItSaysAnythingElse) {
  s_.open(room::Admission::lobby, 1);
  Bytes state = s_.state.encode_state();
  for (std::size_t i = 0; i < state.size(); ++i) {
    Bytes changed = state;
    changed[i] ^= 1;
    const Bytes body = s_.builder.staff_act(room::StateOp{changed}, s_.state.last_control_seq());
    EXPECT_EQ(s_.refused(s_.staff(), {s_.control(body)}), AppendRefusal::state_differs) << i;
  }
}

// A fold that its owner kept goes on as if it had never stopped.
TEST_F(StateEntryTest, AKeptFoldGoesOn) {
  s_.open(room::Admission::lobby, 3);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::PauseOp{})}));
  const Bytes state = s_.state.encode_state();
  const auto resumed = [&](ByteView bytes, Seq last_control) {
    return RoomState::resume(s_.builder.room, s_.builder.server_part, bytes, s_.state.head(),
                             last_control);
  };
  auto kept = resumed(state, s_.state.last_control_seq());
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, s_.state);

  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::ResumeOp{})}));
  ASSERT_TRUE(kept->apply(room::LogRecord::of(s_.log.back())));
  EXPECT_EQ(*kept, s_.state);

  EXPECT_FALSE(resumed(state, s_.state.head().next()));
  EXPECT_FALSE(resumed(ByteView(state).first(state.size() - 1), s_.state.last_control_seq()));
  EXPECT_FALSE(resumed(concat({state, Bytes{0}}), s_.state.last_control_seq()));
}

TEST_F(StateEntryTest, IsTakenFromAFounderOnly) {
  s_.open(room::Admission::lobby, 1);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.state_entry()}));
  const room::Entry good = s_.log.back();
  const auto from = [&](const room::Entry& entry) {
    return RoomState::from_state(s_.builder.room, s_.builder.server_part, entry);
  };
  ASSERT_TRUE(from(good));

  // Somebody else's room: other founders.
  room::ServerPart other = s_.builder.server_part;
  other.founders = {room::public_key_of(test::signature_key("stranger"))};
  EXPECT_FALSE(RoomState::from_state(s_.builder.room, other, good));
  room::RoomId elsewhere = s_.builder.room;
  elsewhere.bytes[0] ^= 1;
  EXPECT_FALSE(RoomState::from_state(elsewhere, s_.builder.server_part, good));

  // A member who signs a state, and an act that is none.
  room::Entry forged = good;
  forged.body = s_.builder.member_act(1, room::StateOp{s_.state.encode_state()}, Seq{2});
  EXPECT_FALSE(from(forged));
  forged.body = s_.builder.staff_act(room::PauseOp{}, s_.state.head());
  EXPECT_EQ(from(forged).error(), make_error(room::RoomErrc::control_invalid));
}

TEST_F(StateEntryTest, RefusesAStateThatIsNotCanonical) {
  s_.open(room::Admission::lobby, 2);
  // Two members in the wrong order, signed by staff all the same.
  Bytes state = s_.state.encode_state();
  const Bytes32 first = s_.state.members().begin()->first.bytes;
  const auto at = std::search(state.begin(), state.end(), first.begin(), first.end());
  ASSERT_NE(at, state.end());
  std::swap_ranges(at, at + 43, at + 43);
  const room::Entry entry{s_.state.head().next(), EntryKind::control, 1,
                          s_.builder.staff_act(room::StateOp{state}, s_.state.last_control_seq())};

  const auto read = RoomState::from_state(s_.builder.room, s_.builder.server_part, entry);

  EXPECT_EQ(read.error(), make_error(AppendRefusal::state_differs));
}

TEST_F(StateEntryTest, FitsIntoOneBodyAtItsLargest) {
  test::RoomBuilder builder;
  builder.server_part.limits = {room::kMembersMax, room::kGatesMax};
  builder.room =
      room::room_id_of(room::hash_of(builder.server_part), room::hash_of(builder.member_part));
  RoomState state(builder.room, builder.server_part);
  const auto apply = [&](EntryKind kind, Bytes body) {
    ASSERT_TRUE(state.apply(
        room::LogRecord::of({state.head().next(), kind, state.generation(), std::move(body)})));
  };
  const auto act = [&](room::OpArgs args) {
    apply(EntryKind::control, builder.staff_act(std::move(args), state.head()));
  };
  for (std::uint32_t i = 0; i < room::kGatesMax; ++i) {
    act(room::GateAddOp{builder.gate(i), 1000, 1, 0, {}});
  }
  act(room::OpenOp{Bytes(room::kGroupIdSizeMax, 1), builder.handle(0), room::Admission::open, 1});
  for (std::uint32_t i = 1; i < room::kMembersMax;) {
    room::AdmitOp op;
    for (; i < room::kMembersMax && op.newcomers.size() < room::kAdmitMax; ++i) {
      op.newcomers.push_back(
          {builder.handle(i), Role::gate, builder.gate(i % room::kGatesMax).bytes, 0});
    }
    act(op);
  }
  while (state.head().count() < kErasedMax) apply(EntryKind::app, Bytes(512, 1));
  std::vector<Seq> all;
  for (std::uint64_t i = 1; i <= kErasedMax; ++i) all.push_back(Seq{i});
  act(room::EraseOp{all});

  ASSERT_EQ(state.members().size(), room::kMembersMax);
  ASSERT_EQ(state.gates().size(), room::kGatesMax);
  ASSERT_EQ(state.erased().size(), kErasedMax);
  act(room::StateOp{state.encode_state()});
}

}  // namespace
}  // namespace hearth::meeting
