// A member's state: what it may send, which PSKs it knows, and how it passes from epoch to epoch.
#include "protocol/mls/group/group_state.h"

namespace hearth::mls {

Group::State::State(PublicGroup::Data&& data, LeafIndex own, PrivateTree keys,
                    crypto::SignatureKey signer, EpochSecrets epoch, Bytes tag)
    : pub(std::make_unique<PublicGroup::Data>(std::move(data))),
      own_index(own),
      private_tree(std::move(keys)),
      signature_key(std::move(signer)),
      secrets(std::move(epoch)),
      secret_tree(suite(), pub.tree().leaf_count(), std::move(secrets.encryption_secret), limits()),
      confirmation_tag(std::move(tag)) {
  resumption.push(pub.context().epoch, secrets.resumption_psk.clone(),
                  options().resumption_epochs_max);
}

Status Group::State::check_may_send() const {
  if (!active) return fail(MlsErrc::group_inactive);
  if (forked) return fail(MlsErrc::own_leaf_forked);
  return {};
}

Status Group::State::check_may_send(RatchetType type) const {
  HEARTH_CHECK(check_may_send());
  const auto& left = allowance.left[static_cast<std::size_t>(type)];
  if (left == 0u) return fail(MlsErrc::snapshot_stale);
  return {};
}

Result<Bytes> Group::State::protect(SignedContent content, crypto::RandomSource& random) {
  if (content.authenticated().wire_format == WireFormat::public_message) {
    HEARTH_CHECK(check_may_send());
    return encoded(MlsMessage{protect_public(std::move(content), &secrets.membership_key)});
  }
  const RatchetType type = ratchet_of(content.content().content_type());
  HEARTH_CHECK(check_may_send(type));
  if (auto& left = allowance.left[static_cast<std::size_t>(type)]) --*left;
  HEARTH_TRY(PrivateMessage message,
             protect_private(content, suite(), secrets.sender_data_secret, secret_tree,
                             options().padding_buckets, random));
  return encoded(MlsMessage{std::move(message)});
}

// --- Pre-shared keys ----------------------------------------------------------------------------

std::optional<SecretBytes> find_psk(const PreSharedKeyId& id, const PskSource* source,
                                    const Group::State* parent) {
  if (const auto* external = std::get_if<ExternalPskId>(&id.body)) {
    const SecretBytes* psk = source == nullptr ? nullptr : source->find_external(external->psk_id);
    if (psk == nullptr) return std::nullopt;
    return psk->clone();
  }
  const auto& resumption = std::get<ResumptionPskId>(id.body);
  const Secret32* psk = nullptr;
  if (parent != nullptr && parent->data().context.group_id == resumption.psk_group_id) {
    psk = parent->resumption.find(resumption.psk_epoch);
  }
  if (psk == nullptr && source != nullptr) {
    psk = source->find_resumption(resumption.psk_group_id, resumption.psk_epoch);
  }
  if (psk == nullptr) return std::nullopt;
  return SecretBytes(psk->view());
}

Result<Secret32> psk_secret_for(
    std::span<const PreSharedKeyId> ids,
    const std::function<std::optional<SecretBytes>(const PreSharedKeyId&)>& find) {
  std::vector<Psk> psks;
  psks.reserve(ids.size());
  for (const PreSharedKeyId& id : ids) {
    std::optional<SecretBytes> secret = find(id);
    // Rules 12.4.2-3 and 12.4.3.1-4
    if (!secret) return fail(MlsErrc::psk_unknown);
    psks.push_back({id, *std::move(secret)});
  }
  return derive_psk_secret(psks);
}

Result<Secret32> Group::State::psk_secret(std::span<const PreSharedKeyId> ids,
                                          const State* parent) const {
  return psk_secret_for(ids, [&](const PreSharedKeyId& id) {
    auto own = find_psk(id, options().psks, this);  // This group's earlier epochs first.
    return own || parent == nullptr ? std::move(own) : find_psk(id, nullptr, parent);
  });
}

// --- From epoch to epoch ------------------------------------------------------------------------

Result<StagedCommit::Data> Group::State::follow(StagedPublicData pub_data) const {
  StagedPublicCommit::Data& commit = *pub_data;
  StagedCommit::Data staged;
  for (const LeafIndex removed : commit.removed) {
    if (removed == own_index) staged.removes_us = true;
  }
  if (staged.removes_us) {
    // Rule 12.4.2-16: valid, and for us the end; the new secrets are not ours to know.
    staged.pub = std::move(pub_data);
    return staged;
  }

  // An Update of ours that the commit takes up: its keys come into force with it.
  for (const ResolvedProposal& item : commit.proposals) {
    const auto* update = item.proposal->as<Update>();
    if (update == nullptr || item.sender != member_sender(own_index)) continue;
    const auto own = own_updates.find(update->leaf_node.encryption_key);
    if (own == own_updates.end()) return fail(MlsErrc::path_not_for_us);
    const UpdateKeys& keys = own->second;
    staged.keys.insert_or_assign(
        to_node(own_index),
        crypto::KemKeyPair{keys.leaf_key.private_key.clone(), keys.leaf_key.public_key});
    if (keys.signature_key) staged.signature_key = keys.signature_key->clone();
  }

  HEARTH_TRY(const Secret32 psks, psk_secret(commit.psks, nullptr));  // Rule 12.4.2-3

  Secret32 commit_secret;  // Rule 12.4.2-12: all zero without a path.
  if (const auto& path = commit.commit().path) {
    // Rules 12.4.2-10 and 12.4.2-11
    HEARTH_TRY(OpenedPath opened, open_path(suite(), *private_tree, staged.keys, commit.diff,
                                            commit.committer, *path, commit.provisional_context));
    commit_secret = std::move(opened.commit_secret);
    staged.keys.merge(opened.keys);
  }

  Secret32 init_secret = secrets.init_secret.clone();
  if (commit.external_init != nullptr) {
    // Rule 12.4.3.2-4
    HEARTH_TRY(init_secret, receive_external_init(suite(), secrets.external_secret,
                                                  commit.external_init->kem_output));
  }
  EpochBeginning beginning = begin_epoch(init_secret, commit_secret, psks, encoded(commit.after));
  // Rule 12.4.2-15
  HEARTH_CHECK(check_confirmation_tag(beginning.epoch.confirmation_key,
                                      commit.after.confirmed_transcript_hash,
                                      ByteView(commit.confirmation_tag)));
  staged.secrets = std::move(beginning.epoch);
  staged.pub = std::move(pub_data);
  return staged;
}

void Group::State::enter(StagedCommit::Data&& staged) {
  own_updates.clear();
  pending.reset();
  if (staged.removes_us) {
    // Late messages of the epoch that ends may still be read; everything else is erased.
    active = false;
    private_tree.reset();
    EpochSecrets rest;
    rest.sender_data_secret = std::move(secrets.sender_data_secret);
    rest.epoch_authenticator = std::move(secrets.epoch_authenticator);
    secrets = std::move(rest);
    data().proposals.clear();
    return;
  }

  StagedPublicCommit::Data& commit = *staged.pub;
  PastEpoch ended{.epoch = data().context.epoch,
                  .encoded_context = data().encoded_context,
                  .sender_data_secret = std::move(secrets.sender_data_secret),
                  .secret_tree = std::move(secret_tree),
                  .replaced = {}};
  if (options().past_epochs_max > 0) {
    for (const LeafIndex index : commit.changed) {
      const LeafNode* before = data().tree.leaf(index);
      ended.replaced.emplace(index.value,
                             before == nullptr ? std::nullopt : std::optional<LeafNode>(*before));
    }
  }
  past.push(std::move(ended), options().past_epochs_max);

  if (commit.reinit != nullptr) {
    reinit = *commit.reinit;
    active = false;  // Rule 12.4.2-17
  }
  confirmation_tag = commit.confirmation_tag;
  install(data(), std::move(commit));
  private_tree->apply(std::move(staged.keys), data().tree);
  if (staged.signature_key) signature_key = *std::move(staged.signature_key);
  secrets = *std::move(staged.secrets);
  secret_tree =
      SecretTree(suite(), data().tree.leaf_count(), std::move(secrets.encryption_secret), limits());
  resumption.push(data().context.epoch, secrets.resumption_psk.clone(),
                  options().resumption_epochs_max);
  // Where snapshots are kept, an older one would come to this epoch too, and send with the same
  // keys: nothing goes out before a snapshot says that we are here.
  for (auto& left : allowance.left) {
    if (left) left = 0;
  }
}

}  // namespace hearth::mls
