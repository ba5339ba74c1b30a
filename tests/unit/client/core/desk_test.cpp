// The desk between clients: private words, lines, reports that hold and reports that do not.
#include "client/core/desk.h"

#include "client/core/evidence.h"
#include "tests/support/room_builder.h"
#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

using namespace std::chrono_literals;
using client::Desk;
using room::NoteType;

// --- Between two desks, without a server ---------------------------------------------------------

class DeskTest : public testing::Test {
 protected:
  // Ben, a member, and the staff person Anna.
  crypto::SignatureKey ben_key_ = keys_().delivery(1);
  Desk ben_;
  Desk anna_;
  Instant now_ = instant_from_unix(1'800'000'000);
  crypto::SeededRandom random_{1};
  crypto::KemKeyPair direct_ = desk_key(1);
  static const RoomBuilder& keys_() {
    static const RoomBuilder keys;
    return keys;
  }

  Desk::Due due(Desk& desk, const crypto::SignatureKey& key, const crypto::KemKeyPair& to) {
    const auto keys = [&](const Desk::Address&) {
      return std::vector<room::DeskKey>{public_desk_key(to)};
    };
    return desk.take_due({keys_().room, key, keys}, now_, random_);
  }
  Desk::Due from_ben() { return due(ben_, ben_key_, keys_().desk); }
  Desk::Due from_anna() { return due(anna_, keys_().staff_server, direct_); }
  Desk::Taken to_anna(const wire::Note& note, const room::Handle& shown_as) {
    return anna_.take({note.id, wire::NoteFrom::handle, shown_as.bytes, note.sealed},
                      {keys_().room, keys_().desk, {}, [](const auto&) { return true; }}, random_);
  }
  Desk::Taken to_anna(const wire::Note& note) { return to_anna(note, keys_().handle(1)); }
  Desk::Taken to_ben(const wire::Note& note, bool believed = true) {
    return ben_.take(
        {note.id, wire::NoteFrom::staff, room::public_key_of(keys_().staff_server).bytes,
         note.sealed},
        {keys_().room, direct_, keys_().handle(1), [&](const auto&) { return believed; }}, random_);
  }
  Bytes16 ben_says(std::string_view text) {
    return *ben_.send(Desk::Address::desk(), NoteType::line, view_of(text), {}, 7, random_);
  }
};

TEST_F(DeskTest, TakesANoteOnceAndAnswersEachTimeItComes) {
  const Bytes16 id = ben_says("hello");
  const Desk::Due first = from_ben();
  ASSERT_EQ(first.notes.size(), 1u);
  EXPECT_TRUE(from_ben().notes.empty());

  const Desk::Taken taken = to_anna(first.notes[0]);
  ASSERT_TRUE(taken.letter);
  EXPECT_EQ(taken.letter->note.id, id);
  EXPECT_EQ(text_of(taken.letter->note.content), "hello");
  EXPECT_EQ(taken.letter->from.handle, keys_().handle(1));
  EXPECT_EQ(from_anna().notes.size(), 1u);  // Lost on its way.
  now_ += Desk::kRepeat;
  const Desk::Due again = from_ben();
  ASSERT_EQ(again.notes.size(), 1u);
  EXPECT_NE(again.notes[0].id, first.notes[0].id);
  EXPECT_NE(again.notes[0].sealed, first.notes[0].sealed);
  EXPECT_FALSE(to_anna(again.notes[0]).letter);
  const Desk::Due heard = from_anna();
  ASSERT_EQ(heard.notes.size(), 1u);
  EXPECT_EQ(heard.notes[0].sealed.size(), room::kNoteBytes);

  const Desk::Taken answer = to_ben(heard.notes[0]);
  EXPECT_FALSE(answer.letter);  // That it was heard is nobody's business.
  ASSERT_TRUE(answer.outcome);
  EXPECT_EQ(answer.outcome->kind, Desk::Outcome::Kind::answered);
  EXPECT_EQ(answer.outcome->tag, 7u);
  EXPECT_EQ(ben_.waiting(), 0u);
  EXPECT_EQ(anna_.waiting(), 0u);
}

TEST_F(DeskTest, GivesUpAfterSixTries) {
  ben_says("hello");
  unsigned sent = 0;
  std::vector<Desk::Outcome> outcomes;
  for (int i = 0; i < 20; ++i, now_ += Desk::kRepeat) {
    Desk::Due due = from_ben();
    sent += static_cast<unsigned>(due.notes.size());
    outcomes.insert(outcomes.end(), due.outcomes.begin(), due.outcomes.end());
  }
  EXPECT_EQ(sent, Desk::kTriesMax);
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].kind, Desk::Outcome::Kind::unanswered);
}

TEST_F(DeskTest, BelievesOnlyWhoSignedForThisReader) {
  ben_says("hello");
  const wire::Note note = from_ben().notes[0];

  EXPECT_FALSE(to_anna(note, keys_().handle(2)).letter);  // The server says that it is Cleo's.
  EXPECT_EQ(anna_.waiting(), 0u);                         // And gets no answer.
  const auto refuses =
      anna_.take({note.id, wire::NoteFrom::handle, keys_().handle(1).bytes, note.sealed},
                 {keys_().room, keys_().desk, {}, [](const auto&) { return false; }}, random_);
  EXPECT_FALSE(refuses.letter);
  EXPECT_TRUE(to_anna(note).letter);

  // A word to another member, passed on to Ben by somebody who can open it.
  (void)anna_.send(Desk::Address::member(keys_().handle(2)), NoteType::nudge, view_of("go"), {}, 0,
                   random_);
  for (const wire::Note& each : from_anna().notes) {
    const auto taken = to_ben(each);
    EXPECT_FALSE(taken.letter);
  }
}

TEST_F(DeskTest, TakesAnAnswerFromWhomTheNoteWasForAlone) {
  const Bytes16 id = ben_says("hello");
  (void)from_ben();
  Desk mallory;
  (void)mallory.send(Desk::Address::member(keys_().handle(1)), NoteType::answer,
                     encoded(room::Answer{}), id, 0, random_);
  const Desk::Due forged = due(mallory, keys_().delivery(9), direct_);
  const auto taken = ben_.take(
      {{}, wire::NoteFrom::handle, keys_().handle(9).bytes, forged.notes.at(0).sealed},
      {keys_().room, direct_, keys_().handle(1), [](const auto&) { return true; }}, random_);

  EXPECT_FALSE(taken.outcome);
  EXPECT_EQ(ben_.waiting(), 1u);
}

TEST_F(DeskTest, SendsALongNoteInPartsNoFasterThanTheServerTakes) {
  const Bytes content(30 * room::kNoteContentSizeMax);
  (void)ben_.send(Desk::Address::desk(), NoteType::report, content, {}, 0, random_);
  std::vector<wire::Note> parts = from_ben().notes;
  EXPECT_EQ(parts.size(), Desk::kAtOnce);
  while (parts.size() < 30) {
    ASSERT_TRUE(ben_.due());
    EXPECT_LE(*ben_.due() - now_, Desk::kEvery);
    now_ = std::max(now_, *ben_.due());
    const auto more = from_ben().notes;
    ASSERT_EQ(more.size(), 1u);
    parts.insert(parts.end(), more.begin(), more.end());
  }
  std::reverse(parts.begin(), parts.end());
  std::optional<Desk::Letter> letter;
  for (const wire::Note& part : parts) {
    EXPECT_FALSE(letter);
    letter = to_anna(part).letter;
  }

  ASSERT_TRUE(letter);
  EXPECT_EQ(letter->note.content, content);
  EXPECT_EQ(from_anna().notes.size(), 1u);  // One answer for all of it.
}

TEST_F(DeskTest, EndsWithTheNoteThatAnswers) {
  const Bytes16 id = *anna_.send(Desk::Address::member(keys_().handle(1)),
                                 NoteType::appointment_offer, {}, {}, 3, random_);
  const Desk::Taken offer = to_ben(from_anna().notes.at(0));
  ASSERT_TRUE(offer.letter);
  (void)from_ben();  // Heard; lost on its way.
  (void)ben_.send(Desk::Address::desk(), NoteType::appointment_answer, Bytes(5, 1), id, 0, random_);
  const Desk::Taken answer = to_anna(from_ben().notes.at(0));

  ASSERT_TRUE(answer.outcome);
  EXPECT_EQ(answer.outcome->tag, 3u);
  ASSERT_TRUE(answer.letter);
  EXPECT_EQ(answer.letter->note.re, id);
  EXPECT_EQ(anna_.waiting(), 1u);  // Its own "heard".
}

TEST_F(DeskTest, ShowsARefusalAndForgetsTheNote) {
  ben_says("hello");
  const wire::Note note = from_ben().notes[0];
  EXPECT_FALSE(ben_.on_refused({note.id, wire::NoteRefusal::rate_limited}));
  EXPECT_EQ(ben_.on_sent({note.id, 0})->kind, Desk::Outcome::Kind::nobody);
  EXPECT_FALSE(ben_.on_sent({note.id, 0}));
  EXPECT_EQ(ben_.on_sent({note.id, 2})->kind, Desk::Outcome::Kind::handed);
  EXPECT_FALSE(ben_.on_sent({note.id, 2}));
  EXPECT_FALSE(ben_.on_sent({{}, 2}));

  const auto refused = ben_.on_refused({note.id, wire::NoteRefusal::unknown});
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->reason, "unknown");
  EXPECT_EQ(ben_.waiting(), 0u);
}

TEST_F(DeskTest, HoldsABoundedNumber) {
  for (std::size_t i = 0; i < Desk::kOutMax; ++i) ben_says("x");
  EXPECT_FALSE(ben_.send(Desk::Address::desk(), NoteType::line, view_of("x"), {}, 0, random_));
}

// --- Evidence ------------------------------------------------------------------------------------

class EvidenceTest : public testing::Test {
 protected:
  struct Said {
    client::Utterance utterance;
    client::Proof proof;
  };
  Said said(std::string_view text, std::uint32_t by = 1) {
    Said said;
    said.proof.payload.id = random_.array<16>();
    said.proof.payload.content = to_bytes(text);
    said.proof.k_f = random_.array<32>();
    said.utterance.commitment =
        room::commit_to(keys_.room, said.proof.payload, Secret32(said.proof.k_f)).commitment;
    said.utterance.body_hash = random_.array<32>();
    said.utterance.sender = room::public_key_of(keys_.delivery(by));
    return said;
  }
  void hear(std::uint64_t seq, std::string_view text = "words", std::uint32_t by = 1) {
    const Said it = said(text, by);
    reporter_.shown(room::Seq{seq}, it.utterance, it.proof);
    staff_.shown(room::Seq{seq}, it.utterance, it.proof);
  }
  client::Verdict verdict(const room::ReportItem& item) { return staff_.verify(keys_.room, item); }

  RoomBuilder keys_;
  crypto::SeededRandom random_{1};
  client::Evidence reporter_;
  client::Evidence staff_;
};

TEST_F(EvidenceTest, TakesTheNeighboursAlong) {
  for (std::uint64_t seq = 1; seq <= 40; ++seq) hear(seq);

  const auto middle = reporter_.report(room::Seq{20}, "why");
  ASSERT_TRUE(middle);
  EXPECT_EQ(middle->items.size(), 21u);
  EXPECT_EQ(middle->items.front().seq, room::Seq{10});
  EXPECT_EQ(middle->items[middle->reported].seq, room::Seq{20});
  const auto first = reporter_.report(room::Seq{1}, "");
  EXPECT_EQ(first->items.size(), 11u);
  EXPECT_EQ(first->reported, 0);
  const auto last = reporter_.report(room::Seq{40}, "");
  EXPECT_EQ(last->items.size(), 11u);
  EXPECT_EQ(last->reported, 10);
  EXPECT_EQ(reporter_.report(room::Seq{41}, "").error().name, "message_unknown");
  EXPECT_EQ(reporter_.report(room::Seq{1}, std::string(257, 'x')).error().name, "text_invalid");
  for (const room::ReportItem& item : middle->items) {
    EXPECT_EQ(verdict(item).kind, client::Verdict::Kind::verified);
  }
}

// Everything that a reporter could make up, one thing at a time.
TEST_F(EvidenceTest, DoesNotVerifyWhatIsMadeUp) {
  hear(5, "I will find you", 1);
  hear(6, "hello", 2);
  const room::ReportItem right = reporter_.report(room::Seq{5}, "")->items[0];
  const room::ReportItem other = reporter_.report(room::Seq{6}, "")->items[1];
  ASSERT_EQ(verdict(right).kind, client::Verdict::Kind::verified);
  const auto reason_with = [&](auto change) {
    room::ReportItem item = right;
    change(item);
    const client::Verdict made = verdict(item);
    EXPECT_EQ(made.kind, client::Verdict::Kind::not_verified);
    return made.reason;
  };
  const Said invented = said("I will kill you");
  const auto invent = [&](room::ReportItem& item) {
    item.payload = invented.proof.payload;
    item.k_f = invented.proof.k_f;
    item.commitment = invented.utterance.commitment;
  };

  // Other words under the commitment that was sent; other words with a commitment of their own.
  EXPECT_EQ(reason_with([&](auto& i) { i.payload.content = to_bytes("x"); }), "commitment_invalid");
  EXPECT_EQ(reason_with([&](auto& i) { i.k_f[0] ^= 1; }), "commitment_invalid");
  EXPECT_EQ(reason_with(invent), "commitment_differs");
  EXPECT_EQ(reason_with([&](auto& i) {
              invent(i);
              i.body_hash = invented.utterance.body_hash;
            }),
            "body_differs");
  // Words of one person in the mouth of another, and words moved elsewhere.
  EXPECT_EQ(reason_with([&](auto& i) { i.sender = other.sender; }), "sender_differs");
  EXPECT_EQ(reason_with([&](auto& i) { i.seq = other.seq; }), "body_differs");
  // From another room.
  RoomBuilder elsewhere;
  elsewhere.room.bytes[0] ^= 1;
  EXPECT_EQ(staff_.verify(elsewhere.room, right).reason, "commitment_invalid");
  // Out of sight: neither yes nor no.
  room::ReportItem later = right;
  later.seq = room::Seq{99};
  EXPECT_EQ(verdict(later).kind, client::Verdict::Kind::unknown);
}

TEST_F(EvidenceTest, KeepsABoundedNumberAndNothingToReportOurselvesBy) {
  for (std::uint64_t seq = 1; seq <= client::Evidence::kProofsMax + 5; ++seq) hear(seq);
  EXPECT_EQ(reporter_.size(), client::Evidence::kProofsMax);
  EXPECT_FALSE(reporter_.report(room::Seq{5}, ""));
  EXPECT_TRUE(reporter_.report(room::Seq{6}, ""));
  const Said own = said("mine");
  reporter_.shown(room::Seq{9000}, own.utterance, {});
  EXPECT_FALSE(reporter_.report(room::Seq{9000}, ""));
  // Much talk of our own takes nothing from what others said.
  for (std::uint64_t seq = 9001; seq <= 9001 + client::Evidence::kKnownMax; ++seq) {
    reporter_.shown(room::Seq{seq}, own.utterance, {});
  }
  EXPECT_EQ(reporter_.report(room::Seq{6}, "")->items[0].sender, said("").utterance.sender);
}

// --- Whole rooms ---------------------------------------------------------------------------------

TEST(DeskInARoom, CarriesAPrivateWordThatNobodyElseSees) {
  World world(101);
  gather(world, {"Ben", "Cleo"});

  const auto tag = world["Anna"].ask(client::Nudge{"Ben", "please let others finish"});
  world.settle();

  const auto nudged = world["Ben"].last<client::Nudged>();
  ASSERT_TRUE(nudged);
  EXPECT_EQ(nudged->text, "please let others finish");
  EXPECT_EQ(nudged->from.name, "Anna");
  EXPECT_TRUE(nudged->from.staff);
  EXPECT_TRUE(world["Anna"].answer<client::Done>(tag));
  EXPECT_EQ(world["Cleo"].count<client::Nudged>(), 0u);
  world.pass(2min);
  EXPECT_EQ(world["Ben"].count<client::Nudged>(), 1u);
  EXPECT_EQ(world["Anna"]
                .answer<client::Refused>(world["Anna"].ask(client::Nudge{"Nobody", "x"}))
                ->reason,
            "member_unknown");
  EXPECT_EQ(
      world["Ben"].answer<client::Refused>(world["Ben"].ask(client::Nudge{"Cleo", "x"}))->reason,
      "not_staff");
}

TEST(DeskInARoom, TalksWithSomebodyWhoWaits) {
  World world(102);
  gather(world, {"Ben"});
  world["Cleo"].knock(invite(world));
  world.until([&] { return world["Anna"].status().waiting == 1; });

  world["Cleo"].ask(client::LobbyLine{{}, "is this the evening room?"});
  world.settle();
  const auto line = world["Anna"].last<client::LobbyLineReceived>();
  ASSERT_TRUE(line && line->slot);
  EXPECT_EQ(line->from.name, "Cleo");
  EXPECT_EQ(line->text, "is this the evening room?");
  world["Anna"].ask(client::LobbyLine{*line->slot, "yes, one moment"});
  world.settle();

  const auto answer = world["Cleo"].last<client::LobbyLineReceived>();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->from.staff);
  EXPECT_EQ(answer->text, "yes, one moment");
  EXPECT_EQ(world["Ben"].count<client::LobbyLineReceived>(), 0u);
  world.pass(2min);
  EXPECT_EQ(world["Cleo"].count<client::LobbyLineReceived>(), 1u);
}

TEST(DeskInARoom, SaysWhenNobodyIsThereAndTriesAgain) {
  World world(103);
  gather(world, {"Ben"});
  world["Anna"].ask(client::GoOffline{});
  world.settle();

  const auto tag = world["Ben"].ask(client::LobbyLine{{}, "are you there?"});
  world.settle();
  EXPECT_TRUE(world["Ben"].answer<client::DeskEmpty>(tag));
  EXPECT_FALSE(world["Ben"].answer<client::Done>(tag));
  world["Anna"].ask(client::GoOnline{});
  world.pass(15s);

  EXPECT_TRUE(world["Ben"].answer<client::Done>(tag));
  EXPECT_EQ(world["Anna"].count<client::LobbyLineReceived>(), 1u);
}

TEST(DeskInARoom, OutlivesLinesThatBreak) {
  World world(104);
  gather(world, {"Ben"});
  world["Ben"].ask(client::LobbyLine{{}, "hello desk"});
  world.cut(world["Ben"]);
  world.cut(world["Anna"]);
  world.pass(1min);

  EXPECT_EQ(world["Anna"].count<client::LobbyLineReceived>(), 1u);
}

// Ben was away for too long: the commit that he has to follow is gone.
TEST(DeskInARoom, TellsTheDeskWhoCannotFollow) {
  World world(109);
  gather(world, {"Ben"});
  bool gone = false;
  world.tamper = [&](Client& client, wire::EntryRecord& entry) {
    if (client.name() != "Ben" || entry.record.kind != room::EntryKind::commit) return;
    if (!std::exchange(gone, true)) entry.record.content = entry.record.body_hash();
  };
  join(world, {"Cleo"}, invite(world));
  world.until([&] { return world["Anna"].count<client::FaultReported>() > 0; });

  ASSERT_EQ(world["Ben"].count<client::Faulted>(), 1u);
  const auto fault = world["Anna"].last<client::FaultReported>();
  EXPECT_EQ(fault->from.name, "Ben");
  EXPECT_EQ(fault->seq, world["Ben"].last<client::Faulted>()->seq);
  EXPECT_EQ(fault->reason, "body_gone");
  EXPECT_EQ(world["Cleo"].count<client::FaultReported>(), 0u);
  world.until([&] { return world["Ben"].inside(); });
}

TEST(DeskInARoom, VerifiesAReportByItsOwnLog) {
  World world(105);
  gather(world, {"Ben", "Cleo"});
  world["Anna"].say("welcome");
  world.settle();
  world["Ben"].say("I will find you");
  world.settle();
  const auto bad = world["Cleo"].last<client::Message>();

  const auto tag = world["Cleo"].ask(client::ReportMessage{bad->seq, "he threatens me"});
  world.settle();

  EXPECT_TRUE(world["Cleo"].answer<client::Done>(tag));
  const auto report = world["Anna"].last<client::ReportReceived>();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->from.name, "Cleo");
  EXPECT_EQ(report->reason, "he threatens me");
  ASSERT_EQ(report->items.size(), 2u);
  EXPECT_EQ(report->items[report->reported].sender.name, "Ben");
  EXPECT_EQ(report->items[report->reported].text, "I will find you");
  for (const auto& item : report->items) EXPECT_TRUE(item.verified) << item.reason;
  EXPECT_EQ(report->items[0].sender.name, "Anna");
  EXPECT_EQ(world["Ben"].count<client::ReportReceived>(), 0u);
  world.pass(2min);
  EXPECT_EQ(world["Anna"].count<client::ReportReceived>(), 1u);
  EXPECT_EQ(world["Cleo"].count<client::DeskEmpty>(), 0u);
  // Nobody reports their own words.
  const auto own = world["Ben"].ask(client::ReportMessage{bad->seq, ""});
  EXPECT_EQ(world["Ben"].answer<client::Refused>(own)->reason, "message_unknown");
}

// Anna has not seen what Ben said; the server's tag says it, and nothing else does.
class DeskByTag : public testing::TestWithParam<std::string_view> {};

TEST_P(DeskByTag, AsksTheServerWhereTheLogDoesNotReach) {
  World world(106);
  gather(world, {"Ben", "Cleo"});
  Bytes32 elsewhere{};
  {
    World other(107);
    gather(other, {"Ben"});
    other.tamper = [&](Client&, wire::EntryRecord& entry) {
      if (entry.tag) elsewhere = *entry.tag;
    };
    other["Anna"].say("hello");
    other.settle();
  }
  world.tamper = [&](Client& client, wire::EntryRecord& entry) {
    if (entry.record.kind != room::EntryKind::app || !entry.record.body()) return;
    if (client.name() == "Anna") {
      entry = {
          {entry.record.seq, entry.record.kind, entry.record.generation, entry.record.body_hash()},
          {}};
    } else if (GetParam() == "tag_invalid") {
      entry.tag = elsewhere;
    } else if (GetParam() == "not_in_log") {
      entry.tag.reset();
    }
  };
  world["Ben"].say("I will find you");
  world.settle();
  ASSERT_EQ(world["Anna"].count<client::Message>(), 0u);

  world["Cleo"].ask(client::ReportMessage{world["Cleo"].last<client::Message>()->seq, ""});
  world.pass(10s);

  const auto report = world["Anna"].last<client::ReportReceived>();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->items[0].verified, GetParam().empty());
  EXPECT_EQ(report->items[0].reason, GetParam());
  EXPECT_EQ(report->items[0].sender.name, "Ben");
}

INSTANTIATE_TEST_SUITE_P(Tags, DeskByTag, testing::Values("", "tag_invalid", "not_in_log"));

TEST(DeskInARoom, SealsTheReportForWhoWatchesOverTheRoom) {
  World world(108);
  const crypto::KemKeyPair outside = desk_key(9);
  client::CreateRoom create;
  create.host = "hearth.example";
  create.title = "Evening";
  create.name = "Anna";
  create.safeguarding = public_desk_key(outside);
  world["Anna"].ask(create);
  world.until([&] { return world["Anna"].inside(); });
  join(world, {"Ben"}, invite(world));
  world["Anna"].say("come to my house alone");
  world.settle();
  const auto bad = world["Ben"].last<client::Message>();
  world["Anna"].ask(client::GoOffline{});  // The staff is not asked.
  world.settle();

  const auto tag = world["Ben"].ask(client::ReportMessage{bad->seq, "he is staff"});
  world.settle();

  const auto sealed = world["Ben"].answer<client::SafeguardingText>(tag);
  ASSERT_TRUE(sealed);
  EXPECT_TRUE(world["Ben"].answer<client::DeskEmpty>(tag));
  const auto opened = room::open_report_text(sealed->text, outside);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->room, world["Ben"].status().room);
  const room::ReportItem& item = opened->report.items[opened->report.reported];
  EXPECT_TRUE(item.check_commitment(opened->room));
  EXPECT_EQ(text_of(item.payload.content), "come to my house alone");
  ASSERT_TRUE(item.tag);
  const wire::CheckTag question{opened->room,
                                item.seq,
                                item.body_hash,
                                item.commitment,
                                room::handle_of(opened->room, item.sender),
                                *item.tag};
  EXPECT_TRUE(world.check_tag(question));
  wire::CheckTag another = question;
  another.handle = room::handle_of(opened->room, room::PublicKey{});
  EXPECT_FALSE(world.check_tag(another));
}

}  // namespace
}  // namespace hearth::test
