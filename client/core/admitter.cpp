// Verifying knocks.
#include "client/core/admitter.h"

#include <algorithm>
#include <set>

#include "protocol/defence.h"

namespace hearth::client {
namespace {

// The key inside the knock must be the one that the server says vouches for it.
bool vouches(const room::RoomId& room, const room::Knock& knock, const wire::KnockShown& shown) {
  if (knock.role != shown.role) return false;
  switch (knock.role) {
    case room::Role::gate: return room::gate_ref_of(knock.key).bytes == shown.ref;
    case room::Role::member: return room::handle_of(room, knock.key).bytes == shown.ref;
    case room::Role::staff: return knock.key.bytes == shown.ref;
    case room::Role::supporter: return false;
  }
  return false;
}

Result<Guest> verify(const wire::KnockShown& shown, const room::Knock& knock, const House& house,
                     const Conversation& conversation, Instant now) {
  // One signature.
  if (stands(Defence::voucher)) HEARTH_CHECK(knock.verify(house.id, shown.handle));
  HEARTH_TRY(mls::MlsMessage message, decode_exact<mls::MlsMessage>(knock.key_package));
  auto* key_package = std::get_if<mls::KeyPackage>(&message.body);
  if (!key_package || key_package->cipher_suite != static_cast<std::uint16_t>(kSuite)) {
    return mls::fail(mls::MlsErrc::suite_mismatch);
  }
  const mls::LeafNode& leaf = key_package->leaf_node;
  HEARTH_TRY(room::LeafExtension extension, leaf_extension(leaf));
  if (extension.handle(house.id) != shown.handle) return fail(ClientErrc::leaf_invalid);
  if (conversation.roster().contains(shown.handle) ||
      conversation.has_signature_key(leaf.signature_key)) {
    return fail(ClientErrc::handle_doubled);
  }
  const auto length_max =
      std::chrono::duration_cast<std::chrono::seconds>(kKnockValid + kClockSkewMax).count();
  std::optional<mls::LifetimeCheck> today(
      {unix_seconds(now), static_cast<std::uint64_t>(length_max)});
  if (!stands(Defence::key_lifetime)) today.reset();
  // Two signatures, then two more.
  HEARTH_CHECK(mls::validate_key_package(*key_package, today));
  HEARTH_CHECK(RoomPolicy(house.id).check_leaf({leaf, mls::LeafOrigin::add, {}, nullptr}));
  return Guest{shown.slot,
               {shown.handle, shown.role, shown.ref, 0},
               std::move(*key_package),
               std::move(extension.name),
               knock.greeting,
               extension.direct,
               false,
               knock.referral};
}

// The room asks for more staff before anybody comes in by this gate.
bool held_back(const meeting::RoomState& state, const room::AdmitOp::Newcomer& newcomer) {
  if (newcomer.role != room::Role::gate) return false;
  const meeting::Gate* gate = state.gate(room::GateRef{newcomer.ref});
  const bool pass = gate && (gate->flags & room::GateAddOp::kStaffPass) != 0;
  return !pass && state.staff().size() < state.server_part().staff_min;
}

// Somebody who came by the same invitation was banned: staff look first.
bool tainted(const meeting::RoomState& state, const wire::KnockShown& shown) {
  if (shown.role != room::Role::gate) return false;
  const meeting::Gate* gate = state.gate(room::GateRef{shown.ref});
  return gate && gate->tainted();
}

}  // namespace

Admitter::Verdict Admitter::on_shown(const wire::KnockShown& shown, const House& house,
                                     const LogReader& reader, Instant now) {
  if (!reader.inside() || guests_.size() >= kGuestsMax) return Verdict::not_ours;
  const meeting::RoomState& state = reader.state();
  const bool may_knock = state.may_knock(shown.role, shown.ref, now).has_value();
  if (!may_knock && stands(Defence::gate)) return Verdict::invalid;
  const auto knock = room::open_knock(house.id, shown.sealed, house.k_door(),
                                      house.staff ? &house.staff->desk : nullptr);
  if (!knock) return house.staff ? Verdict::invalid : Verdict::not_ours;
  if (!vouches(house.id, *knock, shown) && stands(Defence::voucher)) return Verdict::invalid;
  auto guest = verify(shown, *knock, house, *reader.conversation(), now);
  if (!guest) return Verdict::invalid;

  const bool open_door = state.admission() == room::Admission::open && !tainted(state, shown);
  const bool known = shown.role != room::Role::gate;
  if (!house.staff && !open_door && shown.role != room::Role::staff) return Verdict::not_ours;
  guest->approved = (open_door && !held_back(state, guest->newcomer)) || known;
  if (!house.staff && !guest->approved) return Verdict::not_ours;  // The staff's to decide.
  const Verdict verdict = guest->approved ? Verdict::approved : Verdict::shown;
  guests_.insert_or_assign(shown.slot, *std::move(guest));
  return verdict;
}

const Guest* Admitter::find(std::uint64_t slot) const noexcept {
  const auto found = guests_.find(slot);
  return found == guests_.end() ? nullptr : &found->second;
}

bool Admitter::approve(std::uint64_t slot) {
  const auto found = guests_.find(slot);
  if (found == guests_.end()) return false;
  found->second.approved = true;
  return true;
}

void Admitter::approve_all() {
  for (auto& [slot, guest] : guests_) guest.approved = true;
}

std::size_t Admitter::approved() const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(guests_, [](const auto& entry) { return entry.second.approved; }));
}

std::vector<Guest> Admitter::next(const LogReader& reader, std::size_t count_max) {
  const Conversation& conversation = *reader.conversation();
  std::vector<Guest> chosen;
  std::set<Bytes> keys;  // Of those chosen: no two of them may share one.
  for (auto place = guests_.begin(); place != guests_.end() && chosen.size() < count_max;) {
    const Guest& guest = place->second;
    const mls::LeafNode& leaf = guest.key_package.leaf_node;
    const bool present = conversation.roster().contains(guest.newcomer.handle) ||
                         conversation.has_signature_key(leaf.signature_key);
    if (present) {
      place = guests_.erase(place);
      continue;
    }
    if (held_back(reader.state(), guest.newcomer)) {
      place->second.approved = false;  // To be asked again.
      ++place;
      continue;
    }
    const bool fresh = !keys.contains(leaf.signature_key) && !keys.contains(leaf.encryption_key);
    if (guest.approved && fresh) {
      keys.insert(leaf.signature_key);
      keys.insert(leaf.encryption_key);
      chosen.push_back(guest);
    }
    ++place;
  }
  return chosen;
}

}  // namespace hearth::client
