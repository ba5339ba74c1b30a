// Opening and sealing, epoch by epoch.
#include "client/core/conversation.h"

#include <algorithm>

#include "protocol/defence.h"

namespace hearth::client {
namespace {

constexpr std::string_view kExporterLabel = "hearth envelope";

Bytes u16_bytes(std::uint16_t value) { return Writer().u16(value).take(); }

mls::Extension policy_extension(const room::Policy& policy) {
  return {room::kPolicyExtensionType, encoded(policy)};
}

Peer peer_of(mls::LeafIndex index, room::LeafExtension leaf, const room::Policy& policy) {
  const room::PublicKey* const steward = steward_of(leaf, policy);
  Peer peer{index, std::move(leaf.name), steward != nullptr, leaf.direct, {}, {}};
  if (steward) peer.staff_id = *steward;
  return peer;
}

// The roster of a group: its leaves have been checked when they were taken.
Result<Roster> roster_of(const mls::Group& group, const room::Policy& policy) {
  Roster roster;
  for (const mls::Member& member : group.members()) {
    HEARTH_TRY(room::LeafExtension leaf, leaf_extension(*member.leaf));
    const room::Handle handle = leaf.handle(policy.room);
    Peer peer = peer_of(member.index, std::move(leaf), policy);
    peer.leaf_key = member.leaf->signature_key;
    roster.emplace(handle, std::move(peer));
  }
  return roster;
}

Roster difference(const Roster& from, const Roster& without) {
  Roster left;
  for (const auto& [handle, peer] : from) {
    if (!without.contains(handle)) left.emplace(handle, peer);
  }
  return left;
}

}  // namespace

Conversation::Conversation(mls::Group group, std::unique_ptr<RoomPolicy> rules, StayKeys stay)
    : rules_(std::move(rules)),
      group_(std::move(group)),
      stay_(std::move(stay)),
      own_handle_(stay_.handle(rules_->room())) {}

mls::Options Conversation::options(const RoomPolicy& rules) {
  mls::Options options;
  options.accept_wire_formats = {.public_message = false, .private_message = true};
  options.accept_external_commits = false;
  // Proposals wait for a steward; talk does not.
  options.application_data_while_proposals_pending = true;
  options.policy = &rules;
  return options;
}

Result<Conversation> Conversation::found(const room::Policy& policy, StayKeys stay,
                                         const StaffKeys& staff, Bytes group_id,
                                         crypto::RandomSource& random) {
  auto rules = std::make_unique<RoomPolicy>(policy.room);
  mls::RequiredCapabilities required;
  required.extensions = {room::kPolicyExtensionType, room::kLeafExtensionType};
  mls::Extensions extensions{policy_extension(policy),
                             {mls::extension_type::kRequiredCapabilities, encoded(required)}};
  HEARTH_TRY(mls::Group group,
             mls::Group::create(std::move(group_id), kSuite, stay.identity(policy.room, &staff.id),
                                std::move(extensions), options(*rules), random));
  Conversation made(std::move(group), std::move(rules), std::move(stay));
  HEARTH_CHECK(made.read_policy());
  HEARTH_CHECK(made.begin_generation());
  HEARTH_TRY(made.roster_, roster_of(made.group_, *made.policy_));
  return made;
}

Result<Conversation::Arrived> Conversation::join(const Expected& expected, ByteView welcome,
                                                 StayKeys stay,
                                                 const mls::KeyPackageBundle& key_package) {
  HEARTH_TRY(const mls::MlsMessage message, decode_exact<mls::MlsMessage>(welcome));
  const auto* body = std::get_if<mls::Welcome>(&message.body);
  if (!body) return fail(ClientErrc::welcome_invalid);
  auto rules = std::make_unique<RoomPolicy>(expected.room);
  mls::Extensions inside;
  mls::JoinOptions join;
  join.group_info_extensions = &inside;
  HEARTH_TRY(mls::Group group,
             mls::Group::join(*body, key_package, std::nullopt, options(*rules), join));
  const mls::Extension* extension = mls::find(inside, room::kWelcomeExtensionType);
  if (!extension) return fail(ClientErrc::welcome_invalid);
  auto place = decode_exact<room::WelcomeExtension>(extension->data);
  for (mls::Extension& read : inside) wipe(read.data.data(), read.data.size());
  if (!place) return std::unexpected(place.error());

  Conversation made(std::move(group), std::move(rules), std::move(stay));
  HEARTH_CHECK(made.read_policy());
  const room::Policy& policy = *made.policy_;
  if (policy.room != expected.room || policy.generation != place->generation) {
    return fail(ClientErrc::welcome_invalid);
  }
  // The card may be a moment older than the group, never another room's.
  const bool same = policy.staff.hash() == expected.staff.hash();
  if (!same && !policy.staff.check_next(policy.room, expected.staff)) {
    return fail(ClientErrc::staff_differs);
  }
  HEARTH_TRY(made.roster_, roster_of(made.group_, policy));
  const bool kept =
      std::ranges::any_of(made.roster_, [](const auto& entry) { return entry.second.staff; });
  if (!kept && stands(Defence::staff_leaf)) return fail(ClientErrc::staff_missing);
  made.s_g_ = place->s_g.clone();
  made.envelope_.emplace(policy.room, place->generation, made.s_g_);
  return Arrived{std::move(made), *std::move(place)};
}

// --- Keeping ------------------------------------------------------------------------------------

void Conversation::keep(KeptWriter& out) const {
  stay_.keep(out);
  out.raw(s_g_.view()).u8(staged_path_ ? 1 : 0).u8(faulted_ ? 1 : 0);
  out.field(group_.snapshot().view());
}

Result<Conversation> Conversation::resume(Reader& in, const room::RoomId& room) {
  HEARTH_TRY(StayKeys stay, StayKeys::resume(in));
  HEARTH_TRY(const auto s_g, in.array<Secret16::kSize>());
  HEARTH_TRY(const bool staged_path, in.presence());
  HEARTH_TRY(const bool faulted, in.presence());
  HEARTH_TRY(const ByteView snapshot, read_field(in, in.rest().size()));
  auto rules = std::make_unique<RoomPolicy>(room);
  HEARTH_TRY(mls::Group group, mls::Group::restore(snapshot, options(*rules)));
  Conversation kept(std::move(group), std::move(rules), std::move(stay));
  kept.s_g_ = Secret16(s_g);
  kept.staged_path_ = staged_path;
  kept.faulted_ = faulted;
  HEARTH_CHECK(kept.read_policy());
  if (kept.policy_->room != room) return fail(ClientErrc::kept_invalid);
  kept.envelope_.emplace(room, kept.policy_->generation, kept.s_g_);
  HEARTH_TRY(kept.roster_, roster_of(kept.group_, *kept.policy_));
  if (!kept.group_.active()) return kept;
  // Our keys and our leaf are of each other.
  HEARTH_TRY(const room::LeafExtension own, leaf_extension(kept.group_.own_leaf()));
  const Bytes& leaf_key = kept.group_.own_leaf().signature_key;
  const bool fits = own.handle(room) == kept.own_handle() &&
                    equal(leaf_key, kept.group_.own_signature_key().public_key()) &&
                    equal(leaf_key, kept.stay_.leaf.public_key());
  if (!fits) return fail(ClientErrc::kept_invalid);
  return kept;
}

Status Conversation::read_policy() {
  HEARTH_TRY(policy_, policy_of(group_.context()));
  return {};
}

Status Conversation::begin_generation() {
  HEARTH_TRY(const SecretBytes exported,
             group_.export_secret(kExporterLabel, u16_bytes(policy_->generation), Secret16::kSize));
  s_g_ = Secret16::from(exported.view());
  envelope_.emplace(policy_->room, policy_->generation, s_g_);
  return {};
}

bool Conversation::own_staff() const {
  const auto own = roster_.find(own_handle());
  return own != roster_.end() && own->second.staff;
}

bool Conversation::has_signature_key(ByteView key) const {
  for (const mls::Member& member : group_.members()) {
    if (equal(member.leaf->signature_key, key)) return true;
  }
  return false;
}

// --- Reading ------------------------------------------------------------------------------------

Result<Opening> Conversation::open(const room::Entry& entry) {
  HEARTH_TRY(const Bytes message, envelope_->open(entry));
  HEARTH_TRY(const mls::MlsMessage parsed, decode_exact<mls::MlsMessage>(message));
  // What travels under the name of another kind is seen by the server as what it is not.
  const auto* body = std::get_if<mls::PrivateMessage>(&parsed.body);
  const auto kind = static_cast<mls::ContentType>(
      entry.kind == room::EntryKind::commit     ? mls::ContentType::commit
      : entry.kind == room::EntryKind::proposal ? mls::ContentType::proposal
                                                : mls::ContentType::application);
  if (!body || body->content_type != kind) return mls::fail(mls::MlsErrc::content_type_forbidden);

  HEARTH_TRY(mls::Received received, group_.process(message));
  if (std::holds_alternative<mls::OwnCommit>(received)) {
    HEARTH_CHECK(group_.merge_pending());
    HEARTH_TRY(Turn turn, after_merge(group_.own_index(), staged_path_));
    return TurnTaken{std::move(turn)};
  }
  if (auto* staged = std::get_if<mls::StagedCommit>(&received)) {
    const bool removes_us = staged->removes_us();
    const mls::LeafIndex committer = staged->view().committer;
    const bool renewed = staged->view().has_path;
    HEARTH_CHECK(group_.merge(std::move(*staged)));
    if (removes_us) {
      Turn turn;
      turn.removed_us = true;
      return TurnTaken{std::move(turn)};
    }
    HEARTH_TRY(Turn turn, after_merge(committer, renewed));
    return TurnTaken{std::move(turn)};
  }
  if (const auto* fault = std::get_if<mls::Fault>(&received)) {
    faulted_ = true;
    FaultBy by{fault->reason, {}};
    for (const auto& [handle, peer] : roster_) {
      if (peer.leaf == fault->committer) by.author = peer.name;
    }
    return by;
  }
  if (std::holds_alternative<mls::ReceivedProposal>(received)) return Proposed{};

  const auto& application = std::get<mls::ApplicationMessage>(received);
  const auto commitment = room::commitment_of(entry.body);
  expects(commitment.has_value());  // The envelope opened.
  HEARTH_TRY(room::Payload payload,
             room::open_payload(room(), application.data.view(), *commitment));
  HEARTH_TRY(room::LeafExtension leaf, leaf_extension(application.sender_leaf));
  const room::PublicKey delivery = leaf.delivery;
  return Heard{leaf.handle(room()), peer_of(application.sender, std::move(leaf), *policy_),
               std::move(payload), delivery,
               Secret32::from(application.data.view().first(Secret32::kSize))};
}

Result<Turn> Conversation::after_merge(mls::LeafIndex committer, bool renewed) {
  const std::uint32_t staff_number = policy_->staff.number;
  HEARTH_CHECK(read_policy());
  HEARTH_TRY(Roster now, roster_of(group_, *policy_));
  Turn turn{difference(now, roster_),
            difference(roster_, now),
            false,
            false,
            policy_->staff.number != staff_number,
            renewed,
            {}};
  roster_ = std::move(now);
  for (const auto& [handle, peer] : roster_) {
    if (peer.leaf == committer) turn.by = handle;
  }
  // An Update of ours was taken, or our own path brought a fresh key.
  if (!equal(stay_.leaf.public_key(), group_.own_signature_key().public_key())) {
    stay_.leaf = group_.own_signature_key().clone();
  }
  if (policy_->generation != envelope_->generation()) {
    HEARTH_CHECK(begin_generation());
    turn.new_generation = true;
  }
  return turn;
}

// --- Writing ------------------------------------------------------------------------------------

Result<Bytes> Conversation::seal(const room::Payload& payload, crypto::RandomSource& random) {
  const room::CommittedPayload committed = room::commit_to(room(), payload, random.secret<32>());
  HEARTH_TRY(const Bytes message, group_.protect(committed.application_data, {}, random));
  return envelope_->seal_app(committed.commitment, message, random);
}

Result<Conversation::Bundle> Conversation::stage_admission(std::vector<mls::KeyPackage> newcomers,
                                                           room::WelcomeExtension place,
                                                           crypto::RandomSource& random) {
  place.generation = generation();
  place.s_g = s_g_.clone();
  mls::CommitOptions options;
  options.include_pending = false;  // Their Updates and Removes would need a path.
  for (mls::KeyPackage& newcomer : newcomers) {
    options.proposals.push_back(mls::Group::add(std::move(newcomer)));
  }
  options.group_info_extensions = {{room::kWelcomeExtensionType, encoded(place)}};
  HEARTH_TRY(mls::PendingCommit pending, group_.stage_commit(std::move(options), random));
  expects(pending.welcome.has_value() && !pending.has_path);
  staged_path_ = false;
  auto body = envelope_->seal(room::EntryKind::commit, pending.commit, random);
  if (!body) {
    group_.discard_pending();
    return std::unexpected(body.error());
  }
  return Bundle{*std::move(body), *std::move(pending.welcome), generation()};
}

Result<Conversation::Bundle> Conversation::stage_removal(const std::vector<mls::LeafIndex>& leaves,
                                                         crypto::RandomSource& random) {
  mls::CommitOptions options;
  options.include_pending = false;
  return stage_without(leaves, std::move(options), random);
}

Result<Conversation::Bundle> Conversation::stage_renewal(const std::vector<mls::LeafIndex>& leaves,
                                                         const StaffKeys& staff,
                                                         crypto::RandomSource& random) {
  mls::CommitOptions options;
  // What else a member may have proposed is not ours to commit.
  for (const mls::ReceivedProposal& item : group_.pending_proposals()) {
    if (item.proposal.as<mls::Update>()) options.pending_only.push_back(item.ref);
  }
  options.include_pending = !options.pending_only.empty();
  options.force_path = true;
  HEARTH_TRY(options.leaf, fresh_leaf(&staff.id, random));
  if (!leaves.empty()) return stage_without(leaves, std::move(options), random);
  return stage_sealed(std::move(options), generation(), random);
}

Result<Conversation::Bundle> Conversation::stage_without(const std::vector<mls::LeafIndex>& leaves,
                                                         mls::CommitOptions options,
                                                         crypto::RandomSource& random) {
  room::Policy next = *policy_;
  next.generation = static_cast<room::Generation>(next.generation + 1);
  for (const mls::LeafIndex leaf : leaves) {
    options.proposals.push_back(mls::Group::remove(leaf));
  }
  return stage_context(next, std::move(options), random);
}

Result<Conversation::Bundle> Conversation::stage_policy_change(
    const room::StaffList& next_staff, const std::vector<mls::LeafIndex>& removed,
    const std::vector<mls::LeafIndex>& updates, crypto::RandomSource& random) {
  HEARTH_CHECK(next_staff.check_next(room(), policy_->staff));
  room::Policy next = *policy_;
  next.staff = next_staff;
  if (!removed.empty()) next.generation = static_cast<room::Generation>(next.generation + 1);
  mls::CommitOptions options;
  options.include_pending = !updates.empty();
  const std::vector<mls::ReceivedProposal> pending = group_.pending_proposals();
  for (const mls::LeafIndex leaf : updates) {
    // The newest of theirs: an older one may have been made before the keys were certified.
    const auto found =
        std::ranges::find_if(pending.rbegin(), pending.rend(), [&](const auto& item) {
          return item.sender.type == mls::SenderType::member && item.sender.index == leaf.value &&
                 item.proposal.template as<mls::Update>() != nullptr;
        });
    if (found == pending.rend()) return fail(ClientErrc::update_missing);
    options.pending_only.push_back(found->ref);
  }
  for (const mls::LeafIndex leaf : removed) {
    options.proposals.push_back(mls::Group::remove(leaf));
  }
  return stage_context(next, std::move(options), random);
}

Result<Bytes> Conversation::propose_certificate(const crypto::SignatureKey* staff_id,
                                                crypto::RandomSource& random) {
  mls::LeafChange change;
  change.extensions = stay_.identity(room(), staff_id).extensions;
  HEARTH_TRY(const Bytes message, group_.propose_update(std::move(change), {}, random));
  return envelope_->seal(room::EntryKind::proposal, message, random);
}

Result<Conversation::Bundle> Conversation::stage_context(const room::Policy& next,
                                                         mls::CommitOptions options,
                                                         crypto::RandomSource& random) {
  mls::Extensions extensions = group_.context().extensions;
  for (mls::Extension& extension : extensions) {
    if (extension.type == room::kPolicyExtensionType) extension = policy_extension(next);
  }
  options.proposals.push_back(mls::Group::context_extensions(std::move(extensions)));
  return stage_sealed(std::move(options), next.generation, random);
}

Result<Conversation::Bundle> Conversation::stage_sealed(mls::CommitOptions options,
                                                        room::Generation begun,
                                                        crypto::RandomSource& random) {
  HEARTH_TRY(mls::PendingCommit pending, group_.stage_commit(std::move(options), random));
  // Under the generation of the epoch it was made in.
  auto body = envelope_->seal(room::EntryKind::commit, pending.commit, random);
  if (!body) {
    group_.discard_pending();
    return std::unexpected(body.error());
  }
  staged_path_ = pending.has_path;
  return Bundle{*std::move(body), {}, begun};
}

// --- Renewing our leaf key ----------------------------------------------------------------------

Result<mls::LeafChange> Conversation::fresh_leaf(const crypto::SignatureKey* staff_id,
                                                 crypto::RandomSource& random) const {
  HEARTH_TRY(crypto::SignatureKey key, crypto::SignatureKey::generate(kSuite, random));
  mls::Identity identity = stay_.identity(room(), staff_id, std::move(key));
  mls::LeafChange change;
  change.extensions = std::move(identity.extensions);
  change.signature_key = std::move(identity.signature_key);
  return change;
}

Result<Bytes> Conversation::propose_renewal(crypto::RandomSource& random) {
  HEARTH_TRY(mls::LeafChange change, fresh_leaf(nullptr, random));
  HEARTH_TRY(const Bytes message, group_.propose_update(std::move(change), {}, random));
  return envelope_->seal(room::EntryKind::proposal, message, random);
}

bool Conversation::updates_wait() const {
  for (const mls::ReceivedProposal& item : group_.pending_proposals()) {
    const bool ours = item.sender.index == group_.own_index().value;
    if (item.proposal.as<mls::Update>() && !ours) return true;
  }
  return false;
}

bool Conversation::update_waits(mls::LeafIndex leaf) const {
  for (const mls::ReceivedProposal& item : group_.pending_proposals()) {
    if (item.proposal.as<mls::Update>() && item.sender.index == leaf.value) return true;
  }
  return false;
}

}  // namespace hearth::client
