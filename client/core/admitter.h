// The knocks that are shown to us, checked, and who of them may come in.
#pragma once

#include <map>

#include "client/core/arrival.h"
#include "client/core/log_reader.h"
#include "protocol/room/knock.h"

namespace hearth::client {

// Somebody at the door whose knock holds in every point.
struct Guest {
  std::uint64_t slot = 0;
  room::AdmitOp::Newcomer newcomer;  // As the server shows it, and `admit` must name it.
  mls::KeyPackage key_package;
  std::string name;
  std::string greeting;
  room::DeskKey direct;
  bool approved = false;
  Bytes referral{};  // Sealed to the staff.
};

// Admitter verifies knocks in order of cost: nothing expensive is done for who fails something
// cheap. It admits nobody by itself; it says who is approved. In an open room everybody is, unless
// a removed person came by the same invitation, and so is who was a member already; else the staff
// decide.
//
// Owned by the model, for one connection: slots mean nothing on another.
class Admitter final {
 public:
  static constexpr std::size_t kGuestsMax = 512;

  enum class Verdict : std::uint8_t {
    shown,  // To be decided by the staff.
    approved,
    not_ours,  // Sealed to others, or nothing that we may admit.
    invalid,   // Nobody should admit this.
  };
  Verdict on_shown(const wire::KnockShown& shown, const House& house, const LogReader& reader,
                   Instant now);
  void on_gone(std::uint64_t slot) { guests_.erase(slot); }

  const Guest* find(std::uint64_t slot) const noexcept;
  bool approve(std::uint64_t slot);
  void approve_all();
  void forget(std::uint64_t slot) { guests_.erase(slot); }
  void clear() { guests_.clear(); }

  // Who can be admitted by one commit now, at most `count_max`. Forgets who cannot any more; whom
  // the room holds back until more are staff waits on, not approved.
  std::vector<Guest> next(const LogReader& reader, std::size_t count_max);
  std::size_t approved() const noexcept;
  // Those who are not approved.
  std::size_t waiting() const noexcept { return guests_.size() - approved(); }
  std::size_t size() const noexcept { return guests_.size(); }

 private:
  std::map<std::uint64_t, Guest> guests_;
};

}  // namespace hearth::client
