// Keeping bans until their time is over.
#include "client/core/ban_list.h"

#include <algorithm>

namespace hearth::client {

void BanList::add(Ban ban) {
  if (bans_.size() >= kBansMax) bans_.erase(bans_.begin());
  bans_.push_back(std::move(ban));
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
