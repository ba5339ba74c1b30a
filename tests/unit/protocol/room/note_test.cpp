// Notes: constant size, who wrote them, parts in any order.
#include "protocol/room/note.h"

#include <gtest/gtest.h>

#include <set>

#include "protocol/room/error.h"
#include "tests/support/golden.h"
#include "tests/support/room_builder.h"

namespace hearth::room {
namespace {

Note nudge(std::string_view text) {
  Note note;
  note.type = NoteType::nudge;
  note.id.fill(7);
  note.content = to_bytes(text);
  return note;
}

class NoteTest : public testing::Test {
 protected:
  std::vector<DeskKey> desks(std::uint32_t count) const {
    std::vector<DeskKey> keys;
    for (std::uint32_t i = 0; i < count; ++i) {
      keys.push_back(test::public_desk_key(test::desk_key(i)));
    }
    return keys;
  }

  test::RoomBuilder keys_;
  crypto::SeededRandom random_{1};
};

TEST_F(NoteTest, IsAsLargeAsAnyOther) {
  for (std::uint8_t type = 1; type <= 13; ++type) {
    for (const std::size_t size : {std::size_t{0}, kNoteContentSizeMax}) {
      for (const std::uint32_t recipients : {1u, 2u, 17u}) {
        Note note;
        note.type = static_cast<NoteType>(type);
        note.content = Bytes(size, 1);
        note.sign(keys_.room, {}, keys_.delivery(1));

        const auto sealed = seal_note(keys_.room, note, desks(recipients), random_);

        ASSERT_TRUE(sealed);
        EXPECT_EQ(sealed->size(), kNoteBytes);
        for (std::uint32_t i = 0; i < recipients; ++i) {
          EXPECT_EQ(open_note(keys_.room, *sealed, test::desk_key(i)), note);
        }
      }
    }
  }
  Note large = nudge(std::string(kNoteContentSizeMax + 1, 'x'));
  EXPECT_EQ(seal_note(keys_.room, large, desks(1), random_).error(),
            make_error(RoomErrc::size_invalid));
}

// Half of all 32-byte strings are the x of no point of the curve; of the copies each one is.
TEST_F(NoteTest, DoesNotShowWhichCopiesAreForNobody) {
  std::set<std::size_t> places;
  for (int run = 0; run < 24; ++run) {
    const auto sealed = seal_note(keys_.room, nudge("hello"), desks(1), random_);
    const auto again = seal_note(keys_.room, nudge("hello"), desks(1), random_);
    ASSERT_NE(*sealed, *again);
    for (std::size_t i = 0; i < kNoteCopies; ++i) {
      // With this copy damaged the box opens for nobody: its copies are authenticated. Where it is
      // ours, it is not even found.
      Bytes damaged = *sealed;
      damaged[2 + i * kBoxCopySize + 40] ^= 1;
      const auto opened = open_note(keys_.room, damaged, test::desk_key(0));
      ASSERT_FALSE(opened);
      if (opened.error() == make_error(RoomErrc::recipient_missing)) places.insert(i);
      EXPECT_LT(damaged[2 + i * kBoxCopySize + 31], 0x80);  // X25519 never sets the highest bit.
    }
  }
  EXPECT_GT(places.size(), 8u);  // Of seventeen, in 24 notes.
}

TEST_F(NoteTest, OpensForNobodyElse) {
  const auto sealed = seal_note(keys_.room, nudge("hello"), desks(2), random_);
  RoomId other = keys_.room;
  other.bytes[0] ^= 1;

  EXPECT_EQ(open_note(keys_.room, *sealed, test::desk_key(3)).error(),
            make_error(RoomErrc::recipient_missing));
  EXPECT_FALSE(open_note(other, *sealed, test::desk_key(0)));
  for (const std::size_t at : {std::size_t{0}, std::size_t{900}, kNoteBytes - 1}) {
    Bytes changed = *sealed;
    changed[at] ^= 1;
    EXPECT_FALSE(open_note(keys_.room, changed, test::desk_key(0))) << at;
  }
  EXPECT_EQ(
      open_note(keys_.room, ByteView(*sealed).first(kNoteBytes - 1), test::desk_key(0)).error(),
      make_error(RoomErrc::size_invalid));
}

TEST_F(NoteTest, IsSignedForOneReader) {
  Note note = nudge("please wait for your turn");
  EXPECT_EQ(note.verify(keys_.room, {}).error(), make_error(RoomErrc::signature_invalid));
  note.sign(keys_.room, keys_.handle(1), keys_.staff_server);
  EXPECT_TRUE(note.verify(keys_.room, keys_.handle(1)));

  // Passed on to another person, in another room, or changed in any field, it is nobody's word.
  EXPECT_FALSE(note.verify(keys_.room, keys_.handle(2)));
  EXPECT_FALSE(note.verify(keys_.room, {}));
  RoomId other = keys_.room;
  other.bytes[0] ^= 1;
  EXPECT_FALSE(note.verify(other, keys_.handle(1)));
  const auto changed = [&](auto change) {
    Note copy = note;
    change(copy);
    return copy.verify(keys_.room, keys_.handle(1)).has_value();
  };
  EXPECT_FALSE(changed([](Note& n) { n.type = NoteType::line; }));
  EXPECT_FALSE(changed([](Note& n) { n.id[0] ^= 1; }));
  EXPECT_FALSE(changed([](Note& n) { n.re[0] ^= 1; }));
  EXPECT_FALSE(changed([](Note& n) { n.part = 1; }));
  EXPECT_FALSE(changed([](Note& n) { n.parts = 2; }));
  EXPECT_FALSE(changed([](Note& n) { n.content[0] ^= 1; }));
  EXPECT_FALSE(changed([&](Note& n) { n.sender->key = public_key_of(keys_.delivery(1)); }));
}

TEST_F(NoteTest, RefusesWhatIsMalformed) {
  const Bytes good = encoded(nudge("hello"));
  ASSERT_TRUE(decode_exact<Note>(good));
  const auto with = [&](std::size_t at, Byte value) {
    Bytes bytes = good;
    bytes[at] = value;
    return decode_exact<Note>(bytes);
  };
  EXPECT_EQ(with(1, 2).error(), make_error(RoomErrc::version_unsupported));
  EXPECT_EQ(with(36, 0).error(), make_error(CodecErrc::value_invalid));   // No parts.
  EXPECT_EQ(with(36, 81).error(), make_error(CodecErrc::value_invalid));  // Too many.
  EXPECT_EQ(with(35, 1).error(), make_error(CodecErrc::value_invalid));   // Beyond the last.
  EXPECT_EQ(with(37, 2).error(), make_error(CodecErrc::optional_invalid));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_exact<Note>(ByteView(good).first(size)));
  }
}

TEST_F(NoteTest, ComesTogetherFromItsPartsInAnyOrder) {
  WholeNote whole{NoteType::report, {1}, {2}, Bytes(3 * kNoteContentSizeMax + 5)};
  random_.fill(whole.content);
  const PublicKey from = public_key_of(keys_.delivery(1));
  const auto parts = parts_of(whole);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 4u);
  NoteAssembly assembly;

  EXPECT_FALSE(assembly.take(from, parts->at(3)));
  EXPECT_FALSE(assembly.take(from, parts->at(1)));
  EXPECT_FALSE(assembly.take(from, parts->at(1)));
  EXPECT_FALSE(assembly.take(from, parts->at(0)));
  EXPECT_EQ(assembly.take(from, parts->at(2)), whole);
  EXPECT_EQ(assembly.unfinished(), 0u);
  EXPECT_EQ(parts_of({NoteType::nudge, {}, {}, {}})->size(), 1u);
  EXPECT_TRUE(parts_of({NoteType::report, {}, {}, Bytes(kNotePartsMax * kNoteContentSizeMax)}));
  EXPECT_EQ(
      parts_of({NoteType::report, {}, {}, Bytes(kNotePartsMax * kNoteContentSizeMax + 1)}).error(),
      make_error(RoomErrc::size_invalid));
}

TEST_F(NoteTest, NeverHoldsMoreThanItsBound) {
  NoteAssembly assembly;
  WholeNote whole{NoteType::report, {}, {}, Bytes(2 * kNoteContentSizeMax)};
  const auto first_part = [&](std::uint32_t id) {
    whole.id = *to_array<16>(ByteView(test::seeded_bytes("id", id)).first(16));
    return parts_of(whole)->front();
  };
  const PublicKey one = public_key_of(keys_.delivery(1));
  for (std::uint32_t id = 0; id < 10; ++id) EXPECT_FALSE(assembly.take(one, first_part(id)));
  EXPECT_EQ(assembly.unfinished(), NoteAssembly::kSeriesPerSenderMax);
  for (std::uint32_t i = 0; i < 100; ++i) {
    EXPECT_FALSE(assembly.take(public_key_of(keys_.delivery(i)), first_part(i)));
  }
  EXPECT_EQ(assembly.unfinished(), NoteAssembly::kSeriesMax);
}

TEST_F(NoteTest, EndsASeriesThatContradictsItself) {
  const PublicKey from = public_key_of(keys_.delivery(1));
  const auto parts = parts_of({NoteType::report, {1}, {}, Bytes(2 * kNoteContentSizeMax)});
  for (int kind = 0; kind < 3; ++kind) {
    NoteAssembly assembly;
    EXPECT_FALSE(assembly.take(from, parts->at(0)));
    Note liar = parts->at(kind == 2 ? 0 : 1);
    if (kind == 0) liar.type = NoteType::fault;
    if (kind == 1) liar.parts = 3;
    if (kind == 2) liar.content[0] ^= 1;
    EXPECT_FALSE(assembly.take(from, liar));
    EXPECT_EQ(assembly.unfinished(), 0u) << kind;
  }
}

TEST_F(NoteTest, ReadsItsContentsBack) {
  const Answer answer{AnswerCode::declined, "not tonight"};
  EXPECT_EQ(decode_exact<Answer>(encoded(answer)), answer);
  EXPECT_EQ(to_hex(encoded(answer)), "030b6e6f7420746f6e69676874");
  EXPECT_FALSE(decode_exact<Answer>(Bytes{0, 0}));
  EXPECT_FALSE(decode_exact<Answer>(Bytes{4, 0}));
  EXPECT_FALSE(decode_exact<Answer>(Bytes{1, 1, 0xff}));
  const FaultNote fault{Seq{9}, test::seeded_bytes("h", 1), "path_invalid"};
  EXPECT_EQ(decode_exact<FaultNote>(encoded(fault)), fault);
  EXPECT_FALSE(decode_exact<FaultNote>(encoded(FaultNote{Seq{9}, {}, std::string(65, 'x')})));
  EXPECT_EQ(note_text(view_of("hello")), "hello");
  EXPECT_FALSE(note_text({}));
  EXPECT_FALSE(note_text(Bytes{0xff}));
  EXPECT_FALSE(note_text(Bytes(kNoteTextSizeMax + 1, 'x')));
}

TEST_F(NoteTest, HoldsItsBytes) {
  Note note = nudge("please wait");
  note.re.fill(8);
  const std::string unsigned_note = to_hex(encoded(note));
  note.sign(keys_.room, keys_.handle(1), keys_.staff_server);
  const test::GoldenLines lines{{"note", unsigned_note}, {"note_signed", to_hex(encoded(note))}};
  const std::string path = "tests/vectors/wire/note.txt";
  if (test::rewrite_golden()) {
    test::write_golden(path, "A nudge of note_test.cpp, without and with a signature.", lines);
  }
  const auto golden = test::read_golden(path);
  ASSERT_EQ(golden.size(), lines.size());
  for (const auto& [name, value] : lines) EXPECT_EQ(golden.at(name), value) << name;
}

}  // namespace
}  // namespace hearth::room
