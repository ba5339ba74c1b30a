// The rules of a room about its MLS group: who may commit what, and what a leaf must prove.
#pragma once

#include "client/core/error.h"
#include "protocol/mls/group/policy.h"
#include "protocol/room/leaf_extension.h"
#include "protocol/room/policy.h"

namespace hearth::client {

// The leaf extension of a leaf; leaf_invalid when there is none.
Result<room::LeafExtension> leaf_extension(const mls::LeafNode& leaf);
// The policy extension of a GroupContext; policy_missing.
Result<room::Policy> policy_of(const mls::GroupContext& context);
// The staff_id that certifies this leaf, if it is a steward's. The certificate itself has been
// verified when the leaf was taken.
const room::PublicKey* steward_of(const room::LeafExtension& leaf, const room::Policy& policy);

// RoomPolicy refuses what is publicly invalid in a room, beyond RFC 9420. It judges by its
// arguments alone, so every member comes to the same answer: no clock, no control entry, no
// setting.
//
//  - Every leaf carries the extension with its proofs and a credential that is its handle; whoever
//    takes its place (Update, path) keeps delivery key, direct key and name; a staff certificate
//    may come or go.
//  - A commit with a path, and every proposal but an Add, needs a steward; an Add of a certified
//    staff leaf anyone; any other Add an open room or a steward.
//  - A Remove begins exactly one generation in the same commit, and nothing else does.
//  - The policy's room and version stay; its staff list stays, or the next one follows it
//    (room::StaffList::check_next). No other extension is dropped or changed.
class RoomPolicy final : public mls::Policy {
 public:
  explicit RoomPolicy(room::RoomId room) : room_(room) {}
  const room::RoomId& room() const noexcept { return room_; }

  Status check_leaf(const mls::LeafView& leaf) const override;
  Status check_proposal(const mls::Proposal& proposal, const mls::Sender& sender,
                        const mls::GroupContext& context) const override;
  Status check_commit(const mls::CommitView& commit) const override;

 private:
  Status check_context(const mls::CommitView& commit, const room::Policy& before) const;
  Status check_author(const mls::CommitView& commit, const room::Policy& policy) const;
  Status check_handles(const mls::CommitView& commit) const;

  room::RoomId room_;
};

}  // namespace hearth::client
