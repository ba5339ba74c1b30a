// Reports: what a reporter opens, and what it proves.
#include "protocol/room/report.h"

#include <gtest/gtest.h>

#include "protocol/room/error.h"
#include "tests/support/golden.h"
#include "tests/support/room_builder.h"

namespace hearth::room {
namespace {

class ReportTest : public testing::Test {
 protected:
  Payload payload(std::string_view text, Byte id = 1) const {
    Payload payload;
    payload.id.fill(id);
    payload.counter = 5;
    payload.last = {Seq{2}, test::seeded_bytes("h", 2)};
    payload.content = to_bytes(text);
    return payload;
  }
  ReportItem item(std::uint64_t seq, std::string_view text) const {
    ReportItem item;
    item.seq = Seq{seq};
    item.body_hash = test::seeded_bytes("body", 1);
    item.payload = payload(text);
    item.k_f = test::seeded_bytes("k_f", 1);
    item.commitment = commit_to(keys_.room, item.payload, Secret32(item.k_f)).commitment;
    item.sender = public_key_of(keys_.delivery(1));
    return item;
  }
  Report report(std::size_t items, std::string_view text = "words") const {
    Report report;
    report.reason = "he threatened me";
    for (std::size_t i = 0; i < items; ++i) report.items.push_back(item(10 + i, text));
    report.reported = static_cast<std::uint8_t>(items / 2);
    return report;
  }

  test::RoomBuilder keys_;
  crypto::SeededRandom random_{1};
};

TEST_F(ReportTest, ProvesWhatWasCommittedTo) {
  EXPECT_TRUE(item(10, "words").check_commitment(keys_.room));

  ReportItem other_text = item(10, "words");
  other_text.payload.content = to_bytes("other");
  EXPECT_EQ(other_text.check_commitment(keys_.room).error(),
            make_error(RoomErrc::commitment_invalid));
  ReportItem other_key = item(10, "words");
  other_key.k_f[0] ^= 1;
  EXPECT_FALSE(other_key.check_commitment(keys_.room));
  RoomId other_room = keys_.room;
  other_room.bytes[0] ^= 1;
  EXPECT_FALSE(item(10, "words").check_commitment(other_room));
}

// One ciphertext of an AEAD may be made to open under two keys to two texts. The commitment outside
// it cannot: it is to one key and one payload, so of such a pair at most one is ever read, or
// believed in a report.
TEST_F(ReportTest, LetsOneCommitmentStandForOnePayloadAlone) {
  const Payload said = payload("I will hurt you", 1);
  const Payload claimed = payload("have a nice day", 1);
  const Secret32 k_1 = random_.secret<32>();
  const Secret32 k_2 = random_.secret<32>();
  const CommittedPayload first = commit_to(keys_.room, said, k_1);
  const CommittedPayload second = commit_to(keys_.room, claimed, k_2);

  EXPECT_TRUE(open_payload(keys_.room, first.application_data, first.commitment));
  EXPECT_EQ(open_payload(keys_.room, second.application_data, first.commitment).error(),
            make_error(RoomErrc::commitment_invalid));
  // Nor with the pieces mixed, or the border between key and payload moved.
  EXPECT_FALSE(open_payload(keys_.room, concat({k_2.view(), encoded(said)}), first.commitment));
  EXPECT_FALSE(open_payload(keys_.room, concat({k_1.view(), encoded(claimed)}), first.commitment));
  const Bytes shifted = concat({ByteView(first.application_data).subspan(1)});
  EXPECT_FALSE(open_payload(keys_.room, shifted, first.commitment));
  const Bytes longer = concat({Bytes{0}, first.application_data});
  EXPECT_FALSE(open_payload(keys_.room, longer, first.commitment));
}

TEST_F(ReportTest, IsReadBack) {
  Report sent = report(21);
  sent.items[3].tag = test::seeded_bytes("tag", 3);
  EXPECT_EQ(decode_exact<Report>(encoded(sent)), sent);
}

TEST_F(ReportTest, RefusesWhatIsMalformed) {
  const auto refused = [](const Report& report) { return !decode_exact<Report>(encoded(report)); };
  EXPECT_FALSE(refused(report(1)));
  EXPECT_TRUE(refused(report(0)));
  EXPECT_TRUE(refused(report(22)));
  Report beyond = report(3);
  beyond.reported = 3;
  EXPECT_TRUE(refused(beyond));
  Report twice = report(2);
  twice.items[1].seq = twice.items[0].seq;
  EXPECT_TRUE(refused(twice));
  Report back = report(2);
  std::swap(back.items[0], back.items[1]);
  EXPECT_TRUE(refused(back));
  Report wordy = report(1);
  wordy.reason = std::string(257, 'x');
  EXPECT_TRUE(refused(wordy));
  const Bytes good = encoded(report(2));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_exact<Report>(ByteView(good).first(size)));
  }
}

TEST_F(ReportTest, DropsNeighboursUntilItFits) {
  Report large = report(21, std::string(8000, 'x'));
  ASSERT_TRUE(large.fit());
  EXPECT_LE(encoded(large).size(), kReportSizeMax);
  EXPECT_EQ(large.items.size(), 7u);
  EXPECT_EQ(large.items[large.reported].seq, Seq{20});  // Still in the middle.
  EXPECT_TRUE(parts_of({NoteType::report, {}, {}, encoded(large)}));
  Report alone = report(1, std::string(kReportSizeMax, 'x'));
  EXPECT_EQ(alone.fit().error(), make_error(RoomErrc::size_invalid));
}

TEST_F(ReportTest, CrossesTheOutsideAsText) {
  const Report sent = report(3);
  const auto key = test::desk_key(5);
  const auto text = seal_report_text(keys_.room, sent, test::public_desk_key(key), random_);
  ASSERT_TRUE(text);

  const auto opened = open_report_text("\r\n  " + *text + "\n", key);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->room, keys_.room);
  EXPECT_EQ(opened->report, sent);
  EXPECT_EQ(open_report_text(*text, test::desk_key(6)).error(),
            make_error(RoomErrc::recipient_missing));
  EXPECT_FALSE(open_report_text("", key));
  EXPECT_FALSE(open_report_text("not a report!", key));
  std::string changed = *text;
  changed[400] = changed[400] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(open_report_text(changed, key));
  for (const std::string_view line : {"hearth", "threatened"}) {
    EXPECT_EQ(text->find(line), std::string::npos);
  }
}

TEST_F(ReportTest, HoldsItsBytes) {
  Report sent = report(2);
  sent.items[0].tag = test::seeded_bytes("tag", 3);
  const std::string value = to_hex(encoded(sent));
  const std::string path = "tests/vectors/wire/report.txt";
  if (test::rewrite_golden()) {
    test::write_golden(path, "A report of two items of report_test.cpp.", {{"report", value}});
  }
  EXPECT_EQ(test::read_golden(path)["report"], value);
}

}  // namespace
}  // namespace hearth::room
