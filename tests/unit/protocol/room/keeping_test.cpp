// What staff write for each other and for all: labels of gates, beacons, offers of offices.
#include <gtest/gtest.h>

#include "protocol/room/appointment.h"
#include "protocol/room/beacon.h"
#include "protocol/room/error.h"
#include "protocol/room/gate_label.h"
#include "protocol/room/link.h"
#include "protocol/room/referral.h"
#include "tests/support/room_builder.h"

namespace hearth::room {
namespace {

GateLabel label_sample() {
  GateLabel label;
  label.issuer.bytes.fill(7);
  label.text = "Tuesday";
  label.kind = GateKind::standing;
  return label;
}

TEST(GateLabel, HasTheLayoutOfTheDesign) {
  std::string expected = "0001";
  for (int i = 0; i < 32; ++i) expected += "07";
  expected += "075475657364617902";

  EXPECT_EQ(to_hex(encoded(label_sample())), expected);
  EXPECT_EQ(decode_exact<GateLabel>(encoded(label_sample())), label_sample());
}

TEST(GateLabel, RefusesWhatBreaksItsRules) {
  Bytes bytes = encoded(label_sample());
  bytes.back() = 5;
  EXPECT_EQ(decode_exact<GateLabel>(bytes).error(), make_error(CodecErrc::enum_invalid));
  bytes.back() = 0;
  EXPECT_EQ(decode_exact<GateLabel>(bytes).error(), make_error(CodecErrc::enum_invalid));
  bytes = encoded(label_sample());
  bytes[1] = 2;
  EXPECT_EQ(decode_exact<GateLabel>(bytes).error(), make_error(RoomErrc::version_unsupported));
  GateLabel longest = label_sample();
  longest.text = std::string(kGateTextSizeMax + 1, 'x');
  EXPECT_FALSE(decode_exact<GateLabel>(encoded(longest)));
}

TEST(GateLabel, OpensForADeskItWasSealedToAndSaysNothingByItsSize) {
  crypto::SeededRandom random(5);
  const RoomId room{};
  const auto ours = test::desk_key(1);
  const auto theirs = test::desk_key(2);
  const std::vector<DeskKey> desks{test::public_desk_key(ours)};
  GateLabel other = label_sample();
  other.text = std::string(kGateTextSizeMax, 'x');

  const auto sealed = label_sample().seal(room, desks, random);

  ASSERT_TRUE(sealed);
  EXPECT_EQ(GateLabel::open(room, ours, *sealed), label_sample());
  EXPECT_EQ(GateLabel::open(room, theirs, *sealed).error(),
            make_error(RoomErrc::recipient_missing));
  EXPECT_EQ(other.seal(room, desks, random)->size(), sealed->size());
  other.text += "x";
  EXPECT_FALSE(other.seal(room, desks, random));
}

TEST(Referral, HasTheLayoutOfTheDesignAndOpensAtADeskAlone) {
  crypto::SeededRandom random(6);
  Referral referral;
  referral.issuer.bytes.fill(1);
  referral.name = "Ana";
  referral.random.fill(2);
  std::string expected;
  for (int i = 0; i < 32; ++i) expected += "01";
  expected += "03416e61";
  for (int i = 0; i < 16; ++i) expected += "02";
  EXPECT_EQ(to_hex(encoded(referral)), expected);
  EXPECT_EQ(decode_exact<Referral>(encoded(referral)), referral);

  const auto desk = test::desk_key(1);
  const std::vector<DeskKey> desks{test::public_desk_key(desk)};
  const auto sealed = referral.seal(RoomId{}, desks, random);
  ASSERT_TRUE(sealed);
  EXPECT_EQ(Referral::open(RoomId{}, desk, *sealed), referral);
  EXPECT_FALSE(Referral::open(RoomId{}, test::desk_key(2), *sealed));
  Referral longer = referral;
  longer.name = "Ana of the long name";
  EXPECT_EQ(longer.seal(RoomId{}, desks, random)->size(), sealed->size());
  longer.name = std::string(65, 'x');
  EXPECT_FALSE(longer.seal(RoomId{}, desks, random));
  EXPECT_FALSE(decode_exact<Referral>(encoded(longer)));
}

TEST(Referral, StandsBehindALinkThatIsOtherwiseTheSame) {
  Link link;
  link.host = "hearth.example";
  const std::string plain = link.text();
  link.referral = Bytes(40, 5);

  const std::string whole = link.text();

  EXPECT_TRUE(whole.starts_with(plain + "."));
  EXPECT_EQ(Link::parse(whole)->referral, link.referral);
  EXPECT_TRUE(Link::parse(plain)->referral.empty());
  EXPECT_FALSE(Link::parse(plain + "."));
  EXPECT_FALSE(Link::parse(plain + ".!"));
  EXPECT_FALSE(Link::parse(plain + "." + to_base64url(Bytes(kReferralSizeMax + 1, 0))));
}

TEST(Beacon, HasTheLayoutOfTheDesign) {
  Beacon beacon;
  beacon.at.seq = Seq::at(1, 2);
  beacon.at.h.fill(3);
  beacon.authenticator.fill(4);
  std::string expected = "0000000100000002";
  for (int i = 0; i < 32; ++i) expected += "03";
  for (int i = 0; i < 8; ++i) expected += "04";

  EXPECT_EQ(to_hex(encoded(beacon)), expected);
  EXPECT_EQ(decode_exact<Beacon>(encoded(beacon)), beacon);
  EXPECT_FALSE(decode_exact<Beacon>(Bytes(47, 0)));
  EXPECT_FALSE(decode_exact<Beacon>(Bytes(49, 0)));
}

TEST(Beacon, FitsTheEpochItWasMadeIn) {
  Bytes authenticator(32, 9);
  const Beacon beacon = Beacon::make({}, authenticator);

  EXPECT_TRUE(beacon.fits(authenticator));
  authenticator[7] ^= 1;
  EXPECT_FALSE(beacon.fits(authenticator));
}

class Appointment : public testing::Test {
 protected:
  RoomId room_ = test::RoomBuilder().room;
  crypto::SignatureKey id_ = test::signature_key("newcomer id");
  crypto::SignatureKey server_ = test::signature_key("newcomer server");
  AppointmentOffer offer_{{}, 2};
  StaffEntry entry_{public_key_of(id_), public_key_of(server_),
                    test::public_desk_key(test::desk_key(3)), 0};
};

TEST_F(Appointment, IsAcceptedWithBothKeys) {
  offer_.previous.fill(1);
  const auto answer = AppointmentAnswer::make(room_, offer_, entry_, id_, server_);

  EXPECT_TRUE(answer.verify(room_, offer_));
  EXPECT_EQ(decode_exact<AppointmentAnswer>(encoded(answer)), answer);
  EXPECT_EQ(encoded(answer).size(), 32u + 32 + 32 + 1 + 3 * 64);
}

TEST_F(Appointment, AnAnswerIsWorthNothingForAnotherOffer) {
  const auto answer = AppointmentAnswer::make(room_, offer_, entry_, id_, server_);

  AppointmentOffer later = offer_;
  later.previous.fill(8);
  EXPECT_FALSE(answer.verify(room_, later));
  later = offer_;
  later.number = 3;
  EXPECT_FALSE(answer.verify(room_, later));
  EXPECT_FALSE(answer.verify(RoomId{}, offer_));
  auto other = answer;
  other.entry.desk = test::public_desk_key(test::desk_key(4));
  EXPECT_FALSE(other.verify(room_, offer_));
}

TEST_F(Appointment, OffersAndAnswersHaveOneSpelling) {
  offer_.previous.fill(1);
  std::string expected;
  for (int i = 0; i < 32; ++i) expected += "01";
  EXPECT_EQ(to_hex(encoded(offer_)), expected + "00000002");
  EXPECT_EQ(decode_exact<AppointmentOffer>(encoded(offer_)), offer_);
  EXPECT_EQ(decode_exact<SupporterOffer>(Bytes{3})->rights, 3);
  EXPECT_FALSE(decode_exact<SupporterOffer>(Bytes{0}));
  EXPECT_FALSE(decode_exact<SupporterOffer>(Bytes{4}));
  SupporterAnswer helper;
  helper.staff_server.bytes.fill(1);
  helper.desk.bytes.fill(2);
  helper.acceptance.bytes.fill(3);
  EXPECT_EQ(to_hex(encoded(helper)).substr(0, 66), std::string(expected + "02"));
  EXPECT_EQ(decode_exact<SupporterAnswer>(encoded(helper)), helper);
  QuorumSignature signature;
  signature.by_server.bytes.fill(4);
  EXPECT_EQ(encoded(signature).size(), 160u);
  EXPECT_EQ(decode_exact<QuorumSignature>(encoded(signature)), signature);
}

}  // namespace
}  // namespace hearth::room
