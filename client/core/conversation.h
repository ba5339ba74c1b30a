// The conversation of a room: its MLS group, the envelope of its generation, and who is in it.
#pragma once

#include <map>

#include "client/core/keyring.h"
#include "client/core/room_policy.h"
#include "protocol/mls/group/group.h"
#include "protocol/room/envelope.h"
#include "protocol/room/payload.h"
#include "protocol/room/welcome_extension.h"

namespace hearth::client {

// A leaf of the group as people see it.
struct Peer {
  mls::LeafIndex leaf;
  std::string name;
  bool staff = false;                       // Certified by one of today's staff.
  room::DeskKey direct;                     // Opens notes to this person.
  std::optional<room::PublicKey> staff_id;  // Where `staff`.
  Bytes leaf_key{};                         // Signs inside MLS.
  friend bool operator==(const Peer&, const Peer&) = default;
};
using Roster = std::map<room::Handle, Peer>;

// What a commit changed.
struct Turn {
  Roster came;
  Roster went;
  bool removed_us = false;
  bool new_generation = false;
  bool new_staff = false;          // The policy's list is another one.
  bool renewed = false;            // It had a path: Updates and dead leaves are done with.
  std::optional<room::Handle> by;  // Who committed.
};

// An application message, opened and checked against its commitment.
struct Heard {
  room::Handle from;
  Peer peer;
  room::Payload payload;
  room::PublicKey delivery;
  Secret32 k_f;  // Opens the commitment to somebody else, in a report.
};
// The author of a commit that we cannot follow.
struct FaultBy {
  Error reason;
  std::string author;
};
// Somebody's commit, now in force; or one that was our own.
struct TurnTaken {
  Turn turn;
};
// A proposal: nothing to show. It waits for a steward.
struct Proposed {};
using Opening = std::variant<Heard, TurnTaken, FaultBy, Proposed>;

// Conversation seals what we say and opens what others say, strictly in log order. A commit of ours
// is staged first and comes into force when it is read.
//
// Owned by the model; one for each group, so a rebuild or a new meeting makes another one.
class Conversation final {
 public:
  // A new group of one, in its first generation.
  static Result<Conversation> found(const room::Policy& policy, StayKeys stay,
                                    const StaffKeys& staff, Bytes group_id,
                                    crypto::RandomSource& random);

  // What the door has told about the room, for checking a Welcome against.
  struct Expected {
    room::RoomId room;
    room::StaffList staff;
  };
  struct Arrived;
  // `welcome` is an MLSMessage. Checks tree and leaves, that the policy is the room's and its staff
  // the door card's or the list that follows it, and that at least one leaf is certified by them.
  static Result<Arrived> join(const Expected& expected, ByteView welcome, StayKeys stay,
                              const mls::KeyPackageBundle& key_package);

  // --- Reading ---

  // Opens an entry of kind 1 to 3. An error means that it is valid for nobody (or not for us any
  // more), and that nothing has changed.
  Result<Opening> open(const room::Entry& entry);

  // --- Writing: bodies of entries ---

  Result<Bytes> seal(const room::Payload& payload, crypto::RandomSource& random);

  struct Bundle {
    Bytes commit;                     // The body.
    Bytes welcome;                    // An MLSMessage; empty where nobody is added.
    room::Generation generation = 0;  // That the commit begins, or the present one.
  };
  // A path-less commit that adds them all. `place` needs no generation, s_g: they are filled in.
  Result<Bundle> stage_admission(std::vector<mls::KeyPackage> newcomers,
                                 room::WelcomeExtension place, crypto::RandomSource& random);
  // Removes the leaves and begins the next generation.
  Result<Bundle> stage_removal(const std::vector<mls::LeafIndex>& leaves,
                               crypto::RandomSource& random);
  // Puts the next staff list into the policy. Takes the Updates that these members have proposed
  // (by which they add or drop a certificate), and removes the leaves of those who are dismissed,
  // which begins the next generation. The list must follow the policy's (staff_list_invalid), and
  // each Update must wait here (update_missing).
  Result<Bundle> stage_policy_change(const room::StaffList& next,
                                     const std::vector<mls::LeafIndex>& removed,
                                     const std::vector<mls::LeafIndex>& updates,
                                     crypto::RandomSource& random);
  // The body of an Update proposal of our own leaf: with the certificate of this key, or without.
  Result<Bytes> propose_certificate(const crypto::SignatureKey* staff_id,
                                    crypto::RandomSource& random);
  // All Updates that wait, our own leaf with a fresh key, and these leaves removed. A generation
  // begins where there are any. `staff`: whose certificate our leaf bears.
  Result<Bundle> stage_renewal(const std::vector<mls::LeafIndex>& leaves, const StaffKeys& staff,
                               crypto::RandomSource& random);
  // An Update of our leaf with a fresh key: the body of a proposal. Worth something in this epoch
  // alone.
  Result<Bytes> propose_renewal(crypto::RandomSource& random);
  bool updates_wait() const;
  bool update_waits(mls::LeafIndex leaf) const;
  // The bundle will never be in the log.
  void discard_staged() { group_.discard_pending(); }

  // --- Keeping ---

  // What it takes to go on from here in another process. Nothing sealed or staged may leave before
  // what `keep` wrote afterwards is durable (mls::Group::snapshot).
  void keep(KeptWriter& out) const;
  // kept_invalid unless group, keys and room fit together.
  static Result<Conversation> resume(Reader& in, const room::RoomId& room);

  // --- Looking ---

  const room::RoomId& room() const noexcept { return policy_->room; }
  const Bytes& group_id() const noexcept { return group_.group_id(); }
  std::uint64_t epoch() const noexcept { return group_.epoch(); }
  bool active() const noexcept { return group_.active() && !faulted_; }
  bool faulted() const noexcept { return faulted_; }
  room::Generation generation() const noexcept { return envelope_->generation(); }
  const room::Policy& policy() const noexcept { return *policy_; }
  const Roster& roster() const noexcept { return roster_; }
  const StayKeys& stay() const noexcept { return stay_; }
  const room::Handle& own_handle() const noexcept { return own_handle_; }
  bool own_staff() const;
  ByteView epoch_authenticator() const noexcept { return group_.epoch_authenticator().view(); }
  bool has_signature_key(ByteView key) const;

 private:
  Conversation(mls::Group group, std::unique_ptr<RoomPolicy> rules, StayKeys stay);
  static mls::Options options(const RoomPolicy& rules);

  Status read_policy();
  Status begin_generation();
  Result<Bundle> stage_context(const room::Policy& next, mls::CommitOptions options,
                               crypto::RandomSource& random);
  Result<Turn> after_merge(mls::LeafIndex committer, bool renewed);
  Result<Bundle> stage_without(const std::vector<mls::LeafIndex>& leaves,
                               mls::CommitOptions options, crypto::RandomSource& random);
  // The end of each of them: committed, sealed, and noted whether it has a path.
  Result<Bundle> stage_sealed(mls::CommitOptions options, room::Generation begun,
                              crypto::RandomSource& random);
  // A fresh leaf key with what it must be signed into.
  Result<mls::LeafChange> fresh_leaf(const crypto::SignatureKey* staff_id,
                                     crypto::RandomSource& random) const;

  std::unique_ptr<RoomPolicy> rules_;  // The group borrows it.
  mls::Group group_;
  StayKeys stay_;
  room::Handle own_handle_;  // Of its delivery key, which stays: asked for with every entry.
  std::optional<room::Policy> policy_;
  Secret16 s_g_;
  std::optional<room::EnvelopeKey> envelope_;
  Roster roster_;
  bool staged_path_ = false;  // Of the commit of ours that is pending.
  bool faulted_ = false;
};

struct Conversation::Arrived {
  Conversation conversation;
  room::WelcomeExtension place;
};

}  // namespace hearth::client
