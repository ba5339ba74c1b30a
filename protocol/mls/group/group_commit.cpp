// Making a commit and the Welcome for those it adds: RFC 9420 §12.4.1.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "protocol/mls/group/group_state.h"

namespace hearth::mls {
namespace {

// Chooses those of the pending proposals that make a valid list together with the ones by value
// (RFC 9420 §12.2, §12.4: "SHOULD include all proposals ... as long as this results in a valid
// proposal list"). What one hostile member proposes must not keep the others from committing, so
// whatever would spoil the list is left out, and the last word is the list's own validation.
class ProposalChooser {
 public:
  ProposalChooser(const Group::State& state, const CommitOptions& options)
      : state_(state),
        only_(options.pending_only),
        data_(state.data()),
        extensions_(&data_.context.extensions) {
    for (const Proposal& proposal : options.proposals) {
      claim(proposal, member_sender(state.own_index));
    }
    has_by_value_ = !options.proposals.empty();
  }

  std::vector<StoredProposalPtr> choose() {
    const auto& pending = data_.proposals.items();
    std::vector<bool> taken(pending.size(), false);
    for (int rank = 0; rank < kRanks; ++rank) {
      for (std::size_t i = pending.size(); i-- > 0;) {
        if (rank_of(pending[i]->proposal) != rank || !wanted(*pending[i])) continue;
        taken[i] = fits(*pending[i]);
        if (taken[i]) claim(pending[i]->proposal, pending[i]->sender);
      }
    }
    std::vector<StoredProposalPtr> chosen;
    for (std::size_t i = 0; i < pending.size(); ++i) {
      if (taken[i]) chosen.push_back(pending[i]);
    }
    // A ReInit only when there is nothing else.
    if (!chosen.empty() || has_by_value_) return chosen;
    for (const StoredProposalPtr& item : pending) {
      if (item->proposal.as<ReInit>() != nullptr) return {item};
    }
    return {};
  }

 private:
  using Keys = std::unordered_set<Bytes, BytesHash, BytesEqual>;

  // Extensions first, since the others are judged by them; a Remove before an Update of the same
  // leaf; and within a rank the latest first.
  static constexpr int kRanks = 4;
  static int rank_of(const Proposal& proposal) noexcept {
    switch (proposal.type()) {
      case proposal_type::kGroupContextExtensions: return 0;
      case proposal_type::kRemove: return 1;
      case proposal_type::kAdd: return 3;
      default: return 2;
    }
  }

  bool wanted(const StoredProposal& item) const {
    return only_.empty() || std::ranges::find(only_, item.ref) != only_.end();
  }
  bool fits(const StoredProposal& item) const {
    return std::visit([&](const auto& body) { return fits(body, item.sender); },
                      item.proposal.body);
  }
  bool fits(const Add& add, const Sender&) const {
    const LeafNode& leaf = add.key_package.leaf_node;
    if (added_.contains(leaf.signature_key) || !leaf_supports(leaf, *extensions_)) return false;
    // Every credential type in use must be understood by the newcomer, and its own by all.
    CapabilityTally with = data_.tally;
    with.add(leaf);
    if (!with.credentials_agree()) return false;
    if (keys_.contains(leaf.encryption_key) || data_.tree.has_encryption_key(leaf.encryption_key)) {
      return false;
    }
    const auto present = data_.tree.find_signature_key(leaf.signature_key);
    return !present || removed_.contains(present->value);
  }
  bool fits(const Update& update, const Sender& sender) const {
    const LeafNode& leaf = update.leaf_node;
    if (sender == member_sender(state_.own_index) || changed_.contains(sender.index)) return false;
    if (!leaf_supports(leaf, *extensions_) || keys_.contains(leaf.encryption_key) ||
        data_.tree.has_encryption_key(leaf.encryption_key) || added_.contains(leaf.signature_key)) {
      return false;
    }
    CapabilityTally with = data_.tally;
    with.remove(*data_.tree.leaf({sender.index}));
    with.add(leaf);
    if (!with.credentials_agree() || !check_group_support(*extensions_, with)) return false;
    const auto holder = data_.tree.find_signature_key(leaf.signature_key);
    return !holder || holder->value == sender.index;
  }
  bool fits(const Remove& remove, const Sender&) const {
    return remove.removed != state_.own_index && !changed_.contains(remove.removed.value);
  }
  bool fits(const PreSharedKey& psk, const Sender&) const {
    if (psks_.contains(encoded(psk.psk))) return false;
    return find_psk(psk.psk, state_.options().psks, &state_).has_value();
  }
  bool fits(const GroupContextExtensions& change, const Sender&) const {
    return !context_changed_ && check_group_support(change.extensions, data_.tally).has_value();
  }
  bool fits(const ReInit&, const Sender&) const { return false; }
  bool fits(const ExternalInit&, const Sender&) const { return false; }
  bool fits(const CustomProposal& custom, const Sender&) const {
    return data_.tally.all_support_proposal(custom.type);
  }

  void claim(const Proposal& proposal, const Sender& sender) {
    if (const auto* add = proposal.as<Add>()) {
      added_.insert(add->key_package.leaf_node.signature_key);
      keys_.insert(add->key_package.leaf_node.encryption_key);
    } else if (const auto* update = proposal.as<Update>()) {
      changed_.insert(sender.index);
      keys_.insert(update->leaf_node.encryption_key);
      added_.insert(update->leaf_node.signature_key);
    } else if (const auto* remove = proposal.as<Remove>()) {
      changed_.insert(remove->removed.value);
      removed_.insert(remove->removed.value);
    } else if (const auto* psk = proposal.as<PreSharedKey>()) {
      psks_.insert(encoded(psk->psk));
    } else if (const auto* change = proposal.as<GroupContextExtensions>()) {
      context_changed_ = true;
      extensions_ = &change->extensions;
    }
  }

  const Group::State& state_;
  const std::vector<ProposalRef>& only_;  // Where not empty, no others.
  const PublicGroup::Data& data_;
  const Extensions* extensions_;  // Those of the epoch to come.
  bool has_by_value_ = false;
  bool context_changed_ = false;
  Keys added_;  // Signature keys.
  Keys keys_;   // Encryption keys.
  Keys psks_;
  std::unordered_set<std::uint32_t> changed_;  // Leaves updated or removed.
  std::unordered_set<std::uint32_t> removed_;
};

Commit gather(const Group::State& state, CommitOptions& options) {
  Commit commit;
  const bool ends_group =
      options.proposals.size() == 1 && options.proposals.front().as<ReInit>() != nullptr;
  if (options.include_pending && !ends_group) {
    for (const StoredProposalPtr& item : ProposalChooser(state, options).choose()) {
      commit.proposals.push_back({to_bytes(item->ref)});
    }
  }
  for (Proposal& proposal : options.proposals) {
    commit.proposals.push_back({std::move(proposal)});
  }
  return commit;
}

// RFC 9420 leaves open whether a type it does not know needs a path; with one nothing can be wrong.
bool holds_custom(std::span<const ResolvedProposal> proposals) {
  for (const ResolvedProposal& item : proposals) {
    if (item.proposal->as<CustomProposal>() != nullptr) return true;
  }
  return false;
}

Result<Bytes> make_welcome(const StagedPublicCommit::Data& staged, const EpochBeginning& beginning,
                           const OwnPath* path, const GroupInfo& info,
                           crypto::RandomSource& random) {
  const CipherSuite suite = staged.after.cipher_suite;
  Welcome welcome{
      .cipher_suite = static_cast<std::uint16_t>(suite),
      .secrets = {},
      .encrypted_group_info = seal_group_info(suite, beginning.welcome_secret, encoded(info))};
  welcome.secrets.reserve(staged.added.size());
  const crypto::HpkeInfo context =
      crypto::encrypt_context(suite, "Welcome", welcome.encrypted_group_info);
  auto place = staged.added.begin();
  for (const ResolvedProposal& item : staged.proposals) {
    const auto* add = item.proposal->as<Add>();
    if (add == nullptr) continue;
    GroupSecrets secrets{
        .joiner_secret = beginning.joiner_secret.clone(), .path_secret = {}, .psks = staged.psks};
    if (path != nullptr) {
      const Secret32* path_secret = path->path_secret_for(*place);
      expects(path_secret != nullptr);
      secrets.path_secret = path_secret->clone();
    }
    ++place;
    HEARTH_TRY(crypto::HpkeSealed sealed,
               crypto::encrypt_with_label(context, add->key_package.init_key,
                                          secrets.encode_secret().view(), random));
    welcome.secrets.push_back({to_bytes(key_package_ref(add->key_package)),
                               {std::move(sealed.kem_output), std::move(sealed.ciphertext)}});
  }
  return encoded(MlsMessage{std::move(welcome)});
}

// RFC 9420 §7.3: who sends a leaf in an Add must find its time right.
Status check_added_lifetimes(const StagedPublicCommit::Data& staged, const Options& options) {
  if (!options.lifetime) return {};
  for (const ResolvedProposal& item : staged.proposals) {
    if (const auto* add = item.proposal->as<Add>()) {
      HEARTH_CHECK(check_lifetime(add->key_package.leaf_node.lifetime, *options.lifetime));
    }
  }
  return {};
}

}  // namespace

Result<PendingCommit> make_commit(Group::State& state, CommitOptions options,
                                  crypto::RandomSource& random, const Group::State* parent) {
  HEARTH_CHECK(state.check_may_send());
  if (options.wire_format == WireFormat::private_message) {
    HEARTH_CHECK(state.check_may_send(RatchetType::handshake));
  }
  if (state.pending) return fail(MlsErrc::pending_commit);
  const PublicGroup::Data& data = state.data();
  const CipherSuite suite = state.suite();

  HEARTH_TRY(StagedPublicData staged,
             stage_proposals(data, {.group_id = data.context.group_id,
                                    .epoch = data.context.epoch,
                                    .sender = member_sender(state.own_index),
                                    .authenticated_data = std::move(options.authenticated_data),
                                    .content = gather(state, options)}));
  HEARTH_CHECK(check_added_lifetimes(*staged, state.options()));

  std::optional<OwnPath> path;
  std::optional<crypto::SignatureKey> new_key;
  const bool has_path =
      options.force_path || requires_path(staged->proposals) || holds_custom(staged->proposals);
  if (has_path) {
    const LeafNode& current = *data.tree.leaf(state.own_index);
    LeafNode leaf = changed_leaf(current, options.leaf);
    new_key = std::move(options.leaf.signature_key);
    HEARTH_TRY(path, OwnPath::make(suite, staged->diff, state.own_index, std::move(leaf),
                                   new_key ? *new_key : state.signature_key, data.context.group_id,
                                   random));
    HEARTH_CHECK(check_leaf_contents(path->leaf_node(), suite));
    HEARTH_CHECK(
        data.policy().check_leaf({path->leaf_node(), LeafOrigin::path, state.own_index, &current}));
    note_own_path(*staged, path->leaf_node());
    staged->commit().path = UpdatePath{path->leaf_node(), {}};
  }
  HEARTH_CHECK(finish_staging(*staged));
  if (path) {
    HEARTH_TRY(staged->commit().path,
               path->encrypt(staged->diff, staged->provisional_context, random));
  }

  HEARTH_TRY(SignedContent content, SignedContent::sign(options.wire_format, staged->content,
                                                        data.encoded_context, state.signature_key));
  staged->after.confirmed_transcript_hash =
      to_bytes(content.confirmed_transcript_hash(data.interim));
  HEARTH_TRY(const Secret32 psks, state.psk_secret(staged->psks, parent));
  const Secret32 no_path;
  EpochBeginning beginning =
      begin_epoch(state.secrets.init_secret, path ? path->commit_secret() : no_path, psks,
                  encoded(staged->after));
  const Secret32 tag =
      confirmation_tag(beginning.epoch.confirmation_key, staged->after.confirmed_transcript_hash);
  staged->confirmation_tag = to_bytes(tag.view());
  content.set_confirmation_tag(tag);

  PendingCommit pending{.commit = {},
                        .welcome = {},
                        .group_info = {},
                        .has_path = has_path,
                        .epoch = staged->after.epoch,
                        .added = staged->added};
  const GroupInfoParts parts{.context = staged->after,
                             .tree = staged->diff,
                             .secrets = beginning.epoch,
                             .confirmation_tag = tag.view(),
                             .signer = state.own_index,
                             .key = new_key ? *new_key : state.signature_key};
  if (!staged->added.empty()) {
    HEARTH_TRY(const GroupInfo info,
               make_group_info(parts, {.external_pub = false,
                                       .ratchet_tree = options.tree_in_welcome,
                                       .extensions = options.group_info_extensions}));
    HEARTH_TRY(pending.welcome,
               make_welcome(*staged, beginning, path ? &*path : nullptr, info, random));
  }
  if (options.with_group_info) {
    HEARTH_TRY(GroupInfo info,
               make_group_info(parts, {.extensions = std::move(options.group_info_extensions)}));
    pending.group_info = encoded(MlsMessage{std::move(info)});
  }
  // Last, because it spends a key.
  HEARTH_TRY(pending.commit, state.protect(std::move(content), random));

  StagedCommit::Data mine;
  mine.pub = std::move(staged);
  mine.secrets = std::move(beginning.epoch);
  mine.signature_key = std::move(new_key);
  if (path) mine.keys = std::move(*path).take_keys();
  state.pending = Group::State::Pending{crypto::sha256(pending.commit), std::move(mine)};
  return pending;
}

Result<PendingCommit> Group::stage_commit(CommitOptions options, crypto::RandomSource& random) {
  return make_commit(*state_, std::move(options), random, nullptr);
}

Status Group::merge_pending() {
  if (!state_->pending) return fail(MlsErrc::pending_commit);
  State::Pending pending = *std::move(state_->pending);
  state_->enter(std::move(pending.staged));
  return {};
}

void Group::discard_pending() { state_->pending.reset(); }

}  // namespace hearth::mls
