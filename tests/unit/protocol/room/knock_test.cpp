// Knocks, their boxes and their answers.
#include "protocol/room/knock.h"

#include <gtest/gtest.h>

#include "protocol/room/envelope.h"
#include "protocol/room/error.h"
#include "protocol/room/gate.h"
#include "protocol/room/sealed_box.h"
#include "tests/support/room_builder.h"

namespace hearth::room {
namespace {

class KnockTest : public testing::Test {
 protected:
  test::RoomBuilder builder_;
  crypto::SeededRandom random_{8};
  Secret32 k_door_ = door_key(builder_.room, random_.secret<16>());
  crypto::SignatureKey gate_ = test::signature_key("gate", 1);
  Handle handle_ = builder_.handle(1);
  Knock knock_ = Knock::make(builder_.room, Bytes(300, 7), handle_, Role::gate, gate_, "Hello?");
  std::vector<crypto::KemKeyPair> desks_ = [] {
    std::vector<crypto::KemKeyPair> desks;
    for (std::uint32_t i = 0; i < 3; ++i) desks.push_back(test::desk_key(i));
    return desks;
  }();
  std::vector<DeskKey> public_desks_{test::public_desk_key(desks_[0]),
                                     test::public_desk_key(desks_[1])};
};

TEST_F(KnockTest, IsVouchedForByItsGate) {
  EXPECT_TRUE(knock_.verify(builder_.room, handle_));
  EXPECT_FALSE(knock_.verify(builder_.room, builder_.handle(2)));
  Knock other = knock_;
  other.key_package[0] ^= 1;
  EXPECT_FALSE(other.verify(builder_.room, handle_));
}

TEST_F(KnockTest, OpensUnderTheDoorKey) {
  const Bytes sealed = seal_knock_for_door(builder_.room, knock_, k_door_, random_).value();

  EXPECT_TRUE(is_bucket(EntryKind::app, sealed.size()));
  EXPECT_EQ(open_knock(builder_.room, sealed, k_door_, nullptr), knock_);
  const Secret32 other = door_key(builder_.room, random_.secret<16>());
  EXPECT_EQ(open_knock(builder_.room, sealed, other, nullptr).error(),
            make_error(RoomErrc::open_failed));
}

TEST_F(KnockTest, OpensForEachDeskItIsMeantForAndNobodyElse) {
  const Bytes sealed = seal_knock_for_desks(builder_.room, knock_, public_desks_, random_).value();

  EXPECT_TRUE(is_bucket(EntryKind::app, sealed.size()));
  EXPECT_EQ(open_knock(builder_.room, sealed, k_door_, &desks_[0]), knock_);
  EXPECT_EQ(open_knock(builder_.room, sealed, k_door_, &desks_[1]), knock_);
  EXPECT_EQ(open_knock(builder_.room, sealed, k_door_, &desks_[2]).error(),
            make_error(RoomErrc::recipient_missing));
  EXPECT_EQ(open_knock(builder_.room, sealed, k_door_, nullptr).error(),
            make_error(RoomErrc::recipient_missing));
}

TEST_F(KnockTest, FillsABucketForAnyNumberOfDesks) {
  std::vector<DeskKey> desks;
  for (std::uint32_t i = 0; i < kRecipientsMax; ++i) {
    desks.push_back(test::public_desk_key(test::desk_key(i)));
    const auto sealed = seal_knock_for_desks(builder_.room, knock_, desks, random_);
    ASSERT_TRUE(is_bucket(EntryKind::app, sealed->size())) << i;
  }
}

TEST_F(KnockTest, RefusesChangedBytesAnywhere) {
  const Bytes door = seal_knock_for_door(builder_.room, knock_, k_door_, random_).value();
  const Bytes desk = seal_knock_for_desks(builder_.room, knock_, public_desks_, random_).value();
  for (std::size_t i = 0; i < door.size(); i += 7) {
    Bytes changed = door;
    changed[i] ^= 0x10;
    EXPECT_FALSE(open_knock(builder_.room, changed, k_door_, &desks_[0])) << i;
    changed = desk;
    changed[i] ^= 0x10;
    // A copy for somebody else also counts: the content is bound to all of them.
    EXPECT_FALSE(open_knock(builder_.room, changed, k_door_, &desks_[0])) << i;
  }
}

TEST_F(KnockTest, RefusesAGreetingThatIsTooLong) {
  Knock knock = knock_;
  knock.greeting = std::string(kGreetingSizeMax + 1, 'a');
  const Bytes sealed = seal_knock_for_door(builder_.room, knock, k_door_, random_).value();

  EXPECT_EQ(open_knock(builder_.room, sealed, k_door_, nullptr).error(),
            make_error(CodecErrc::length_invalid));
}

TEST_F(KnockTest, AnswersTheGuestAlone) {
  const auto direct = test::desk_key(77);
  const Bytes sealed =
      seal_denial(builder_.room, "Not tonight.", test::public_desk_key(direct), random_).value();

  EXPECT_EQ(sealed.size(), 512u);
  EXPECT_EQ(open_denial(builder_.room, sealed, direct), "Not tonight.");
  EXPECT_EQ(open_denial(builder_.room, sealed, desks_[0]).error(),
            make_error(RoomErrc::recipient_missing));
}

TEST_F(KnockTest, KeepsBoxesOfDifferentPurposesApart) {
  const Bytes box =
      seal_box(builder_.room, "one label", public_desks_, view_of("text"), random_).value();

  EXPECT_EQ(open_box(builder_.room, "one label", desks_[0], box), to_bytes("text"));
  EXPECT_FALSE(open_box(builder_.room, "another label", desks_[0], box));
}

}  // namespace
}  // namespace hearth::room
