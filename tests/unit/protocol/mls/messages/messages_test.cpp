// The structures of RFC 9420 byte by byte: what is kept, what is refused, and by which name.
#include <gtest/gtest.h>

#include "protocol/mls/messages/group_info.h"

namespace hearth::mls {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

// What T's decoder says of these bytes; "" if it takes them and gives the same bytes back.
template <class T>
std::string_view said(std::string_view text) {
  const Bytes bytes = hex(text);
  const auto value = decode_exact<T>(bytes);
  if (!value) return value.error().name;
  EXPECT_EQ(to_hex(encoded(*value)), to_hex(bytes));
  return "";
}

LeafNode leaf_with(LeafNodeSource source) {
  LeafNode leaf;
  leaf.encryption_key = {1};
  leaf.signature_key = {2};
  leaf.credential = basic_credential(view_of("ab"));
  leaf.source = source;
  leaf.signature = {3};
  return leaf;
}

// Rule 7.2: unknown values in the lists of capabilities are kept, in their order.
TEST(Capabilities, KeepsWhatItDoesNotKnow) {
  constexpr std::string_view kBytes =
      "04000100ff"
      "0400034a4a"
      "02f0aa"
      "041a1a000a"
      "0400020a0a";
  EXPECT_EQ(said<Capabilities>(kBytes), "");
  const auto kept = decode_exact<Capabilities>(hex(kBytes));
  EXPECT_EQ(kept->cipher_suites, (std::vector<std::uint16_t>{3, 0x4a4a}));
  EXPECT_EQ(kept->credentials, (std::vector<std::uint16_t>{2, 0x0a0a}));
}

TEST(Capabilities, RefusesHalfAnEntry) {
  EXPECT_EQ(said<Capabilities>("0300010000000000"), "truncated");
}

// RFC 9420 §11.1: credential_types are the third list, which some have forgotten.
TEST(RequiredCapabilities, HoldsThreeLists) {
  const auto required =
      decode_exact<RequiredCapabilities>(hex("02f001"
                                             "02f010"
                                             "020001"));
  ASSERT_TRUE(required);
  EXPECT_EQ(required->credentials, (std::vector<std::uint16_t>{1}));
  EXPECT_EQ(said<RequiredCapabilities>("02f00102f010"), "truncated");
}

TEST(Credential, TakesBasicAndX509) {
  EXPECT_EQ(said<Credential>("0001026162"), "");
  EXPECT_EQ(said<Credential>("0002"
                             "050161"
                             "026263"),
            "");
}

// Its body has no length, so nothing after it could be read.
TEST(Credential, RefusesAnUnknownType) {
  EXPECT_EQ(said<Credential>("0003026162"), "leaf_credential_unsupported");
}

TEST(Grease, IsKnownByItsPattern) {
  for (const int value : {0x0a0a, 0x1a1a, 0x7a7a, 0xeaea})
    EXPECT_TRUE(is_grease(static_cast<std::uint16_t>(value)));
  for (const int value : {0x0a1a, 0xfafa, 0x0001, 0x0b0b})
    EXPECT_FALSE(is_grease(static_cast<std::uint16_t>(value)));
}

TEST(Extensions, AreUniqueWhereTheyMustBe) {
  EXPECT_TRUE(check_no_duplicates({{1, {}}, {0x0a0a, {}}, {2, {}}}));
  EXPECT_EQ(check_no_duplicates({{1, {}}, {2, {}}, {1, {9}}}).error(),
            make_error(MlsErrc::extension_duplicate));
}

// external_senders is a vector of senders, which one implementation reads as a single struct.
TEST(ExternalSenders, AreAVector) {
  const std::vector<ExternalSender> senders{{{7}, basic_credential(view_of("a"))},
                                            {{8}, basic_credential(view_of("b"))}};
  const Bytes bytes = encode_external_senders(senders);
  EXPECT_EQ(to_hex(bytes),
            "0c"
            "0107"
            "00010161"
            "0108"
            "00010162");
  EXPECT_EQ(decode_external_senders(bytes)->size(), 2u);
  EXPECT_FALSE(
      decode_external_senders(hex("0107"
                                  "00010161")));
}

TEST(LeafNode, HoldsWhatItsSourceSays) {
  LeafNode leaf = leaf_with(LeafNodeSource::key_package);
  leaf.lifetime = {1, 2};
  leaf.parent_hash = {9};  // Not encoded: only a commit's leaf has one.
  constexpr std::string_view kHead =
      "0101"
      "0102"
      "0001026162"
      "0000000000";
  const std::string head(kHead);
  EXPECT_EQ(to_hex(encoded(leaf)), head +
                                       "01"
                                       "0000000000000001"
                                       "0000000000000002"
                                       "00"
                                       "0103");
  leaf.source = LeafNodeSource::update;
  EXPECT_EQ(to_hex(encoded(leaf)), head +
                                       "02"
                                       "00"
                                       "0103");
  leaf.source = LeafNodeSource::commit;
  EXPECT_EQ(to_hex(encoded(leaf)), head +
                                       "03"
                                       "0109"
                                       "00"
                                       "0103");
  EXPECT_EQ(said<LeafNode>(head + "0301090001"
                                  "03"),
            "");
  for (const std::string source : {"00", "04", "ff"}) {
    EXPECT_EQ(said<LeafNode>(head + source + "000103"), "enum_invalid");
  }
}

// Group and place are signed for all sources but key_package (RFC 9420 §7.2).
TEST(LeafNode, IsSignedForItsPlace) {
  crypto::SeededRandom random(1);
  const auto key = crypto::SignatureKey::generate(crypto::kDefaultSuite, random);
  const Bytes group = to_bytes("group");
  const LeafPlace here{group, LeafIndex{3}};
  const LeafPlace there{group, LeafIndex{4}};
  for (const LeafNodeSource source :
       {LeafNodeSource::key_package, LeafNodeSource::update, LeafNodeSource::commit}) {
    LeafNode leaf = leaf_with(source);
    leaf.signature_key = key->public_key();
    ASSERT_TRUE(sign(leaf, *key, here));
    EXPECT_TRUE(verify_signature(leaf, crypto::kDefaultSuite, here));
    EXPECT_EQ(verify_signature(leaf, crypto::kDefaultSuite, there).has_value(),
              source == LeafNodeSource::key_package);
    leaf.extensions.push_back({1, {}});
    EXPECT_EQ(verify_signature(leaf, crypto::kDefaultSuite, here).error(),
              make_error(MlsErrc::leaf_signature_invalid));
  }
}

TEST(Proposal, HasTheBytesOfItsType) {
  EXPECT_EQ(said<Proposal>("000300000002"), "");
  EXPECT_EQ(said<Proposal>("0004"
                           "01"
                           "0170"
                           "0107"),
            "");
  EXPECT_EQ(said<Proposal>("0004"
                           "02"
                           "01"
                           "0167"
                           "0000000000000005"
                           "0107"),
            "");
  EXPECT_EQ(said<Proposal>("0005"
                           "0167"
                           "0001"
                           "0003"
                           "00"),
            "");
  EXPECT_EQ(said<Proposal>("0006"
                           "0120"),
            "");
  EXPECT_EQ(said<Proposal>("0007"
                           "04"
                           "f0010107"),
            "");
  EXPECT_EQ(Proposal{Remove{}}.type(), proposal_type::kRemove);
  EXPECT_EQ(Proposal{GroupContextExtensions{}}.type(), proposal_type::kGroupContextExtensions);
}

// Private and GREASE types are carried; only the reserved zero is nothing.
TEST(Proposal, CarriesTypesOfOthers) {
  EXPECT_EQ(said<Proposal>("f010"
                           "026869"),
            "");
  EXPECT_EQ(said<Proposal>("0a0a"
                           "00"),
            "");
  EXPECT_EQ(decode_exact<Proposal>(hex("f010026869"))->type(), 0xf010);
  EXPECT_EQ(said<Proposal>("000000"), "enum_invalid");
}

TEST(Proposal, RefusesUnknownPsks) {
  EXPECT_EQ(said<Proposal>("0004"
                           "03"
                           "0170"
                           "0107"),
            "enum_invalid");
  EXPECT_EQ(said<Proposal>("0004"
                           "02"
                           "04"
                           "0167"
                           "0000000000000005"
                           "0107"),
            "enum_invalid");
}

TEST(Commit, TellsProposalsFromReferences) {
  EXPECT_EQ(said<Commit>("0000"), "");
  EXPECT_EQ(said<Commit>("0a"
                         "01000300000002"
                         "020107"
                         "00"),
            "");
  EXPECT_EQ(said<Commit>("03"
                         "030107"
                         "00"),
            "enum_invalid");
  EXPECT_EQ(said<Commit>("00"
                         "02"),
            "optional_invalid");
}

// member and external name an index, the two kinds of newcomers have none (RFC 9420 §6).
TEST(Sender, HasAnIndexOnlyWhereItMeansSomething) {
  EXPECT_EQ(said<Sender>("0100000007"), "");
  EXPECT_EQ(said<Sender>("0200000001"), "");
  EXPECT_EQ(said<Sender>("03"), "");
  EXPECT_EQ(said<Sender>("04"), "");
  EXPECT_EQ(said<Sender>("0300000001"), "trailing_bytes");
  EXPECT_EQ(said<Sender>("00"), "enum_invalid");
  EXPECT_EQ(said<Sender>("05"), "enum_invalid");
}

// A membership tag exactly for members; a confirmation tag exactly in commits.
TEST(PublicMessage, HasTheTagsOfItsSenderAndContent) {
  const std::string head =
      "0167"
      "0000000000000001";
  EXPECT_EQ(said<PublicMessage>(head + "0100000000"
                                       "00"
                                       "02"
                                       "000300000002"
                                       "0153"
                                       "014d"),
            "");
  EXPECT_EQ(said<PublicMessage>(head + "0200000000"
                                       "00"
                                       "02"
                                       "000300000002"
                                       "0153"),
            "");
  EXPECT_EQ(said<PublicMessage>(head + "0100000000"
                                       "00"
                                       "03"
                                       "0000"
                                       "0153"
                                       "0143"
                                       "014d"),
            "");
  EXPECT_EQ(said<PublicMessage>(head + "0100000000"
                                       "00"
                                       "02"
                                       "000300000002"
                                       "0153"),
            "truncated");
  EXPECT_EQ(said<PublicMessage>(head + "0200000000"
                                       "00"
                                       "02"
                                       "000300000002"
                                       "0153"
                                       "014d"),
            "trailing_bytes");
  EXPECT_EQ(said<PublicMessage>(head + "0100000000"
                                       "00"
                                       "04"),
            "enum_invalid");
}

// A ProposalRef covers the wire format, so that it differs between the two framings.
TEST(ProposalRef, DependsOnTheWireFormat) {
  AuthenticatedContent content;
  content.content.content = Proposal{Remove{LeafIndex{1}}};
  content.auth.signature = {1};
  const ProposalRef sealed = proposal_ref(content);
  content.wire_format = WireFormat::public_message;
  EXPECT_NE(proposal_ref(content), sealed);
}

TEST(GroupContext, RefusesWhatWeDoNotSpeak) {
  const std::string rest =
      "0167"
      "0000000000000000"
      "00"
      "00"
      "00";
  EXPECT_EQ(said<GroupContext>("00010003" + rest), "");
  EXPECT_EQ(said<GroupContext>("00020003" + rest), "version_unsupported");
  EXPECT_EQ(said<GroupContext>("00010007" + rest), "suite_unsupported");
}

TEST(GroupSecrets, HoldSecretsOfExactlyOneLength) {
  GroupSecrets secrets;
  secrets.joiner_secret = Secret32::from(Bytes(32, 1));
  secrets.path_secret = Secret32::from(Bytes(32, 2));
  secrets.psks.push_back({ExternalPskId{{3}}, {4}});
  const SecretBytes bytes = secrets.encode_secret();
  const auto again = decode_exact<GroupSecrets>(bytes.view());
  ASSERT_TRUE(again);
  EXPECT_TRUE(*again->path_secret == *secrets.path_secret);
  EXPECT_EQ(again->psks, secrets.psks);

  for (const std::string size : {"00", "1f", "21"}) {
    Bytes other = hex(size);
    other.resize(1 + other[0], 7);
    append(other, hex("0000"));
    EXPECT_EQ(decode_exact<GroupSecrets>(other).error(), make_error(CodecErrc::length_invalid));
  }
}

TEST(MlsMessage, IsOfVersionOneAndAKnownKind) {
  EXPECT_EQ(said<MlsMessage>("00010003"
                             "0003"
                             "00"
                             "00"),
            "");
  EXPECT_EQ(said<MlsMessage>("00000003"
                             "0003"
                             "00"
                             "00"),
            "version_unsupported");
  EXPECT_EQ(said<MlsMessage>("00010000"), "enum_invalid");
  EXPECT_EQ(said<MlsMessage>("00010006"), "enum_invalid");
  EXPECT_EQ(said<MlsMessage>("00010003"
                             "0003"
                             "00"
                             "00"
                             "00"),
            "trailing_bytes");
  EXPECT_EQ(said<MlsMessage>(""), "truncated");
}

// A length is believed only as far as there are bytes: nothing is allocated for it.
TEST(MlsMessage, BelievesNoLength) {
  EXPECT_EQ(said<MlsMessage>("00010003"
                             "0003"
                             "bfffffff"),
            "truncated");
}

TEST(WireTree, KeepsBlanksAndRefusesOtherNodes) {
  const Bytes blanks = hex("020000");
  const auto tree = decode_wire_tree(blanks);
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->size(), 2u);
  EXPECT_EQ(encode_wire_tree(*tree), blanks);
  EXPECT_EQ(to_hex(encode_wire_tree({WireNode{ParentNode{{1}, {}, {LeafIndex{5}}}}})),
            "0a"
            "01"
            "02"
            "0101"
            "00"
            "0400000005");
  EXPECT_EQ(decode_wire_tree(hex("020103")).error(), make_error(CodecErrc::enum_invalid));
  EXPECT_EQ(decode_wire_tree(hex("0102")).error(), make_error(CodecErrc::optional_invalid));
}

}  // namespace
}  // namespace hearth::mls
