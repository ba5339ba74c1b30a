// Working out a commit on public state: RFC 9420 §12.3 and the public half of §12.4.2.
#include "protocol/mls/group/public_group_data.h"

namespace hearth::mls {
namespace {

// The committer's proposals in the commit's order. A reference is to what this epoch has seen.
Status resolve(StagedPublicCommit::Data& staged) {
  for (const ProposalOrRef& item : staged.commit().proposals) {
    if (const auto* proposal = std::get_if<Proposal>(&item.body)) {
      staged.proposals.push_back({proposal, staged.content.sender, false});
      continue;
    }
    // Rule 12.4-3
    StoredProposalPtr stored = staged.group->proposals.find(std::get<Bytes>(item.body));
    if (stored == nullptr) return fail(MlsErrc::proposal_unknown_reference);
    staged.proposals.push_back({&stored->proposal, stored->sender, true});
    staged.referenced.push_back(std::move(stored));
  }
  return {};
}

Status validate_list(const StagedPublicCommit::Data& staged) {
  const EpochView epoch = staged.group->epoch_view();
  const bool external = staged.content.sender.type == SenderType::new_member_commit;
  if (external) HEARTH_CHECK(validate_external_list(staged.proposals));
  // Rule 12.2-1: those by reference were judged when they came.
  for (const ResolvedProposal& item : staged.proposals) {
    if (!item.by_reference) {
      HEARTH_CHECK(validate_proposal(epoch, *item.proposal, item.sender));
    }
  }
  if (external) return {};
  return validate_proposal_list(epoch, staged.committer, staged.proposals);
}

template <class T>
void for_each_of(const StagedPublicCommit::Data& staged, auto&& visit) {
  for (const ResolvedProposal& item : staged.proposals) {
    if (const T* body = item.proposal->as<T>()) visit(*body, item.sender);
  }
}

// RFC 9420 §12.3, in its order (Rules 12.3-1 to 12.3-7).
Status apply(StagedPublicCommit::Data& staged) {
  const RatchetTree& tree = staged.group->tree;
  // Rule 12.3-1: first, so that all others are judged by the new extensions.
  for_each_of<GroupContextExtensions>(staged, [&](const GroupContextExtensions& change, Sender) {
    staged.after.extensions = change.extensions;
  });
  // Rule 12.3-2
  for_each_of<Update>(staged, [&](const Update& update, Sender sender) {
    const LeafIndex index{sender.index};
    staged.tally.remove(*tree.leaf(index));
    staged.tally.add(update.leaf_node);
    staged.diff.update(index, update.leaf_node);
    staged.changed.push_back(index);
  });
  // Rule 12.3-3
  Status status;
  for_each_of<Remove>(staged, [&](const Remove& remove, Sender) {
    if (!status) return;
    staged.tally.remove(*tree.leaf(remove.removed));
    status = staged.diff.remove(remove.removed);
    staged.removed.push_back(remove.removed);
    staged.changed.push_back(remove.removed);
  });
  HEARTH_CHECK(status);
  // Rule 12.3-4
  for_each_of<Add>(staged, [&](const Add& add, Sender) {
    if (!status) return;
    const Result<LeafIndex> index = staged.diff.add(add.key_package.leaf_node);
    if (!index) {
      status = std::unexpected(index.error());
      return;
    }
    staged.tally.add(add.key_package.leaf_node);
    staged.added.push_back(*index);
    staged.changed.push_back(*index);
  });
  HEARTH_CHECK(status);
  // Rule 12.3-5: in their order; the secrets are looked up by whoever has them.
  for_each_of<PreSharedKey>(
      staged, [&](const PreSharedKey& psk, Sender) { staged.psks.push_back(psk.psk); });
  // Rules 12.3-6 and 12.3-7
  for_each_of<ExternalInit>(
      staged, [&](const ExternalInit& init, Sender) { staged.external_init = &init; });
  for_each_of<ReInit>(staged, [&](const ReInit& reinit, Sender) { staged.reinit = &reinit; });
  return staged.diff.check_unique_keys();  // Rules 7.3-16 and 7.3-17
}

}  // namespace

CommitView StagedPublicCommit::Data::view() const noexcept {
  const auto& path = commit().path;
  return {.sender = content.sender,
          .committer = committer,
          .proposals = proposals,
          .added = added,
          .before = group->context,
          .after = after,
          .has_path = path.has_value(),
          .path_leaf = path ? &path->leaf_node : nullptr,
          .tree_before = group->tree,
          .tree_after = diff,
          .authenticated_data = content.authenticated_data};
}

Result<StagedPublicData> stage_proposals(const PublicGroup::Data& group, FramedContent content) {
  auto staged = std::make_unique<StagedPublicCommit::Data>(group);
  staged->content = std::move(content);
  staged->committer = LeafIndex{staged->content.sender.index};
  staged->after.epoch = staged->epoch + 1;
  HEARTH_CHECK(resolve(*staged));
  HEARTH_CHECK(validate_list(*staged));
  HEARTH_CHECK(apply(*staged));
  if (staged->content.sender.type == SenderType::new_member_commit) {
    // Rule 12.4.2-4: the leftmost blank leaf of the new tree.
    HEARTH_TRY(staged->committer, staged->diff.reserve_leaf());
  }
  return staged;
}

Status stage_received_path(StagedPublicCommit::Data& staged) {
  const std::optional<UpdatePath>& path = staged.commit().path;
  if (!path) {
    // Rules 12.4-1 and 12.4-2; for an external commit Rule 12.4.3.2-1.
    if (requires_path(staged.proposals)) return fail(MlsErrc::path_missing);
    return {};
  }
  const CipherSuite suite = staged.after.cipher_suite;
  const bool external = staged.content.sender.type == SenderType::new_member_commit;
  const LeafNode* replaces = staged.group->tree.leaf(staged.committer);
  if (external) {
    replaces = staged.removed.empty() ? nullptr : staged.group->tree.leaf(staged.removed.front());
  }
  // Rules 12.4.2-5 and 12.4.2-6
  HEARTH_CHECK(validate_path_leaf(
      path->leaf_node, suite, {staged.after.group_id, staged.committer}, replaces,
      external ? LeafOrigin::external_commit : LeafOrigin::path, staged.group->policy()));
  // Rules 12.4.2-7 to 12.4.2-9
  HEARTH_CHECK(staged.diff.apply_path(suite, staged.committer, *path));
  note_own_path(staged, path->leaf_node);
  return {};
}

void note_own_path(StagedPublicCommit::Data& staged, const LeafNode& leaf) {
  if (staged.content.sender.type == SenderType::member) {
    staged.tally.remove(*staged.group->tree.leaf(staged.committer));
  }
  staged.tally.add(leaf);
  staged.changed.push_back(staged.committer);
}

Status finish_staging(StagedPublicCommit::Data& staged) {
  // Rule 12.2-14: the tree that comes out is valid, its leaves by the new extensions.
  HEARTH_CHECK(staged.diff.check_unique_keys());
  HEARTH_CHECK(check_group_support(staged.after.extensions, staged.tally));
  staged.after.tree_hash = to_bytes(staged.diff.tree_hash());
  // Rule 12.4.2-10: new epoch, tree and extensions, old confirmed transcript hash.
  staged.provisional_context = encoded(staged.after);
  return staged.group->policy().check_commit(staged.view());  // Rule 12.2-15
}

Result<StagedPublicData> stage_received(const PublicGroup::Data& group, VerifiedContent content) {
  if (content.sender().type == SenderType::new_member_commit &&
      !group.options.accept_external_commits) {
    return fail(MlsErrc::commit_external_forbidden);
  }
  const Hash confirmed = content.confirmed_transcript_hash(group.interim);
  expects(content.auth().confirmation_tag.has_value());
  Bytes tag = *content.auth().confirmation_tag;
  HEARTH_TRY(StagedPublicData staged, stage_proposals(group, std::move(content).take_content()));
  HEARTH_CHECK(stage_received_path(*staged));
  HEARTH_CHECK(finish_staging(*staged));
  staged->after.confirmed_transcript_hash = to_bytes(confirmed);  // Rule 12.4.2-13
  staged->confirmation_tag = std::move(tag);
  return staged;
}

}  // namespace hearth::mls
