// Notes and tags: who may write to whom, who gets it, and what the server can say afterwards.
#include "protocol/room/note.h"
#include "tests/unit/server/rooms/runner_world.h"

namespace hearth::server {
namespace {

using namespace std::chrono_literals;
using wire::NoteFrom;
using wire::NoteRefusal;
using wire::NoteTo;

class NotesTest : public RunnerWorld {
 protected:
  wire::Note note(NoteTo to = NoteTo::desk, const Bytes32& ref = {}) {
    Bytes sealed(room::kNoteBytes);
    random_.fill(sealed);
    return {random_.array<16>(), to, ref, std::move(sealed)};
  }
  // How many it reached; or the refusal.
  std::expected<std::uint16_t, NoteRefusal> send(Person& from, const wire::Note& note) {
    runner_->note(from.seat, note);
    const auto refused = from.all<wire::NoteRefused>();
    if (!refused.empty() && refused.back().id == note.id) {
      return std::unexpected(refused.back().reason);
    }
    EXPECT_EQ(from.all<wire::NoteSent>().back().id, note.id);
    return from.all<wire::NoteSent>().back().reached;
  }
  // Another person of the staff: known by their key, as far as a seat is concerned.
  Person& second_staff() { return sit(room::Role::staff, test::signature_key("second")); }
};

TEST_F(NotesTest, TakesAMembersNoteToTheWholeDeskAndToNobodyElse) {
  Person& founder = staff();
  open(founder);
  Person& second = second_staff();
  admit(founder, 1);
  Person& opener = member(0);
  Person& ben = member(1);

  const wire::Note sent = note();
  EXPECT_EQ(send(ben, sent), 2);

  for (Person* one : {&founder, &second}) {
    ASSERT_EQ(one->count<wire::NoteShown>(), 1u);
    const auto shown = one->all<wire::NoteShown>().back();
    EXPECT_EQ(shown.from, NoteFrom::handle);
    EXPECT_EQ(shown.ref, keys_.handle(1).bytes);
    EXPECT_EQ(shown.sealed, sent.sealed);
  }
  EXPECT_EQ(opener.count<wire::NoteShown>(), 0u);
  EXPECT_EQ(ben.count<wire::NoteShown>(), 0u);
}

TEST_F(NotesTest, SaysWhenNobodyIsThere) {
  Person& founder = staff();
  open(founder);
  Person& opener = member(0);
  EXPECT_EQ(send(founder, note()), 0);  // The desk but for oneself.
  runner_->leave(founder.seat);

  EXPECT_EQ(send(opener, note()), 0);
}

TEST_F(NotesTest, TakesAGuestsNoteWhileTheKnockWaits) {
  Person& founder = staff();
  open(founder);
  resume(founder);
  Person& cleo = guest();
  EXPECT_EQ(send(cleo, note()), std::unexpected(NoteRefusal::not_allowed));
  knock(cleo, 2);
  const std::uint64_t slot = cleo.all<wire::KnockWaiting>().back().slot;

  EXPECT_EQ(send(cleo, note()), 1);
  const auto shown = founder.all<wire::NoteShown>().back();
  EXPECT_EQ(shown.from, NoteFrom::slot);
  EXPECT_EQ(shown.ref, wire::ref_of_slot(slot));
  EXPECT_EQ(send(founder, note(NoteTo::slot, shown.ref)), 1);
  EXPECT_EQ(cleo.all<wire::NoteShown>().back().from, NoteFrom::staff);
  EXPECT_EQ(cleo.all<wire::NoteShown>().back().ref, room::public_key_of(keys_.staff_server).bytes);
  runner_->deny(founder.seat, {slot, {}});

  EXPECT_EQ(send(cleo, note()), std::unexpected(NoteRefusal::not_allowed));
  EXPECT_EQ(send(founder, note(NoteTo::slot, shown.ref)), std::unexpected(NoteRefusal::unknown));
}

// Supporters are part of the desk, in both directions.
TEST_F(NotesTest, CountsSupportersAsTheDesk) {
  Person& founder = staff();
  open(founder);
  Person& helper = sit(room::Role::supporter, test::signature_key("helper"));
  Person& opener = member(0);

  EXPECT_EQ(send(opener, note()), 2);
  EXPECT_EQ(helper.count<wire::NoteShown>(), 1u);
  EXPECT_EQ(send(helper, note(NoteTo::handle, keys_.handle(0).bytes)), 1);
  EXPECT_EQ(opener.all<wire::NoteShown>().back().from, NoteFrom::staff);
  EXPECT_EQ(send(helper, note()), 1);
  EXPECT_EQ(founder.count<wire::NoteShown>(), 2u);
}

TEST_F(NotesTest, CarriesNothingBetweenMembersAndGuests) {
  Person& founder = staff();
  open(founder);
  resume(founder);
  admit(founder, 1);
  Person& ben = member(1);
  Person& cleo = guest();
  knock(cleo, 2);
  const std::uint64_t slot = cleo.all<wire::KnockWaiting>().back().slot;

  EXPECT_EQ(send(ben, note(NoteTo::handle, keys_.handle(0).bytes)),
            std::unexpected(NoteRefusal::not_allowed));
  EXPECT_EQ(send(ben, note(NoteTo::slot, wire::ref_of_slot(slot))),
            std::unexpected(NoteRefusal::not_allowed));
  EXPECT_EQ(send(cleo, note(NoteTo::handle, keys_.handle(1).bytes)),
            std::unexpected(NoteRefusal::not_allowed));
  EXPECT_EQ(ben.count<wire::NoteShown>() + cleo.count<wire::NoteShown>(), 0u);
}

TEST_F(NotesTest, ReachesAMemberWhoMayNotSpeak) {
  Person& founder = staff();
  open(founder);
  admit(founder, 1);
  Person& ben = member(1);
  append(founder, act(room::MuteOp{{keys_.handle(1)}}));
  append(founder, act(room::PauseOp{}));

  EXPECT_EQ(send(founder, note(NoteTo::handle, keys_.handle(1).bytes)), 1);
  EXPECT_EQ(send(ben, note()), 1);
  runner_->leave(ben.seat);
  EXPECT_EQ(send(founder, note(NoteTo::handle, keys_.handle(1).bytes)), 0);
  EXPECT_EQ(send(founder, note(NoteTo::handle, keys_.handle(9).bytes)),
            std::unexpected(NoteRefusal::unknown));
}

TEST_F(NotesTest, TakesOneSizeOnly) {
  Person& founder = staff();
  open(founder);
  second_staff();
  Person& opener = member(0);
  for (const std::size_t size : {std::size_t{0}, room::kNoteBytes - 1, room::kNoteBytes + 1}) {
    wire::Note odd = note();
    odd.sealed.resize(size);
    EXPECT_EQ(send(opener, odd), std::unexpected(NoteRefusal::size_invalid));
  }
}

TEST_F(NotesTest, GoesOnlySoFast) {
  Person& founder = staff();
  open(founder);
  Person& opener = member(0);
  for (int i = 0; i < static_cast<int>(limits::kNoteBurst); ++i) EXPECT_TRUE(send(opener, note()));

  EXPECT_EQ(send(opener, note()), std::unexpected(NoteRefusal::rate_limited));
  EXPECT_EQ(founder.count<wire::NoteShown>(), static_cast<std::size_t>(limits::kNoteBurst));
  pass(1s);
  EXPECT_TRUE(send(opener, note()));
  EXPECT_EQ(send(opener, note()), std::unexpected(NoteRefusal::rate_limited));
}

TEST_F(NotesTest, PassesOverWhoIsBehind) {
  Person& founder = staff();
  open(founder);
  Person& second = second_staff();
  Person& opener = member(0);
  founder.outbox.room_bytes = 0;

  EXPECT_EQ(send(opener, note()), 1);
  EXPECT_EQ(founder.count<wire::NoteShown>(), 0u);
  EXPECT_EQ(second.count<wire::NoteShown>(), 1u);
}

TEST_F(NotesTest, LeavesNothingInTheLog) {
  Person& founder = staff();
  open(founder);
  Person& opener = member(0);
  log_.hold();
  send(opener, note());
  send(founder, note(NoteTo::handle, keys_.handle(0).bytes));

  EXPECT_EQ(log_.waiting(), 0u);
  log_.release();
}

// --- Tags ----------------------------------------------------------------------------------------

class TagsTest : public RunnerWorld {
 protected:
  wire::CheckTag question(const wire::EntryRecord& entry, const room::PublicKey& author) const {
    wire::CheckTag question;
    question.room = keys_.room;
    question.seq = entry.record.seq;
    question.body_hash = entry.record.body_hash();
    std::ranges::copy_n(entry.record.body()->begin(), 32, question.commitment.begin());
    question.handle = room::handle_of(keys_.room, author);
    question.tag = entry.tag.value_or(Bytes32{});
    return question;
  }
  wire::EntryRecord last_entry(const Person& person) const {
    return person.all<wire::EntryRecord>().back();
  }
};

TEST_F(TagsTest, SaysWhoSaidItAndNothingElse) {
  Person& founder = staff();
  open(founder);
  admit(founder, 1);
  Person& ben = member(1);
  resume(founder);
  append(ben, line());

  const wire::EntryRecord entry = last_entry(founder);
  ASSERT_TRUE(entry.tag);
  const wire::CheckTag right = question(entry, room::public_key_of(keys_.delivery(1)));
  EXPECT_TRUE(directory_->check_tag(right));
  const auto holds_with = [&](auto change) {
    wire::CheckTag other = right;
    change(other);
    return directory_->check_tag(other);
  };
  EXPECT_FALSE(holds_with([](auto& q) { q.room.bytes[0] ^= 1; }));  // A tag from another room.
  EXPECT_FALSE(holds_with([](auto& q) { q.seq = q.seq.next(); }));
  EXPECT_FALSE(holds_with([](auto& q) { q.body_hash[0] ^= 1; }));
  EXPECT_FALSE(holds_with([](auto& q) { q.commitment[0] ^= 1; }));
  EXPECT_FALSE(holds_with([&](auto& q) { q.handle = keys_.handle(0); }));
  EXPECT_FALSE(holds_with([](auto& q) { q.tag[31] ^= 1; }));
  EXPECT_FALSE(holds_with([](auto& q) { q.tag = {}; }));
}

TEST_F(TagsTest, AreTheSameBytesForEverybodyLiveOrLater) {
  Person& founder = staff();
  open(founder);
  admit(founder, 1);
  Person& ben = member(1);
  resume(ben);
  resume(founder);
  append(ben, line());
  append(founder, line());
  Person& late = member(0);
  resume(late);

  const auto by_staff = last_entry(founder);
  EXPECT_EQ(last_entry(ben), by_staff);
  EXPECT_EQ(last_entry(late), by_staff);
  EXPECT_TRUE(directory_->check_tag(question(by_staff, room::public_key_of(keys_.staff_server))));
  for (const auto& entry : late.all<wire::EntryRecord>()) {
    EXPECT_EQ(entry.tag.has_value(), entry.record.kind == room::EntryKind::app);
  }
}

TEST_F(TagsTest, EndWithTheProcess) {
  Person& founder = staff();
  open(founder);
  append(founder, line());
  resume(founder);
  const wire::CheckTag old = question(last_entry(founder), room::public_key_of(keys_.staff_server));
  ASSERT_TRUE(directory_->check_tag(old));
  tag_key_ = TagKey(random_);
  start_again(true);

  Person& back = staff();
  resume(back);
  EXPECT_FALSE(last_entry(back).tag);
  EXPECT_FALSE(directory_->check_tag(old));
}

TEST(TagKey, HoldsForDaysAndNotForWeeks) {
  crypto::SeededRandom random(1);
  TagKey key(random);
  Instant now = instant_from_unix(1'790'000'000);
  const auto pass = [&](Duration time) {
    for (const Instant end = now + time; now < end; now += 1h) key.tick(now);
  };
  key.tick(now);
  wire::CheckTag question;
  question.seq = room::Seq{7};
  question.tag = key.tag({}, question.seq, {}, {}, {});

  pass(24h * 6);
  EXPECT_TRUE(key.check(question));
  EXPECT_NE(key.tag({}, question.seq, {}, {}, {}), question.tag);  // Another key by now.
  pass(24h + 2h);
  EXPECT_FALSE(key.check(question));
  wire::CheckTag today = question;
  today.tag = key.tag({}, question.seq, {}, {}, {});
  EXPECT_TRUE(key.check(today));
  // A process that slept for long keeps no old key but makes a new one.
  now += 24h * 30;
  key.tick(now);
  EXPECT_FALSE(key.check(today));
}

TEST(Tags, GoByAgeAndNumber) {
  Tags tags;
  const Instant start = instant_from_unix(1'790'000'000);
  for (std::uint32_t i = 1; i <= limits::kTagsMax + 10; ++i) {
    tags.put(room::Seq{i}, {}, start + std::chrono::seconds(i));
  }
  EXPECT_EQ(tags.size(), limits::kTagsMax);
  EXPECT_FALSE(tags.find(room::Seq{10}));
  EXPECT_TRUE(tags.find(room::Seq{11}));

  tags.tick(start + 20s + limits::kTagTime);
  EXPECT_FALSE(tags.find(room::Seq{20}));
  EXPECT_TRUE(tags.find(room::Seq{21}));
}

}  // namespace
}  // namespace hearth::server
