// The audit file: what holds, what is said of it, and every way to change it.
#include "client/console/audit_file.h"

#include <functional>
#include <sstream>

#include <gmock/gmock.h>

#include "tests/unit/protocol/meeting/room_script.h"

namespace hearth::client {
namespace {

using meeting::RoomScript;
using room::EntryKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using Lines = std::vector<std::string>;

AuditList list_of(const RoomScript& script, const std::vector<room::Entry>& log,
                  std::size_t from = 0) {
  AuditList list;
  list.room = script.builder.room;
  list.member_part = hash_of(script.builder.member_part);
  list.server_part = script.builder.server_part;
  room::Hash h{};
  for (std::size_t i = 0; i < log.size(); ++i) {
    const room::Entry& entry = log[i];
    if (i == from) list.start = {i == 0 ? room::Seq{} : log[i - 1].seq, h};
    h = room::chain_step(list.room, h, entry.seq, entry.kind, entry.generation,
                         crypto::sha256(entry.body));
    if (i < from) continue;
    auto record = room::LogRecord::of(entry);
    if (entry.kind != EntryKind::control) record = room::LogRecord::tombstone_of(entry);
    list.entries.push_back({record, h});
  }
  list.checkpoint =
      room::Checkpoint::make(list.room, {log.back().seq, h}, script.builder.server_id);
  return list;
}

std::expected<AuditReport, AuditFault> verified(const std::string& text) {
  std::istringstream file(text);
  return verify_audit(file);
}
std::string fault_of(const std::string& text) {
  const auto report = verified(text);
  if (report) return "holds";
  return std::to_string(report.error().line) + " " + std::string(report.error().reason);
}

Lines lines_of(const std::string& text) {
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}
std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}
std::size_t line_with(const Lines& lines, std::string_view what, std::size_t skip = 0) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].find(what) != std::string::npos && skip-- == 0) return i;
  }
  ADD_FAILURE() << "no line with " << what;
  return 0;
}

// A meeting with guests, words, a mute, a pause by the server, a removal, and a state at its end.
class AuditFile : public testing::Test {
 protected:
  AuditFile() {
    script.open(room::Admission::lobby, 2);
    EXPECT_TRUE(script.append(script.member(1), {script.app()}));
    EXPECT_TRUE(script.append(script.staff(), {script.by_staff(mute(2))}));
    EXPECT_TRUE(script.append_server(room::PauseOp{}));
    EXPECT_TRUE(script.append(script.staff(), {script.by_staff(room::ResumeOp{})}));
    EXPECT_TRUE(script.append(
        script.staff(),
        {script.commit(), script.by_staff(script.remove({script.builder.handle(2)}))}));
    EXPECT_TRUE(script.append(script.member(1), {script.app(1024)}));
    EXPECT_TRUE(script.append(script.staff(), {script.state_entry()}));
    EXPECT_TRUE(script.append(script.member(1), {script.app()}));
    list = list_of(script, script.log);
  }
  room::MuteOp mute(std::uint32_t member) const { return {{script.builder.handle(member)}}; }

  // As a server would that changed its own log: the chain and the checkpoint are made to fit.
  std::string with_server(const std::function<void(std::vector<room::Entry>&)>& change) const {
    std::vector<room::Entry> forged = script.log;
    change(forged);
    for (std::size_t i = 1; i < forged.size(); ++i) {
      forged[i].seq = room::Seq::at(0, static_cast<std::uint32_t>(i + 1));
    }
    return audit_text(list_of(script, forged));
  }
  std::size_t entry_of(room::Op op) const {
    for (std::size_t i = 1; i < script.log.size(); ++i) {
      if (script.log[i].kind != EntryKind::control) continue;
      if (room::peek_control(script.log[i].body)->op() == op) return i;
    }
    ADD_FAILURE() << "no such act";
    return 0;
  }

  RoomScript script;
  AuditList list;
};

TEST_F(AuditFile, HoldsAndSaysWhatStaffAndServerDid) {
  const auto report = verified(audit_text(list));

  ASSERT_TRUE(report) << fault_of(audit_text(list));
  const std::string staff =
      to_hex(room::public_key_of(script.builder.staff_server).view()).substr(0, 8);
  const std::string second = to_hex(script.builder.handle(2).view()).substr(0, 8);
  ASSERT_THAT(report->acts, SizeIs(9));
  EXPECT_EQ(report->acts[0], "Entry 2: staff " + staff + " opened a meeting; staff let people in.");
  EXPECT_THAT(report->acts[1], HasSubstr("made an invitation"));
  EXPECT_THAT(report->acts[4], HasSubstr("let in " + second));
  EXPECT_THAT(report->acts[5], HasSubstr("muted " + second));
  EXPECT_THAT(report->acts[6], HasSubstr("the server paused the room"));
  EXPECT_THAT(report->acts[7], HasSubstr("ended the pause"));
  EXPECT_THAT(report->acts[8], HasSubstr("removed " + second));
  EXPECT_THAT(report->closing, HasSubstr("from its first entry to entry 17"));
}

TEST_F(AuditFile, HoldsNoWord) {
  const std::string text = audit_text(list);
  for (const room::Entry& entry : script.log) {
    if (entry.kind == EntryKind::control) continue;
    EXPECT_EQ(text.find(to_hex(entry.body).substr(0, 64)), std::string::npos);
  }
}

TEST_F(AuditFile, MayBeginWithAState) {
  const std::size_t state = entry_of(room::Op::state);
  const std::string text = audit_text(list_of(script, script.log, state));

  const auto report = verified(text);

  ASSERT_TRUE(report) << fault_of(text);
  EXPECT_THAT(report->acts, SizeIs(0));
  EXPECT_THAT(report->closing, HasSubstr("from entry " + std::to_string(state + 1)));
  EXPECT_THAT(report->closing, HasSubstr("What was before is not in it"));
}

TEST_F(AuditFile, MayNotBeginAnywhereElse) {
  const auto fault = fault_of(audit_text(list_of(script, script.log, entry_of(room::Op::mute))));
  EXPECT_TRUE(fault == "5 control_invalid" || fault == "5 not_staff") << fault;
}

// Every character of the file counts: each is changed in turn, and each change is found on its
// line.
TEST_F(AuditFile, IsRefusedWithAnyDigitChanged) {
  const std::string text = audit_text(list);
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = text[at] == '1' ? '2' : '1';
    const auto report = verified(changed);
    ASSERT_FALSE(report) << "character " << at << " of line " << line;
    // A line end that is gone shows on the line that it joined or on the next.
    const bool near = report.error().line == line || report.error().line == line + 1;
    EXPECT_TRUE(near) << "character " << at << " of line " << line << ": " << fault_of(changed);
    if (text[at] == '\n') ++line;
    if (text[at] != '\n' && at % 7 != 0 && text.size() > 20'000) at += 2;  // Bodies are long.
  }
}

TEST_F(AuditFile, IsRefusedWithALineGoneDoubledOrMoved) {
  const Lines whole = lines_of(audit_text(list));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    Lines gone = whole;
    gone.erase(gone.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_NE(fault_of(joined(gone)), "holds") << i;

    Lines doubled = whole;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), whole[i]);
    EXPECT_NE(fault_of(joined(doubled)), "holds") << i;

    Lines moved = whole;
    std::swap(moved[i], moved[i + 1 < whole.size() ? i + 1 : 0]);
    EXPECT_NE(fault_of(joined(moved)), "holds") << i;

    Lines cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(fault_of(joined(cut)), std::to_string(i + 1) + " line_missing");
  }
  EXPECT_NE(fault_of(joined(whole) + "more\n"), "holds");
}

TEST_F(AuditFile, NamesTheLineOfAChangedHash) {
  Lines lines = lines_of(audit_text(list));
  const std::size_t app = line_with(lines, " app ");
  lines[app].back() = lines[app].back() == '0' ? '1' : '0';
  EXPECT_EQ(fault_of(joined(lines)), std::to_string(app + 1) + " chain_broken");
}

TEST_F(AuditFile, TakesOneFormOfEachLine) {
  const Lines whole = lines_of(audit_text(list));
  const auto with = [&](std::size_t i, std::string line) {
    Lines lines = whole;
    lines[i] = std::move(line);
    return fault_of(joined(lines));
  };
  const std::string& entry = whole[3];
  EXPECT_EQ(with(3, entry + " "), "4 line_invalid");
  EXPECT_EQ(with(3, " " + entry), "4 line_invalid");
  EXPECT_EQ(with(3, "entry 0" + entry.substr(6)), "4 line_invalid");
  EXPECT_EQ(with(3, "Entry" + entry.substr(5)), "4 line_invalid");
  std::string upper = entry;
  for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
  EXPECT_EQ(with(3, upper), "4 line_invalid");
  EXPECT_EQ(with(0, "hearth audit 2"), "1 line_invalid");
  EXPECT_EQ(fault_of(""), "1 line_missing");
  EXPECT_EQ(fault_of("hearth audit 1\n" + std::string(300'000, 'a')), "2 line_too_long");
}

TEST_F(AuditFile, DoesNotTakeWordsInPlaceOfHashes) {
  Lines lines = lines_of(audit_text(list));
  const std::size_t app = line_with(lines, " app ");
  lines[app] = lines[app].substr(0, lines[app].rfind(' ') + 1) + to_hex(Bytes(512, 1));
  EXPECT_EQ(fault_of(joined(lines)), std::to_string(app + 1) + " line_invalid");
}

TEST_F(AuditFile, IsRefusedForAnotherRoom) {
  AuditList other = list;
  other.room.bytes[0] ^= 1;
  EXPECT_EQ(fault_of(audit_text(other)), "3 room_id_mismatch");
  other = list;
  other.member_part[0] ^= 1;
  EXPECT_EQ(fault_of(audit_text(other)), "3 room_id_mismatch");
}

TEST_F(AuditFile, IsRefusedUnderAnotherServersCheckpoint) {
  AuditList other = list;
  other.checkpoint =
      room::Checkpoint::make(list.room, list.checkpoint.head, test::signature_key("another"));
  EXPECT_THAT(fault_of(audit_text(other)), HasSubstr("signature_invalid"));

  // A signature of the right server, of an earlier head.
  const AuditEntry& before = list.entries[list.entries.size() - 2];
  other.checkpoint =
      room::Checkpoint::make(list.room, {before.record.seq, before.h}, script.builder.server_id);
  EXPECT_THAT(fault_of(audit_text(other)), HasSubstr("chain_broken"));
}

// From here on the server helps: chain and checkpoint fit what was changed.
TEST_F(AuditFile, IsRefusedWithAnActThatNobodySigned) {
  const std::size_t at = entry_of(room::Op::mute);
  const std::string text =
      with_server([&](std::vector<room::Entry>& forged) { forged[at].body[40] ^= 1; });
  EXPECT_THAT(fault_of(text), testing::StartsWith(std::to_string(at + 3) + " "));
}

TEST_F(AuditFile, IsRefusedWithAnActBySomebodyWhoIsNotStaff) {
  const std::size_t at = entry_of(room::Op::mute);
  const std::string text = with_server([&](std::vector<room::Entry>& forged) {
    forged[at].body = script.builder.act(room::SignerRole::staff, test::signature_key("troll"),
                                         mute(2), forged[at - 1].seq);
  });
  EXPECT_EQ(fault_of(text), std::to_string(at + 3) + " not_staff");
}

TEST_F(AuditFile, IsRefusedWithAnActShownTwice) {
  const std::size_t at = entry_of(room::Op::mute);
  const std::string text = with_server([&](std::vector<room::Entry>& forged) {
    forged.insert(forged.begin() + static_cast<std::ptrdiff_t>(at) + 1, forged[at]);
  });
  EXPECT_EQ(fault_of(text), std::to_string(at + 4) + " counter_replayed");
}

TEST_F(AuditFile, IsRefusedWithAnActHiddenFromTheState) {
  const std::size_t at = entry_of(room::Op::mute);
  const std::string text = with_server([&](std::vector<room::Entry>& forged) {
    forged.erase(forged.begin() + static_cast<std::ptrdiff_t>(at));
  });
  EXPECT_NE(fault_of(text), "holds");
}

TEST_F(AuditFile, IsRefusedWithActsInAnotherOrder) {
  const std::size_t at = entry_of(room::Op::resume);
  const std::string text = with_server(
      [&](std::vector<room::Entry>& forged) { std::swap(forged[at].body, forged[at - 1].body); });
  EXPECT_NE(fault_of(text), "holds");
}

TEST(AuditFault, IsASentenceWithItsLine) {
  EXPECT_EQ(
      sentence_of(AuditFault{7, "counter_replayed"}),
      "line 7 does not hold (counter_replayed): this act was done before and is shown again.");
  EXPECT_EQ(sentence_of(AuditFault{8, "room_full"}), "line 8 does not hold (room_full).");
}

}  // namespace
}  // namespace hearth::client
