// The PSK chain: order, index and count all count; ids are checked before they are folded.
#include "protocol/mls/schedule/psk.h"

#include <gtest/gtest.h>

namespace hearth::mls {
namespace {

PreSharedKeyId external(std::string_view id, Byte nonce) {
  return {ExternalPskId{to_bytes(id)}, Bytes(kHashSize, nonce)};
}
PreSharedKeyId resumption(ResumptionUsage usage, std::string_view group, Epoch epoch, Byte nonce) {
  return {ResumptionPskId{usage, to_bytes(group), epoch}, Bytes(kHashSize, nonce)};
}

std::vector<Psk> two_psks() {
  std::vector<Psk> psks;
  psks.push_back({external("one", 0xaa), SecretBytes(view_of("first secret"))});
  psks.push_back(
      {resumption(ResumptionUsage::application, "g", 7, 0xbb), SecretBytes(Bytes(32, 9))});
  return psks;
}

TEST(Psk, NoneIsZero) { EXPECT_EQ(derive_psk_secret({}), Secret32()); }

TEST(Psk, AgreesWithASeparateDerivation) {
  EXPECT_EQ(to_hex(derive_psk_secret(two_psks()).view()),
            "79077cbc02b925009089425b77bfa39da2dff0af01917a777001b54316ccaa5c");
}

TEST(Psk, OrderAndCountMatter) {
  std::vector<Psk> swapped = two_psks();
  std::swap(swapped[0], swapped[1]);
  const std::vector<Psk> both = two_psks();

  EXPECT_FALSE(derive_psk_secret(swapped) == derive_psk_secret(both));
  EXPECT_FALSE(derive_psk_secret(std::span(both).first(1)) == derive_psk_secret(both));
  // The first of two is not the only one of one: the count is part of its label.
  EXPECT_FALSE(derive_psk_secret(std::span(both).first(1)) == Secret32());
}

TEST(Psk, TheNonceMatters) {
  std::vector<Psk> psks = two_psks();
  const Secret32 before = derive_psk_secret(psks);

  psks[1].id.psk_nonce[31] ^= 1;

  EXPECT_FALSE(derive_psk_secret(psks) == before);
}

TEST(Psk, AcceptsDistinctIds) {
  const std::vector<PreSharedKeyId> ids{external("one", 1),
                                        external("two", 1),
                                        resumption(ResumptionUsage::application, "g", 1, 1),
                                        resumption(ResumptionUsage::application, "g", 2, 1),
                                        resumption(ResumptionUsage::branch, "g", 1, 1),
                                        resumption(ResumptionUsage::application, "h", 1, 1)};

  EXPECT_TRUE(check_psk_ids(ids));
  EXPECT_TRUE(check_psk_ids({}));
}

TEST(Psk, RefusesTheSameIdTwice) {
  const std::vector<PreSharedKeyId> externals{external("one", 1), external("one", 1)};
  const std::vector<PreSharedKeyId> resumptions{
      resumption(ResumptionUsage::application, "g", 1, 1), external("one", 1),
      resumption(ResumptionUsage::application, "g", 1, 1)};

  EXPECT_EQ(check_psk_ids(externals).error(), make_error(MlsErrc::commit_duplicate_psk));
  EXPECT_EQ(check_psk_ids(resumptions).error(), make_error(MlsErrc::commit_duplicate_psk));
}

// RFC 9420 §12.2 speaks of the whole PreSharedKeyID, and the nonce is a part of it.
TEST(Psk, AcceptsOnePskUnderTwoNonces) {
  const std::vector<PreSharedKeyId> ids{external("one", 1), external("one", 2)};

  EXPECT_TRUE(check_psk_ids(ids));
}

TEST(Psk, RefusesANonceOfAnotherLength) {
  for (const std::size_t size : {0u, 31u, 33u}) {
    std::vector<PreSharedKeyId> ids{external("one", 1)};
    ids[0].psk_nonce.resize(size);

    EXPECT_EQ(check_psk_ids(ids).error(), make_error(MlsErrc::psk_nonce_invalid)) << size;
  }
}

}  // namespace
}  // namespace hearth::mls
