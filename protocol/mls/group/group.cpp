// A member's questions and answers: everything about a Group that changes nothing.
#include "protocol/mls/group/group.h"

#include "protocol/mls/group/group_state.h"

namespace hearth::mls {

Group::Group(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Group::~Group() = default;
Group::Group(Group&&) noexcept = default;
Group& Group::operator=(Group&&) noexcept = default;

StagedCommit::StagedCommit(std::unique_ptr<Data> data) noexcept : data_(std::move(data)) {}
StagedCommit::~StagedCommit() = default;
StagedCommit::StagedCommit(StagedCommit&&) noexcept = default;
StagedCommit& StagedCommit::operator=(StagedCommit&&) noexcept = default;

CommitView StagedCommit::view() const noexcept { return data_->pub->view(); }
bool StagedCommit::removes_us() const noexcept { return data_->removes_us; }
const ReInit* StagedCommit::reinit() const noexcept { return data_->pub->reinit; }

Result<SecretBytes> StagedCommit::export_secret(std::string_view label, ByteView context,
                                                std::size_t length) const {
  if (!data_->secrets) return fail(MlsErrc::group_inactive);
  return export_from(*data_->secrets, label, context, length);
}

Result<Hash> StagedCommit::epoch_authenticator() const {
  if (!data_->secrets) return fail(MlsErrc::group_inactive);
  return *to_array<kHashSize>(data_->secrets->epoch_authenticator.view());
}

Verdict verdict(const Result<Received>& received) noexcept {
  if (!received) return Verdict::skipped;
  return std::holds_alternative<Fault>(*received) ? Verdict::fault : Verdict::valid;
}

// --- Looking ------------------------------------------------------------------------------------

bool Group::active() const noexcept { return state_->active; }
const GroupContext& Group::context() const noexcept { return state_->data().context; }
LeafIndex Group::own_index() const noexcept { return state_->own_index; }

const LeafNode& Group::own_leaf() const noexcept {
  // A member that is removed keeps the tree in which it still stands.
  return *state_->data().tree.leaf(state_->own_index);
}

const crypto::SignatureKey& Group::own_signature_key() const noexcept {
  return state_->signature_key;
}

const LeafNode* Group::leaf(LeafIndex leaf) const noexcept {
  return state_->data().tree.leaf(leaf);
}

std::vector<Member> Group::members() const {
  std::vector<Member> members;
  members.reserve(member_count());
  state_->data().tree.for_each_member([&](LeafIndex index, const LeafNode& leaf) {
    members.push_back({index, &leaf});
  });
  return members;
}

std::size_t Group::member_count() const noexcept { return state_->data().tree.member_count(); }
const PublicGroup& Group::public_group() const noexcept { return state_->pub; }

const ReInit* Group::reinit_pending() const noexcept {
  return state_->reinit ? &*state_->reinit : nullptr;
}

const Secret32& Group::epoch_authenticator() const noexcept {
  return state_->secrets.epoch_authenticator;
}

const Bytes& Group::confirmation_tag() const noexcept { return state_->confirmation_tag; }

std::vector<ReceivedProposal> Group::pending_proposals() const {
  std::vector<ReceivedProposal> proposals;
  for (const StoredProposalPtr& item : state_->data().proposals.items()) {
    proposals.push_back({item->sender, item->ref, item->proposal, item->authenticated_data});
  }
  return proposals;
}

void Group::set_lifetime_check(std::optional<LifetimeCheck> check) {
  state_->data().options.lifetime = check;
}

void Group::clear_pending_proposals() { state_->data().proposals.clear(); }

bool Group::has_pending_commit() const noexcept { return state_->pending.has_value(); }

// --- Secrets for the application ----------------------------------------------------------------

Result<SecretBytes> export_from(const EpochSecrets& secrets, std::string_view label,
                                ByteView context, std::size_t length) {
  constexpr std::size_t kLengthMax = 255 * kHashSize;
  if (length > kLengthMax) return hearth::fail(make_error(crypto::CryptoErrc::length_invalid));
  SecretBytes out(length);
  export_secret(secrets.exporter_secret, label, context, out.mutable_view());
  return out;
}

Result<SecretBytes> Group::export_secret(std::string_view label, ByteView context,
                                         std::size_t length) const {
  // A removed member has erased the exporter; after a ReInit the last epoch's still answers.
  if (!state_->private_tree) return fail(MlsErrc::group_inactive);
  return export_from(state_->secrets, label, context, length);
}

Result<SecretBytes> Group::export_pending(std::string_view label, ByteView context,
                                          std::size_t length) const {
  if (!state_->pending) return fail(MlsErrc::pending_commit);
  return export_from(*state_->pending->staged.secrets, label, context, length);
}

const Secret32* Group::resumption_psk(Epoch epoch) const noexcept {
  return state_->resumption.find(epoch);
}

// --- What others need to join -------------------------------------------------------------------

Bytes encode_tree(const TreeView& tree) {
  // Rule 12.4.3.3-1: nothing blank after the last node that is not.
  std::uint32_t count = node_count(tree.leaf_count());
  while (count > 0 && tree.is_blank({count - 1})) --count;
  Writer nodes;
  for (NodeIndex node; node.value < count; ++node.value) {
    if (tree.is_blank(node)) {
      nodes.presence(false);
    } else if (is_leaf(node)) {
      nodes.presence(true).u8(1);  // NodeType leaf
      encode(nodes, *tree.leaf(to_leaf(node)));
    } else {
      nodes.presence(true).u8(2);  // NodeType parent
      encode(nodes, *tree.parent_node(node));
    }
  }
  return std::move(Writer().vector(nodes.bytes())).take();
}

Result<GroupInfo> make_group_info(const GroupInfoParts& parts, const GroupInfoOptions& options) {
  GroupInfo info{.group_context = parts.context,
                 .extensions = options.extensions,
                 .confirmation_tag = to_bytes(parts.confirmation_tag),
                 .signer = parts.signer,
                 .signature = {}};
  if (options.external_pub) {
    HEARTH_TRY(const crypto::KemKeyPair key,
               external_key_pair(parts.context.cipher_suite, parts.secrets.external_secret));
    info.extensions.push_back(
        {extension_type::kExternalPub, std::move(Writer().vector(key.public_key)).take()});
  }
  if (options.ratchet_tree) {
    info.extensions.push_back({extension_type::kRatchetTree, encode_tree(parts.tree)});
  }
  HEARTH_CHECK(check_no_duplicates(info.extensions));
  HEARTH_CHECK(sign(info, parts.key));
  return info;
}

Result<GroupInfo> Group::group_info(const GroupInfoOptions& options) const {
  if (!state_->active) return fail(MlsErrc::group_inactive);
  return make_group_info({.context = context(),
                          .tree = state_->data().tree,
                          .secrets = state_->secrets,
                          .confirmation_tag = state_->confirmation_tag,
                          .signer = state_->own_index,
                          .key = state_->signature_key},
                         options);
}

Bytes Group::ratchet_tree() const { return encode_tree(state_->data().tree); }

}  // namespace hearth::mls
