// Records that are not what they should be.
#include "protocol/wire/message.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/hex.h"
#include "tests/unit/protocol/wire/samples.h"

namespace hearth::wire {
namespace {

TEST(Message, RefusesTypesOfTheOtherDirectionAndOfNone) {
  const Error unknown = make_error(WireErrc::record_unknown);
  for (const ServerMessage& message : samples::server_messages()) {
    EXPECT_EQ(decode_client_message(record_of(message)).error(), unknown);
  }
  for (const ClientMessage& message : samples::client_messages()) {
    EXPECT_EQ(decode_server_message(record_of(message)).error(), unknown);
  }
  EXPECT_EQ(decode_client_message(Bytes{0x00}).error(), unknown);
  EXPECT_EQ(decode_client_message(Bytes{0x7f}).error(), unknown);
  EXPECT_EQ(decode_client_message({}).error(), make_error(WireErrc::record_malformed));
}

// Every prefix of every record is refused, and every record with a byte more.
TEST(Message, RefusesRecordsCutShortOrTooLong) {
  const Error malformed = make_error(WireErrc::record_malformed);
  const auto check = [&](const Bytes& record, auto&& decode) {
    for (std::size_t size = 0; size < record.size(); ++size) {
      EXPECT_EQ(decode(ByteView(record).first(size)).error(), malformed) << size;
    }
    EXPECT_EQ(decode(concat({record, Bytes{0}})).error(), malformed);
  };
  for (const ClientMessage& message : samples::client_messages()) {
    check(record_of(message), decode_client_message);
  }
  for (const ServerMessage& message : samples::server_messages()) {
    check(record_of(message), decode_server_message);
  }
}

TEST(Message, BoundsItsLists) {
  const Error malformed = make_error(WireErrc::record_malformed);
  Append append;
  EXPECT_EQ(decode_client_message(record_of(append)).error(), malformed);  // No entry.
  append.entries.assign(kAppendEntriesMax, {});
  EXPECT_TRUE(decode_client_message(record_of(append)));
  append.entries.push_back({});
  EXPECT_EQ(decode_client_message(record_of(append)).error(), malformed);
  append.entries.pop_back();
  append.welcomes.push_back({});  // For nobody.
  EXPECT_EQ(decode_client_message(record_of(append)).error(), malformed);
  EXPECT_EQ(decode_client_message(record_of(Hello{})).error(), malformed);
  EXPECT_EQ(decode_client_message(record_of(Hello{std::vector<std::uint16_t>(17)})).error(),
            malformed);
  EXPECT_EQ(decode_client_message(record_of(KnockRequest{{}, Bytes(65537)})).error(), malformed);
}

TEST(Message, RefusesReasonsThatItDoesNotKnow) {
  for (const std::string_view record :
       {"860000", "860007", "890000", "890004", "8b0000", "8b0009",
        "9a000000000000000000000000000000000000", "9a000000000000000000000000000000000005",
        "970000"
        "00000000"}) {
    EXPECT_EQ(decode_server_message(test::hex(record)).error(),
              make_error(WireErrc::record_malformed))
        << record;
  }
}

// A later server may name errors that this client does not know: it learns that it ends, no more.
TEST(Message, ReadsAnUnknownErrorAsInternal) {
  const auto message =
      decode_server_message(test::hex("96ffff"
                                      "03666f6f"));

  ASSERT_TRUE(message);
  EXPECT_EQ(std::get<ErrorRecord>(*message).code, WireErrc::internal);
}

// Each place that a note can come from or go to has one way to be written.
TEST(Message, RefusesNotesToPlacesThatAreNone) {
  const auto malformed = make_error(WireErrc::record_malformed);
  Note note;
  const auto refused = [&](std::uint8_t to, const Bytes32& ref) {
    note.to = static_cast<NoteTo>(to);
    note.ref = ref;
    return decode_client_message(record_of(note)) == std::unexpected(malformed);
  };
  Bytes32 ref{};
  EXPECT_FALSE(refused(1, ref));
  EXPECT_FALSE(refused(2, ref));
  EXPECT_FALSE(refused(3, ref_of_slot(UINT64_MAX)));
  EXPECT_TRUE(refused(0, ref));
  EXPECT_TRUE(refused(4, ref));
  ref[23] = 1;
  EXPECT_TRUE(refused(1, ref));
  EXPECT_FALSE(refused(2, ref));
  EXPECT_TRUE(refused(3, ref));
  NoteShown shown;
  shown.ref = ref;
  for (const int from : {0, 1, 3, 5}) {
    shown.from = static_cast<NoteFrom>(from);
    EXPECT_EQ(decode_server_message(record_of(shown)).error(), malformed) << from;
  }
  EXPECT_EQ(slot_of_ref(ref_of_slot(0x0102030405060708)), 0x0102030405060708u);
}

TEST(Message, RefusesATagWhereNobodyCanReadTheWords) {
  const auto malformed = make_error(WireErrc::record_malformed);
  const Bytes32 tag{1};
  EntryRecord entry{room::LogRecord::of({room::Seq{2}, room::EntryKind::app, 1, Bytes(512, 1)}),
                    tag};
  EXPECT_TRUE(decode_server_message(record_of(entry)));
  entry.record.kind = room::EntryKind::commit;
  EXPECT_EQ(decode_server_message(record_of(entry)).error(), malformed);
  entry.record = {room::Seq{2}, room::EntryKind::app, 1, room::Hash{}};
  EXPECT_EQ(decode_server_message(record_of(entry)).error(), malformed);
}

template <class Enum>
void expect_names(Enum last) {
  std::set<std::string_view> names;
  for (std::uint32_t i = 0; i <= static_cast<std::uint32_t>(last); ++i) {
    names.insert(name_of(static_cast<Enum>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_TRUE(names.contains("unknown"));
  EXPECT_EQ(name_of(static_cast<Enum>(250)), "unknown");
}

TEST(Message, NamesEveryReason) {
  expect_names(kWireErrcLast);
  expect_names(CreateRefusal::log_unavailable);
  expect_names(DoorRefusal::log_unavailable);
  expect_names(KnockRefusal::too_many);
  expect_names(GoodbyeReason::asked);
}

}  // namespace
}  // namespace hearth::wire
