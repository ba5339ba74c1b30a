// Transcript hashes and tags: what enters them, what does not, and that short tags are wrong.
#include "protocol/mls/schedule/transcript.h"

#include <gtest/gtest.h>

namespace hearth::mls {
namespace {

Secret32 filled(Byte byte) {
  Bytes32 bytes;
  bytes.fill(byte);
  return Secret32(bytes);
}

AuthenticatedContent commit() {
  AuthenticatedContent authenticated;
  authenticated.content.group_id = to_bytes("group");
  authenticated.content.epoch = 3;
  authenticated.content.content = Commit{};
  authenticated.auth.signature = Bytes(64, 5);
  authenticated.auth.confirmation_tag = Bytes(32, 6);
  return authenticated;
}

TEST(Transcript, AgreesWithASeparateDerivation) {
  const Hash confirmed = confirmed_transcript_hash(Bytes(32, 4), WireFormat::private_message,
                                                   view_of("content"), Bytes(64, 5));

  EXPECT_EQ(to_hex(confirmed), "d32b595a228bda0cc218ba2fc44207d4f954b140dda2455ece00f247a3ee5f4b");
  EXPECT_EQ(to_hex(interim_transcript_hash(confirmed, Bytes(32, 6))),
            "f07f1ff40ead6a073dedcd5c993b24f34d8335071ef9479584315773cd6f3144");
  EXPECT_EQ(to_hex(confirmation_tag(filled(7), confirmed).view()),
            "cf7f687c35fa0ee3249505085f28e723ba755275a1e3a70e7016a3031f3da7ed");
}

// RFC 9420 §11: in epoch 0 nothing is confirmed yet, but interim hashes the real first tag.
TEST(Transcript, TheFirstInterimHashIsComputedFromTheTag) {
  EXPECT_EQ(to_hex(interim_transcript_hash({}, Bytes(32, 6))),
            "bd1cb7932925306b357e462e1064004bd313e02dd09ab605226b8cb3542b47ba");
}

TEST(Transcript, BothFormsOfTheConfirmedHashAgree) {
  const AuthenticatedContent authenticated = commit();

  EXPECT_EQ(
      confirmed_transcript_hash(Bytes(32, 4), authenticated),
      confirmed_transcript_hash(Bytes(32, 4), authenticated.wire_format,
                                encoded(authenticated.content), authenticated.auth.signature));
}

TEST(Transcript, ConfirmsFormatContentAndSignatureButNotTheTag) {
  const Hash before = confirmed_transcript_hash({}, commit());

  AuthenticatedContent other = commit();
  other.auth.confirmation_tag = Bytes(32, 7);
  EXPECT_EQ(confirmed_transcript_hash({}, other), before);

  other = commit();
  other.auth.signature[0] ^= 1;
  EXPECT_NE(confirmed_transcript_hash({}, other), before);

  other = commit();
  other.wire_format = WireFormat::public_message;
  EXPECT_NE(confirmed_transcript_hash({}, other), before);

  other = commit();
  other.content.authenticated_data = to_bytes("x");
  EXPECT_NE(confirmed_transcript_hash({}, other), before);
}

TEST(Transcript, TheConfirmationTagHasExactlyOneForm) {
  const Hash confirmed = confirmed_transcript_hash({}, commit());
  const Secret32 tag = confirmation_tag(filled(7), confirmed);
  EXPECT_TRUE(check_confirmation_tag(filled(7), confirmed, tag.view()));

  const Error invalid = make_error(MlsErrc::confirmation_tag_invalid);
  // A truncated tag must not pass by comparing only what is there.
  for (std::size_t size = 0; size < kHashSize; ++size) {
    EXPECT_EQ(check_confirmation_tag(filled(7), confirmed, tag.view().first(size)).error(),
              invalid);
  }
  Bytes longer = to_bytes(tag.view());
  longer.push_back(0);
  EXPECT_EQ(check_confirmation_tag(filled(7), confirmed, longer).error(), invalid);
  for (std::size_t bit = 0; bit < 8 * kHashSize; ++bit) {
    Bytes flipped = to_bytes(tag.view());
    flipped[bit / 8] = static_cast<Byte>(flipped[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(check_confirmation_tag(filled(7), confirmed, flipped).error(), invalid);
  }
  EXPECT_EQ(check_confirmation_tag(filled(8), confirmed, tag.view()).error(), invalid);
}

TEST(Transcript, ACommitWithoutItsTagIsNamedSo) {
  FramedContentAuthData auth{Bytes(64), std::nullopt};
  EXPECT_EQ(check_confirmation_tag(filled(7), {}, auth).error(),
            make_error(MlsErrc::confirmation_tag_missing));

  auth.confirmation_tag = to_bytes(confirmation_tag(filled(7), {}).view());
  EXPECT_TRUE(check_confirmation_tag(filled(7), {}, auth));
}

TEST(Transcript, TheMembershipTagCoversContentAndAuthData) {
  const FramedContentAuthData auth = commit().auth;
  const Secret32 tag = membership_tag(filled(1), view_of("tbs"), auth);

  FramedContentAuthData other = auth;
  other.confirmation_tag->front() ^= 1;
  EXPECT_FALSE(membership_tag(filled(1), view_of("tbs"), other) == tag);
  other = auth;
  other.signature.front() ^= 1;
  EXPECT_FALSE(membership_tag(filled(1), view_of("tbs"), other) == tag);
  EXPECT_FALSE(membership_tag(filled(1), view_of("tbt"), auth) == tag);
  EXPECT_FALSE(membership_tag(filled(2), view_of("tbs"), auth) == tag);
}

}  // namespace
}  // namespace hearth::mls
