// Judging leaves and commits by the room's rules.
#include "client/core/room_policy.h"

#include <algorithm>
#include <set>

#include "protocol/defence.h"
#include "protocol/mls/tree/tree_diff.h"

namespace hearth::client {

Result<room::LeafExtension> leaf_extension(const mls::LeafNode& leaf) {
  const mls::Extension* found = mls::find(leaf.extensions, room::kLeafExtensionType);
  if (!found) return fail(ClientErrc::leaf_invalid);
  return decode_exact<room::LeafExtension>(found->data);
}

Result<room::Policy> policy_of(const mls::GroupContext& context) {
  const mls::Extension* found = mls::find(context.extensions, room::kPolicyExtensionType);
  if (!found) return fail(ClientErrc::policy_missing);
  return decode_exact<room::Policy>(found->data);
}

const room::PublicKey* steward_of(const room::LeafExtension& leaf, const room::Policy& policy) {
  return leaf.staff && policy.is_steward(leaf.staff->staff_id) ? &leaf.staff->staff_id : nullptr;
}

Status RoomPolicy::check_leaf(const mls::LeafView& view) const {
  HEARTH_TRY(const room::LeafExtension leaf, leaf_extension(view.leaf));
  HEARTH_CHECK(leaf.verify(room_, view.leaf.signature_key));
  const auto* credential = std::get_if<mls::BasicCredential>(&view.leaf.credential.body);
  if (!credential || !equal(credential->identity, leaf.handle(room_).view())) {
    return fail(ClientErrc::leaf_invalid);
  }
  if (!view.replaces) return {};
  HEARTH_TRY(const room::LeafExtension old, leaf_extension(*view.replaces));
  if (old.delivery != leaf.delivery || old.direct != leaf.direct || old.name != leaf.name) {
    return fail(ClientErrc::identity_changed);
  }
  return {};
}

Status RoomPolicy::check_proposal(const mls::Proposal& proposal, const mls::Sender& sender,
                                  const mls::GroupContext&) const {
  if (sender.type != mls::SenderType::member) return fail(ClientErrc::proposal_forbidden);
  switch (proposal.type()) {
    case mls::proposal_type::kAdd:
    case mls::proposal_type::kUpdate:
    case mls::proposal_type::kRemove:
    case mls::proposal_type::kGroupContextExtensions: return {};
    default: return fail(ClientErrc::proposal_forbidden);
  }
}

Status RoomPolicy::check_commit(const mls::CommitView& commit) const {
  if (commit.sender.type != mls::SenderType::member) return fail(ClientErrc::proposal_forbidden);
  for (const mls::ResolvedProposal& item : commit.proposals) {
    HEARTH_CHECK(check_proposal(*item.proposal, item.sender, commit.before));
    // What a steward does, the steward says: of others only their own leaves are taken.
    if (item.by_reference && !item.proposal->as<mls::Update>()) {
      return fail(ClientErrc::proposal_forbidden);
    }
  }
  HEARTH_TRY(const room::Policy before, policy_of(commit.before));
  if (before.room != room_) return fail(ClientErrc::policy_changed);
  HEARTH_CHECK(check_context(commit, before));
  HEARTH_CHECK(check_author(commit, before));
  return check_handles(commit);
}

Status RoomPolicy::check_context(const mls::CommitView& commit, const room::Policy& before) const {
  HEARTH_TRY(const room::Policy after, policy_of(commit.after));
  if (after.version != before.version || after.room != before.room) {
    return fail(ClientErrc::policy_changed);
  }
  // The staff stays, to the last signature, or the new list proves itself.
  if (after.staff != before.staff) HEARTH_CHECK(after.staff.check_next(room_, before.staff));
  const bool removes = std::ranges::any_of(commit.proposals, [](const auto& item) {
    return item.proposal->template as<mls::Remove>() != nullptr;
  });
  if (after.generation != static_cast<room::Generation>(before.generation + (removes ? 1 : 0))) {
    return fail(ClientErrc::generation_wrong);
  }
  for (const mls::Extension& extension : commit.before.extensions) {
    if (extension.type == room::kPolicyExtensionType) continue;
    const mls::Extension* kept = mls::find(commit.after.extensions, extension.type);
    if (!kept || *kept != extension) return fail(ClientErrc::extension_dropped);
  }
  return {};
}

Status RoomPolicy::check_author(const mls::CommitView& commit, const room::Policy& policy) const {
  const mls::LeafNode* author = commit.leaf_before(commit.committer);
  if (!author) return fail(ClientErrc::leaf_invalid);
  HEARTH_TRY(const room::LeafExtension leaf, leaf_extension(*author));
  if (steward_of(leaf, policy)) return {};
  if (!stands(Defence::stewards)) return {};
  if (commit.has_path) return fail(ClientErrc::author_not_steward);
  for (const mls::ResolvedProposal& item : commit.proposals) {
    const auto* add = item.proposal->as<mls::Add>();
    if (!add) return fail(ClientErrc::author_not_steward);
    if (policy.admission == room::Admission::open) continue;
    HEARTH_TRY(const room::LeafExtension newcomer, leaf_extension(add->key_package.leaf_node));
    if (!steward_of(newcomer, policy)) return fail(ClientErrc::author_not_admitter);
  }
  return {};
}

// A second leaf with somebody's delivery key could answer for them.
Status RoomPolicy::check_handles(const mls::CommitView& commit) const {
  if (commit.added.empty()) return {};
  std::set<room::PublicKey> seen;
  return commit.tree_after.for_each_member(
      [&](mls::LeafIndex, const mls::LeafNode& node) -> Status {
        HEARTH_TRY(const room::LeafExtension leaf, leaf_extension(node));
        if (!seen.insert(leaf.delivery).second) return fail(ClientErrc::handle_doubled);
        return {};
      });
}

}  // namespace hearth::client
