// A world of MLS members in one process: they found, join, commit and talk under one seed.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "protocol/mls/group/group.h"

namespace hearth::test {

// One person: keys, PSKs and, once inside, a group.
struct MlsMember {
  std::string name;
  mls::Identity identity;
  mls::PskStore psks;
  mls::Options options;
  std::optional<mls::Group> group;

  mls::Group& in() {
    expects(group.has_value());
    return *group;
  }
  mls::LeafIndex index() { return in().own_index(); }
};

// Everybody here behaves; for those who do not see mls_forger.h. Deterministic under its seed. What
// must hold is checked as it goes: a helper that fails ends the test by a failed expectation.
class MlsWorld final {
 public:
  explicit MlsWorld(std::uint64_t seed = 1, mls::CipherSuite suite = crypto::kDefaultSuite);

  mls::CipherSuite suite() const noexcept { return suite_; }
  crypto::RandomSource& random() noexcept { return random_; }
  // Copied to whoever comes into being afterwards.
  mls::Options options;
  mls::Capabilities capabilities;

  // Makes the person, if need be.
  MlsMember& person(const std::string& name);
  MlsMember& operator[](const std::string& name) { return person(name); }
  mls::Group& group(const std::string& name) { return person(name).in(); }

  mls::KeyPackageBundle key_package(const std::string& name);
  mls::Proposal add_proposal(const std::string& name);

  // `name` founds the group "room"; then `others` are added in one commit without a path.
  void found(const std::string& name, const std::vector<std::string>& others = {},
             mls::Extensions extensions = {});
  void add(const std::string& by, const std::vector<std::string>& names,
           mls::CommitOptions options = {});
  // `by` commits, everybody else inside follows, all end up in agreement.
  mls::PendingCommit commit(const std::string& by, mls::CommitOptions options = {});
  // Everyone inside but `by` processes and merges `message`; the removed become inactive.
  void deliver(const std::string& by, const Bytes& message);
  // Everyone but `by` takes the proposal.
  void propose(const std::string& by, mls::Proposal proposal,
               mls::WireFormat form = mls::WireFormat::private_message);
  void propose_update(const std::string& by, mls::LeafChange change = {});
  // `by` says `text`; everybody reads it.
  void say(const std::string& by, std::string_view text);

  // Everybody active stands in the same epoch with the same tree, transcript and secrets.
  testing::AssertionResult agree();
  std::vector<std::string> inside();  // Names of the active members.

 private:
  mls::CipherSuite suite_;
  crypto::SeededRandom random_;
  std::map<std::string, std::unique_ptr<MlsMember>> people_;
};

// Of a result: the reason's name, or "" where there is none.
template <class T>
std::string_view reason(const Result<T>& result) {
  return result ? std::string_view{} : result.error().name;
}
// Of processing: the reason, a Fault's with "fault: " before it.
std::string reason_of(const Result<mls::Received>& received);

}  // namespace hearth::test
