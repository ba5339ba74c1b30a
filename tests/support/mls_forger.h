// A member who lies: messages with valid signatures and tags around contents that break the rules.
#pragma once

#include <functional>

#include "protocol/mls/group/group.h"
#include "protocol/mls/messages/group_info.h"

namespace hearth::test {

// What the liar's commit would say if it were honest; the group is as before.
mls::FramedContent honest_commit(mls::Group& by, mls::CommitOptions options,
                                 crypto::RandomSource& random);

struct Forgery {
  mls::WireFormat form = mls::WireFormat::public_message;
  // The confirmation tag of a commit; 32 zero bytes if absent.
  std::optional<Bytes> tag{};
  // Signs instead of the group's own key.
  const crypto::SignatureKey* key = nullptr;
};
// Signed, tagged or sealed like any message of `by`, whatever it says. In a PrivateMessage the tag
// must be 32 bytes long.
Bytes forge(mls::Group& by, mls::FramedContent content, crypto::RandomSource& random,
            const Forgery& how = {});

// A commit of these proposals by value, without path and without judgement.
mls::FramedContent bare_commit(const mls::Group& by, std::vector<mls::ProposalOrRef> proposals);
std::vector<mls::ProposalOrRef> by_value(std::vector<mls::Proposal> proposals);
mls::FramedContent framed_proposal(const mls::Group& by, mls::Proposal proposal);

// The honest commit with `change` made to it, and its path leaf signed anew.
Bytes tampered_commit(mls::Group& by, mls::CommitOptions options, crypto::RandomSource& random,
                      const std::function<void(mls::Commit&)>& change);
// An external commit as `join` makes it, changed, and signed anew by the newcomer's key.
Bytes tampered_external(const Bytes& commit, const mls::GroupContext& context,
                        const crypto::SignatureKey& key,
                        const std::function<void(mls::FramedContent&)>& change);

// A key package of `bundle`'s keys with `change` made to it and both signatures made anew.
mls::KeyPackage changed_key_package(const mls::KeyPackageBundle& bundle,
                                    const std::function<void(mls::KeyPackage&)>& change);
// An Update by `by` with `change` made to the leaf, signed.
mls::Proposal changed_update(mls::Group& by, crypto::RandomSource& random,
                             const std::function<void(mls::LeafNode&)>& change);

// A Welcome into `by`'s present epoch for `joiner`, whose leaf already stands in the tree, made
// from nothing but what `by` knows: everything in it may be changed before it is signed and sealed.
struct WelcomeForgery {
  std::function<void(mls::GroupInfo&)> info{};  // Before its tag is computed and it is signed.
  std::function<void(mls::GroupInfo&)> signed_info{};  // Afterwards.
  std::function<void(mls::GroupSecrets&)> secrets{};
  std::function<void(mls::Welcome&)> welcome{};
  std::optional<Bytes> tree{};  // Instead of the real one, its hash put into the context.
  const mls::PskSource* psks = nullptr;
};
mls::Welcome forge_welcome(mls::Group& by, const mls::KeyPackage& joiner,
                           crypto::RandomSource& random, const WelcomeForgery& how = {});

// The confirmation tag that `content`, a commit without path, earns when the key schedule is fed
// these inputs instead of its own.
struct ScheduleForgery {
  std::function<void(std::vector<mls::PreSharedKeyId>&)> psks{};
  std::function<void(mls::GroupContext&)> context{};
  Secret32 commit_secret{};
};
Bytes forged_tag(mls::Group& by, const mls::FramedContent& content, mls::WireFormat form,
                 const ScheduleForgery& how);

// A commit with a path, whose every part after the path is right for the path as it was changed:
// signature, transcript and (unless `tag` changes it) the confirmation tag. What one with all the
// keys can do to split those who follow from those who cannot. Nothing if the proposals are not
// valid.
struct PathForgery {
  std::function<void(mls::UpdatePath&)> path{};
  std::function<void(Bytes&)> tag{};
  mls::WireFormat form = mls::WireFormat::private_message;
};
std::optional<Bytes> forge_path_commit(mls::Group& by, std::vector<mls::ProposalOrRef> proposals,
                                       crypto::RandomSource& random, const PathForgery& how);

}  // namespace hearth::test
