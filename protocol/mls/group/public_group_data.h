// What PublicGroup and StagedPublicCommit hold; for the files of this folder only.
#pragma once

#include "protocol/mls/framing/public_message.h"
#include "protocol/mls/group/capability_tally.h"
#include "protocol/mls/group/proposal_store.h"
#include "protocol/mls/group/public_group.h"
#include "protocol/mls/group/validate.h"
#include "protocol/mls/tree/tree_diff.h"

namespace hearth::mls {

// The public state of one epoch. Invariants: `context.tree_hash` is the tree's; `tally` counts the
// tree's members; `encoded_context` and `external_senders` say what `context` says.
struct PublicGroup::Data {
  Data(GroupContext group_context, RatchetTree ratchet_tree, CapabilityTally members,
       Options settled);

  GroupContext context;
  Bytes encoded_context;
  RatchetTree tree;
  CapabilityTally tally;
  Options options;
  Hash interim{};  // interim_transcript_hash
  std::vector<ExternalSender> external_senders;
  ProposalStore proposals;
  // Set only while the first commit of a successor group is made (RFC 9420 §11.2, §11.3).
  std::optional<ResumptionUsage> founding;

  const Policy& policy() const noexcept;
  EpochView epoch_view() const noexcept;
  FramingContext framing() const noexcept { return framing_context(context, encoded_context); }
  SenderKeyLookup sender_keys() const;
  // The outer form is one we take (Options::accept_wire_formats).
  Status check_wire_format(WireFormat format) const;

  // Judges a verified proposal by itself and stores it; yields what was stored.
  Result<StoredProposalPtr> store(const VerifiedContent& content);
  void set_context(GroupContext next);
};

// A commit worked out on public state. `content` owns the proposals by value and the path; the
// others are shared with the store they came from.
struct StagedPublicCommit::Data {
  explicit Data(const PublicGroup::Data& from)
      : group(&from),
        epoch(from.context.epoch),
        diff(from.tree),
        after(from.context),
        tally(from.tally) {}

  const PublicGroup::Data* group;  // Where it was staged, and
  Epoch epoch;                     // when.
  FramedContent content;
  LeafIndex committer;
  std::vector<StoredProposalPtr> referenced;
  std::vector<ResolvedProposal> proposals;
  TreeDiff diff;
  GroupContext after;  // Its confirmed_transcript_hash is the old one until the end of staging.
  Bytes provisional_context;  // `after` in that state, encoded: the context of the path's HPKE.
  Bytes confirmation_tag;
  CapabilityTally tally;
  std::vector<LeafIndex> added;  // In the order of the Adds.
  std::vector<LeafIndex> removed;
  std::vector<LeafIndex> changed;  // Every leaf that is another one afterwards; unsorted.
  std::vector<PreSharedKeyId> psks;
  const ExternalInit* external_init = nullptr;
  const ReInit* reinit = nullptr;

  const Commit& commit() const { return std::get<Commit>(content.content); }
  Commit& commit() { return std::get<Commit>(content.content); }
  CommitView view() const noexcept;
};

// --- Staging in steps; the committer and the receivers of a commit take the same ones
// ---------------

using StagedPublicData = std::unique_ptr<StagedPublicCommit::Data>;

// Resolves references, judges the list (§12.2) and applies it (§12.3). `content` holds a Commit.
// For an external commit the newcomer's leaf is reserved.
Result<StagedPublicData> stage_proposals(const PublicGroup::Data& group, FramedContent content);
// The path of a received commit: there where it must be, valid, merged into the diff.
Status stage_received_path(StagedPublicCommit::Data& staged);
// A path of our own was put into the diff: take note of its leaf.
void note_own_path(StagedPublicCommit::Data& staged, const LeafNode& leaf);
// The new tree as a whole, the provisional context, and the application's word.
Status finish_staging(StagedPublicCommit::Data& staged);
// All of it, for a received commit.
Result<StagedPublicData> stage_received(const PublicGroup::Data& group, VerifiedContent content);

// Puts a staged commit in force. `staged` was staged in `group`, in this epoch.
void install(PublicGroup::Data& group, StagedPublicCommit::Data&& staged);
Status check_staged_here(const PublicGroup::Data& group, const StagedPublicCommit::Data& staged);

// --- Trusting a GroupInfo (RFC 9420 §12.4.3) ----------------------------------------------------

// Verifies tree, hash, signature, leaves and support, and builds the public state they describe.
Result<std::unique_ptr<PublicGroup::Data>> verify_group_info(const GroupInfo& info,
                                                             std::optional<ByteView> tree,
                                                             const Options& options);

}  // namespace hearth::mls
