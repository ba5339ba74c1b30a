// What a Group holds; for the files of this folder only.
#pragma once

#include "protocol/mls/framing/private_message.h"
#include "protocol/mls/group/epoch_store.h"
#include "protocol/mls/group/group.h"
#include "protocol/mls/group/public_group_data.h"
#include "protocol/mls/schedule/psk.h"
#include "protocol/mls/schedule/transcript.h"
#include "protocol/mls/tree/update_path.h"

namespace hearth::mls {

// The private half of an Update of ours, until a commit takes it or the epoch ends.
struct UpdateKeys {
  crypto::KemKeyPair leaf_key;
  std::optional<crypto::SignatureKey> signature_key;  // Where the Update changes it.
};

struct StagedCommit::Data {
  StagedPublicData pub;
  bool removes_us = false;
  // The rest is empty when it removes us.
  std::optional<EpochSecrets> secrets;
  PrivateKeys keys;
  std::optional<crypto::SignatureKey> signature_key;  // Where our leaf has a new one.
};

// How much we may still send on each ratchet before the state must be sealed again (Group::seal).
struct SendAllowance {
  std::optional<std::uint32_t> left[2];  // By RatchetType; nothing: never sealed, no bound.
};

struct Group::State {
  struct Pending {
    Hash message{};  // SHA-256 of the MLSMessage, to know it again.
    StagedCommit::Data staged;
  };

  // The state of a member at the beginning of an epoch. `epoch` is used up.
  State(PublicGroup::Data&& data, LeafIndex own, PrivateTree keys, crypto::SignatureKey signer,
        EpochSecrets epoch, Bytes tag);

  PublicGroup pub;
  LeafIndex own_index;
  std::optional<PrivateTree> private_tree;  // Nothing once we are removed.
  crypto::SignatureKey signature_key;
  EpochSecrets secrets;  // Its encryption_secret has become secret_tree.
  SecretTree secret_tree;
  Bytes confirmation_tag;
  PastEpochs past;
  ResumptionPsks resumption;
  std::map<Bytes, UpdateKeys> own_updates;  // By the new encryption key.
  std::optional<Pending> pending;
  std::optional<ReInit> reinit;
  bool active = true;
  bool forked = false;  // See MlsErrc::own_leaf_forked.
  SendAllowance allowance;

  PublicGroup::Data& data() noexcept { return pub.data(); }
  const PublicGroup::Data& data() const noexcept { return pub.data(); }
  const Options& options() const noexcept { return pub.options(); }
  CipherSuite suite() const noexcept { return data().context.cipher_suite; }
  RatchetLimits limits() const noexcept {
    return {options().forward_steps_max, options().skipped_keys_max};
  }

  // May a message go out on this ratchet? Inactive, forked and stale states may not send.
  Status check_may_send() const;
  Status check_may_send(RatchetType type) const;

  // Wraps signed content for the wire; a PrivateMessage spends one of our keys.
  Result<Bytes> protect(SignedContent content, crypto::RandomSource& random);

  // psk_secret (RFC 9420 §8.4) of these ids. `parent` is the group that this one follows, or null.
  Result<Secret32> psk_secret(std::span<const PreSharedKeyId> ids, const State* parent) const;

  // The private half of following a commit: its errors make a Fault.
  Result<StagedCommit::Data> follow(StagedPublicData pub) const;

  // Puts a staged commit in force.
  void enter(StagedCommit::Data&& staged);
};

// psk_secret for ids whose secrets are found by `find`.
Result<Secret32> psk_secret_for(
    std::span<const PreSharedKeyId> ids,
    const std::function<std::optional<SecretBytes>(const PreSharedKeyId&)>& find);
// What `source` (may be null) and `parent` (may be null) know of one id.
std::optional<SecretBytes> find_psk(const PreSharedKeyId& id, const PskSource* source,
                                    const Group::State* parent);

// Makes and keeps a pending commit. `parent` only where a successor group is founded.
Result<PendingCommit> make_commit(Group::State& state, CommitOptions options,
                                  crypto::RandomSource& random, const Group::State* parent);
// A leaf with the changes in it. Keys, source and signature are left to the caller.
LeafNode changed_leaf(const LeafNode& leaf, const LeafChange& change);

// A signed GroupInfo of the epoch that `context`, `tree` and `secrets` describe.
struct GroupInfoParts {
  const GroupContext& context;
  const TreeView& tree;
  const EpochSecrets& secrets;
  ByteView confirmation_tag;
  LeafIndex signer;
  const crypto::SignatureKey& key;
};
Result<GroupInfo> make_group_info(const GroupInfoParts& parts, const GroupInfoOptions& options);
Bytes encode_tree(const TreeView& tree);  // The ratchet_tree extension's body.

Result<SecretBytes> export_from(const EpochSecrets& secrets, std::string_view label,
                                ByteView context, std::size_t length);

}  // namespace hearth::mls
