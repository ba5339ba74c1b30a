// Keeping bans until their time is over.
#include "client/core/ban_list.h"

#include <algorithm>

namespace hearth::client {

void BanList::add(Ban ban) {
  if (bans_.size() >= kBansMax) bans_.erase(bans_.begin());
  bans_.push_back(std::move(ban));
}

void BanList::keep(KeptWriter& out) const {
  const std::size_t count = std::min(bans_.size(), kKeptMax);
  out.u32(static_cast<std::uint32_t>(count));
  for (std::size_t i = bans_.size() - count; i < bans_.size(); ++i) {
    const Ban& ban = bans_[i];
    out.raw(ban.handle.bytes).text(ban.name).text(ban.invitation);
    out.optional(ban.gate).optional(ban.issuer).optional(ban.referrer);
    out.u64(static_cast<std::uint64_t>(ban.until.time_since_epoch().count()));
  }
}

Result<BanList> BanList::resume(Reader& in) {
  constexpr std::size_t kTextMax = 256;
  constexpr std::size_t kIdMax = 32;
  BanList kept;
  HEARTH_TRY(const std::size_t count, read_count(in, kKeptMax));
  for (std::size_t i = 0; i < count; ++i) {
    Ban ban;
    HEARTH_TRY(ban.handle, room::Handle::decode(in));
    HEARTH_TRY(ban.name, read_text(in, kTextMax));
    HEARTH_TRY(ban.invitation, read_text(in, kTextMax));
    HEARTH_TRY(ban.gate, read_optional<room::GateRef>(in, kIdMax));
    HEARTH_TRY(ban.issuer, read_optional<room::PublicKey>(in, kIdMax));
    HEARTH_TRY(ban.referrer, read_optional<room::Handle>(in, kIdMax));
    HEARTH_TRY(const std::uint64_t until, in.u64());
    ban.until = Instant(Duration(static_cast<std::int64_t>(until)));
    kept.bans_.push_back(std::move(ban));
  }
  return kept;
}

const std::vector<BanList::Ban>& BanList::current(Instant now) {
  std::erase_if(bans_, [&](const Ban& ban) { return ban.until <= now; });
  return bans_;
}

bool BanList::by_gate(const room::GateRef& gate, Instant now) {
  return std::ranges::any_of(current(now), [&](const Ban& ban) { return ban.gate == gate; });
}

bool BanList::by_issuer(const room::PublicKey& issuer, Instant now) {
  return std::ranges::any_of(current(now), [&](const Ban& ban) { return ban.issuer == issuer; });
}

bool BanList::by_referrer(const room::Handle& referrer, Instant now) {
  return std::ranges::any_of(current(now),
                             [&](const Ban& ban) { return ban.referrer == referrer; });
}

}  // namespace hearth::client
