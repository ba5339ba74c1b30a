// A member of a group: found, join, propose, commit, process, protect (RFC 9420 §8 to §15).
#pragma once

#include "protocol/mls/group/key_package.h"
#include "protocol/mls/group/options.h"
#include "protocol/mls/group/policy.h"
#include "protocol/mls/messages/group_info.h"

namespace hearth::mls {

class PublicGroup;
class Group;

// --- What processing a message yields -----------------------------------------------------------

struct ApplicationMessage {
  LeafIndex sender;
  Epoch epoch = 0;  // The current one or one of the past that are still readable.
  LeafNode sender_leaf;
  SecretBytes data;
  Bytes authenticated_data;
};

struct ReceivedProposal {
  Sender sender;
  ProposalRef ref{};
  Proposal proposal;
  Bytes authenticated_data;
};

// A commit of somebody else: valid, decrypted, its confirmation tag verified, not yet in force.
// Move-only; worth nothing once its group has moved on. The group is unchanged until
// Group::merge(), and dropping this is how to refuse.
class StagedCommit final {
 public:
  struct Data;
  explicit StagedCommit(std::unique_ptr<Data> data) noexcept;
  ~StagedCommit();
  StagedCommit(StagedCommit&&) noexcept;
  StagedCommit& operator=(StagedCommit&&) noexcept;

  CommitView view() const noexcept;
  bool removes_us() const noexcept;  // After the merge the group is inactive.
  // Set: after the merge the group is inactive, see reinit_*.
  const ReInit* reinit() const noexcept;
  // The new epoch's exporter and authenticator, before the merge. Empty when it removes us.
  Result<SecretBytes> export_secret(std::string_view label, ByteView context,
                                    std::size_t length) const;
  Result<Hash> epoch_authenticator() const;

  const Data& data() const noexcept { return *data_; }
  Data& data() noexcept { return *data_; }

 private:
  std::unique_ptr<Data> data_;
};

// Our own pending commit came back: nothing was processed; call merge_pending().
struct OwnCommit {};

// A commit that everybody can see to be valid and that we cannot follow: a path that does not
// decrypt or holds other keys than it says, a confirmation tag that does not match, a PSK we lack.
// The others may well have moved on. The group is unchanged and can go no further by itself.
struct Fault {
  Error reason;
  LeafIndex committer;
};

using Received = std::variant<ApplicationMessage, ReceivedProposal, StagedCommit, OwnCommit, Fault>;

// The three ways a message can be taken. `skipped` is the word for an error: the message is not
// valid for anybody who holds our public view, nothing changed, go on with the next one.
enum class Verdict : std::uint8_t { valid, skipped, fault };
Verdict verdict(const Result<Received>& received) noexcept;

// --- What committing takes and yields -----------------------------------------------------------

// Changes to our own leaf, for Update proposals and paths. What is not set stays.
struct LeafChange {
  std::optional<Credential> credential{};
  std::optional<Capabilities> capabilities{};
  std::optional<Extensions> extensions{};
  std::optional<crypto::SignatureKey> signature_key{};
};

struct CommitOptions {
  std::vector<Proposal> proposals{};  // By value, in this order, after those by reference.
  // Pending proposals are taken by reference, leaving out those a valid list cannot hold
  // (RFC 9420 §12.2): our own Updates, double ones, a ReInit beside others.
  bool include_pending = true;
  // Where not empty: of the pending ones these alone.
  std::vector<ProposalRef> pending_only{};
  bool force_path = false;  // A path even where RFC 9420 §12.4 lets it be absent.
  WireFormat wire_format = WireFormat::private_message;
  Bytes authenticated_data{};
  bool tree_in_welcome = true;
  Extensions group_info_extensions{};  // Into the Welcome's GroupInfo (and the one below).
  bool with_group_info = false;        // Also a GroupInfo with external_pub and the tree.
  LeafChange leaf{};                   // Only where the commit has a path.
};

// A commit of ours, all parts as MLSMessages. It takes effect by merge_pending() alone.
struct PendingCommit {
  Bytes commit;
  std::optional<Bytes> welcome;  // One for all who are added. Send it once the commit has won.
  std::optional<Bytes> group_info;
  bool has_path = false;
  Epoch epoch = 0;               // The epoch it begins.
  std::vector<LeafIndex> added;  // Where the newcomers stand, in the order of the Adds.
};

struct MessageOptions {
  WireFormat wire_format = WireFormat::private_message;  // For proposals.
  Bytes authenticated_data{};
};

struct GroupInfoOptions {
  bool external_pub = true;
  bool ratchet_tree = true;
  Extensions extensions{};
};

struct ExternalJoinOptions {
  std::optional<LeafIndex> replaces{};  // Resync: remove this old leaf of ours.
  std::vector<PreSharedKeyId> psks{};   // An empty nonce is filled with a fresh one.
  Bytes authenticated_data{};
};

// What a group that follows another one is checked against (RFC 9420 §11.2, §11.3).
struct JoinOptions {
  const Group* parent = nullptr;  // The re-initialised or branched-from group.
  // Ids of groups we are in; a Welcome for one of them is refused (RFC 9420 §12.4.3).
  std::span<const GroupId> current_groups{};
  // Where set: receives the extensions of the GroupInfo inside the Welcome, once we have joined.
  Extensions* group_info_extensions = nullptr;
};

struct Member {
  LeafIndex index;
  const LeafNode* leaf = nullptr;  // Valid until the group changes.
};

// --- The group ----------------------------------------------------------------------------------

// One member's state. Every operation either succeeds whole or leaves the state as it was; commits
// are staged first and change nothing until merged. After our removal or a ReInit the group is
// inactive: it answers questions and reads late messages of past epochs, and sends nothing.
//
// Owner: one conversation. Not thread-safe. Message keys are spent only when AEAD and signature
// have both held. Secrets are erased when consumed or replaced (RFC 9420 §9.2).
class Group final {
 public:
  ~Group();
  Group(Group&&) noexcept;
  Group& operator=(Group&&) noexcept;

  // --- Beginning ---

  // A group of one (RFC 9420 §11), epoch 0.
  static Result<Group> create(GroupId group_id, CipherSuite suite, const Identity& identity,
                              Extensions extensions, const Options& options,
                              crypto::RandomSource& random, Lifetime lifetime = {0, ~0ull});

  // RFC 9420 §12.4.3.1. `tree` is the ratchet tree's bytes where the Welcome does not hold it.
  static Result<Group> join(const Welcome& welcome, const KeyPackageBundle& key_package,
                            std::optional<ByteView> tree, const Options& options,
                            const JoinOptions& join = {});

  // RFC 9420 §12.4.3.2. The group is that of the new epoch: throw it away if the commit loses.
  struct ExternalJoin;
  static Result<ExternalJoin> external_join(const GroupInfo& info, std::optional<ByteView> tree,
                                            const Identity& identity,
                                            const ExternalJoinOptions& join, const Options& options,
                                            crypto::RandomSource& random);

  // A group that follows `parent` (RFC 9420 §11.2, §11.3): founded, all `key_packages` added, with
  // the resumption PSK that ties the two together. For reinit: `parent` has merged a ReInit, and
  // its parameters are used. Yields the new group in epoch 1 and its Welcome.
  struct Successor;
  static Result<Successor> reinit(const Group& parent, const Identity& identity,
                                  std::vector<KeyPackage> key_packages, const Options& options,
                                  crypto::RandomSource& random);
  static Result<Successor> branch(const Group& parent, GroupId group_id, const Identity& identity,
                                  Extensions extensions, std::vector<KeyPackage> key_packages,
                                  const Options& options, crypto::RandomSource& random);

  // --- Proposing: each yields an MLSMessage and keeps the proposal as pending ---

  Result<Bytes> propose(Proposal proposal, const MessageOptions& message,
                        crypto::RandomSource& random);
  // Fresh leaf keys; the private part waits for the commit that takes them.
  Result<Bytes> propose_update(LeafChange change, const MessageOptions& message,
                               crypto::RandomSource& random);
  // Makers of the other proposals.
  static Proposal add(KeyPackage key_package);
  static Proposal remove(LeafIndex leaf);
  static Proposal external_psk(ByteView psk_id, crypto::RandomSource& random);
  static Proposal resumption_psk(ByteView group_id, Epoch epoch, crypto::RandomSource& random);
  static Proposal context_extensions(Extensions extensions);
  static Proposal reinit_to(ReInit reinit);
  static Proposal custom(std::uint16_t type, ByteView data);

  // The proposals waiting in this epoch, in the order they came.
  std::vector<ReceivedProposal> pending_proposals() const;
  void clear_pending_proposals();

  // --- Committing ---

  // Stages a commit of ours. It stays pending until one of the three: merge_pending(),
  // discard_pending(), or merge() of another's commit. One at a time (pending_commit).
  Result<PendingCommit> stage_commit(CommitOptions options, crypto::RandomSource& random);
  bool has_pending_commit() const noexcept;
  Status merge_pending();
  void discard_pending();
  // Of the epoch that the pending commit begins.
  Result<SecretBytes> export_pending(std::string_view label, ByteView context,
                                     std::size_t length) const;

  // --- Receiving ---

  // Takes any MLSMessage of this group. An error means `skipped` (see Verdict); what is publicly
  // valid and beyond us is a Fault. A proposal is stored, a commit only staged.
  Result<Received> process(ByteView message);
  Result<Received> process(const MlsMessage& message);
  Status merge(StagedCommit&& staged);

  // --- Application data ---

  Result<Bytes> protect(ByteView data, const MessageOptions& message, crypto::RandomSource& random);

  // --- Settling ---

  // The clock for lifetimes moves on only by this (see Options::lifetime).
  void set_lifetime_check(std::optional<LifetimeCheck> check);

  // --- Looking ---

  bool active() const noexcept;
  const GroupContext& context() const noexcept;
  const GroupId& group_id() const noexcept { return context().group_id; }
  Epoch epoch() const noexcept { return context().epoch; }
  CipherSuite suite() const noexcept { return context().cipher_suite; }
  LeafIndex own_index() const noexcept;
  const LeafNode& own_leaf() const noexcept;  // The last one, when we were removed.
  const crypto::SignatureKey& own_signature_key() const noexcept;
  const LeafNode* leaf(LeafIndex leaf) const noexcept;
  std::vector<Member> members() const;
  std::size_t member_count() const noexcept;
  const PublicGroup& public_group() const noexcept;
  const ReInit* reinit_pending() const noexcept;  // The ReInit that ended this group.

  const Secret32& epoch_authenticator() const noexcept;
  const Bytes& confirmation_tag() const noexcept;
  // MLS-Exporter (RFC 9420 §8.5). `length` at most 255 * 32.
  Result<SecretBytes> export_secret(std::string_view label, ByteView context,
                                    std::size_t length) const;
  // Nothing for epochs that are gone (Options::resumption_epochs_max).
  const Secret32* resumption_psk(Epoch epoch) const noexcept;
  Result<GroupInfo> group_info(const GroupInfoOptions& options) const;
  Bytes ratchet_tree() const;  // The wire form.

  // --- Keeping ---

  // Everything, sealed under `key` (XChaCha20-Poly1305), versioned. Who keeps snapshots writes each
  // over the one before. Then a restored state never uses a message key that was used already:
  //  - sealing reserves the next kReservedGenerations of our own ratchets for the living group: the
  //    snapshot begins beyond them, and the living group stops before them (snapshot_stale);
  //  - from the first seal() on, each new epoch wants one before we send in it (snapshot_stale);
  //  - an opened group sends only after it has been sealed again (snapshot_stale), so that opening
  //    the same snapshot twice, with that rule obeyed, cannot begin at the same generation twice.
  // A pending commit is kept. Should a copy be opened elsewhere all the same, it shows itself by a
  // message from our own leaf with a generation we have not reached: process() answers
  // own_leaf_forked, and the group sends nothing any more.
  static constexpr std::uint32_t kReservedGenerations = 64;
  Result<Bytes> seal(const Secret32& key, crypto::RandomSource& random);
  static Result<Group> open(ByteView sealed, const Secret32& key, const Options& options);

  // The same in the clear and without a reserve, for a keeper who lets nothing that this group has
  // made leave before a snapshot taken after it is durable. So the newest snapshot has spent the
  // keys of all that others may have seen, and a message of our own leaf that it can open was made
  // by somebody else with our keys: own_leaf_forked, as above. `restore` takes any bytes
  // (snapshot_invalid); what it yields is worth what the keeper's seal on them is worth.
  SecretBytes snapshot() const;
  static Result<Group> restore(ByteView snapshot, const Options& options);

  struct State;
  explicit Group(std::unique_ptr<State> state) noexcept;
  const State& state() const noexcept { return *state_; }
  State& state() noexcept { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

struct Group::ExternalJoin {
  Bytes commit;  // A PublicMessage.
  Group group;
};
struct Group::Successor {
  Group group;
  Bytes welcome;
};

// --- Proposals from outside (RFC 9420 §12.1.8): PublicMessages ----------------------------------

// A newcomer asks for itself: an Add of its own key package.
Result<Bytes> new_member_proposal(ByteView group_id, Epoch epoch,
                                  const KeyPackageBundle& key_package);
// A sender named in the group's external_senders extension, by its position there.
Result<Bytes> external_sender_proposal(ByteView group_id, Epoch epoch, std::uint32_t sender_index,
                                       const crypto::SignatureKey& key, Proposal proposal);

}  // namespace hearth::mls
