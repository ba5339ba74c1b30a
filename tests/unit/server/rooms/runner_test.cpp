// What a room does with what it is given: order, keep, deliver, refuse, forget.
#include "tests/unit/server/rooms/runner_world.h"

namespace hearth::server {
namespace {

using namespace std::chrono_literals;
using room::AppendRefusal;

class RunnerTest : public RunnerWorld {};
class LiveRunnerTest : public RunnerWorld {
 protected:
  LiveRunnerTest() : RunnerWorld(room::Retention::live) {}
};

// --- Sent back to the lobby
// -------------------------------------------------------------------------

// The member's log stops at the entry that sends it back, and goes on there without a gap.
TEST_F(RunnerTest, DeliversNothingToWhoWaitsInTheLobbyUntilTheyAreCalledBack) {
  Person& founder = staff();
  open(founder);
  admit(founder, 1);
  Person& ana = member(1);
  resume(ana);

  append(founder, append_of({act(room::ToLobbyOp{{keys_.handle(1)}}), line()}));
  const std::uint32_t stop = state().head().count() - 1;
  append(founder, line());

  EXPECT_EQ(ana.entry_counts().back(), stop);
  append(ana, line());
  EXPECT_EQ(ana.refusal(), AppendRefusal::in_lobby);
  append(founder, act(room::CallBackOp{{keys_.handle(1)}}));
  append(founder, line());

  const auto counts = ana.entry_counts();
  ASSERT_EQ(counts.size(), state().head().count());
  for (std::size_t i = 0; i < counts.size(); ++i) EXPECT_EQ(counts[i], i + 1);
  append(ana, line());
  EXPECT_EQ(ana.entry_counts().back(), state().head().count());
}

// A new connection, and a new process, do not help: what comes after stays held back, and the head
// that is signed for this reader is the last entry it has.
TEST_F(RunnerTest, KeepsTheLobbyShutThroughAReturnAndARestart) {
  Person& founder = staff();
  open(founder);
  admit(founder, 1);
  append(founder, act(room::ToLobbyOp{{keys_.handle(1)}}));
  const room::Seq stop = state().head();
  append(founder, line());
  for (const bool clean : {true, false}) {
    Person& ana = member(1);
    resume(ana);
    EXPECT_EQ(ana.entry_counts().back(), stop.count());
    ASSERT_EQ(ana.count<wire::CaughtUp>(), 1u);
    EXPECT_EQ(ana.all<wire::CaughtUp>()[0].checkpoint.head.seq, stop);
    start_again(clean);
  }

  Person& ana = member(1);
  resume(ana, stop);
  EXPECT_EQ(ana.count<wire::EntryRecord>(), 0u);
  append(staff(), act(room::CallBackOp{{keys_.handle(1)}}));
  EXPECT_EQ(ana.entry_counts().front(), stop.count() + 1);
  EXPECT_EQ(ana.entry_counts().back(), state().head().count());
}

TEST_F(RunnerTest, ShowsNoKnockToWhoWaitsInTheLobby) {
  Person& founder = staff();
  open(founder, room::Admission::open);
  admit(founder, 1);
  runner_->leave(founder.seat);
  Person& ana = member(1);
  resume(ana);
  Person& again = staff();
  append(again, act(room::ToLobbyOp{{keys_.handle(1)}}));
  runner_->leave(again.seat);

  knock(guest(), 2);
  EXPECT_EQ(ana.count<wire::KnockShown>(), 0u);

  append(staff(), act(room::CallBackOp{{keys_.handle(1)}}));
  EXPECT_EQ(ana.count<wire::KnockShown>(), 1u);
}

// --- Staff, supporters, tainted gates
// -------------------------------------------------------------------------

TEST_F(RunnerTest, ShowsAKnockByATaintedGateToStaffAlone) {
  Person& founder = staff();
  open(founder, room::Admission::open);
  admit(founder, 1);
  admit(founder, 2);
  Person& ana = member(1);
  resume(ana);
  knock(guest(), 3);
  ASSERT_EQ(ana.count<wire::KnockShown>(), 1u);

  wire::Append removal = append_of({{room::EntryKind::commit, state().generation(), Bytes(512)},
                                    act(room::RemoveOp{{keys_.handle(2)}, {}, 2, 3600, 0})});
  removal.expect_commit_seq = state().last_commit_seq();
  append(founder, removal);

  EXPECT_EQ(ana.count<wire::KnockGone>(), 1u);
  knock(guest(), 4);
  pass(10s);
  EXPECT_EQ(ana.count<wire::KnockShown>(), 1u);
  resume(founder);
  EXPECT_EQ(founder.count<wire::KnockShown>(), 2u);
}

TEST_F(RunnerTest, LetsASupporterInWithoutAVoice) {
  const auto key = test::signature_key("staff_server", 5);
  Person& founder = staff();
  room::SupporterAddOp op{
      room::public_key_of(key), room::DeskKey{}, room::SupporterAddOp::kKeeper, {}};
  op.accept(keys_.room, key);
  append(founder, act(op));  // The room is closed.
  ASSERT_TRUE(runner_->state().knows(room::Role::supporter, op.staff_server));
  open(founder);
  Person& keeper = sit(room::Role::supporter, key);
  resume(keeper);
  EXPECT_EQ(keeper.entry_counts().back(), state().head().count());

  append(keeper, line());
  EXPECT_EQ(keeper.refusal(), AppendRefusal::kind_forbidden);
  append(founder, act(room::SupporterRemoveOp{op.staff_server}));

  EXPECT_EQ(keeper.outbox.ended, wire::GoodbyeReason::removed);
  EXPECT_FALSE(founder.outbox.ended);
}

// --- Order and durability
// ---------------------------------------------------------------------------

TEST_F(RunnerTest, ShowsNothingBeforeItIsDurable) {
  Person& founder = staff();
  open(founder);
  resume(founder);
  const std::size_t before = founder.count<wire::EntryRecord>();
  log_.hold();
  append(founder, line());
  append(founder, line());

  EXPECT_EQ(founder.count<wire::EntryRecord>(), before);
  EXPECT_EQ(founder.count<wire::Appended>(), 2u);  // Those of `open`.
  log_.release();
  settle();

  EXPECT_EQ(founder.count<wire::EntryRecord>(), before + 2);
  EXPECT_EQ(founder.count<wire::Appended>(), 4u);
  const auto counts = founder.entry_counts();
  for (std::size_t i = 0; i < counts.size(); ++i) EXPECT_EQ(counts[i], i + 1);
}

TEST_F(LiveRunnerTest, ShowsLiveWordsAtOnceButNeverBeforeWhatWaits) {
  Person& founder = staff();
  open(founder);
  resume(founder);
  const std::size_t before = founder.count<wire::EntryRecord>();
  log_.hold();

  append(founder, line());
  EXPECT_EQ(founder.count<wire::EntryRecord>(), before + 1);
  append(founder, act(room::LockOp{}));
  append(founder, line());

  EXPECT_EQ(founder.count<wire::EntryRecord>(), before + 1);
  log_.release();
  settle();
  EXPECT_EQ(founder.count<wire::EntryRecord>(), before + 3);
}

TEST_F(RunnerTest, GivesTheSameAnswerToTheSameAppend) {
  Person& founder = staff();
  open(founder);
  const wire::Append append = append_of({line()});
  this->append(founder, append);
  const room::Seq head = state().head();

  this->append(founder, append);

  EXPECT_EQ(state().head(), head);
  const auto answers = founder.all<wire::Appended>();
  EXPECT_EQ(answers.back(), answers[answers.size() - 2]);
}

TEST_F(RunnerTest, GivesTheSameAnswerAfterAStart) {
  Person& founder = staff();
  open(founder);
  const wire::Append append = append_of({line()});
  this->append(founder, append);
  const auto answer = founder.all<wire::Appended>().back();
  start_again(true);

  Person& back = staff();
  this->append(back, append);

  EXPECT_EQ(back.all<wire::Appended>().back(), answer);
}

TEST_F(RunnerTest, GivesTheAnswerToTheConnectionThatAskedLast) {
  Person& founder = staff();
  open(founder);
  const wire::Append append = append_of({line()});
  log_.hold();
  this->append(founder, append);
  runner_->leave(founder.seat);
  Person& back = staff();
  this->append(back, append);
  log_.release();
  settle();

  EXPECT_EQ(back.count<wire::Appended>(), 1u);
}

TEST_F(RunnerTest, FailsAllThatWasStagedOnAFailedWriteAndReadsTheRoomAgain) {
  Person& founder = staff();
  open(founder);
  resume(founder);
  const room::Seq head = state().head();
  log_.hold();
  append(founder, line());
  append(founder, line());

  log_.refuse();
  settle();
  EXPECT_EQ(founder.count<wire::AppendRefused>(), 2u);
  EXPECT_EQ(founder.refusal(), AppendRefusal::log_unavailable);
  EXPECT_FALSE(runner_->ready());
  EXPECT_TRUE(directory_->loading(keys_.room));
  log_.release();
  pass(limits::kReloadRest);

  ASSERT_TRUE(runner_->ready());
  EXPECT_EQ(state().head(), head);
  append(founder, line());
  EXPECT_EQ(founder.entry_counts().back(), head.count() + 1);
}

TEST_F(LiveRunnerTest, TellsReadersWhatAFailedWriteTookFromThem) {
  Person& founder = staff();
  open(founder);
  resume(founder);
  append(founder, line());
  const auto seen = founder.all<wire::EntryRecord>().back().record.seq;
  log_.hold();
  append(founder, act(room::LockOp{}));

  log_.refuse();
  settle();
  log_.release();
  pass(limits::kReloadRest);

  const auto last = founder.all<wire::EntryRecord>().back().record;
  EXPECT_EQ(last.seq, room::Seq::at(1, seen.count()));
  EXPECT_EQ(last.kind, room::EntryKind::control);
}

// --- Reading
// ----------------------------------------------------------------------------------------

TEST_F(RunnerTest, ServesPagesNoFasterThanTheyAreTaken) {
  Person& founder = staff();
  open(founder);
  for (int i = 0; i < 40; ++i) append(founder, line(16384));
  Person& reader = member(0);
  reader.outbox.room_bytes = limits::kOutboxRoomBytes;

  resume(reader);
  EXPECT_LT(reader.outbox.unread_bytes, limits::kOutboxBytesMax);
  for (int i = 0; i < 20 && reader.count<wire::CaughtUp>() == 0; ++i) drain(reader);

  EXPECT_EQ(reader.count<wire::CaughtUp>(), 1u);
  const auto counts = reader.entry_counts();
  ASSERT_EQ(counts.size(), state().head().count());
  for (std::size_t i = 0; i < counts.size(); ++i) EXPECT_EQ(counts[i], i + 1);
}

TEST_F(LiveRunnerTest, FillsUpWhoFellBehind) {
  Person& founder = staff();
  open(founder);
  Person& reader = member(0);
  resume(reader);
  reader.outbox.room_bytes = reader.outbox.unread_bytes;  // Takes nothing more for now.
  append(founder, line());
  append(founder, act(room::LockOp{}));
  append(founder, line());
  const std::size_t before = reader.count<wire::EntryRecord>();

  reader.outbox.room_bytes = 1 << 20;
  drain(reader);
  append(founder, line());

  EXPECT_EQ(reader.count<wire::EntryRecord>(), before + 4);
  EXPECT_EQ(reader.entry_counts().back(), state().head().count());
}

TEST_F(LiveRunnerTest, LeadsAReaderOfAnOlderRunToItsRestart) {
  Person& founder = staff();
  open(founder);
  const std::uint32_t durable = state().head().count();
  for (int i = 0; i < 3; ++i) append(founder, line());
  const room::Seq seen = state().head();
  start_again(false);
  Person& back = staff();
  // The new run is longer than what was lost, so the counts alone would hide it.
  for (int i = 0; i < 9; ++i) append(back, line());

  Person& reader = member(0);
  resume(reader, seen);

  const auto entries = reader.all<wire::EntryRecord>();
  ASSERT_FALSE(entries.empty());
  EXPECT_EQ(entries.front().record.seq, room::Seq::at(1, durable + 1));
}

TEST_F(LiveRunnerTest, NeedsNoRestartAfterACleanEnd) {
  Person& founder = staff();
  open(founder);
  append(founder, line());
  const room::Seq head = state().head();

  start_again(true);

  EXPECT_EQ(state().head(), head);
  Person& reader = member(0);
  resume(reader);
  EXPECT_TRUE(reader.all<wire::EntryRecord>().back().record.is_tombstone());
}

TEST_F(LiveRunnerTest, WritesARestartForEachCrash) {
  Person& founder = staff();
  open(founder);
  append(founder, line());
  start_again(false);
  start_again(false);

  EXPECT_EQ(state().head().run(), 2u);
}

// --- Seats
// ------------------------------------------------------------------------------------------

TEST_F(RunnerTest, EndsTheOlderOfTwoConnectionsWithOneKey) {
  Person& founder = staff();
  open(founder);
  Person& first = member(0);
  Person& guest_one = guest();

  member(0);
  guest();

  EXPECT_EQ(first.outbox.ended, wire::GoodbyeReason::replaced);
  EXPECT_FALSE(guest_one.outbox.ended);  // An invitation may be shared.
}

TEST_F(RunnerTest, EndsThoseWhoAreRemovedAndAllWhenTheRoomCloses) {
  Person& founder = staff();
  open(founder);
  admit(founder, 1);
  Person& anna = member(1);
  Person& opener = member(0);
  wire::Append remove = append_of({{room::EntryKind::commit, 1, Bytes(512)}});
  remove.expect_commit_seq = state().last_commit_seq();
  remove.entries.push_back(act(room::RemoveOp{{keys_.handle(1)}, {}, 2, 0}));

  append(founder, remove);
  EXPECT_EQ(anna.outbox.ended, wire::GoodbyeReason::removed);
  EXPECT_FALSE(opener.outbox.ended);
  append(founder, act(room::CloseOp{}));

  EXPECT_EQ(opener.outbox.ended, wire::GoodbyeReason::room_closed);
  EXPECT_FALSE(founder.outbox.ended);
}

// --- Pause
// ------------------------------------------------------------------------------------------

TEST_F(LiveRunnerTest, PausesWhenNoStaffIsThere) {
  Person& founder = staff();
  open(founder);
  Person& opener = member(0);
  pass(limits::kStaffAbsenceMax * 2);
  EXPECT_FALSE(state().paused());

  runner_->leave(founder.seat);
  pass(limits::kStaffAbsenceMax - 1s);
  EXPECT_FALSE(state().paused());
  pass(1s);

  EXPECT_TRUE(state().paused());
  append(opener, line());
  EXPECT_EQ(opener.refusal(), AppendRefusal::paused);
}

// --- Welcomes
// ---------------------------------------------------------------------------------------

TEST_F(RunnerTest, KeepsAWelcomeUntilItsMemberReads) {
  Person& founder = staff();
  open(founder);
  admit(founder, 1);
  for (int i = 0; i < 2; ++i) {
    Person& anna = member(1);
    runner_->get_welcome(anna.seat);
    EXPECT_TRUE(anna.all<wire::Welcome>().back().bytes);
    start_again(i == 0);
  }
  Person& anna = member(1);
  runner_->get_welcome(anna.seat);
  resume(anna);

  runner_->get_welcome(anna.seat);

  EXPECT_FALSE(anna.all<wire::Welcome>().back().bytes);
}

TEST_F(RunnerTest, WantsOneWelcomeForEachNewcomerAndNoOther) {
  Person& founder = staff();
  open(founder);
  knock(guest(), 1);
  wire::Append without = admission(1);
  without.welcomes.clear();
  append(founder, without);
  EXPECT_EQ(founder.refusal(), AppendRefusal::welcome_invalid);

  wire::Append other = admission(1);
  other.welcomes.front().handles.push_back(keys_.handle(2));
  append(founder, other);

  EXPECT_EQ(founder.refusal(), AppendRefusal::welcome_invalid);
}

TEST_F(RunnerTest, TakesNobodyInWhoDoesNotKnock) {
  Person& founder = staff();
  open(founder);

  append(founder, admission(1));

  EXPECT_EQ(founder.refusal(), AppendRefusal::knock_not_waiting);
}

// --- Erasing, expiring
// ------------------------------------------------------------------------------

TEST_F(RunnerTest, WithholdsTheErasedAtOnceAndDeletesItLater) {
  Person& founder = staff();
  open(founder);
  append(founder, line());
  const room::Seq said = state().head();
  append(founder, act(room::EraseOp{{said}}));
  const auto body_of = [&] {
    Person& reader = member(0);
    resume(reader);
    return !reader.all<wire::EntryRecord>().at(said.count() - 1).record.is_tombstone();
  };
  EXPECT_FALSE(body_of());

  append(founder, act(room::UndoEraseOp{{said}}));
  EXPECT_TRUE(body_of());
  append(founder, act(room::EraseOp{{said}}));
  pass(limits::kEraseUndoTime);
  append(founder, act(room::UndoEraseOp{{said}}));

  EXPECT_EQ(founder.refusal(), AppendRefusal::erase_too_late);
  EXPECT_FALSE(body_of());
}

TEST_F(RunnerTest, DeletesTheErasedAlsoAfterAStart) {
  Person& founder = staff();
  open(founder);
  append(founder, line());
  const room::Seq said = state().head();
  append(founder, act(room::EraseOp{{said}}));
  start_again(false);

  pass(limits::kEraseUndoTime);

  log_.read(keys_.room, {}, state().head(), 100, [&](Result<std::vector<LogRow>> rows) {
    ASSERT_TRUE(rows);
    EXPECT_TRUE(rows->at(said.count() - 1).record.is_tombstone());
  });
}

// A room whose own acts were erased could not be read again.
TEST_F(RunnerTest, ErasesWordsAloneWhateverStaffNames) {
  Person& founder = staff();
  open(founder);
  append(founder, act(room::EraseOp{{room::Seq::at(0, 1), room::Seq::at(0, 2)}}));
  pass(limits::kEraseUndoTime);

  start_again(false);

  EXPECT_TRUE(state().is_open());
}

TEST_F(RunnerTest, LetsOldWordsGo) {
  Person& founder = staff();
  open(founder);
  append(founder, line());

  pass(std::chrono::hours(25));

  Person& reader = member(0);
  resume(reader);
  EXPECT_TRUE(reader.all<wire::EntryRecord>().back().record.is_tombstone());
}

// --- Rates
// ------------------------------------------------------------------------------------------

TEST_F(RunnerTest, TakesSixCommitsAMinuteOfOneHandle) {
  Person& founder = staff();
  open(founder);
  const auto commit = [&] {
    wire::Append append = append_of({{room::EntryKind::commit, 1, Bytes(512)}});
    append.expect_commit_seq = state().last_commit_seq();
    this->append(founder, append);
  };
  for (std::uint32_t i = 0; i < limits::kCommitsPerMinute; ++i) commit();
  EXPECT_FALSE(founder.refusal());

  commit();
  EXPECT_EQ(founder.refusal(), AppendRefusal::rate_limited);
  now_ += 10s;
  const std::size_t refused = founder.count<wire::AppendRefused>();
  commit();

  EXPECT_EQ(founder.count<wire::AppendRefused>(), refused);
}

TEST_F(RunnerTest, SlowsMembersDownButNotStaff) {
  Person& founder = staff();
  open(founder);
  Person& opener = member(0);
  append(founder, act(room::SlowModeOp{30}));

  append(opener, line());
  append(opener, line());
  append(founder, line());
  append(founder, line());

  EXPECT_EQ(opener.refusal(), AppendRefusal::rate_limited);
  EXPECT_FALSE(founder.refusal());
}

// --- The end
// ----------------------------------------------------------------------------------------

TEST_F(RunnerTest, TakesNothingOnceItStops) {
  Person& founder = staff();
  open(founder);
  const wire::Append late = append_of({line()});
  directory_->stop([] {});

  runner_->append(founder.seat, late);
  settle();

  EXPECT_EQ(founder.outbox.ended, wire::GoodbyeReason::shutting_down);
  EXPECT_EQ(founder.count<wire::Appended>(), 2u);
}

TEST_F(RunnerTest, ForgetsARoomThatWasNeverFinished) {
  RoomLog& log = log_;
  const room::RoomId half{Bytes16{9}};
  log.create(half, {}, {}, [](Status) {});

  start_again(false);

  EXPECT_EQ(directory_->size(), 1u);
  log.rooms([](Result<std::vector<room::RoomId>> rooms) { EXPECT_EQ(rooms->size(), 1u); });
}

}  // namespace
}  // namespace hearth::server
