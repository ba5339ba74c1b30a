// One MLS member that does what it is asked: the operations behind hearth-mls-peer.
#pragma once

#include <map>
#include <string>

#include "protocol/mls/group/group.h"
#include "tests/mls/peer/request.h"

namespace hearth::mls::peer {

// Judges as `handle` asks: with `reject` every proposal is refused, so that none is stored.
class PeerPolicy final : public Policy {
 public:
  Status check_proposal(const Proposal&, const Sender&, const GroupContext&) const override {
    if (rejecting) return fail(MlsErrc::policy_refused);
    return {};
  }
  bool rejecting = false;
};

// Holds one identity, its key packages, PSKs and groups. A refused request changes nothing. Policy
// and PSKs are borrowed by the groups, so a Peer stays where it is.
class Peer final {
 public:
  explicit Peer(crypto::RandomSource& random) : random_(random) {}
  Peer(Peer&&) = delete;

  // The reply to one line; never fails, refusals are replies too.
  std::string answer(std::string_view line);
  bool done() const noexcept { return done_; }

 private:
  using Reply = Result<json::Value>;
  using Operation = Reply (Peer::*)(const Request&);
  static Operation find_operation(std::string_view name) noexcept;

  Reply init(const Request& request);
  Reply key_package(const Request& request);
  Reply create_group(const Request& request);
  Reply add(const Request& request);
  Reply remove(const Request& request);
  Reply update(const Request& request);
  Reply commit(const Request& request);
  Reply merge(const Request& request);
  Reply discard(const Request& request);
  Reply propose(const Request& request);
  Reply join(const Request& request);
  Reply external_join(const Request& request);
  Reply handle(const Request& request);
  Reply protect(const Request& request);
  Reply psk(const Request& request);
  Reply group_info(const Request& request);
  Reply ratchet_tree(const Request& request);
  Reply export_secret(const Request& request);
  Reply state(const Request& request);
  Reply save(const Request& request);
  Reply load(const Request& request);
  Reply list_groups(const Request& request);
  Reply quit(const Request& request);

  Reply answer(const Request& request);
  Result<Group*> group_of(const Request& request);
  std::string enter(Group group);  // The group's id in hex.
  Result<Proposal> proposal_of(const Request& request);
  Result<std::vector<Proposal>> proposals_of(const Request& request);
  Reply make_commit(const Request& request, std::vector<Proposal> proposals, bool force_path);
  Reply handle_for(Group& group, const MlsMessage& message, bool reject);
  Result<KeyPackageBundle> new_key_package(const Request& request);
  Lifetime lifetime() const;

  crypto::RandomSource& random_;
  std::optional<Identity> identity_;  // Nothing before `init`.
  CipherSuite suite_ = crypto::kDefaultSuite;
  std::uint64_t lifetime_seconds_ = 0;
  WireFormat handshake_ = WireFormat::private_message;
  bool false_tags_ = false;
  PeerPolicy policy_;
  PskStore psks_;
  Options options_;
  std::map<Bytes, KeyPackageBundle> key_packages_;  // By reference; used up by joining.
  std::map<std::string, Group> groups_;             // By id in hex.
  std::string last_group_;                          // Meant by a request that names none.
  bool done_ = false;
};

}  // namespace hearth::mls::peer
