// What policies allow unless they say otherwise.
#include "protocol/mls/group/policy.h"

#include "protocol/mls/tree/tree_diff.h"

namespace hearth::mls {

const LeafNode* CommitView::leaf_before(LeafIndex leaf) const noexcept {
  return tree_before.leaf(leaf);
}

const LeafNode* CommitView::leaf_after(LeafIndex leaf) const noexcept {
  return tree_after.leaf(leaf);
}

Status Policy::check_leaf(const LeafView& leaf) const {
  // RFC 9420 §12.2: who removes an old leaf by an external commit must be the one it stood for.
  if (leaf.origin == LeafOrigin::external_commit && leaf.replaces != nullptr &&
      !same_participant(leaf.leaf, *leaf.replaces)) {
    return fail(MlsErrc::policy_refused);
  }
  return {};
}

Status Policy::check_proposal(const Proposal&, const Sender&, const GroupContext&) const {
  return {};
}

Status Policy::check_commit(const CommitView&) const { return {}; }

bool Policy::same_participant(const LeafNode& a, const LeafNode& b) const {
  return a.credential == b.credential;
}

const Policy& open_policy() noexcept {
  static const Policy policy;
  return policy;
}

}  // namespace hearth::mls
