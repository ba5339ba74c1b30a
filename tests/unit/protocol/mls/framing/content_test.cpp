// Signed content: one encoding, from which the right parts are cut; who may send what.
#include "protocol/mls/framing/content.h"

#include <type_traits>

#include "protocol/mls/schedule/transcript.h"
#include "tests/unit/protocol/mls/framing/epoch_of_three.h"

namespace hearth::mls {
namespace {

// Only verification makes VerifiedContent, and only signing SignedContent.
static_assert(!std::is_default_constructible_v<VerifiedContent>);
static_assert(!std::is_constructible_v<VerifiedContent, AuthenticatedContent, EncodedContent>);
static_assert(!std::is_constructible_v<VerifiedContent, SignedContent>);
static_assert(!std::is_constructible_v<SignedContent, AuthenticatedContent, EncodedContent>);

TEST(EncodedContent, HoldsTheContentAsTheMessagesChapterWritesIt) {
  const EpochOfThree epoch;
  Commit commit;
  commit.proposals.push_back({Bytes(32, 7)});
  const std::vector<FramedContent> contents{
      epoch.saying("hello"), epoch.removing(member_sender(kAnn)),
      epoch.content(member_sender(kAnn), commit), epoch.removing({SenderType::external, 0}),
      epoch.content({SenderType::new_member_proposal}, Proposal{add_of(epoch.bob.public_key())})};

  for (const FramedContent& content : contents) {
    const EncodedContent encoded_content(WireFormat::public_message, content,
                                         epoch.encoded_context);
    const Bytes framed = encoded(content);
    EXPECT_TRUE(equal(encoded_content.framed_content(), framed));
    EXPECT_TRUE(
        equal(encoded_content.body(), ByteView(framed).last(encoded_content.body().size())));
    EXPECT_TRUE(equal(encoded_content.tbs().first(4), Bytes{0, 1, 0, 1}));
  }
  const EncodedContent words(WireFormat::private_message, contents[0], {});
  EXPECT_EQ(to_hex(words.body()), "0568656c6c6f");
}

// RFC 9420 §6.1: members and external committers sign the context; the others cannot know it.
TEST(EncodedContent, TheContextIsSignedByMembersAndExternalCommittersOnly) {
  const EpochOfThree epoch;
  const auto tail_of = [&](Sender sender) {
    const EncodedContent content(WireFormat::public_message, epoch.removing(sender),
                                 epoch.encoded_context);
    return to_bytes(content.tbs().subspan(4 + content.framed_content().size()));
  };

  EXPECT_EQ(tail_of(member_sender(kAnn)), epoch.encoded_context);
  EXPECT_EQ(tail_of({SenderType::new_member_commit}), epoch.encoded_context);
  EXPECT_EQ(tail_of({SenderType::external, 0}), Bytes());
  EXPECT_EQ(tail_of({SenderType::new_member_proposal}), Bytes());
}

TEST(SignedContent, HashesTheTranscriptFromItsOneEncoding) {
  const EpochOfThree epoch;
  const SignedContent commit = epoch.signed_for(
      WireFormat::private_message, epoch.content(member_sender(kAnn), Commit{}), epoch.ann);

  EXPECT_EQ(commit.confirmed_transcript_hash(Bytes(32, 4)),
            confirmed_transcript_hash(Bytes(32, 4), commit.authenticated()));
}

Error refusal(WireFormat format, const FramedContent& content) {
  const EpochOfThree epoch;
  const auto content_signed =
      SignedContent::sign(format, content, epoch.encoded_context, epoch.ann);
  return content_signed ? Error{} : content_signed.error();
}

TEST(SignedContent, RefusesWhatItsSenderMayNotSend) {
  const EpochOfThree epoch;
  const Sender external{SenderType::external, 0};
  const Sender proposer{SenderType::new_member_proposal};
  const Sender joiner{SenderType::new_member_commit};
  const auto pub = WireFormat::public_message;
  const auto priv = WireFormat::private_message;

  EXPECT_EQ(refusal(pub, epoch.saying("hi")), mls_error(MlsErrc::content_type_forbidden));
  EXPECT_EQ(refusal(WireFormat::welcome, epoch.saying("hi")),
            mls_error(MlsErrc::wire_format_forbidden));
  EXPECT_EQ(refusal(priv, epoch.removing(external)), mls_error(MlsErrc::sender_invalid));
  EXPECT_EQ(refusal(priv, epoch.content(proposer, Proposal{add_of(epoch.ann.public_key())})),
            mls_error(MlsErrc::sender_invalid));
  EXPECT_EQ(refusal(pub, epoch.content(external, Commit{})), mls_error(MlsErrc::sender_invalid));
  EXPECT_EQ(refusal(pub, epoch.content(proposer, Commit{})), mls_error(MlsErrc::sender_invalid));
  EXPECT_EQ(refusal(pub, epoch.removing(proposer)), mls_error(MlsErrc::proposal_from_wrong_sender));
  EXPECT_EQ(refusal(pub, epoch.removing(joiner)), mls_error(MlsErrc::sender_invalid));
  EXPECT_EQ(refusal(pub, epoch.content(joiner, Commit{})), mls_error(MlsErrc::path_missing));
  EXPECT_EQ(refusal(pub, epoch.removing({static_cast<SenderType>(9)})),
            mls_error(MlsErrc::sender_invalid));
  EXPECT_EQ(refusal(pub, epoch.removing(external)), Error{});
  EXPECT_EQ(refusal(priv, epoch.saying("hi")), Error{});
}

TEST(SignedContent, OnlyACommitTakesAConfirmationTag) {
  const EpochOfThree epoch;
  SignedContent words =
      epoch.signed_for(WireFormat::private_message, epoch.saying("hi"), epoch.ann);

  EXPECT_THROW(words.set_confirmation_tag(filled(1)), std::logic_error);
}

}  // namespace
}  // namespace hearth::mls
