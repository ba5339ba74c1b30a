// The rules of RFC 9420 §7.3, §10.1, §12.1, §12.2 and §12.4 as functions of public state.
//
// Each check cites its row of RULES.md ("Rule 7.3-2"). Nothing here changes anything.
#pragma once

#include <span>

#include "protocol/mls/group/capability_tally.h"
#include "protocol/mls/group/options.h"
#include "protocol/mls/group/policy.h"
#include "protocol/mls/tree/tree_view.h"

namespace hearth::mls {

// --- Leaves and key packages (validate_leaf.cpp) ------------------------------------------------

// What a leaf must fulfil by itself: it names mls10, `suite` and its own credential type, lists its
// extensions, has none twice, and its keys are keys of the suite. Not its signature.
Status check_leaf_contents(const LeafNode& leaf, CipherSuite suite);

// A leaf for a certain place: contents, source, signature, and the application's word.
Status validate_update_leaf(const LeafNode& leaf, CipherSuite suite, const LeafPlace& place,
                            const LeafNode& replaces, const Policy& policy);
// The leaf of a path. `replaces` may be null (a newcomer); `origin` is path or external_commit.
Status validate_path_leaf(const LeafNode& leaf, CipherSuite suite, const LeafPlace& place,
                          const LeafNode* replaces, LeafOrigin origin, const Policy& policy);
// Every leaf of a tree handed to a joiner; the tally of its members is the result.
Result<CapabilityTally> validate_tree_leaves(const TreeView& tree, CipherSuite suite,
                                             ByteView group_id, const Options& options);

// --- GroupContext extensions (validate_leaf.cpp) ------------------------------------------------

// The list itself: no type twice, known bodies well formed.
Status check_context_extensions(const Extensions& extensions);
// All members the tally counts support every extension and everything required.
Status check_group_support(const Extensions& extensions, const CapabilityTally& tally);
// One leaf does: what a committer asks before it takes up an Add.
bool leaf_supports(const LeafNode& leaf, const Extensions& extensions);

// --- Proposals (validate_proposal.cpp) ----------------------------------------------------------

// What the checks of one epoch look at. All borrowed.
struct EpochView {
  const GroupContext& context;
  const TreeView& tree;
  const CapabilityTally& tally;
  const Options& options;
  const Policy& policy;
  std::optional<ResumptionUsage> founding;  // What PSKs beyond the ordinary ones are allowed.
};

// A proposal by itself (RFC 9420 §12.1): asked when it arrives, and for those by value in a commit.
Status validate_proposal(const EpochView& epoch, const Proposal& proposal, const Sender& sender);

// --- Lists of proposals (validate_list.cpp) -----------------------------------------------------

// RFC 9420 §12.2 for the commit of a member, given that each proposal is valid by itself.
Status validate_proposal_list(const EpochView& epoch, LeafIndex committer,
                              std::span<const ResolvedProposal> proposals);
// The same for an external commit.
Status validate_external_list(std::span<const ResolvedProposal> proposals);

// RFC 9420 §12.4: does a commit of these need a path?
bool requires_path(std::span<const ResolvedProposal> proposals) noexcept;

}  // namespace hearth::mls
