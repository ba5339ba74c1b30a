// PublicMessage: what is genuine opens, and each way of not being genuine has its name.
#include "protocol/mls/framing/public_message.h"

#include "tests/unit/protocol/mls/framing/epoch_of_three.h"

namespace hearth::mls {
namespace {

constexpr WireFormat kPublic = WireFormat::public_message;

Error refusal(const EpochOfThree& epoch, const PublicMessage& message) {
  const auto verified =
      unprotect_public(message, epoch.context(), &epoch.membership_key, epoch.keys());
  return verified ? Error{} : verified.error();
}

PublicMessage proposal_of_ann(const EpochOfThree& epoch) {
  return protect_public(epoch.signed_for(kPublic, epoch.removing(member_sender(kAnn)), epoch.ann),
                        &epoch.membership_key);
}

class PublicMessages : public testing::TestWithParam<CipherSuite> {};

TEST_P(PublicMessages, ProposalsAndCommitsArriveThroughTheWire) {
  if (!crypto::supported(GetParam())) GTEST_SKIP() << "suite not built in";
  const EpochOfThree epoch(GetParam());
  const std::vector<FramedContent> contents{epoch.removing(member_sender(kAnn)),
                                            epoch.content(member_sender(kAnn), Commit{})};

  for (const FramedContent& content : contents) {
    const SignedContent own = epoch.signed_for(kPublic, content, epoch.ann);
    const Hash own_hash = own.confirmed_transcript_hash(Bytes(32, 4));
    const AuthenticatedContent authenticated = own.authenticated();
    const Bytes wire = encoded(protect_public(own, &epoch.membership_key));

    const auto verified = unprotect_public(*decode_exact<PublicMessage>(wire), epoch.context(),
                                           &epoch.membership_key, epoch.keys());

    ASSERT_TRUE(verified) << verified.error().name;
    EXPECT_EQ(verified->content(), content);
    EXPECT_EQ(verified->auth(), authenticated.auth);
    EXPECT_EQ(verified->wire_format(), kPublic);
    EXPECT_EQ(verified->confirmed_transcript_hash(Bytes(32, 4)), own_hash);
    EXPECT_EQ(proposal_ref(verified->authenticated()), proposal_ref(authenticated));
  }
}

INSTANTIATE_TEST_SUITE_P(Suites, PublicMessages,
                         testing::Values(CipherSuite::x25519_aes128gcm_sha256_ed25519,
                                         CipherSuite::p256_aes128gcm_sha256_p256,
                                         CipherSuite::x25519_chacha20poly1305_sha256_ed25519),
                         [](const auto& parameter) {
                           return "Suite" + std::to_string(static_cast<int>(parameter.param));
                         });

TEST(PublicMessage, AMembersTagCoversContentSignatureAndConfirmationTag) {
  const EpochOfThree epoch;
  const Error invalid = mls_error(MlsErrc::membership_tag_invalid);

  PublicMessage message = proposal_of_ann(epoch);
  message.content.authenticated_data.push_back(1);
  EXPECT_EQ(refusal(epoch, message), invalid);

  message = proposal_of_ann(epoch);
  message.content.content = Proposal{Remove{kAnn}};
  EXPECT_EQ(refusal(epoch, message), invalid);

  message = proposal_of_ann(epoch);
  message.content.sender = member_sender(kBob);
  EXPECT_EQ(refusal(epoch, message), invalid);

  message = proposal_of_ann(epoch);
  message.auth.signature[10] ^= 1;
  EXPECT_EQ(refusal(epoch, message), invalid);

  message = protect_public(
      epoch.signed_for(kPublic, epoch.content(member_sender(kAnn), Commit{}), epoch.ann),
      &epoch.membership_key);
  message.auth.confirmation_tag->front() ^= 1;
  EXPECT_EQ(refusal(epoch, message), invalid);
}

// Others compared only as many bytes as the sender gave, so a short tag passed.
TEST(PublicMessage, AShortOrLongOrFlippedMembershipTagIsWrong) {
  const EpochOfThree epoch;
  const PublicMessage genuine = proposal_of_ann(epoch);
  ASSERT_EQ(refusal(epoch, genuine), Error{});

  for (std::size_t size = 0; size <= 64; ++size) {
    if (size == kHashSize) continue;
    PublicMessage message = genuine;
    message.membership_tag->resize(size);
    EXPECT_EQ(refusal(epoch, message), mls_error(MlsErrc::membership_tag_invalid)) << size;
  }
  for (std::size_t byte = 0; byte < kHashSize; ++byte) {
    PublicMessage message = genuine;
    (*message.membership_tag)[byte] ^= 0x80;
    EXPECT_EQ(refusal(epoch, message), mls_error(MlsErrc::membership_tag_invalid)) << byte;
  }
  PublicMessage message = genuine;
  message.membership_tag.reset();
  EXPECT_EQ(refusal(epoch, message), mls_error(MlsErrc::membership_tag_invalid));
}

// A member can make the tag, but not another member's signature.
TEST(PublicMessage, AMemberCannotSpeakForAnother) {
  const EpochOfThree epoch;
  const PublicMessage message =
      protect_public(epoch.signed_for(kPublic, epoch.removing(member_sender(kAnn)), epoch.bob),
                     &epoch.membership_key);

  EXPECT_EQ(refusal(epoch, message), mls_error(MlsErrc::signature_invalid));
}

TEST(PublicMessage, AnObserverWithoutSecretsReliesOnTheSignature) {
  const EpochOfThree epoch;
  PublicMessage message = proposal_of_ann(epoch);
  const auto observe = [&] {
    return unprotect_public(message, epoch.context(), nullptr, epoch.keys());
  };

  message.membership_tag->front() ^= 1;
  EXPECT_TRUE(observe());
  message.auth.signature.front() ^= 1;
  EXPECT_EQ(observe().error(), mls_error(MlsErrc::signature_invalid));
}

TEST(PublicMessage, RefusesApplicationData) {
  const EpochOfThree epoch;
  PublicMessage message = proposal_of_ann(epoch);

  message.content.content = to_bytes("in clear");

  EXPECT_EQ(refusal(epoch, message), mls_error(MlsErrc::content_type_forbidden));
}

TEST(PublicMessage, RefusesAnotherGroupOrEpoch) {
  const EpochOfThree epoch;
  EpochOfThree elsewhere;
  elsewhere.group_context.group_id = to_bytes("morning");
  EpochOfThree later;
  later.group_context.epoch = 6;

  EXPECT_EQ(refusal(elsewhere, proposal_of_ann(epoch)), mls_error(MlsErrc::wrong_group));
  EXPECT_EQ(refusal(later, proposal_of_ann(epoch)), mls_error(MlsErrc::wrong_epoch));
}

TEST(PublicMessage, RefusesABlankSender) {
  const EpochOfThree epoch;
  for (const LeafIndex leaf : {kBlank, LeafIndex{3}, LeafIndex{1000}}) {
    const PublicMessage message =
        protect_public(epoch.signed_for(kPublic, epoch.removing(member_sender(leaf)), epoch.ann),
                       &epoch.membership_key);

    EXPECT_EQ(refusal(epoch, message), mls_error(MlsErrc::sender_blank));
  }
}

TEST(PublicMessage, ACommitHasAConfirmationTagAndNothingElseDoes) {
  const EpochOfThree epoch;
  PublicMessage commit = protect_public(
      epoch.signed_for(kPublic, epoch.content(member_sender(kAnn), Commit{}), epoch.ann),
      &epoch.membership_key);
  commit.auth.confirmation_tag.reset();
  PublicMessage proposal = proposal_of_ann(epoch);
  proposal.auth.confirmation_tag = Bytes(32);

  EXPECT_EQ(refusal(epoch, commit), mls_error(MlsErrc::confirmation_tag_missing));
  EXPECT_EQ(refusal(epoch, proposal), mls_error(MlsErrc::confirmation_tag_missing));
}

// The wire format is signed: what was signed to be sealed cannot be shown in the open.
TEST(PublicMessage, RefusesASignatureMadeForAPrivateMessage) {
  const EpochOfThree epoch;
  const SignedContent sealed =
      epoch.signed_for(WireFormat::private_message, epoch.removing(member_sender(kAnn)), epoch.ann);
  const PublicMessage message{sealed.content(), sealed.authenticated().auth, Bytes(32)};

  EXPECT_EQ(unprotect_public(message, epoch.context(), nullptr, epoch.keys()).error(),
            mls_error(MlsErrc::signature_invalid));
}

// Members sign the context, so a signature does not carry over to a fork of the same epoch.
TEST(PublicMessage, RefusesAMembersSignatureUnderAnotherContext) {
  const EpochOfThree epoch;
  EpochOfThree fork;
  fork.group_context.tree_hash[0] ^= 1;
  fork.encoded_context = encoded(fork.group_context);

  const auto verified =
      unprotect_public(proposal_of_ann(epoch), fork.context(), nullptr, epoch.keys());

  EXPECT_EQ(verified.error(), mls_error(MlsErrc::signature_invalid));
}

TEST(PublicMessage, AnExternalSenderNeedsNoTagAndSignsNoContext) {
  const EpochOfThree epoch;
  const PublicMessage message = protect_public(
      epoch.signed_for(kPublic, epoch.removing({SenderType::external, 0}), epoch.outsider),
      nullptr);
  EXPECT_FALSE(message.membership_tag);
  EXPECT_EQ(refusal(epoch, message), Error{});

  EpochOfThree other_context;
  other_context.encoded_context.push_back(1);
  EXPECT_EQ(refusal(other_context, message), Error{});

  PublicMessage with_tag = message;
  with_tag.membership_tag = Bytes(32);
  EXPECT_EQ(refusal(epoch, with_tag), mls_error(MlsErrc::membership_tag_invalid));
  PublicMessage altered = message;
  altered.content.content = Proposal{Remove{kAnn}};
  EXPECT_EQ(refusal(epoch, altered), mls_error(MlsErrc::signature_invalid));
}

TEST(PublicMessage, RefusesAnExternalSenderThatIsNotListed) {
  const EpochOfThree epoch;
  const PublicMessage message = protect_public(
      epoch.signed_for(kPublic, epoch.removing({SenderType::external, 1}), epoch.outsider),
      nullptr);

  EXPECT_EQ(refusal(epoch, message), mls_error(MlsErrc::external_sender_unknown));
}

TEST(PublicMessage, RefusesACommitOfAnExternalSender) {
  const EpochOfThree epoch;
  PublicMessage message = protect_public(
      epoch.signed_for(kPublic, epoch.removing({SenderType::external, 0}), epoch.outsider),
      nullptr);
  message.content.content = Commit{};
  message.auth.confirmation_tag = Bytes(32);

  EXPECT_EQ(refusal(epoch, message), mls_error(MlsErrc::sender_invalid));
}

TEST(PublicMessage, ANewMemberProposesItselfWithTheKeyItBrings) {
  const EpochOfThree epoch;
  const FramedContent content = epoch.content({SenderType::new_member_proposal},
                                              Proposal{add_of(epoch.outsider.public_key())});

  const PublicMessage own =
      protect_public(epoch.signed_for(kPublic, content, epoch.outsider), nullptr);
  const PublicMessage by_another =
      protect_public(epoch.signed_for(kPublic, content, epoch.bob), nullptr);
  PublicMessage not_an_add = own;
  not_an_add.content.content = Proposal{Remove{kBob}};
  EpochOfThree other_context;
  other_context.encoded_context.push_back(1);

  EXPECT_EQ(refusal(epoch, own), Error{});
  EXPECT_EQ(refusal(other_context, own), Error{});  // Signed without context.
  EXPECT_EQ(refusal(epoch, by_another), mls_error(MlsErrc::signature_invalid));
  EXPECT_EQ(refusal(epoch, not_an_add), mls_error(MlsErrc::proposal_from_wrong_sender));
}

TEST(PublicMessage, ANewMemberCommitsWithTheKeyOfItsPath) {
  const EpochOfThree epoch;
  Commit commit;
  commit.path = UpdatePath{leaf_with(epoch.outsider.public_key()), {}};
  const FramedContent content = epoch.content({SenderType::new_member_commit}, commit);

  const PublicMessage own =
      protect_public(epoch.signed_for(kPublic, content, epoch.outsider), nullptr);
  const PublicMessage by_another =
      protect_public(epoch.signed_for(kPublic, content, epoch.bob), nullptr);
  PublicMessage without_path = own;
  without_path.content.content = Commit{};
  EpochOfThree other_context;
  other_context.encoded_context.push_back(1);

  EXPECT_EQ(refusal(epoch, own), Error{});
  EXPECT_EQ(refusal(other_context, own), mls_error(MlsErrc::signature_invalid));
  EXPECT_EQ(refusal(epoch, by_another), mls_error(MlsErrc::signature_invalid));
  EXPECT_EQ(refusal(epoch, without_path), mls_error(MlsErrc::path_missing));
}

TEST(PublicMessage, AForgottenConfirmationTagIsABug) {
  const EpochOfThree epoch;
  auto commit = SignedContent::sign(kPublic, epoch.content(member_sender(kAnn), Commit{}),
                                    epoch.encoded_context, epoch.ann);

  EXPECT_THROW(protect_public(*std::move(commit), &epoch.membership_key), std::logic_error);
}

}  // namespace
}  // namespace hearth::mls
