// Who keeps the room: the list of the staff, changed by those who may.
#include <algorithm>

#include "client/core/answer.h"

namespace hearth::client {
namespace {

constexpr std::size_t kDigitsMin = 8;

bool is_named(const room::PublicKey& key, std::string_view who) {
  return who.size() >= kDigitsMin && to_hex(key.view()).starts_with(who);
}

}  // namespace

// --- Knowing them -------------------------------------------------------------------------------

const room::StaffEntry* Core::Model::own_entry() const {
  if (!house_ || !house_->staff) return nullptr;
  return house_->card.staff().find(room::public_key_of(house_->staff->id));
}

void Core::Model::remember_staff() {
  for (const auto& [handle, peer] : reader_->conversation()->roster()) {
    if (peer.staff_id) staff_known_.insert_or_assign(*peer.staff_id, reader_->person(handle));
  }
}

Person Core::Model::known_staff(const room::PublicKey& staff_id) const {
  Person here = reader_ ? reader_->staff_person(staff_id) : Person{};
  if (!here.name.empty()) return here;
  const auto known = staff_known_.find(staff_id);
  return known == staff_known_.end() ? here : known->second;
}

StaffShown Core::Model::staff_shown() const {
  StaffShown shown;
  shown.quorum = house_->card.staff().quorum;
  for (const room::StaffEntry& entry : house_->card.staff().entries) {
    shown.staff.push_back(
        {known_staff(entry.staff_id), entry.staff_id, entry.is_lead(), entry.is_deputy()});
  }
  return shown;
}

Result<room::StaffEntry> Core::Model::Answer::staff_entry(std::string_view who) const {
  const room::StaffEntry* found = nullptr;
  for (const room::StaffEntry& entry : m.house_->card.staff().entries) {
    if (m.known_staff(entry.staff_id).name != who && !is_named(entry.staff_id, who)) continue;
    if (found) return fail(ClientErrc::member_ambiguous);
    found = &entry;
  }
  if (!found) return fail(ClientErrc::staff_unknown);
  return *found;
}

Status Core::Model::Answer::operator()(AskStaff&) {
  if (!m.house_) return fail(ClientErrc::not_now);
  m.show(m.staff_shown(), tag);
  return {};
}

// --- Changing the list --------------------------------------------------------------------------

Status Core::Model::change_staff(StaffPlan plan, std::uint64_t tag) {
  const room::StaffEntry* own = own_entry();
  if (!own) return fail(ClientErrc::not_staff);
  if (!room::staff_can_act(plan.entries, plan.quorum)) return fail(ClientErrc::lead_needed);
  const room::StaffList& today = house_->card.staff();
  StaffErrand change{today.next(std::move(plan.entries), plan.quorum),
                     {},
                     std::move(plan.removed),
                     plan.newcomer_handle};
  change.twin = room::StaffSetOp::of(change.list);
  if (plan.newcomer) {
    change.list.accept(plan.newcomer->for_list());
    change.twin.accept(plan.newcomer->for_set());
  }
  change.list.sign(house_->id, house_->staff->id);
  change.twin.sign(house_->id, house_->staff->server);
  if (change.list.check_next(house_->id, today)) return put_staff(std::move(change), tag);
  if (!own->is_deputy() || today.quorum == 0) return fail(ClientErrc::not_lead);
  return ask_quorum(std::move(change), tag);
}

Status Core::Model::put_staff(StaffErrand change, std::uint64_t tag) {
  if (errands_.full()) return fail(ClientErrc::too_much_unsent);
  errands_.add({std::move(change), tag});
  return {};
}

Status Core::Model::Answer::operator()(StepBack&) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  const room::StaffList& today = m.house_->card.staff();
  StaffPlan plan{today.entries, today.quorum};
  const room::PublicKey own = room::public_key_of(m.house_->staff->id);
  std::erase_if(plan.entries, [&](const auto& entry) { return entry.staff_id == own; });
  return m.change_staff(std::move(plan), tag);
}

Status Core::Model::Answer::operator()(HandOver& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  HEARTH_TRY(const room::StaffEntry next, staff_entry(asked.who));
  const room::StaffEntry* own = m.own_entry();
  if (!own || !own->is_lead()) return fail(ClientErrc::not_lead);
  if (next.staff_id == own->staff_id) return fail(ClientErrc::member_self);
  const room::StaffList& today = m.house_->card.staff();
  StaffPlan plan{today.entries, today.quorum};
  for (room::StaffEntry& entry : plan.entries) {
    if (entry.staff_id == next.staff_id) entry.flags |= room::kStaffLead;
    if (entry.staff_id == own->staff_id) {
      entry.flags = static_cast<std::uint8_t>(entry.flags & ~room::kStaffLead);
    }
  }
  return m.change_staff(std::move(plan), tag);
}

Status Core::Model::Answer::operator()(NameDeputy& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  HEARTH_TRY(const room::StaffEntry named, staff_entry(asked.who));
  const room::StaffList& today = m.house_->card.staff();
  StaffPlan plan{today.entries, asked.quorum};
  for (room::StaffEntry& entry : plan.entries) {
    if (entry.staff_id != named.staff_id) continue;
    entry.flags = static_cast<std::uint8_t>(asked.deputy ? entry.flags | room::kStaffDeputy
                                                         : entry.flags & ~room::kStaffDeputy);
  }
  return m.change_staff(std::move(plan), tag);
}

Status Core::Model::Answer::operator()(Dismiss& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  for (const auto& [key, supporter] : m.reader_->state().supporters()) {
    if (is_named(key, asked.who)) return act(room::SupporterRemoveOp{key});
  }
  HEARTH_TRY(const room::StaffEntry gone, staff_entry(asked.who));
  if (gone.staff_id == room::public_key_of(m.house_->staff->id)) {
    return fail(ClientErrc::member_self);
  }
  const room::StaffList& today = m.house_->card.staff();
  StaffPlan plan{today.entries, today.quorum};
  std::erase_if(plan.entries, [&](const auto& entry) { return entry.staff_id == gone.staff_id; });
  for (const auto& [handle, peer] : m.reader_->conversation()->roster()) {
    if (peer.staff_id == gone.staff_id) plan.removed.push_back(handle);
  }
  return m.change_staff(std::move(plan), tag);
}

// --- The list has changed -----------------------------------------------------------------------

void Core::Model::on_staff(const room::StaffList& list, const Reading& reading) {
  const room::StaffList before = house_->card.staff();
  StaffChanged event;
  for (const room::StaffEntry& entry : before.entries) {
    if (!list.find(entry.staff_id)) event.went.push_back(known_staff(entry.staff_id));
  }
  house_->follow_staff(list);
  keep_first();
  for (const room::StaffEntry& entry : list.entries) {
    if (!before.find(entry.staff_id)) event.came.push_back(known_staff(entry.staff_id));
  }
  event.now = staff_shown();
  if (reading.committer) event.by = reader_->person(*reading.committer);
  show(std::move(event));

  if (house_->appointed && list.find(room::public_key_of(house_->appointed->id))) {
    house_->staff = std::exchange(house_->appointed, std::nullopt);
    // Should we open the next meeting, or rebuild this one.
    if (auto stay = StayKeys::generate(name_, random_)) reader_->set_founder(*std::move(stay));
    reintroduce_ = true;
  } else if (house_->staff && !own_entry()) {
    house_->staff.reset();
    stay_ = reader_->conversation()->stay().delivery.clone();
    undo_.clear();
    door_due_.reset();
    offers_.clear();
    quorum_.reset();
    quorum_asked_.reset();
    reintroduce_ = true;
  }
}

}  // namespace hearth::client
