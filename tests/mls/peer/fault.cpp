// Framing a commit again with a false confirmation tag.
#include "tests/mls/peer/fault.h"

#include "protocol/mls/framing/public_message.h"
#include "protocol/mls/group/group_state.h"

namespace hearth::mls::peer {
namespace {

Result<Secret32> false_tag(const FramedContentAuthData& auth) {
  if (!auth.confirmation_tag || auth.confirmation_tag->size() != Secret32::kSize) {
    return fail(MlsErrc::confirmation_tag_missing);
  }
  Secret32 tag = Secret32::from(*auth.confirmation_tag);
  tag.mutable_view()[0] ^= 1;
  return tag;
}

}  // namespace

Result<Bytes> with_false_tag(const Group& group, ByteView before, ByteView commit,
                             crypto::RandomSource& random) {
  const Group::State& state = group.state();
  const Bytes context = encoded(group.context());
  const FramingContext framing = framing_context(group.context(), context);
  const SenderKeyLookup sender_key = [&](const Sender& sender) -> std::optional<ByteView> {
    const LeafNode* leaf = group.leaf({sender.index});
    if (leaf == nullptr) return std::nullopt;
    return ByteView(leaf->signature_key);
  };
  const auto secret_tree = [&]() -> Result<SecretTree> {
    Reader reader(before);
    return SecretTree::decode(reader);
  };

  HEARTH_TRY(MlsMessage message, decode_exact<MlsMessage>(commit));
  const WireFormat wire_format = message.wire_format();
  HEARTH_TRY(SecretTree receiving, secret_tree());
  HEARTH_TRY(const VerifiedContent content, [&]() -> Result<VerifiedContent> {
    if (auto* sealed = std::get_if<PrivateMessage>(&message.body)) {
      return unprotect_private(*sealed, framing, state.secrets.sender_data_secret, receiving,
                               sender_key);
    }
    auto* open = std::get_if<PublicMessage>(&message.body);
    if (open == nullptr) return fail(MlsErrc::wire_format_forbidden);
    return unprotect_public(*open, framing, &state.secrets.membership_key, sender_key);
  }());

  // Ed25519 signs alike each time, so the transcript stays the one that the group has staged.
  HEARTH_TRY(SignedContent again, SignedContent::sign(wire_format, content.content(), context,
                                                      group.own_signature_key()));
  HEARTH_TRY(const Secret32 tag, false_tag(content.auth()));
  again.set_confirmation_tag(tag);
  if (wire_format == WireFormat::public_message) {
    return encoded(MlsMessage{protect_public(std::move(again), &state.secrets.membership_key)});
  }
  HEARTH_TRY(SecretTree sending, secret_tree());
  HEARTH_TRY(PrivateMessage sealed,
             protect_private(again, group.suite(), state.secrets.sender_data_secret, sending,
                             state.options().padding_buckets, random));
  return encoded(MlsMessage{std::move(sealed)});
}

Result<Bytes> with_false_tag(ByteView external_commit) {
  HEARTH_TRY(MlsMessage message, decode_exact<MlsMessage>(external_commit));
  auto* open = std::get_if<PublicMessage>(&message.body);
  if (open == nullptr) return fail(MlsErrc::wire_format_forbidden);
  HEARTH_TRY(const Secret32 tag, false_tag(open->auth));
  open->auth.confirmation_tag = to_bytes(tag.view());
  return encoded(message);
}

}  // namespace hearth::mls::peer
