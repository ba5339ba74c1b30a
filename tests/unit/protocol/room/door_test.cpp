// What a guest checks at the door: parts, staff list, card.
#include "protocol/room/door_card.h"

#include <gtest/gtest.h>

#include "protocol/room/envelope.h"
#include "protocol/room/error.h"
#include "protocol/room/gate.h"
#include "tests/support/room_builder.h"

namespace hearth::room {
namespace {

class DoorTest : public testing::Test {
 protected:
  DoorCard card() {
    DoorCard card;
    card.member_part = builder_.member_part;
    card.staff_lists = {builder_.staff_list()};
    card.agreement = "What is said here stays here.";
    card.schedule = "Tuesdays, 20:00";
    return card;
  }
  Bytes sealed(const DoorCard& card) {
    return card.seal(builder_.room, k_door_, builder_.staff_id, random_).value();
  }
  Result<DoorCard> open(ByteView bytes) {
    return DoorCard::open(builder_.room, k_door_, builder_.server_part, bytes);
  }

  test::RoomBuilder builder_;
  crypto::SeededRandom random_{4};
  Secret32 k_door_ = door_key(builder_.room, random_.secret<16>());
};

TEST_F(DoorTest, ShowsTheCardToWhoHoldsTheKey) {
  const Bytes bytes = sealed(card());

  EXPECT_TRUE(is_bucket(EntryKind::app, bytes.size()));
  EXPECT_EQ(open(bytes), card());
  const Secret32 other = door_key(builder_.room, random_.secret<16>());
  EXPECT_EQ(DoorCard::open(builder_.room, other, builder_.server_part, bytes).error(),
            make_error(RoomErrc::open_failed));
}

TEST_F(DoorTest, RefusesPartsThatTheRoomIdDoesNotName) {
  DoorCard changed = card();
  changed.member_part.title = "Another evening";
  EXPECT_EQ(open(sealed(changed)).error(), make_error(RoomErrc::room_id_mismatch));

  ServerPart other = builder_.server_part;
  other.limits.members_max = 21;
  EXPECT_EQ(DoorCard::open(builder_.room, k_door_, other, sealed(card())).error(),
            make_error(RoomErrc::room_id_mismatch));
}

TEST_F(DoorTest, RefusesACardThatNoStaffSigned) {
  const auto stranger = test::signature_key("stranger");
  const auto bytes = card().seal(builder_.room, k_door_, stranger, random_);

  EXPECT_EQ(open(bytes.value()).error(), make_error(RoomErrc::signature_invalid));
}

TEST_F(DoorTest, RefusesAStaffListThatIsNotTheFounders) {
  const Error invalid = make_error(RoomErrc::staff_list_invalid);
  DoorCard more = card();
  more.staff_lists[0].entries.push_back(more.staff_lists[0].entries[0]);
  EXPECT_EQ(open(sealed(more)).error(), invalid);

  DoorCard another = card();
  another.staff_lists[0].entries[0].staff_server = public_key_of(test::signature_key("stranger"));
  EXPECT_EQ(open(sealed(another)).error(), invalid);

  DoorCard changed_after = card();
  changed_after.staff_lists[0].entries[0].desk.bytes[0] ^= 1;
  EXPECT_EQ(open(sealed(changed_after)).error(), invalid);

  DoorCard twice = card();
  twice.staff_lists[0].signatures.push_back(twice.staff_lists[0].signatures[0]);
  EXPECT_EQ(open(sealed(twice)).error(), invalid);

  DoorCard longer = card();
  longer.staff_lists.push_back(longer.staff_lists[0]);
  EXPECT_EQ(open(sealed(longer)).error(), invalid);
}

TEST_F(DoorTest, ReadsItsOwnGenesis) {
  const Entry entry = genesis_entry(builder_.server_part);

  EXPECT_EQ(entry.seq, Seq{1});
  EXPECT_EQ(entry.kind, EntryKind::control);
  EXPECT_EQ(entry.body.size(), 256u);
  EXPECT_EQ(decode_genesis(entry.body), builder_.server_part);
}

TEST_F(DoorTest, RefusesAServerPartThatBreaksItsRules) {
  const Error invalid = make_error(RoomErrc::genesis_invalid);
  const auto decoded = [](const ServerPart& part) {
    return decode_exact<ServerPart>(encoded(part));
  };
  ServerPart part = builder_.server_part;
  part.founders = {};
  EXPECT_EQ(decoded(part).error(), invalid);
  part.founders = {PublicKey{}, PublicKey{}};
  EXPECT_EQ(decoded(part).error(), invalid);
  part = builder_.server_part;
  part.limits.members_max = 0;
  EXPECT_EQ(decoded(part).error(), invalid);
  part.limits.members_max = kMembersMax + 1;
  EXPECT_EQ(decoded(part).error(), invalid);
  part = builder_.server_part;
  part.version = 2;
  EXPECT_EQ(decoded(part).error(), make_error(RoomErrc::version_unsupported));
}

TEST_F(DoorTest, RefusesAMemberPartThatBreaksItsRules) {
  const Error invalid = make_error(RoomErrc::genesis_invalid);
  const auto decoded = [](const MemberPart& part) {
    return decode_exact<MemberPart>(encoded(part));
  };
  MemberPart part = builder_.member_part;
  part.quorum = 1;  // Of no deputies.
  EXPECT_EQ(decoded(part).error(), invalid);
  part = builder_.member_part;
  part.founders.push_back(part.founders[0]);
  EXPECT_EQ(decoded(part).error(), invalid);
  part = builder_.member_part;
  part.title = std::string(kTitleSizeMax + 1, 'a');
  EXPECT_EQ(decoded(part).error(), make_error(CodecErrc::length_invalid));
  part.title = "\xff";
  EXPECT_EQ(decoded(part).error(), make_error(CodecErrc::value_invalid));
}

}  // namespace
}  // namespace hearth::room
