// The application's say in a group: hooks that see each leaf, proposal and commit before it counts.
#pragma once

#include <span>

#include "protocol/mls/messages/framed.h"
#include "protocol/mls/messages/group_info.h"

namespace hearth::mls {

class RatchetTree;
class TreeDiff;

// Why a leaf is being judged, and where it stands or shall stand.
enum class LeafOrigin : std::uint8_t {
  tree,             // Found in the tree of a group that we join or found.
  add,              // An Add proposal; `index` is where it will stand, once that is known.
  update,           // An Update proposal; `replaces` is the leaf now there.
  path,             // A committer's path; `replaces` is the committer's leaf now.
  external_commit,  // A newcomer's path; `replaces` is the leaf it removes in the same commit.
};
struct LeafView {
  const LeafNode& leaf;
  LeafOrigin origin = LeafOrigin::tree;
  std::optional<LeafIndex> index;
  const LeafNode* replaces = nullptr;
};

// One proposal of a commit with its reference resolved. The proposal lives as long as the view.
struct ResolvedProposal {
  const Proposal* proposal = nullptr;
  Sender sender;  // Who proposed it: the committer itself for those by value.
  bool by_reference = false;
};

// A commit that obeys RFC 9420, not yet merged: everything a room's rules may ask about. All is
// borrowed, valid during the call (or while the StagedCommit it came from lives).
struct CommitView {
  Sender sender;        // member or new_member_commit.
  LeafIndex committer;  // The committer's leaf; a newcomer's is its new one.
  std::span<const ResolvedProposal> proposals;
  std::span<const LeafIndex> added;  // Where each Add was put, in the order of the Adds.
  const GroupContext& before;
  const GroupContext& after;  // New epoch, tree hash and extensions.
  bool has_path = false;
  const LeafNode* path_leaf = nullptr;
  const RatchetTree& tree_before;
  const TreeDiff& tree_after;
  ByteView authenticated_data;

  // Null where the leaf is blank or outside the tree.
  const LeafNode* leaf_before(LeafIndex leaf) const noexcept;
  const LeafNode* leaf_after(LeafIndex leaf) const noexcept;
};

// Each hook says yes (success) or why not; its error is handed through as it is, usually
// policy_refused. A refusal counts as publicly invalid, so all members must come to the same
// answer: judge by the arguments alone. Hooks see Adds, Updates and path leaves alike, or a member
// could change its identity by the one that is not looked at. The defaults allow everything.
class Policy {
 public:
  virtual ~Policy() = default;

  // Is this credential acceptable here (RFC 9420 §5.3.1)? Where `replaces` is set: may the new
  // leaf succeed the old one? By default anything may, but for an external commit, where the two
  // must be the same participant (§12.2). That no client is in a group twice is judged by its
  // signature key, not here; rules of the room's own about it belong into check_commit.
  virtual Status check_leaf(const LeafView& leaf) const;

  // A proposal, before it is stored.
  virtual Status check_proposal(const Proposal& proposal, const Sender& sender,
                                const GroupContext& context) const;

  // A commit, after all rules of RFC 9420 held and before anything changes.
  // Changes of external_senders show in `after.extensions`.
  virtual Status check_commit(const CommitView& commit) const;

  // Do two leaves stand for the same participant, between an old group and the one that follows it
  // (RFC 9420 §11.2, §11.3)? By default: equal credentials.
  virtual bool same_participant(const LeafNode& a, const LeafNode& b) const;
};

// The policy that adds nothing to RFC 9420; what a null pointer in Options means.
const Policy& open_policy() noexcept;

}  // namespace hearth::mls
