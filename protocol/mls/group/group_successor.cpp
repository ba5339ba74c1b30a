// Founding the group that follows another one: RFC 9420 §11.2 and §11.3.
#include "protocol/mls/group/group_state.h"

namespace hearth::mls {
namespace {

struct SuccessorPlan {
  GroupId group_id;
  CipherSuite suite = crypto::kDefaultSuite;
  Extensions extensions;
  ResumptionUsage usage = ResumptionUsage::branch;
  MlsErrc mismatch = MlsErrc::branch_mismatch;
};

Result<Group::Successor> found(const Group& parent, SuccessorPlan plan, const Identity& identity,
                               std::vector<KeyPackage> key_packages, const Options& options,
                               crypto::RandomSource& random) {
  HEARTH_TRY(Group group, Group::create(std::move(plan.group_id), plan.suite, identity,
                                        std::move(plan.extensions), options, random));
  CommitOptions first;
  first.include_pending = false;
  first.force_path = true;
  for (KeyPackage& key_package : key_packages) {
    first.proposals.push_back(Group::add(std::move(key_package)));
  }
  // Rules 11.2-3 and 11.3-4: what ties it to the old group, under a fresh nonce.
  first.proposals.push_back(
      {PreSharedKey{{ResumptionPskId{plan.usage, parent.group_id(), parent.epoch()},
                     to_bytes(random.array<kHashSize>())}}});
  // Only in this first commit may the PSK be of this usage (Rules 12.1.4-1 and 12.1.4-2).
  Group::State& state = group.state();
  state.data().founding = plan.usage;
  Result<PendingCommit> commit = make_commit(state, std::move(first), random, &parent.state());
  state.data().founding.reset();
  if (!commit) return std::unexpected(commit.error());
  HEARTH_CHECK(group.merge_pending());
  if (!commit->welcome) return fail(plan.mismatch);  // Nobody follows.
  return Group::Successor{std::move(group), *std::move(commit->welcome)};
}

}  // namespace

Result<Group::Successor> Group::reinit(const Group& parent, const Identity& identity,
                                       std::vector<KeyPackage> key_packages, const Options& options,
                                       crypto::RandomSource& random) {
  const ReInit* agreed = parent.reinit_pending();
  if (agreed == nullptr) return fail(MlsErrc::reinit_mismatch);
  if (agreed->version != kProtocolVersion) return fail(MlsErrc::version_unsupported);
  if (!crypto::supported(agreed->cipher_suite)) return fail(MlsErrc::suite_unsupported);
  // Rule 11.2-1: exactly what was agreed.
  return found(parent,
               {.group_id = agreed->group_id,
                .suite = static_cast<CipherSuite>(agreed->cipher_suite),
                .extensions = agreed->extensions,
                .usage = ResumptionUsage::reinit,
                .mismatch = MlsErrc::reinit_mismatch},
               identity, std::move(key_packages), options, random);
}

Result<Group::Successor> Group::branch(const Group& parent, GroupId group_id,
                                       const Identity& identity, Extensions extensions,
                                       std::vector<KeyPackage> key_packages, const Options& options,
                                       crypto::RandomSource& random) {
  if (!parent.active()) return fail(MlsErrc::group_inactive);
  // Rule 11.3-1: the same version and suite.
  return found(parent,
               {.group_id = std::move(group_id),
                .suite = parent.suite(),
                .extensions = std::move(extensions)},
               identity, std::move(key_packages), options, random);
}

}  // namespace hearth::mls
