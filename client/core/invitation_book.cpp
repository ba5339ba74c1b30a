// Numbering gates and opening their labels.
#include "client/core/invitation_book.h"

#include <algorithm>
#include <functional>

namespace hearth::client {

InvitationBook::Page& InvitationBook::page(const room::GateRef& gate) {
  const auto found = pages_.find(gate);
  if (found != pages_.end()) return found->second;
  if (pages_.size() >= kLabelsMax) {
    pages_.erase(std::ranges::min_element(pages_, {},
                                          [](const auto& entry) { return entry.second.number; }));
  }
  Page& made = pages_[gate];
  made.number = ++last_number_;
  return made;
}

void InvitationBook::on_gate_add(const House& house, const room::GateAddOp& op,
                                 const room::PublicKey& signer) {
  Page& known = page(op.gate);
  if (!house.staff || op.label.empty()) return;
  auto label = room::GateLabel::open(house.id, house.staff->desk, op.label);
  if (!label) return;
  const room::StaffEntry* issuer = house.card.staff().find(label->issuer);
  if (!issuer || issuer->staff_server != signer) return;
  known.label = *std::move(label);
}

void InvitationBook::note_referral(const room::Handle& guest, const room::Handle& referrer) {
  if (referrals_.size() >= kLabelsMax) referrals_.erase(referrals_.begin());
  referrals_.insert_or_assign(guest, referrer);
}

std::optional<room::Handle> InvitationBook::referrer(const room::Handle& guest) const {
  const auto found = referrals_.find(guest);
  return found == referrals_.end() ? std::nullopt : std::optional(found->second);
}

void InvitationBook::keep(KeptWriter& out) const {
  std::vector<std::pair<room::GateRef, const Page*>> pages;
  for (const auto& [gate, page] : pages_) {
    if (page.seed || page.label) pages.emplace_back(gate, &page);
  }
  std::ranges::sort(pages, std::greater(), [](const auto& entry) { return entry.second->number; });
  if (pages.size() > kKeptMax) pages.resize(kKeptMax);
  out.u32(last_number_).u32(static_cast<std::uint32_t>(pages.size()));
  for (const auto& [gate, page] : pages) {
    out.raw(gate.bytes).u32(page->number).optional(page->label).presence(page->seed);
    if (page->seed) out.raw(page->seed->view());
  }
}

Result<InvitationBook> InvitationBook::resume(Reader& in) {
  constexpr std::size_t kLabelMax = 512;
  InvitationBook kept;
  HEARTH_TRY(kept.last_number_, in.u32());
  HEARTH_TRY(const std::size_t count, read_count(in, kKeptMax));
  std::uint32_t before = kept.last_number_;
  for (std::size_t i = 0; i < count; ++i) {
    HEARTH_TRY(const room::GateRef gate, room::GateRef::decode(in));
    Page page;
    HEARTH_TRY(page.number, in.u32());
    HEARTH_TRY(page.label, read_optional<room::GateLabel>(in, kLabelMax));
    HEARTH_TRY(const auto seed, in.optional_of<Bytes16>([](Reader& r) { return r.array<16>(); }));
    if (seed) page.seed = Secret16(*seed);
    // Numbers fall, each once.
    const bool ordered = page.number > 0 && (i == 0 ? page.number <= before : page.number < before);
    before = page.number;
    if (!ordered || !kept.pages_.emplace(gate, std::move(page)).second) {
      return fail(ClientErrc::kept_invalid);
    }
  }
  return kept;
}

const Secret16* InvitationBook::pool(const meeting::RoomState& state) const {
  for (const auto& [ref, page] : pages_) {
    const meeting::Gate* gate = state.gate(ref);
    const bool pool = page.label && page.label->kind == room::GateKind::referral_pool;
    if (pool && page.seed && gate && gate->uses_left > 0) return &*page.seed;
  }
  return nullptr;
}

void InvitationBook::keep_seed(const room::GateRef& gate, Secret16 seed) {
  page(gate).seed = std::move(seed);
}

void InvitationBook::number_all(const meeting::RoomState& state) {
  for (const auto& [gate, known] : state.gates()) page(gate);
}

const InvitationBook::Page* InvitationBook::find(const room::GateRef& gate) const noexcept {
  const auto found = pages_.find(gate);
  return found == pages_.end() ? nullptr : &found->second;
}

std::optional<room::GateRef> InvitationBook::gate(std::uint32_t number) const noexcept {
  for (const auto& [gate, page] : pages_) {
    if (page.number == number) return gate;
  }
  return std::nullopt;
}

std::string InvitationBook::label(const room::GateRef& gate) const {
  const Page* known = find(gate);
  return known && known->label ? known->label->text : std::string();
}

std::optional<room::PublicKey> InvitationBook::issuer(const room::GateRef& gate) const {
  const Page* known = find(gate);
  return known && known->label ? std::optional(known->label->issuer) : std::nullopt;
}

}  // namespace hearth::client
