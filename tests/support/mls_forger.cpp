// Forging messages with the keys of a real member.
#include "tests/support/mls_forger.h"

#include "protocol/mls/group/group_state.h"

namespace hearth::test {

using namespace mls;

FramedContent honest_commit(Group& by, CommitOptions options, crypto::RandomSource& random) {
  const auto pending = by.stage_commit(std::move(options), random);
  expects(pending.has_value());
  FramedContent content = by.state().pending->staged.pub->content;
  by.discard_pending();
  return content;
}

Bytes forge(Group& by, FramedContent content, crypto::RandomSource& random, const Forgery& how) {
  Group::State& state = by.state();
  const bool commits = content.content_type() == ContentType::commit;
  auto signed_content =
      SignedContent::sign(how.form, std::move(content), state.data().encoded_context,
                          how.key == nullptr ? state.signature_key : *how.key);
  expects(signed_content.has_value());
  const Bytes tag = how.tag.value_or(Bytes(kHashSize, 0));
  if (how.form == WireFormat::private_message) {
    if (commits) signed_content->set_confirmation_tag(Secret32::from(tag));
    auto message = protect_private(*signed_content, state.suite(),
                                   state.secrets.sender_data_secret, state.secret_tree, {}, random);
    expects(message.has_value());
    return encoded(MlsMessage{*std::move(message)});
  }
  if (commits) signed_content->set_confirmation_tag(Secret32());
  const Bytes tbs = to_bytes(signed_content->encoded().tbs());
  PublicMessage message = protect_public(*std::move(signed_content), &state.secrets.membership_key);
  if (commits && message.membership_tag) {
    message.auth.confirmation_tag = tag;
    message.membership_tag =
        to_bytes(membership_tag(state.secrets.membership_key, tbs, message.auth).view());
  }
  return encoded(MlsMessage{std::move(message)});
}

FramedContent bare_commit(const Group& by, std::vector<ProposalOrRef> proposals) {
  return {.group_id = by.group_id(),
          .epoch = by.epoch(),
          .sender = member_sender(by.own_index()),
          .authenticated_data = {},
          .content = Commit{std::move(proposals), std::nullopt}};
}

std::vector<ProposalOrRef> by_value(std::vector<Proposal> proposals) {
  std::vector<ProposalOrRef> items;
  for (Proposal& proposal : proposals) items.push_back({std::move(proposal)});
  return items;
}

FramedContent framed_proposal(const Group& by, Proposal proposal) {
  FramedContent content = bare_commit(by, {});
  content.content = std::move(proposal);
  return content;
}

Bytes tampered_commit(Group& by, CommitOptions options, crypto::RandomSource& random,
                      const std::function<void(Commit&)>& change) {
  FramedContent content = honest_commit(by, std::move(options), random);
  Commit& commit = std::get<Commit>(content.content);
  change(commit);
  if (commit.path) {
    const Status status = sign(commit.path->leaf_node, by.own_signature_key(),
                               {content.group_id, by.own_index()});
    expects(status.has_value());
  }
  return forge(by, std::move(content), random);
}

Bytes tampered_external(const Bytes& commit, const GroupContext& context,
                        const crypto::SignatureKey& key,
                        const std::function<void(FramedContent&)>& change) {
  auto message = decode_exact<MlsMessage>(commit);
  expects(message.has_value());
  auto& body = std::get<PublicMessage>(message->body);
  change(body.content);
  auto signed_content = SignedContent::sign(WireFormat::public_message, std::move(body.content),
                                            encoded(context), key);
  expects(signed_content.has_value());
  signed_content->set_confirmation_tag(Secret32());
  return encoded(MlsMessage{protect_public(*std::move(signed_content), nullptr)});
}

KeyPackage changed_key_package(const KeyPackageBundle& bundle,
                               const std::function<void(KeyPackage&)>& change) {
  KeyPackage changed = bundle.key_package;
  change(changed);
  Status status = sign(changed.leaf_node, bundle.signature_key, LeafPlace{});
  expects(status.has_value());
  status = sign(changed, bundle.signature_key);
  expects(status.has_value());
  return changed;
}

Proposal changed_update(Group& by, crypto::RandomSource& random,
                        const std::function<void(LeafNode&)>& change) {
  auto key = crypto::kem_generate(by.suite(), random);
  expects(key.has_value());
  LeafNode leaf = changed_leaf(by.own_leaf(), {});
  leaf.source = LeafNodeSource::update;
  leaf.encryption_key = key->public_key;
  change(leaf);
  const Status status = sign(leaf, by.own_signature_key(), {by.group_id(), by.own_index()});
  expects(status.has_value());
  return {Update{std::move(leaf)}};
}

}  // namespace hearth::test
