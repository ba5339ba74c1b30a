// The structures that travel inside MLS: leaf extension, policy, Welcome extension; and records.
#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/room/error.h"
#include "protocol/room/leaf_extension.h"
#include "protocol/room/policy.h"
#include "protocol/room/welcome_extension.h"
#include "tests/support/room_builder.h"

namespace hearth::room {
namespace {

class LeafExtensionTest : public testing::Test {
 protected:
  LeafExtension make(std::string name, const crypto::SignatureKey* staff = nullptr) {
    return LeafExtension::make(builder_.room, leaf_key_, delivery_, direct_, std::move(name),
                               staff);
  }

  test::RoomBuilder builder_;
  Bytes leaf_key_ = Bytes(32, 5);
  crypto::SignatureKey delivery_ = builder_.delivery(1);
  DeskKey direct_ = test::public_desk_key(test::desk_key(1));
};

TEST_F(LeafExtensionTest, ProvesPossessionForThisLeafAndRoom) {
  const LeafExtension extension = make("Ana");

  EXPECT_TRUE(extension.verify(builder_.room, leaf_key_));
  EXPECT_EQ(extension.handle(builder_.room), builder_.handle(1));
  EXPECT_EQ(extension.verify(builder_.room, Bytes(32, 6)).error(),
            make_error(RoomErrc::possession_invalid));
  EXPECT_EQ(extension.verify(RoomId{}, leaf_key_).error(),
            make_error(RoomErrc::possession_invalid));
}

// A troll who copies a victim's delivery key cannot sign with it.
TEST_F(LeafExtensionTest, RefusesTheDeliveryKeyOfAnother) {
  LeafExtension stolen = make("Ana");
  stolen.delivery = public_key_of(builder_.delivery(2));

  EXPECT_EQ(stolen.verify(builder_.room, leaf_key_).error(),
            make_error(RoomErrc::possession_invalid));
}

TEST_F(LeafExtensionTest, CertifiesStaff) {
  LeafExtension extension = make("Facilitator", &builder_.staff_id);

  EXPECT_TRUE(extension.verify(builder_.room, leaf_key_));
  EXPECT_EQ(decode_exact<LeafExtension>(encoded(extension)), extension);
  extension.staff->staff_id = public_key_of(test::signature_key("stranger"));
  EXPECT_EQ(extension.verify(builder_.room, leaf_key_).error(),
            make_error(RoomErrc::staff_certificate_invalid));
}

TEST_F(LeafExtensionTest, BoundsTheName) {
  const Error invalid = make_error(RoomErrc::name_invalid);

  EXPECT_TRUE(check_display_name(std::string(64, 'a')));
  EXPECT_TRUE(check_display_name("ދިވެހި"));
  EXPECT_EQ(check_display_name(std::string(65, 'a')).error(), invalid);
  EXPECT_EQ(check_display_name("").error(), invalid);
  EXPECT_EQ(check_display_name("a\nb").error(), invalid);
  EXPECT_EQ(check_display_name("\xc3").error(), invalid);
  EXPECT_EQ(make("").verify(builder_.room, leaf_key_).error(), invalid);
}

TEST(Policy, NamesItsStewards) {
  test::RoomBuilder builder;
  Policy policy;
  policy.room = builder.room;
  policy.staff = builder.staff_list();

  EXPECT_EQ(decode_exact<Policy>(encoded(policy)), policy);
  EXPECT_TRUE(policy.is_steward(public_key_of(builder.staff_id)));
  EXPECT_FALSE(policy.is_steward(PublicKey{}));
  EXPECT_EQ(policy.stewards(), std::vector<PublicKey>{public_key_of(builder.staff_id)});
  EXPECT_EQ(policy.staff_head(), builder.staff_list().hash());
}

TEST(Policy, RefusesWhatHasTwoSpellings) {
  const Error invalid = make_error(RoomErrc::policy_invalid);
  Policy policy;
  // Nobody may commit.
  EXPECT_EQ(decode_exact<Policy>(encoded(policy)).error(),
            make_error(RoomErrc::staff_list_invalid));
  policy.staff = test::RoomBuilder().staff_list();
  policy.generation = 0;
  EXPECT_EQ(decode_exact<Policy>(encoded(policy)).error(), invalid);
  policy.generation = 1;
  policy.version = 9;
  EXPECT_EQ(decode_exact<Policy>(encoded(policy)).error(),
            make_error(RoomErrc::version_unsupported));
}

TEST(WelcomeExtension, BringsSecretsAndPlaces) {
  crypto::SeededRandom random(3);
  WelcomeExtension extension;
  extension.generation = 4;
  extension.s_g = random.secret<16>();
  extension.s_door = random.secret<16>();
  extension.anchor = {Seq{77}, random.array<32>()};
  extension.start = {Seq{30}, random.array<32>()};

  const auto read = decode_exact<WelcomeExtension>(encoded(extension));

  ASSERT_TRUE(read);
  EXPECT_EQ(read->generation, 4);
  EXPECT_EQ(read->s_g, extension.s_g);
  EXPECT_EQ(read->s_door, extension.s_door);
  EXPECT_EQ(read->anchor, extension.anchor);
  EXPECT_EQ(read->start, extension.start);
}

TEST(LogRecord, RoundTripsInBothForms) {
  const Entry entry{Seq::at(3, 9), EntryKind::proposal, 7, Bytes(512, 1)};
  const LogRecord full = LogRecord::of(entry);
  const LogRecord bare = LogRecord::tombstone_of(entry);

  EXPECT_EQ(decode_exact<Entry>(encoded(entry)), entry);
  EXPECT_EQ(decode_exact<LogRecord>(encoded(full)), full);
  EXPECT_EQ(decode_exact<LogRecord>(encoded(bare)), bare);
  EXPECT_EQ(full.body_hash(), bare.body_hash());
  EXPECT_EQ(bare.body(), nullptr);
  EXPECT_EQ(*full.body(), entry.body);
}

TEST(LogRecord, RefusesABodyBeyondTheLargestBucket) {
  const LogRecord record = LogRecord::of({Seq{1}, EntryKind::app, 0, Bytes(kBodySizeMax + 1, 0)});

  EXPECT_EQ(decode_exact<LogRecord>(encoded(record)).error(),
            make_error(CodecErrc::length_invalid));
}

}  // namespace
}  // namespace hearth::room
