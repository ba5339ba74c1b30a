// Making bundles.
#include "client/core/errand.h"

#include <algorithm>
#include <set>

#include "client/core/own_act.h"

namespace hearth::client {
namespace {

using room::EntryKind;

constexpr std::size_t kGroupIdSize = 16;

// The body of a control entry at the present head, signed by staff or by ourselves as a member.
// `place`: how many of ours stand before it in its bundle.
Result<wire::Append::Item> control_item(const Workshop& shop, room::OpArgs args, bool as_staff,
                                        std::uint64_t place = 0) {
  const meeting::RoomState& state = shop.reader.state();
  if (!as_staff) {
    const Conversation* const conversation = shop.reader.conversation();
    if (!conversation) return fail(ClientErrc::not_inside);
    return own_act(*conversation, state, shop.reader.head(), std::move(args), place);
  }
  if (!shop.house.staff) return fail(ClientErrc::not_staff);
  const bool describes = std::holds_alternative<room::StateOp>(args);
  const room::Seq base = describes ? state.last_control_seq() : shop.reader.head().seq;
  return signed_act(state, room::SignerRole::staff, shop.house.staff->server, base, std::move(args),
                    place);
}

Status check_inside(const Workshop& shop) {
  if (!shop.reader.inside()) return fail(ClientErrc::not_inside);
  return {};
}

// The commit first, then the control entry that says the same to the server.
void put_bundle(Bytes commit, wire::Append::Item control, const meeting::RoomState& state,
                wire::Append& append) {
  append.expect_commit_seq = state.last_commit_seq();
  append.entries.push_back({EntryKind::commit, control.generation, std::move(commit)});
  append.entries.push_back(std::move(control));
}

// --- One maker for each errand: fills in the entries
// ---------------------------------------------------

Status fill(ActErrand& act, Errand&, Workshop shop, wire::Append& append) {
  HEARTH_TRY(auto item, control_item(shop, act.args, true));
  append.entries.push_back(std::move(item));
  return {};
}

Status fill(StateErrand&, Errand&, Workshop shop, wire::Append& append) {
  HEARTH_TRY(auto item,
             control_item(shop, room::StateOp{shop.reader.state().encode_state()}, true));
  append.entries.push_back(std::move(item));
  return {};
}

Status fill(LeaveErrand&, Errand&, Workshop shop, wire::Append& append) {
  HEARTH_TRY(auto item, control_item(shop, room::LeaveOp{}, false));
  append.entries.push_back(std::move(item));
  return {};
}

Status fill(OwnErrand& own, Errand&, Workshop shop, wire::Append& append) {
  HEARTH_TRY(auto item, control_item(shop, own.args, false));
  append.entries.push_back(std::move(item));
  return {};
}

Status fill(FoundErrand& found, Errand&, Workshop shop, wire::Append& append) {
  const meeting::RoomState& state = shop.reader.state();
  if (!shop.house.staff) return fail(ClientErrc::not_staff);
  if (!shop.reader.founder()) return fail(ClientErrc::not_now);
  // A group with a list that the room has left behind would be nobody's.
  if (!state.has_staff_of(shop.house.card.staff())) return fail(ClientErrc::staff_differs);
  const auto generation = static_cast<room::Generation>(state.generation() + 1);
  // In a rebuild the founder keeps the handle that the room knows.
  HEARTH_TRY(StayKeys stay, found.rebuild
                                ? shop.reader.founder()->renewed(shop.random)
                                : StayKeys::generate(shop.reader.founder()->name, shop.random));
  const room::Handle opener = stay.handle(shop.house.id);
  Bytes group_id(kGroupIdSize);
  shop.random.fill(group_id);
  HEARTH_TRY(Conversation conversation,
             Conversation::found(shop.house.policy(found.admission, generation), std::move(stay),
                                 *shop.house.staff, group_id, shop.random));
  room::OpArgs args = room::OpenOp{group_id, opener, found.admission, generation};
  if (found.rebuild) {
    room::RebuildOp op{group_id, opener, found.admission, generation, {}, {}};
    std::set<room::GateRef> gates;
    for (const room::Handle& handle : found.dropped) {
      const meeting::Member* member = state.member(handle);
      if (!member || handle == opener) continue;
      op.dropped.push_back(handle);
      if (member->gate && state.gate(*member->gate)) gates.insert(*member->gate);
    }
    // In an open room the same link would let them in again at once.
    if (found.admission == room::Admission::open) op.gates.assign(gates.begin(), gates.end());
    args = std::move(op);
  }
  HEARTH_TRY(auto item, control_item(shop, std::move(args), true));
  shop.reader.found(std::move(conversation));
  append.entries.push_back(std::move(item));
  return {};
}

Status fill(AdmitErrand& admit, Errand& errand, Workshop shop, wire::Append& append) {
  HEARTH_CHECK(check_inside(shop));
  std::vector<Guest> guests = shop.admitter.next(shop.reader, admit.count_max);
  if (guests.empty()) {
    const meeting::RoomState& state = shop.reader.state();
    const bool too_few = state.staff().size() < state.server_part().staff_min;
    if (too_few && shop.admitter.waiting() > 0) {
      return hearth::fail(room::make_error(room::AppendRefusal::staff_too_few));
    }
    return fail(ClientErrc::nobody_waits);
  }
  room::AdmitOp op;
  std::vector<mls::KeyPackage> key_packages;
  wire::Append::WelcomeFor welcome;
  errand.slots.clear();
  for (Guest& guest : guests) {
    op.newcomers.push_back(guest.newcomer);
    welcome.handles.push_back(guest.newcomer.handle);
    key_packages.push_back(std::move(guest.key_package));
    errand.slots.push_back(guest.slot);
  }
  HEARTH_TRY(auto item, control_item(shop, std::move(op), shop.house.staff.has_value()));
  room::WelcomeExtension place;
  place.s_door = shop.house.s_door.clone();
  place.anchor = shop.reader.head();
  place.start = shop.reader.state_place();
  HEARTH_TRY(Conversation::Bundle bundle,
             shop.reader.conversation()->stage_admission(std::move(key_packages), std::move(place),
                                                         shop.random));
  welcome.bytes = std::move(bundle.welcome);
  put_bundle(std::move(bundle.commit), std::move(item), shop.reader.state(), append);
  append.welcomes.push_back(std::move(welcome));
  return {};
}

Status fill(RemoveErrand& remove, Errand&, Workshop shop, wire::Append& append) {
  HEARTH_CHECK(check_inside(shop));
  const meeting::RoomState& state = shop.reader.state();
  Conversation& conversation = *shop.reader.conversation();
  std::vector<mls::LeafIndex> leaves = shop.reader.dead_leaves();
  room::RemoveOp op;
  op.ban_seconds = remove.ban_seconds;
  std::set<room::GateRef> gates;
  for (const room::Handle& handle : remove.handles) {
    const meeting::Member* member = state.member(handle);
    if (!member || handle == conversation.own_handle()) continue;  // Gone by now.
    op.handles.push_back(handle);
    if (member->gate && state.gate(*member->gate)) gates.insert(*member->gate);
    const auto peer = conversation.roster().find(handle);
    if (peer != conversation.roster().end()) leaves.push_back(peer->second.leaf);
  }
  if (op.handles.empty()) return fail(ClientErrc::member_unknown);
  // In an open room the same link would let them in again at once. After a ban it leads to the
  // staff instead, so that others who hold it may still come.
  const bool shut = state.admission() == room::Admission::open && remove.ban_seconds == 0;
  if (shut) op.gates.assign(gates.begin(), gates.end());
  std::erase(leaves, conversation.roster().at(conversation.own_handle()).leaf);
  HEARTH_TRY(Conversation::Bundle bundle, conversation.stage_removal(leaves, shop.random));
  op.new_generation = bundle.generation;
  HEARTH_TRY(auto item, control_item(shop, std::move(op), true));
  put_bundle(std::move(bundle.commit), std::move(item), state, append);
  return {};
}

Status fill(TidyErrand&, Errand&, Workshop shop, wire::Append& append) {
  HEARTH_CHECK(check_inside(shop));
  if (!shop.house.staff) return fail(ClientErrc::not_staff);
  const meeting::RoomState& state = shop.reader.state();
  Conversation& conversation = *shop.reader.conversation();
  std::vector<mls::LeafIndex> leaves = shop.reader.dead_leaves();
  std::erase(leaves, conversation.roster().at(conversation.own_handle()).leaf);
  HEARTH_TRY(Conversation::Bundle bundle,
             conversation.stage_renewal(leaves, *shop.house.staff, shop.random));
  if (leaves.empty()) {
    append.expect_commit_seq = state.last_commit_seq();
    append.entries.push_back({EntryKind::commit, state.generation(), std::move(bundle.commit)});
    return {};
  }
  room::RemoveOp op;
  op.new_generation = bundle.generation;
  HEARTH_TRY(auto item, control_item(shop, std::move(op), true));
  put_bundle(std::move(bundle.commit), std::move(item), state, append);
  return {};
}

Status fill(StaffErrand& change, Errand&, Workshop shop, wire::Append& append) {
  HEARTH_CHECK(check_inside(shop));
  const meeting::RoomState& state = shop.reader.state();
  Conversation& conversation = *shop.reader.conversation();
  if (change.list.previous != conversation.policy().staff.hash()) {
    return fail(ClientErrc::staff_moved);
  }
  const auto leaf_of = [&](const room::Handle& handle) -> std::optional<mls::LeafIndex> {
    const auto peer = conversation.roster().find(handle);
    if (peer == conversation.roster().end()) return std::nullopt;
    return peer->second.leaf;
  };
  room::RemoveOp remove;
  std::vector<mls::LeafIndex> removed;
  for (const room::Handle& handle : change.removed) {
    if (state.member(handle)) remove.handles.push_back(handle);
    if (const auto leaf = leaf_of(handle)) removed.push_back(*leaf);
  }
  std::vector<mls::LeafIndex> updates;
  if (change.newcomer) {
    const auto leaf = leaf_of(*change.newcomer);
    if (!leaf) return fail(ClientErrc::member_unknown);
    updates.push_back(*leaf);
  }
  HEARTH_TRY(Conversation::Bundle bundle,
             conversation.stage_policy_change(change.list, removed, updates, shop.random));
  HEARTH_TRY(auto twin, control_item(shop, change.twin, true));
  put_bundle(std::move(bundle.commit), std::move(twin), state, append);
  if (removed.empty()) return {};
  remove.new_generation = bundle.generation;
  HEARTH_TRY(auto item, control_item(shop, std::move(remove), true, 1));
  append.entries.push_back(std::move(item));
  return {};
}

Status fill(UpdateErrand& update, Errand&, Workshop shop, wire::Append& append) {
  HEARTH_CHECK(check_inside(shop));
  const meeting::RoomState& state = shop.reader.state();
  Conversation& conversation = *shop.reader.conversation();
  if (update.certificate && !shop.house.appointed) return fail(ClientErrc::offer_missing);
  HEARTH_TRY(Bytes proposal, update.certificate ? conversation.propose_certificate(
                                                      &shop.house.appointed->id, shop.random)
                                                : conversation.propose_renewal(shop.random));
  // Of use in this epoch alone.
  append.expect_commit_seq = state.last_commit_seq();
  append.entries.push_back({EntryKind::proposal, state.generation(), std::move(proposal)});
  return {};
}

}  // namespace

Result<wire::Append> make(Errand& errand, Workshop shop) {
  if (Conversation* conversation = shop.reader.conversation()) conversation->discard_staged();
  wire::Append append;
  append.idempotency = shop.random.array<16>();
  HEARTH_CHECK(
      std::visit([&](auto& what) { return fill(what, errand, shop, append); }, errand.what));
  errand.in_flight = append.idempotency;
  return append;
}

// --- The list
// -----------------------------------------------------------------------------------------

Errand* Errands::ready(const meeting::RoomState& state, Instant now) noexcept {
  if (queue_.empty() || queue_.front().in_flight || !hold_.over(state, now)) return nullptr;
  return &queue_.front();
}

Errand* Errands::in_flight() noexcept {
  return !queue_.empty() && queue_.front().in_flight ? &queue_.front() : nullptr;
}

void Errands::add_first(Errand errand) {
  const bool busy = !queue_.empty() && queue_.front().in_flight;
  queue_.insert(queue_.begin() + (busy ? 1 : 0), std::move(errand));
}

std::optional<Errand> Errands::on_read(const Bytes16& key) {
  if (queue_.empty() || queue_.front().in_flight != key) return std::nullopt;
  return drop_first();
}

Errand* Errands::on_refused(const Bytes16& key) noexcept {
  if (queue_.empty() || queue_.front().in_flight != key) return nullptr;
  queue_.front().in_flight.reset();
  return &queue_.front();
}

Errand Errands::drop_first() {
  Errand first = std::move(queue_.front());
  queue_.pop_front();
  hold_.release();
  return first;
}

bool Errands::pass_over_admissions() {
  const auto other =
      std::ranges::find_if(queue_, [](const Errand& errand) { return !errand.as<AdmitErrand>(); });
  if (other == queue_.end()) return false;
  Errand raised = std::move(*other);
  queue_.erase(other);
  queue_.push_front(std::move(raised));
  return true;
}

void Errands::unmake() {
  for (Errand& errand : queue_) errand.in_flight.reset();
  hold_.release();
}

}  // namespace hearth::client
