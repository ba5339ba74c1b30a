// Proposing: framed by a member, by a newcomer or by a named sender outside.
#include "protocol/mls/group/group_state.h"

namespace hearth::mls {
namespace {

Result<Bytes> proposal_from_outside(FramedContent content, const crypto::SignatureKey& key) {
  // Signed without a GroupContext, which its sender need not know (RFC 9420 §6.1).
  HEARTH_TRY(SignedContent signed_content,
             SignedContent::sign(WireFormat::public_message, std::move(content), {}, key));
  return encoded(MlsMessage{protect_public(std::move(signed_content), nullptr)});
}

}  // namespace

LeafNode changed_leaf(const LeafNode& leaf, const LeafChange& change) {
  LeafNode changed = leaf;
  if (change.credential) changed.credential = *change.credential;
  if (change.capabilities) changed.capabilities = *change.capabilities;
  if (change.extensions) changed.extensions = *change.extensions;
  if (change.signature_key) changed.signature_key = change.signature_key->public_key();
  changed.lifetime = {};
  changed.parent_hash.clear();
  changed.signature.clear();
  return changed;
}

Result<Bytes> Group::propose(Proposal proposal, const MessageOptions& message,
                             crypto::RandomSource& random) {
  State& state = *state_;
  HEARTH_CHECK(state.check_may_send());
  const Sender us = member_sender(state.own_index);
  // Rule 12.2-1 binds the proposer too: what is not valid by itself is not sent.
  HEARTH_CHECK(validate_proposal(state.data().epoch_view(), proposal, us));
  HEARTH_TRY(SignedContent content,
             SignedContent::sign(message.wire_format,
                                 {.group_id = group_id(),
                                  .epoch = epoch(),
                                  .sender = us,
                                  .authenticated_data = message.authenticated_data,
                                  .content = std::move(proposal)},
                                 state.data().encoded_context, state.signature_key));
  StoredProposal stored{.ref = proposal_ref(content.authenticated()),
                        .sender = us,
                        .proposal = std::get<Proposal>(content.content().content),
                        .authenticated_data = message.authenticated_data};
  HEARTH_TRY(Bytes bytes, state.protect(std::move(content), random));
  HEARTH_CHECK(state.data().proposals.add(std::move(stored), state.options().proposals_max));
  return bytes;
}

Result<Bytes> Group::propose_update(LeafChange change, const MessageOptions& message,
                                    crypto::RandomSource& random) {
  State& state = *state_;
  HEARTH_CHECK(state.check_may_send());
  HEARTH_TRY(crypto::KemKeyPair leaf_key, crypto::kem_generate(suite(), random));
  LeafNode leaf = changed_leaf(own_leaf(), change);
  leaf.source = LeafNodeSource::update;
  leaf.encryption_key = leaf_key.public_key;
  const crypto::SignatureKey& signer =
      change.signature_key ? *change.signature_key : state.signature_key;
  HEARTH_CHECK(sign(leaf, signer, {group_id(), state.own_index}));
  HEARTH_TRY(Bytes bytes, propose(Proposal{Update{leaf}}, message, random));
  state.own_updates.insert_or_assign(
      leaf.encryption_key, UpdateKeys{std::move(leaf_key), std::move(change.signature_key)});
  return bytes;
}

// --- Makers -------------------------------------------------------------------------------------

Proposal Group::add(KeyPackage key_package) { return {Add{std::move(key_package)}}; }
Proposal Group::remove(LeafIndex leaf) { return {Remove{leaf}}; }

Proposal Group::external_psk(ByteView psk_id, crypto::RandomSource& random) {
  return {PreSharedKey{{ExternalPskId{to_bytes(psk_id)}, to_bytes(random.array<kHashSize>())}}};
}

Proposal Group::resumption_psk(ByteView group_id, Epoch epoch, crypto::RandomSource& random) {
  return {PreSharedKey{{ResumptionPskId{ResumptionUsage::application, to_bytes(group_id), epoch},
                        to_bytes(random.array<kHashSize>())}}};
}

Proposal Group::context_extensions(Extensions extensions) {
  return {GroupContextExtensions{std::move(extensions)}};
}
Proposal Group::reinit_to(ReInit reinit) { return {std::move(reinit)}; }
Proposal Group::custom(std::uint16_t type, ByteView data) {
  return {CustomProposal{type, to_bytes(data)}};
}

// --- From outside (RFC 9420 §12.1.8) ------------------------------------------------------------

Result<Bytes> new_member_proposal(ByteView group_id, Epoch epoch,
                                  const KeyPackageBundle& key_package) {
  return proposal_from_outside({.group_id = to_bytes(group_id),
                                .epoch = epoch,
                                .sender = {SenderType::new_member_proposal, 0},
                                .authenticated_data = {},
                                .content = Group::add(key_package.key_package)},
                               key_package.signature_key);
}

Result<Bytes> external_sender_proposal(ByteView group_id, Epoch epoch, std::uint32_t sender_index,
                                       const crypto::SignatureKey& key, Proposal proposal) {
  return proposal_from_outside({.group_id = to_bytes(group_id),
                                .epoch = epoch,
                                .sender = {SenderType::external, sender_index},
                                .authenticated_data = {},
                                .content = std::move(proposal)},
                               key);
}

}  // namespace hearth::mls
