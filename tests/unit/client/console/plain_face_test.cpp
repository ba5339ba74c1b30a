// The plain face: lines and events in, sentences and commands out.
#include "client/console/plain_face.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/console/words.h"

namespace hearth::client {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

CreateRoom a_room() {
  CreateRoom room;
  room.title = "Circle";
  room.name = "Lantern";
  return room;
}

// The one command of a step, which must be a T.
template <class T>
T only(const Step& step) {
  EXPECT_THAT(step.commands, SizeIs(1));
  if (step.commands.size() != 1 || !std::holds_alternative<T>(step.commands[0].body)) {
    ADD_FAILURE() << "another command, or none";
    return T{};
  }
  return std::get<T>(step.commands[0].body);
}

PlainFace inside() {
  PlainFace face(a_room());
  face.begin();
  return face;
}

TEST(PlainFace, FoundsARoomWithoutAskingWhatItKnows) {
  PlainFace face(a_room());

  EXPECT_EQ(only<CreateRoom>(face.begin()).title, "Circle");
}

TEST(PlainFace, AsksForTitleAndName) {
  PlainFace face(CreateRoom{});

  EXPECT_THAT(face.begin().text, HasSubstr("title"));
  EXPECT_THAT(face.on_line("Circle").text, HasSubstr("name"));
  const auto room = only<CreateRoom>(face.on_line(" Lantern "));

  EXPECT_EQ(room.title, "Circle");
  EXPECT_EQ(room.name, "Lantern");
}

TEST(PlainFace, TakesTheLinkAsASecretAndLooksBeforeItKnocks) {
  PlainFace face(KnockAtDoor{});

  const Step asks = face.begin();
  EXPECT_TRUE(asks.secret);
  const Step name = face.on_line("https://meet.example/j#abc");
  EXPECT_FALSE(name.secret);
  EXPECT_THAT(name.text, Not(HasSubstr("abc")));
  const auto knock = only<KnockAtDoor>(face.on_line("Ombak"));

  EXPECT_EQ(knock.link, "https://meet.example/j#abc");
  EXPECT_TRUE(knock.look_only);
}

TEST(PlainFace, KnocksWhenAgreementAndPrivacyAreAccepted) {
  PlainFace face(KnockAtDoor{.link = {}, .name = "Ombak", .greeting = {}});
  face.begin();
  face.on_line("https://meet.example/j#abc");

  const Step shown = face.on_event(DoorShown{"Circle", "Be kind.", "", "", false, true}, 1);
  EXPECT_THAT(shown.text, HasSubstr("Be kind."));
  EXPECT_THAT(shown.text, HasSubstr(std::string(privacy_text())));
  EXPECT_THAT(shown.commands, IsEmpty());
  EXPECT_THAT(face.on_line("no").commands, IsEmpty());

  EXPECT_FALSE(only<KnockAtDoor>(face.on_line("yes")).look_only);
}

TEST(PlainFace, AsksAgainForALinkThatIsNone) {
  PlainFace face(KnockAtDoor{.link = {}, .name = "Ombak", .greeting = {}});
  face.begin();
  face.on_line("https://meet.example/j#ab");

  const Step again = face.on_event(Refused{"link_checksum"}, 0);
  EXPECT_TRUE(again.secret);
  EXPECT_THAT(again.text, HasSubstr("Copy it again"));

  EXPECT_EQ(only<KnockAtDoor>(face.on_line("https://meet.example/j#abc")).link,
            "https://meet.example/j#abc");
}

TEST(PlainFace, MayBeLeftAtEveryQuestion) {
  PlainFace face(KnockAtDoor{});
  face.begin();

  EXPECT_TRUE(face.on_line("/quit").quit);
}

TEST(PlainFace, SaysWhatIsTyped) {
  PlainFace face = inside();

  EXPECT_EQ(only<Say>(face.on_line("Selamat pagi.")).text, "Selamat pagi.");
  EXPECT_EQ(only<Say>(face.on_line("//help is a word")).text, "/help is a word");
  EXPECT_THAT(face.on_line("   ").commands, IsEmpty());
}

TEST(PlainFace, ReadsCommands) {
  PlainFace face = inside();

  EXPECT_EQ(only<Invite>(face.on_line("/invite")).uses, 1);
  EXPECT_EQ(only<Invite>(face.on_line("/invite 5 2")).valid, std::chrono::hours(2));
  EXPECT_EQ(only<Admit>(face.on_line("/admit 3")).slot, 3u);
  only<AdmitAll>(face.on_line("/admit"));
  only<AdmitAll>(face.on_line("/admit all"));
  EXPECT_EQ(only<Deny>(face.on_line("/deny 4 Not this time.")).text, "Not this time.");
  EXPECT_EQ(only<RemoveMember>(face.on_line("/remove Sen Trắng")).who, "Sen Trắng");
  EXPECT_FALSE(only<MuteMember>(face.on_line("/unmute Ombak")).muted);
  EXPECT_EQ(only<OpenRoom>(face.on_line("/open open")).admission, room::Admission::open);
  only<AskSafetyCode>(face.on_line("/code"));
  only<CloseRoom>(face.on_line("/close"));
  only<RebuildGroup>(face.on_line("/rebuild"));
  EXPECT_TRUE(face.on_line("/quit").quit);
  EXPECT_TRUE(face.on_end_of_input().quit);
}

TEST(PlainFace, ReadsHowTheMeetingGoes) {
  PlainFace face = inside();
  const auto mode = only<SetMode>(face.on_line("/mode queue 4 fair auto"));
  EXPECT_EQ(mode.mode, room::Mode::queue);
  EXPECT_EQ(mode.turn_seconds, 240);
  EXPECT_TRUE(mode.fair && mode.passes_on);
  EXPECT_EQ(only<SetMode>(face.on_line("/mode staff")).mode, room::Mode::staff_only);
  EXPECT_EQ(only<CallOn>(face.on_line("/call Ben")).who, "Ben");
  EXPECT_EQ(only<CallOn>(face.on_line("/call")).who, "");
  EXPECT_EQ(only<GrantTime>(face.on_line("/more")).seconds, 120);
  EXPECT_EQ(only<GrantTime>(face.on_line("/more 5")).seconds, 300);
  for (const std::string wrong : {"/mode", "/mode dance", "/mode queue 0", "/mode queue 61",
                                  "/mode queue 4 never", "/more 0", "/more some"}) {
    const Step step = face.on_line(wrong);
    EXPECT_TRUE(step.commands.empty()) << wrong;
    EXPECT_THAT(step.text, StartsWith("Write /")) << wrong;
  }
}

TEST(PlainFace, SaysHowACommandIsWrittenWhenItIsNot) {
  PlainFace face = inside();

  for (const char* line : {"/invite many", "/invite 0", "/invite 5 0", "/invite 99999", "/admit x",
                           "/deny", "/remove", "/mute", "/open sesame", "/dance"}) {
    const Step step = face.on_line(line);
    EXPECT_THAT(step.commands, IsEmpty()) << line;
    EXPECT_THAT(step.text, HasSubstr("/")) << line;
  }
}

TEST(PlainFace, IsolatesNamesAndTextsOfOthers) {
  PlainFace face = inside();

  const Step step = face.on_event(Message{{}, {}, {{}, "މޫދު", false, false}, "a\n\x1b[2Jb"}, 0);

  EXPECT_EQ(step.text, "\u2068މޫދު\u2069: \u2068a \uFFFD[2Jb\u2069\n");
}

TEST(PlainFace, DoesNotRepeatWhatWasTypedHere) {
  PlainFace face = inside();

  EXPECT_EQ(face.on_event(Message{{}, {}, {{}, "Lantern", true, true}, "hello"}, 0).text, "");
  EXPECT_EQ(face.on_event(Done{}, 0).text, "");
  EXPECT_EQ(face.on_event(Done{}, 1).text, "Done.\n");
}

TEST(PlainFace, ReportsTheLastWordsOfSomebody) {
  PlainFace face = inside();
  const auto hear = [&](std::uint64_t seq, std::string_view name) {
    face.on_event(Message{room::Seq{seq}, {}, {{}, std::string(name), false, false}, "x"}, 0);
  };
  hear(5, "Sen Tr");
  hear(6, "Sen Tr");
  hear(7, "Sen");

  const auto asked = [&](std::string_view line) {
    const Step step = face.on_line(line);
    return step.commands.empty() ? ReportMessage{} : std::get<ReportMessage>(step.commands[0].body);
  };
  EXPECT_EQ(asked("/report Sen Tr he threatens me").seq, room::Seq{6});
  EXPECT_EQ(asked("/report Sen he threatens me").seq, room::Seq{7});
  EXPECT_EQ(asked("/report Sen he threatens me").reason, "he threatens me");
  EXPECT_EQ(asked("/report Sen").reason, "");
  EXPECT_EQ(asked("/report Nobody").seq, room::Seq{});
  const auto sealed = face.on_event(SafeguardingText{"AQAB\n"}, 1);
  EXPECT_THAT(sealed.text, HasSubstr("\nAQAB\n"));
}

TEST(PlainFace, NamesATroubleOnceUntilItIsOver) {
  PlainFace face = inside();

  EXPECT_THAT(face.on_trouble(Ending::refused).text, Not(IsEmpty()));
  EXPECT_THAT(face.on_trouble(Ending::refused).text, IsEmpty());
  face.on_event(Online{}, 0);
  EXPECT_THAT(face.on_trouble(Ending::refused).text, Not(IsEmpty()));
}

TEST(PlainFace, DrawsAnInvitationWhereAskedTo) {
  const Invitation made{"https://h/j#x", 1, std::chrono::hours(24), "T", "S"};
  PlainFace quiet = inside();
  EXPECT_THAT(quiet.on_event(made, 1).text, Not(HasSubstr("█")));

  PlainFace drawn(a_room(), {.qr = true});
  const std::string text = drawn.on_event(made, 1).text;
  EXPECT_THAT(text, HasSubstr("█"));
  EXPECT_TRUE(text.ends_with("https://h/j#x\n")) << "the link stands under its code";
}

TEST(PlainFace, PrintsACardOfTheNewestInvitation) {
  PlainFace face = inside();
  EXPECT_FALSE(face.on_line("/card a.html").file);
  face.on_event(Invitation{"https://h/j#old", 1, std::chrono::hours(24), "Circle", ""}, 1);
  face.on_event(Invitation{"https://h/j#new", 1, std::chrono::hours(24), "Circle", ""}, 1);

  const auto plain = face.on_line("/card my card.html").file;
  const auto titled = face.on_line("/card b.html title").file;

  ASSERT_TRUE(plain && titled);
  EXPECT_EQ(plain->path, "my card.html");
  EXPECT_THAT(plain->content, HasSubstr("#new"));
  EXPECT_THAT(plain->content, Not(HasSubstr("Circle")));
  EXPECT_EQ(titled->path, "b.html");
  EXPECT_THAT(titled->content, HasSubstr("Circle"));
  EXPECT_THAT(face.on_line("/card").text, HasSubstr("/card card.html"));
}

TEST(PlainFace, WritesAnAuditAndSaysWhereItIs) {
  PlainFace face = inside();
  EXPECT_EQ(only<ExportAudit>(face.on_line("/audit room.audit")).path, "room.audit");
  EXPECT_THAT(face.on_line("/audit").text, HasSubstr("/audit room.audit"));

  const auto file = face.on_event(AuditReady{"room.audit", {}}, 1).file;

  ASSERT_TRUE(file);
  EXPECT_THAT(file->content, StartsWith("hearth audit 1\n"));
  EXPECT_THAT(face.on_file(*file, "").text, HasSubstr("room.audit"));
  EXPECT_THAT(face.on_file(*file, "The disk is full.").text, HasSubstr("Not written. The disk"));
}

TEST(PlainFace, WarnsOfAKnockThatLooksLikeStaff) {
  PlainFace face = inside();
  face.on_event(Entered{"T", {{{}, "Lantern", true, true}}, false}, 0);

  EXPECT_THAT(face.on_event(KnockWaiting{1, "L\u0430ntern", {}, false}, 0).text,
              HasSubstr("looks like \u2068Lantern\u2069, who is staff."));
  EXPECT_THAT(face.on_event(KnockWaiting{2, "Ombak", {}, false}, 0).text,
              Not(HasSubstr("Careful")));
}

TEST(PlainFace, ComposesTheNameThatIsTyped) {
  PlainFace face(KnockAtDoor{});
  face.begin();
  face.on_line("https://h/j#x");
  EXPECT_EQ(only<KnockAtDoor>(face.on_line("Sen Tra\u0306\u0301ng")).name, "Sen Tr\u1EAFng");
}

agenda::AgendaCard card_of_two() {
  agenda::AgendaCard card;
  card.plan.title = "Circle";
  for (const std::string name : {"Welcome", "Shares"}) {
    agenda::Item& item = card.plan.items.emplace_back();
    item.name = name;
    item.reading = "One.\nTwo.";
  }
  return card;
}

// What everybody reads comes a line at a time, for those who listen to it.
TEST(PlainFace, ReadsACardLineByLine) {
  PlainFace face(inside());
  const Step step = face.on_event(ItemBegan{card_of_two(), {}, {}}, 0);
  const auto lines = std::ranges::count(step.text, '\n');
  EXPECT_EQ(static_cast<std::size_t>(lines), agenda::lines_of(card_of_two()).size());
  EXPECT_NE(step.text.find("Two."), std::string::npos);
}

TEST(PlainFace, ReadsHowTheAgendaGoes) {
  PlainFace face(inside());
  EXPECT_EQ(only<GoToItem>(face.on_line("/item 3")).number, 3u);
  only<NextItem>(face.on_line("/next"));
  only<PreviousItem>(face.on_line("/back"));
  only<AskAgenda>(face.on_line("/agenda"));
  EXPECT_NE(face.on_line("/agenda some.pack").text.find("template"), std::string::npos);
  EXPECT_NE(face.on_line("/agenda /nowhere/some.pack hour").text.find("cannot be read"),
            std::string::npos);
  EXPECT_FALSE(face.on_line("/item x").text.empty());
}

TEST(Words, SayEveryEventOnOneLine) {
  const Person who{{}, "Sen\nTrắng", true, false};
  const std::vector<Event> events{
      Online{},
      Offline{std::chrono::seconds(2)},
      RoomCreated{{}, "T"},
      Invitation{"https://h/j#x", 1, std::chrono::hours(24), "T", "S"},
      DoorShown{},
      Knocking{},
      KnockRefused{"gate_spent", true},
      Denied{"no"},
      Invites{{InviteLine{}}},
      ReferralLink{"https://h/j#x.y"},
      InvitationMade{2, false, who},
      InvitationRevoked{who},
      LockReplaced{who},
      KnockWaiting{3, "a", "b", false},
      KnockGone{3},
      Entered{"T", {who}, false},
      Joined{who, {}, who},
      Left{who, {}},
      Removed{who, {}, who, std::chrono::hours(1)},
      Message{{}, {}, who, "x"},
      Expired{{}, 2},
      Gap{{}, 3},
      GenerationBegan{2},
      Opened{1},
      Closed{},
      Rebuilt{},
      PauseChanged{true, true},
      LockChanged{true},
      MuteChanged{who, true, who},
      LobbyChanged{who, true, who},
      StaffShown{{{who, {}, true, true}}, 1},
      StaffChanged{{{{who, {}, true, false}}, 0}, {who}, {who}, who},
      SupporterChanged{{}, true, true, who},
      AppointmentOffered{who, true, true},
      AppointmentAnswered{who, true},
      QuorumAsked{who, {who}, {who}},
      SlowModeChanged{20, who},
      FloorModeChanged{room::Mode::queue, 240, false, true, who},
      HandChanged{who, true, 2},
      TurnBegan{who, 240},
      TurnEnded{who},
      TurnExtended{who, 360, who},
      TurnPassed{who},
      TurnSignal{who, false},
      HeardYou{who},
      LeadChanged{who},
      LeadOffered{who},
      LeadWithdrawn{who},
      ItemBegan{card_of_two(), {}, who},
      ItemOver{2, "Shares", std::chrono::minutes(3)},
      AgendaShown{card_of_two().plan, 1, {}},
      FloorShown{room::Mode::queue, who, std::chrono::seconds(70), {who}, who},
      Erased{{room::Seq{}}, false, who},
      NotSent{"x", "muted"},
      Nudged{who, "x"},
      LobbyLineReceived{who, 3, "x"},
      ReportReceived{
          who, "why", 1, {{{}, who, "x", true, {}}, {{}, who, "x", false, "sender_differs"}}},
      FaultReported{who, {}, "x"},
      DeskEmpty{},
      SafeguardingText{"AQ\n"},
      Skipped{{}, room::EntryKind::commit, "author_not_steward", "a"},
      Faulted{{}, "x", "a"},
      HardStop{"head_differs", "a"},
      Withheld{std::chrono::seconds(150)},
      WithheldEnded{},
      StayCopied{},
      Refused{"not_staff"},
      Done{},
      Ended{"removed"},
      SafetyCodes{{{7, "1234567890123456789012345"}}},
      Members{{who}},
      Bans{{{who, "a", std::chrono::hours(1)}}},
      StatusReport{},
      Entries{},
      AuditReady{"f", {}},
      RawOpened{false, "open_failed"}};
  ASSERT_EQ(events.size(), std::variant_size_v<Event>);
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].index(), i);
    const std::string line = line_of(events[i]);
    EXPECT_FALSE(line.empty()) << i;
    EXPECT_EQ(line.find_first_of("\n\r\x1b"), std::string::npos) << line;
  }
}

// Somebody who is removed in the middle of a line must not finish it in a shell.
TEST(PlainFace, TakesTheLineThatIsBeingTypedWhenOthersEndTheStay) {
  PlainFace face(a_room(), {.takes_last_line = true});
  face.begin();
  ASSERT_TRUE(face.ends_with_core());

  EXPECT_THAT(face.on_event(Ended{"removed"}, 0).text, HasSubstr("Press Enter"));
  EXPECT_FALSE(face.ends_with_core());
  const Step last = face.on_line("my brother's name is");

  EXPECT_THAT(last.commands, IsEmpty());
  EXPECT_TRUE(last.quit);
}

TEST(PlainFace, EndsAtOnceWhereItIsAskedToOrNobodyTypes) {
  PlainFace at_a_terminal(a_room(), {.takes_last_line = true});
  PlainFace in_a_pipe(a_room());
  at_a_terminal.begin();
  in_a_pipe.begin();

  at_a_terminal.on_event(Ended{"left"}, 0);
  in_a_pipe.on_event(Ended{"removed"}, 0);

  EXPECT_TRUE(at_a_terminal.ends_with_core());
  EXPECT_TRUE(in_a_pipe.ends_with_core());
}

TEST(Words, GroupTheSafetyCodeByFives) {
  EXPECT_THAT(line_of(SafetyCodes{{{7, "1234567890123456789012345"}}}),
              StartsWith("Safety code 12345 67890 12345 67890 12345, number 7."));
}

TEST(Words, TellKindlyWhoIsSharingAndHowToComeToATurn) {
  using enum room::Mode;
  const Person bulan{{}, "Bulan", false, false};
  EXPECT_EQ(line_of(NotSent{"my turn?", "out_of_turn", queue, bulan}),
            "Not sent: \u2068my turn?\u2069. \u2068Bulan\u2069 is sharing now. You are welcome to "
            "share too: type ! to raise your hand.");
  EXPECT_THAT(
      line_of(NotSent{"and I", "turn_taken", round, bulan}),
      EndsWith("\u2068Bulan\u2069 is sharing now. You are welcome to share too: write again "
               "when they have finished."));
  EXPECT_THAT(line_of(NotSent{"now?", "out_of_turn", queue, bulan, 2}),
              EndsWith("is sharing now. Your hand is up: you are number 2."));
  EXPECT_THAT(line_of(NotSent{"now?", "out_of_turn", queue, {}, 1}),
              EndsWith("\u2069. Your hand is up: you are number 1."));
  EXPECT_THAT(line_of(NotSent{"now?", "out_of_turn", queue}),
              HasSubstr("Type ! to raise your hand"));
}

TEST(Words, TellWhoLooksAtTheFloorWhatTheyCanDoThere) {
  using enum room::Mode;
  const Person bulan{{}, "Bulan", false, false};
  const Person own{{}, "Kingfisher", false, true};
  EXPECT_THAT(line_of(FloorShown{queue, bulan, std::chrono::seconds(70), {}, bulan}),
              AllOf(HasSubstr("The turn is \u2068Bulan\u2069's. 70 seconds left."),
                    EndsWith("Type ! to raise your hand.")));
  EXPECT_THAT(line_of(FloorShown{queue, bulan, {}, {own}, bulan}), Not(HasSubstr("Type !")));
  EXPECT_THAT(line_of(FloorShown{queue, own, {}, {}, bulan}), HasSubstr("Type done"));
  EXPECT_THAT(line_of(FloorShown{round, {}, {}, {}, bulan}), EndsWith("or type pass."));
  EXPECT_THAT(line_of(FloorShown{free, {}, {}, {}, bulan}), Not(HasSubstr("Type")));
}

TEST(Words, HaveASentenceForReasonsTheyDoNotKnow) {
  EXPECT_THAT(sentence_of("something_new"), HasSubstr("something_new"));
}

// --- The vault ----------------------------------------------------------------------------------

TEST(PlainFace, AsksTwiceForTheNewPassphraseAndThenGoesOn) {
  PlainFace face(a_room(), {.vault = "my.vault"});

  EXPECT_TRUE(face.begin().secret);
  EXPECT_TRUE(face.on_line(" words of mine ").secret);
  const Step differs = face.on_line("words of mine");  // Blanks count.
  EXPECT_THAT(differs.text, HasSubstr("not the same"));
  EXPECT_FALSE(differs.vault);
  face.on_line(" words of mine ");
  const Step made = face.on_line(" words of mine ");

  ASSERT_TRUE(made.vault);
  EXPECT_EQ(made.vault->what, VaultAsk::What::create);
  EXPECT_EQ(made.vault->path, "my.vault");
  EXPECT_TRUE(equal(made.vault->passphrase.view(), view_of(" words of mine ")));
  EXPECT_EQ(only<CreateRoom>(face.on_vault({VaultNews::What::created})).title, "Circle");
}

TEST(PlainFace, AsksAgainForAPassphraseThatDoesNotOpenAndEndsWhereNoneCan) {
  PlainFace face(OpenVault{}, {.vault = "my.vault"});

  EXPECT_TRUE(face.begin().secret);
  ASSERT_TRUE(face.on_line("words").vault);
  const Step again = face.on_vault({VaultNews::What::failed, "vault_not_opened"});
  EXPECT_TRUE(again.secret);
  EXPECT_FALSE(again.quit);
  ASSERT_TRUE(face.on_line("other words").vault);
  EXPECT_TRUE(face.on_vault({VaultNews::What::failed, "vault_busy"}).quit);
}

TEST(PlainFace, HidesEverythingUntilThePassphraseComes) {
  PlainFace face(OpenVault{}, {.vault = "my.vault", .clears = true});
  face.begin();
  face.on_line("words");
  face.on_vault({VaultNews::What::opened});
  const Step hides = face.on_line("/hide");
  ASSERT_TRUE(hides.vault);
  EXPECT_EQ(hides.vault->what, VaultAsk::What::lock);

  const Step locked = face.on_vault({VaultNews::What::locked, {}, true});

  EXPECT_TRUE(locked.secret);
  EXPECT_TRUE(locked.text.starts_with("\033[2J\033[3J"));
  // Nothing is said any more, and another process may not end this one.
  const Step typed = face.on_line("words");
  EXPECT_THAT(typed.commands, IsEmpty());
  ASSERT_TRUE(typed.vault);
  EXPECT_FALSE(face.on_vault({VaultNews::What::failed, "vault_busy"}).quit);
  ASSERT_TRUE(face.on_line("words").vault);
  face.on_vault({VaultNews::What::opened});
  EXPECT_EQ(only<Say>(face.on_line("hello")).text, "hello");
}

TEST(PlainFace, MakesAVaultLaterOnce) {
  PlainFace face = inside();

  EXPECT_THAT(face.on_line("/hide").text, HasSubstr("no vault"));
  EXPECT_THAT(face.on_line("/vault").text, HasSubstr("name of a new file"));
  EXPECT_TRUE(face.on_line("/vault my.vault").secret);
  face.on_line("words of mine");
  ASSERT_TRUE(face.on_line("words of mine").vault);
  EXPECT_FALSE(face.on_vault({VaultNews::What::failed, "vault_exists"}).quit);
  face.on_line("/vault other.vault");
  face.on_line("words of mine");
  const Step made = face.on_line("words of mine");
  ASSERT_TRUE(made.vault);
  EXPECT_EQ(made.vault->path, "other.vault");
  EXPECT_THAT(face.on_vault({VaultNews::What::created}).commands, IsEmpty());
  EXPECT_THAT(face.on_line("/vault third").text, HasSubstr("already"));
}

}  // namespace
}  // namespace hearth::client
