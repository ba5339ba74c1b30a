// A recorded member that joins by a Welcome and then only listens.
#pragma once

#include "protocol/mls/group/group.h"
#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {

// In the recordings newcomers replace leaves of any name, which is for an application to allow.
class AnyName final : public Policy {
 public:
  Status check_leaf(const LeafView&) const override { return {}; }
};

// Reads cipher_suite, external_psks, key_package, the three private keys, welcome and ratchet_tree.
// Key packages of the recordings are long out of date, so nothing asks for the time. The groups it
// joins borrow from it.
class Listener final {
 public:
  explicit Listener(Fields& fields);  // Complete unless the fields have failed.
  Listener(Listener&&) = delete;

  Result<Group> join() const;
  // Joins, and compares initial_epoch_authenticator.
  std::optional<Group> join(Fields& fields) const;

 private:
  AnyName policy_;
  PskStore psks_;
  Options options_;
  std::optional<Welcome> welcome_;
  std::optional<KeyPackageBundle> bundle_;
  std::optional<Bytes> tree_;
};

// One epoch: its proposals, its commit, and the epoch_authenticator after it.
void follow(Fields& epoch, Group& group);

// Does the flip change nothing but what the Welcome seals for other newcomers?
bool is_for_others(const json::Value& original, const json::Value& flipped, const Flip& flip);

}  // namespace hearth::mls::vectors
