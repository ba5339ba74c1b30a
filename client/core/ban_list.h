// Whom this staff person has seen sent away for a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/core/kept_bytes.h"
#include "protocol/room/ids.h"
#include "protocol/time.h"

namespace hearth::client {

// A ban cannot reach a person: behind a shared link it is a flag in the lobby. So staff clients
// keep what they saw of each removal with a time: the handle, the name, the invitation and who made
// it. By this client's own clock, in memory and in a vault alone.
class BanList final {
 public:
  static constexpr std::size_t kBansMax = 256;  // The oldest are forgotten.
  static constexpr std::size_t kKeptMax = 64;   // In a vault.

  struct Ban {
    room::Handle handle;
    std::string name;
    std::optional<room::GateRef> gate;
    std::optional<room::PublicKey> issuer;  // staff_id of who made that invitation.
    std::string invitation;                 // Its label.
    std::optional<room::Handle> referrer;   // Who passed a link of the pool on to them.
    Instant until{};
  };

  void add(Ban ban);
  // The newest of them.
  void keep(KeptWriter& out) const;
  static Result<BanList> resume(Reader& in);
  // Those whose time is not over.
  const std::vector<Ban>& current(Instant now);
  bool by_gate(const room::GateRef& gate, Instant now);
  bool by_issuer(const room::PublicKey& issuer, Instant now);
  bool by_referrer(const room::Handle& referrer, Instant now);

 private:
  std::vector<Ban> bans_;
};

}  // namespace hearth::client
