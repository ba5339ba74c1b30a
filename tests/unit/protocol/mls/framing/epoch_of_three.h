// An epoch with three leaves for the tests of framing: Ann at 0, a blank one at 1, Bob at 2.
#pragma once

#include <gtest/gtest.h>

#include "protocol/mls/framing/private_message.h"
#include "protocol/mls/framing/public_message.h"

namespace hearth::mls {

inline Secret32 filled(Byte byte) {
  Bytes32 bytes;
  bytes.fill(byte);
  return Secret32(bytes);
}

inline constexpr LeafIndex kAnn{0};
inline constexpr LeafIndex kBlank{1};
inline constexpr LeafIndex kBob{2};

struct EpochOfThree {
  explicit EpochOfThree(CipherSuite suite = crypto::kDefaultSuite)
      : random(7),
        ann(*crypto::SignatureKey::generate(suite, random)),
        bob(*crypto::SignatureKey::generate(suite, random)),
        outsider(*crypto::SignatureKey::generate(suite, random)) {
    group_context.cipher_suite = suite;
    group_context.group_id = to_bytes("evening");
    group_context.epoch = 5;
    group_context.tree_hash = Bytes(32, 1);
    group_context.confirmed_transcript_hash = Bytes(32, 2);
    encoded_context = encoded(group_context);
  }

  FramingContext context() const { return framing_context(group_context, encoded_context); }
  CipherSuite suite() const { return group_context.cipher_suite; }
  SecretTree secret_tree() const { return SecretTree(suite(), {4}, filled(8)); }
  // Ann and Bob are members; the outsider is the external sender 0.
  SenderKeyLookup keys() const {
    return [this](const Sender& sender) -> std::optional<ByteView> {
      if (sender == member_sender(kAnn)) return ann.public_key();
      if (sender == member_sender(kBob)) return bob.public_key();
      if (sender == Sender{SenderType::external, 0}) return outsider.public_key();
      return std::nullopt;
    };
  }

  FramedContent content(Sender sender, decltype(FramedContent::content) body) const {
    return {group_context.group_id, group_context.epoch, sender, to_bytes("seen by all"),
            std::move(body)};
  }
  FramedContent saying(std::string_view words, LeafIndex leaf = kAnn) const {
    return content(member_sender(leaf), to_bytes(words));
  }
  FramedContent removing(Sender sender) const { return content(sender, Proposal{Remove{kBob}}); }
  SignedContent signed_for(WireFormat format, FramedContent framed,
                           const crypto::SignatureKey& key) const {
    auto content = SignedContent::sign(format, std::move(framed), encoded_context, key);
    EXPECT_TRUE(content) << content.error().name;
    if (content->content().content_type() == ContentType::commit) {
      content->set_confirmation_tag(filled(6));
    }
    return *std::move(content);
  }

  crypto::SeededRandom random;
  crypto::SignatureKey ann;
  crypto::SignatureKey bob;
  crypto::SignatureKey outsider;
  GroupContext group_context;
  Bytes encoded_context;
  Secret32 membership_key = filled(3);
  Secret32 sender_data_secret = filled(4);
};

inline Error mls_error(MlsErrc code) { return make_error(code); }

// The leaf of someone who is not yet a member, as far as framing looks at it.
inline LeafNode leaf_with(ByteView signature_key) {
  LeafNode leaf;
  leaf.encryption_key = Bytes(32, 9);
  leaf.signature_key = to_bytes(signature_key);
  leaf.credential = basic_credential(view_of("new"));
  leaf.signature = Bytes(64, 1);
  return leaf;
}
inline Add add_of(ByteView signature_key) {
  Add add;
  add.key_package.cipher_suite = static_cast<std::uint16_t>(crypto::kDefaultSuite);
  add.key_package.init_key = Bytes(32, 8);
  add.key_package.leaf_node = leaf_with(signature_key);
  add.key_package.signature = Bytes(64, 1);
  return add;
}

}  // namespace hearth::mls
