// The JSON face: objects to commands, events to objects.
#include "client/console/json_face.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hearth::client {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::expected<CommandBody, std::string> read(std::string_view text) {
  return command_of(*json::parse(text));
}

template <class T>
T command(std::string_view text) {
  auto made = read(text);
  if (!made || !std::holds_alternative<T>(*made)) {
    ADD_FAILURE() << text << ": " << (made ? "another command" : made.error());
    return T{};
  }
  return std::get<T>(*std::move(made));
}

json::Value said(const Step& step) {
  EXPECT_TRUE(step.text.ends_with('\n'));
  auto object = json::parse(step.text.substr(0, step.text.size() - 1));
  EXPECT_TRUE(object) << step.text;
  return object ? *object : json::Value();
}

TEST(JsonCommand, ReadsEveryField) {
  const auto create = command<CreateRoom>(
      R"({"cmd":"create","host":"h:1","title":"T","name":"N","retention":"24h","admission":"open",)"
      R"("members_max":20,"agreement":"A","schedule":"S","services":"V"})");
  EXPECT_EQ(create.host, "h:1");
  EXPECT_EQ(create.retention, room::Retention::day);
  EXPECT_EQ(create.admission, room::Admission::open);
  EXPECT_EQ(create.limits.members_max, 20);
  EXPECT_EQ(create.services, "V");

  const auto invite = command<Invite>(R"({"cmd":"invite","uses":5,"hours":2,"standing":true})");
  EXPECT_EQ(invite.uses, 5);
  EXPECT_EQ(invite.valid, std::chrono::hours(2));
  EXPECT_TRUE(invite.standing);

  const auto open = command<OpenRaw>(
      R"({"cmd":"open_raw","seq":4294967298,"kind":"app","generation":2,"body":"00ff"})");
  EXPECT_EQ(open.entry.seq.value, 4294967298u);
  EXPECT_EQ(open.entry.generation, 2);
  EXPECT_EQ(open.entry.body, (Bytes{0x00, 0xff}));
}

TEST(JsonCommand, HasDefaults) {
  EXPECT_EQ(command<Invite>(R"({"cmd":"invite"})").uses, 1);
  EXPECT_FALSE(command<KnockAtDoor>(R"({"cmd":"knock","link":"l","name":"n"})").look_only);
  EXPECT_EQ(command<Nudge>(R"({"cmd":"nudge","who":"n","text":"t"})").text, "t");
  EXPECT_EQ(command<LobbyLine>(R"({"cmd":"line","slot":3,"text":"t"})").slot, 3u);
  EXPECT_FALSE(command<LobbyLine>(R"({"cmd":"line","text":"t"})").slot);
  EXPECT_EQ(command<ReportMessage>(R"({"cmd":"report","seq":9,"reason":"r"})").seq, room::Seq{9});
  EXPECT_TRUE(command<MuteMember>(R"({"cmd":"mute","who":"n"})").muted);
}

TEST(JsonCommand, KeepsTheDoorAndThePeace) {
  const auto invite = command<Invite>(R"({"cmd":"invite","label":"a friend","staff_pass":true})");
  EXPECT_EQ(invite.label, "a friend");
  EXPECT_TRUE(invite.staff_pass);
  EXPECT_EQ(command<RevokeInvite>(R"({"cmd":"revoke","number":3})").number, 3u);
  EXPECT_EQ(command<ReprintInvite>(R"({"cmd":"reprint","number":3})").number, 3u);
  command<ChangeLock>(R"({"cmd":"change_lock"})");
  EXPECT_EQ(command<BanMember>(R"({"cmd":"ban","who":"n"})").seconds, 86'400u);
  const auto since = command<RemoveSince>(R"({"cmd":"remove_since","seq":7})");
  EXPECT_EQ(since.seq, room::Seq{7});
  EXPECT_EQ(command<RemoveSince>(R"({"cmd":"remove_since","minutes":5})").minutes, 5u);
  EXPECT_EQ(command<SlowMode>(R"({"cmd":"slow_mode","seconds":20})").seconds, 20);
  const auto mode = command<SetMode>(R"({"cmd":"mode","mode":"round","seconds":90,"fair":true})");
  EXPECT_EQ(mode.mode, room::Mode::round);
  EXPECT_EQ(mode.turn_seconds, 90);
  EXPECT_TRUE(mode.fair && !mode.passes_on);
  EXPECT_EQ(command<CallOn>(R"({"cmd":"call_on","who":"Ben","seconds":60})").seconds, 60);
  EXPECT_EQ(command<GrantTime>(R"({"cmd":"grant","seconds":60})").seconds, 60);
  EXPECT_FALSE(command_of(*json::parse(R"({"cmd":"mode","mode":"dance"})")));
  EXPECT_FALSE(command_of(*json::parse(R"({"cmd":"grant","seconds":3601})")));
  EXPECT_THAT(command<EraseEntries>(R"({"cmd":"erase","seqs":[1,2]})").seqs, SizeIs(2));
  EXPECT_THAT(command<RebuildGroup>(R"({"cmd":"rebuild","without":["n"]})").without, SizeIs(1));
  EXPECT_THAT(command<RebuildGroup>(R"({"cmd":"rebuild"})").without, IsEmpty());
  EXPECT_EQ(command<NameDeputy>(R"({"cmd":"name_deputy","who":"n","quorum":2})").quorum, 2);
  EXPECT_TRUE(
      command<AppointSupporter>(R"({"cmd":"appoint_supporter","who":"n","keeper":true})").keeper);
  EXPECT_THAT(read(R"({"cmd":"erase","seqs":["a"]})").error(), HasSubstr("whole numbers"));
  EXPECT_THAT(read(R"({"cmd":"rebuild","without":"n"})").error(), HasSubstr("list of strings"));
  EXPECT_THAT(read(R"({"cmd":"appoint"})").error(), HasSubstr("\"who\" is missing"));
}

TEST(JsonCommand, SaysWhatIsWrong) {
  EXPECT_THAT(read("[]").error(), HasSubstr("object"));
  EXPECT_THAT(read(R"({"id":1})").error(), HasSubstr("\"cmd\""));
  EXPECT_THAT(read(R"({"cmd":"dance"})").error(), HasSubstr("dance"));
  EXPECT_THAT(read(R"({"cmd":"say"})").error(), HasSubstr("\"text\" is missing"));
  EXPECT_THAT(read(R"({"cmd":"say","text":1})").error(), HasSubstr("string"));
  EXPECT_THAT(read(R"({"cmd":"say","text":"a","loud":true})").error(), HasSubstr("\"loud\""));
  EXPECT_THAT(read(R"({"cmd":"invite","uses":70000})").error(), HasSubstr("65535"));
  EXPECT_THAT(read(R"({"cmd":"invite","uses":-1})").error(), HasSubstr("whole number"));
  EXPECT_THAT(read(R"({"cmd":"open","admission":"ajar"})").error(), HasSubstr("ajar"));
  EXPECT_THAT(read(R"({"cmd":"open_raw","seq":1,"kind":"app","generation":1,"body":"0"})").error(),
              HasSubstr("hexadecimal"));
}

TEST(JsonFace, GivesTheIdBackWithEveryAnswer) {
  JsonFace face;

  const Step step = face.on_line(R"({"cmd":"status","id":{"mine":[1,"x"]}})");
  ASSERT_THAT(step.commands, SizeIs(1));
  const std::uint64_t tag = step.commands[0].tag;

  const json::Value id = *json::parse(R"({"mine":[1,"x"]})");
  EXPECT_EQ(*said(face.on_event(StatusReport{}, tag)).find("id"), id);
  EXPECT_EQ(*said(face.on_event(Done{}, tag)).find("id"), id);
  EXPECT_EQ(said(face.on_event(Online{}, 0)).find("id"), nullptr);
}

TEST(JsonFace, KeepsIdsApart) {
  JsonFace face;
  const auto first = face.on_line(R"({"cmd":"status","id":"a"})").commands.at(0).tag;
  const auto second = face.on_line(R"({"cmd":"status","id":"b"})").commands.at(0).tag;

  EXPECT_EQ(said(face.on_event(Done{}, second)).find("id")->as_string(), "b");
  EXPECT_EQ(said(face.on_event(Done{}, first)).find("id")->as_string(), "a");
  EXPECT_EQ(face.on_line(R"({"cmd":"status"})").commands.at(0).tag, 0u);
}

TEST(JsonFace, AnswersABadLineAndGoesOn) {
  JsonFace face;

  const json::Value broken = said(face.on_line("{"));
  EXPECT_EQ(broken.find("event")->as_string(), "error");
  EXPECT_EQ(*said(face.on_line(R"({"cmd":"dance","id":7})")).find("id"), json::Value(7));
  EXPECT_THAT(face.on_line("  ").text, IsEmpty());
  EXPECT_THAT(face.on_line(R"({"cmd":"members"})").commands, SizeIs(1));
}

TEST(JsonFace, EndsWithQuitOrTheEndOfInput) {
  JsonFace face;

  EXPECT_TRUE(face.on_line(R"({"cmd":"quit"})").quit);
  EXPECT_TRUE(face.on_end_of_input().quit);
  EXPECT_FALSE(face.ends_with_core());
}

TEST(JsonEvent, HasNameFieldsAndTheLineOfThePlainFace) {
  const json::Value event =
      json_of(Message{room::Seq::at(1, 2), {}, {{}, "Ombak", true, false}, "Hai\n"});

  EXPECT_EQ(event.find("event")->as_string(), "message");
  EXPECT_EQ(event.find("seq")->as_u64(), 4294967298u);
  EXPECT_EQ(event.find("h")->as_string(), std::string(64, '0'));
  EXPECT_EQ(event.find("from")->find("name")->as_string(), "Ombak");
  EXPECT_TRUE(event.find("from")->find("staff")->as_bool());
  EXPECT_EQ(event.find("text")->as_string(), "Hai\n");  // As it was said: scripts see the truth.
  EXPECT_EQ(event.find("line")->as_string(), "\u2068Ombak\u2069 (staff): \u2068Hai \u2069");
}

TEST(JsonEvent, ListsEntries) {
  SeenEntry seen;
  seen.at.seq = room::Seq::at(0, 9);
  seen.kind = room::EntryKind::commit;
  seen.generation = 3;
  const json::Value event = json_of(Entries{{seen}});

  const json::Value& entry = event.find("entries")->as_array().at(0);
  EXPECT_EQ(entry.find("seq")->as_u64(), 9u);
  EXPECT_EQ(entry.find("kind")->as_string(), "commit");
  EXPECT_EQ(entry.find("generation")->as_u64(), 3u);
  EXPECT_FALSE(entry.find("lost")->as_bool());
}

TEST(JsonFace, WritesAnAuditAndAnswersWithItsId) {
  JsonFace face;
  const Step asked = face.on_line(R"({"cmd":"audit_export","path":"a","id":5})");
  ASSERT_THAT(asked.commands, SizeIs(1));

  const auto file = face.on_event(AuditReady{"a", {}}, asked.commands[0].tag).file;

  ASSERT_TRUE(file);
  const json::Value written = said(face.on_file(*file, ""));
  EXPECT_EQ(written.find("event")->as_string(), "written");
  EXPECT_EQ(written.find("what")->as_string(), "audit");
  EXPECT_EQ(*written.find("id"), json::Value(5));
  EXPECT_EQ(said(face.on_file(*file, "No.")).find("reason")->as_string(), "not_written");
}

TEST(JsonFace, PrintsACard) {
  JsonFace face;
  EXPECT_EQ(said(face.on_line(R"({"cmd":"card","path":"c"})")).find("event")->as_string(), "error");
  face.on_event(Invitation{"https://h/j#x", 1, std::chrono::hours(24), "Circle", ""}, 0);

  const auto file = face.on_line(R"({"cmd":"card","path":"c","title":true,"id":"k"})").file;

  ASSERT_TRUE(file);
  EXPECT_THAT(file->content, HasSubstr("Circle"));
  EXPECT_EQ(said(face.on_file(*file, "")).find("id")->as_string(), "k");
  EXPECT_EQ(said(face.on_line(R"({"cmd":"card"})")).find("event")->as_string(), "error");
}

TEST(JsonFace, FlagsANameThatLooksLikeStaff) {
  JsonFace face;
  face.on_event(Entered{"T", {{{}, "Lantern", true, true}}, false}, 0);

  const json::Value flagged =
      said(face.on_event(KnockWaiting{1, "L\u0430nt\u200Bern", {}, false}, 0));
  EXPECT_EQ(flagged.find("looks_like")->as_string(), "Lantern");
  EXPECT_TRUE(flagged.find("hidden_characters")->as_bool());
  EXPECT_THAT(flagged.find("line")->as_string(), HasSubstr("Careful"));
  const json::Value fine = said(face.on_event(KnockWaiting{2, "Ombak", {}, false}, 0));
  EXPECT_EQ(fine.find("looks_like"), nullptr);
}

TEST(JsonFace, ShowsSealedEntriesWhenAsked) {
  JsonFace face(true);
  const room::Entry entry{room::Seq::at(0, 5), room::EntryKind::app, 2, Bytes{1, 2}};

  const json::Value whole = said(face.on_sealed_entry(room::LogRecord::of(entry)));
  EXPECT_EQ(whole.find("body")->as_string(), "0102");
  const json::Value hash = said(face.on_sealed_entry(room::LogRecord::tombstone_of(entry)));
  EXPECT_EQ(hash.find("body"), nullptr);
  EXPECT_EQ(hash.find("body_hash")->as_string(), whole.find("body_hash")->as_string());
}

TEST(JsonFace, AnswersALineThatIsTooLongAndGoesOn) {
  JsonFace face;

  const Step step = face.on_long_line();

  EXPECT_THAT(step.text, HasSubstr(R"("event":"error")"));
  EXPECT_FALSE(step.quit);
}

TEST(JsonFace, AsksForTheVaultAndSaysWhatBecameOfIt) {
  JsonFace face;
  const Step opens =
      face.on_line(R"({"cmd":"vault_open","path":"v","passphrase":"words of mine","id":7})");
  ASSERT_TRUE(opens.vault);
  EXPECT_EQ(opens.vault->what, VaultAsk::What::open);
  EXPECT_TRUE(equal(opens.vault->passphrase.view(), view_of("words of mine")));

  const json::Value failed =
      said(face.on_vault({VaultNews::What::failed, "vault_busy", false, opens.vault->tag}));
  EXPECT_EQ(*failed.find("reason"), json::Value("vault_busy"));
  EXPECT_EQ(*failed.find("id"), json::Value(7));
  EXPECT_THAT(failed.find("line")->as_string(), HasSubstr("Another hearth"));
  const json::Value locked = said(face.on_vault({VaultNews::What::locked, {}, true}));
  EXPECT_EQ(*locked.find("state"), json::Value("locked"));
  EXPECT_EQ(*locked.find("by_itself"), json::Value(true));

  EXPECT_EQ(*said(face.on_line(R"({"cmd":"vault_open","path":"v"})")).find("event"),
            json::Value("error"));
}

}  // namespace
}  // namespace hearth::client
