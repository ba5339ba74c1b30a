// What the application settles for a group: limits, accepted forms, clock, and where PSKs come
// from.
#pragma once

#include <map>
#include <memory>

#include "protocol/bytes/secret.h"
#include "protocol/mls/messages/proposal.h"

namespace hearth::mls {

class Policy;  // policy.h

// Bounds on the `lifetime` of key packages (RFC 9420 §7.2). Judged only where the application hands
// one in: what everybody must agree on can depend on nobody's clock.
struct LifetimeCheck {
  std::uint64_t now = 0;         // Seconds since 1970.
  std::uint64_t length_max = 0;  // Of not_after - not_before; 0 means any.
};
Status check_lifetime(const Lifetime& lifetime, const LifetimeCheck& check);

// Looks up pre-shared keys by their id (RFC 9420 §8.4). The returned pointers stay valid during the
// call that asked. A group finds the resumption PSKs of its own recent epochs by itself.
class PskSource {
 public:
  virtual ~PskSource() = default;
  virtual const SecretBytes* find_external(ByteView psk_id) const = 0;
  virtual const Secret32* find_resumption(ByteView group_id, Epoch epoch) const = 0;
};

// The PskSource most callers want: two maps that wipe what they drop.
class PskStore final : public PskSource {
 public:
  void add_external(ByteView psk_id, SecretBytes psk);
  void add_resumption(ByteView group_id, Epoch epoch, Secret32 psk);
  void remove_external(ByteView psk_id);
  const SecretBytes* find_external(ByteView psk_id) const override;
  const Secret32* find_resumption(ByteView group_id, Epoch epoch) const override;

 private:
  std::map<Bytes, SecretBytes> external_;
  std::map<std::pair<Bytes, Epoch>, Secret32> resumption_;
};

// Which outer forms of handshake messages are taken. External commits and proposals from outside
// exist only as PublicMessage, so `public_message = false` refuses them all.
struct WireFormats {
  bool public_message = true;
  bool private_message = true;
};

// Settled when a group begins; kept with it. Policy and PSK source are borrowed and outlive it.
struct Options {
  WireFormats accept_wire_formats;
  bool accept_external_commits = true;
  // RFC 9420 §12.4: who has seen a proposal commits before it sends application data. A group where
  // not everybody may commit has to let them wait.
  bool application_data_while_proposals_pending = false;
  std::size_t past_epochs_max = 5;         // Receive only.
  std::size_t resumption_epochs_max = 5;   // Resumption PSKs of the last epochs, this one included.
  std::uint32_t forward_steps_max = 1000;  // How far one message may turn a sender's ratchet.
  std::uint32_t skipped_keys_max = 64;     // Kept per sender and ratchet for messages out of order.
  std::size_t proposals_max = 4096;        // Waiting in one epoch.
  // Sizes that PrivateMessages are padded to (RFC 9420 §15.1), ascending; none means no padding.
  std::vector<std::size_t> padding_buckets;
  // Checked on KeyPackages received in Adds and on leaves met when joining; see LifetimeCheck.
  std::optional<LifetimeCheck> lifetime;
  const Policy* policy = nullptr;   // None: everything that RFC 9420 allows.
  const PskSource* psks = nullptr;  // None: only our own resumption PSKs.
};

}  // namespace hearth::mls
