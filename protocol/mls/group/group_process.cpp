// Taking messages: RFC 9420 §6, §12.4.2, §15.
#include "protocol/mls/group/group_state.h"

namespace hearth::mls {
namespace {

Received application(const VerifiedContent& content, const LeafNode& sender) {
  const FramedContent& framed = content.content();
  return ApplicationMessage{.sender = LeafIndex{framed.sender.index},
                            .epoch = framed.epoch,
                            .sender_leaf = sender,
                            .data = SecretBytes(ByteView(std::get<Bytes>(framed.content))),
                            .authenticated_data = framed.authenticated_data};
}

Result<Received> on_proposal(Group::State& state, const VerifiedContent& content) {
  HEARTH_TRY(const StoredProposalPtr stored, state.data().store(content));
  return ReceivedProposal{stored->sender, stored->ref, stored->proposal,
                          stored->authenticated_data};
}

// Public validity first: its errors are errors, those of our own secrets a Fault.
Result<Received> on_commit(Group::State& state, VerifiedContent content) {
  // Rule 12.4.2-18: a commit of ours comes into force by merge_pending(), never by processing.
  if (content.sender() == member_sender(state.own_index)) {
    return fail(MlsErrc::commit_own_unstaged);
  }
  HEARTH_TRY(StagedPublicData pub, stage_received(state.data(), std::move(content)));
  const LeafIndex committer = pub->committer;
  Result<StagedCommit::Data> followed = state.follow(std::move(pub));
  if (!followed) return Fault{followed.error(), committer};
  return StagedCommit(std::make_unique<StagedCommit::Data>(*std::move(followed)));
}

Result<Received> on_verified(Group::State& state, VerifiedContent content) {
  switch (content.content().content_type()) {
    case ContentType::application: {
      const LeafNode* sender = state.data().tree.leaf(LeafIndex{content.sender().index});
      expects(sender != nullptr);  // Its signature was just verified.
      return application(content, *sender);
    }
    case ContentType::proposal: return on_proposal(state, content);
    case ContentType::commit: return on_commit(state, std::move(content));
  }
  unreachable_state();
}

Result<Received> on_public(Group::State& state, const PublicMessage& message) {
  HEARTH_CHECK(state.data().check_wire_format(WireFormat::public_message));
  if (!state.active) return fail(MlsErrc::group_inactive);
  HEARTH_TRY(VerifiedContent content,
             unprotect_public(message, state.data().framing(), &state.secrets.membership_key,
                              state.data().sender_keys()));
  return on_verified(state, std::move(content));
}

// A late application message: read with what the past epoch has left (RFC 9420 §15.3).
Result<Received> on_past(Group::State& state, const PrivateMessage& message) {
  // Rule 12.4.2-1
  if (message.content_type != ContentType::application) return fail(MlsErrc::wrong_epoch);
  PastEpoch* past = state.past.find(message.epoch);
  if (past == nullptr) return fail(MlsErrc::epoch_too_old);
  const auto leaf_then = [&](const Sender& sender) {
    return state.past.leaf(past->epoch, LeafIndex{sender.index}, state.data().tree);
  };
  const FramingContext framing{state.suite(), state.data().context.group_id, past->epoch,
                               past->encoded_context};
  HEARTH_TRY(const VerifiedContent content,
             unprotect_private(message, framing, past->sender_data_secret, past->secret_tree,
                               [&](const Sender& sender) -> std::optional<ByteView> {
                                 const LeafNode* leaf = leaf_then(sender);
                                 if (leaf == nullptr) return std::nullopt;
                                 return leaf->signature_key;
                               }));
  if (content.sender() == member_sender(state.own_index)) {
    state.forked = true;
    return fail(MlsErrc::own_leaf_forked);
  }
  return application(content, *leaf_then(content.sender()));
}

Result<Received> on_private(Group::State& state, const PrivateMessage& message) {
  const PublicGroup::Data& data = state.data();
  if (message.group_id != data.context.group_id) return fail(MlsErrc::wrong_group);
  if (message.epoch < data.context.epoch) return on_past(state, message);
  if (message.content_type != ContentType::application) {
    HEARTH_CHECK(data.check_wire_format(WireFormat::private_message));
    if (!state.active) return fail(MlsErrc::group_inactive);
  }
  HEARTH_TRY(VerifiedContent content,
             unprotect_private(message, data.framing(), state.secrets.sender_data_secret,
                               state.secret_tree, data.sender_keys()));
  if (content.sender() == member_sender(state.own_index)) {
    // What we sent has spent its key. A message of ours that opens was sent by another holder of
    // our keys: a copied or outdated snapshot (see Group::seal).
    state.forked = true;
    return fail(MlsErrc::own_leaf_forked);
  }
  return on_verified(state, std::move(content));
}

}  // namespace

Result<Received> Group::process(ByteView bytes) {
  if (state_->pending && crypto::sha256(bytes) == state_->pending->message) return OwnCommit{};
  HEARTH_TRY(const MlsMessage message, decode_exact<MlsMessage>(bytes));
  return process(message);
}

Result<Received> Group::process(const MlsMessage& message) {
  if (state_->pending && crypto::sha256(encoded(message)) == state_->pending->message) {
    return OwnCommit{};
  }
  if (const auto* body = std::get_if<PrivateMessage>(&message.body)) {
    return on_private(*state_, *body);
  }
  if (const auto* body = std::get_if<PublicMessage>(&message.body)) {
    return on_public(*state_, *body);
  }
  return fail(MlsErrc::wire_format_forbidden);
}

Status Group::merge(StagedCommit&& staged) {
  HEARTH_CHECK(check_staged_here(state_->data(), *staged.data().pub));
  state_->enter(std::move(staged.data()));
  return {};
}

Result<Bytes> Group::protect(ByteView data, const MessageOptions& message,
                             crypto::RandomSource& random) {
  State& state = *state_;
  HEARTH_CHECK(state.check_may_send(RatchetType::application));
  // Rule 12.4-4
  if (!state.options().application_data_while_proposals_pending &&
      !state.data().proposals.items().empty()) {
    return fail(MlsErrc::pending_proposals);
  }
  HEARTH_TRY(SignedContent content,
             SignedContent::sign(WireFormat::private_message,
                                 {.group_id = group_id(),
                                  .epoch = epoch(),
                                  .sender = member_sender(state.own_index),
                                  .authenticated_data = message.authenticated_data,
                                  .content = to_bytes(data)},
                                 state.data().encoded_context, state.signature_key));
  return state.protect(std::move(content), random);
}

}  // namespace hearth::mls
