// A group as everybody may see it: context, tree and waiting proposals, without any secret.
#pragma once

#include "protocol/mls/group/options.h"
#include "protocol/mls/group/policy.h"

namespace hearth::mls {

class VerifiedContent;  // framing/

// What a commit would make of a PublicGroup. Move-only, tied to the group and epoch it was staged
// in.
class StagedPublicCommit final {
 public:
  struct Data;
  explicit StagedPublicCommit(std::unique_ptr<Data> data) noexcept;
  ~StagedPublicCommit();
  StagedPublicCommit(StagedPublicCommit&&) noexcept;
  StagedPublicCommit& operator=(StagedPublicCommit&&) noexcept;

  CommitView view() const noexcept;
  const Data& data() const noexcept { return *data_; }
  Data& data() noexcept { return *data_; }

 private:
  std::unique_ptr<Data> data_;
};

// The judgement of public validity: all that RFC 9420 demands of proposals and commits and that can
// be judged without secrets is judged here and nowhere else, so that an observer, a member and a
// committer cannot disagree. Staging never mutates.
//
// Costs: a commit touches the nodes it changes, not the tree; uniqueness is a hash lookup.
class PublicGroup final {
 public:
  // An observer's view from a GroupInfo, its ratchet tree inside or beside (RFC 9420 §12.4.3.1).
  // Verifies the whole tree and the signature, not the confirmation tag: that takes a secret.
  static Result<PublicGroup> from_group_info(const GroupInfo& info, std::optional<ByteView> tree,
                                             const Options& options);
  ~PublicGroup();
  PublicGroup(PublicGroup&&) noexcept;
  PublicGroup& operator=(PublicGroup&&) noexcept;

  const GroupContext& context() const noexcept;
  const RatchetTree& tree() const noexcept;
  const Hash& interim_transcript_hash() const noexcept;
  const Options& options() const noexcept;
  const LeafNode* leaf(LeafIndex leaf) const noexcept;  // Null where blank.

  // An observer's path: the signature is verified, the membership tag cannot be. A proposal is
  // stored, and nothing returned; a commit is staged.
  Result<std::optional<StagedPublicCommit>> process(const PublicMessage& message);
  Status merge(StagedPublicCommit&& staged);

  // How many proposals wait in this epoch.
  std::size_t proposals_pending() const noexcept;

  struct Data;
  explicit PublicGroup(std::unique_ptr<Data> data) noexcept;
  const Data& data() const noexcept { return *data_; }
  Data& data() noexcept { return *data_; }

 private:
  std::unique_ptr<Data> data_;
};

}  // namespace hearth::mls
