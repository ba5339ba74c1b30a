// Members of one process keeping each other company.
#include "tests/support/mls_world.h"

namespace hearth::test {

using namespace mls;

MlsWorld::MlsWorld(std::uint64_t seed, CipherSuite suite)
    : capabilities(capabilities_for({static_cast<std::uint16_t>(suite)})),
      suite_(suite),
      random_(seed) {
  options.application_data_while_proposals_pending = true;
}

MlsMember& MlsWorld::person(const std::string& name) {
  std::unique_ptr<MlsMember>& slot = people_[name];
  if (slot == nullptr) {
    slot.reset(new MlsMember{
        .name = name,
        .identity = {.credential = basic_credential(view_of(name)),
                     .signature_key = *crypto::SignatureKey::generate(suite_, random_),
                     .capabilities = capabilities,
                     .extensions = {}},
        .psks = {},
        .options = options,
        .group = {}});
    slot->options.psks = &slot->psks;
  }
  return *slot;
}

KeyPackageBundle MlsWorld::key_package(const std::string& name) {
  auto bundle = make_key_package(suite_, person(name).identity, {0, ~0ull}, random_);
  EXPECT_TRUE(bundle) << reason(bundle);
  return *std::move(bundle);
}

Proposal MlsWorld::add_proposal(const std::string& name) {
  return Group::add(key_package(name).key_package);
}

void MlsWorld::found(const std::string& name, const std::vector<std::string>& others,
                     Extensions extensions) {
  MlsMember& founder = person(name);
  auto group = Group::create(to_bytes("room"), suite_, founder.identity, std::move(extensions),
                             founder.options, random_);
  ASSERT_TRUE(group) << reason(group);
  founder.group = *std::move(group);
  if (!others.empty()) add(name, others);
}

void MlsWorld::add(const std::string& by, const std::vector<std::string>& names,
                   CommitOptions commit_options) {
  std::map<std::string, KeyPackageBundle> bundles;
  for (const std::string& name : names) {
    const KeyPackageBundle& bundle = bundles.emplace(name, key_package(name)).first->second;
    commit_options.proposals.push_back(Group::add(bundle.key_package));
  }
  const bool tree_inside = commit_options.tree_in_welcome;
  const PendingCommit pending = commit(by, std::move(commit_options));
  ASSERT_TRUE(pending.welcome);
  const auto message = decode_exact<MlsMessage>(*pending.welcome);
  ASSERT_TRUE(message);
  const Bytes tree = group(by).ratchet_tree();
  for (const auto& [name, bundle] : bundles) {
    MlsMember& member = person(name);
    auto group =
        Group::join(std::get<Welcome>(message->body), bundle,
                    tree_inside ? std::nullopt : std::optional<ByteView>(tree), member.options);
    ASSERT_TRUE(group) << name << ": " << reason(group);
    member.group = *std::move(group);
  }
  EXPECT_TRUE(agree());
}

PendingCommit MlsWorld::commit(const std::string& by, CommitOptions commit_options) {
  Group& committer = group(by);
  auto pending = committer.stage_commit(std::move(commit_options), random_);
  EXPECT_TRUE(pending) << by << ": " << reason(pending);
  if (!pending) return {};
  deliver(by, pending->commit);
  EXPECT_TRUE(std::holds_alternative<OwnCommit>(*committer.process(pending->commit)));
  EXPECT_TRUE(committer.merge_pending());
  EXPECT_TRUE(agree());
  return *std::move(pending);
}

void MlsWorld::deliver(const std::string& by, const Bytes& message) {
  for (auto& [name, member] : people_) {
    if (name == by || !member->group || !member->group->active()) continue;
    auto received = member->group->process(message);
    EXPECT_EQ(reason_of(received), "") << name;
    if (!received) continue;
    if (auto* staged = std::get_if<StagedCommit>(&*received)) {
      EXPECT_TRUE(member->group->merge(std::move(*staged)));
    }
  }
}

void MlsWorld::propose(const std::string& by, Proposal proposal, WireFormat form) {
  const auto message = group(by).propose(std::move(proposal),
                                         {.wire_format = form, .authenticated_data = {}}, random_);
  ASSERT_TRUE(message) << reason(message);
  deliver(by, *message);
}

void MlsWorld::propose_update(const std::string& by, LeafChange change) {
  const auto message = group(by).propose_update(std::move(change), {}, random_);
  ASSERT_TRUE(message) << reason(message);
  deliver(by, *message);
}

void MlsWorld::say(const std::string& by, std::string_view text) {
  const auto message = group(by).protect(view_of(text), {}, random_);
  ASSERT_TRUE(message) << reason(message);
  for (auto& [name, member] : people_) {
    if (name == by || !member->group || !member->group->active()) continue;
    const auto received = member->group->process(*message);
    ASSERT_EQ(reason_of(received), "") << name;
    const auto* heard = std::get_if<ApplicationMessage>(&*received);
    ASSERT_NE(heard, nullptr);
    EXPECT_EQ(text_of(heard->data.view()), text);
    EXPECT_EQ(heard->sender, person(by).index());
    EXPECT_EQ(heard->sender_leaf.credential, basic_credential(view_of(by)));
  }
}

testing::AssertionResult MlsWorld::agree() {
  Group* first = nullptr;
  for (auto& [name, member] : people_) {
    if (!member->group || !member->group->active()) continue;
    Group& group = *member->group;
    if (first == nullptr) first = &group;
    if (group.context() != first->context()) {
      return testing::AssertionFailure() << name << " has another group context";
    }
    if (!(group.epoch_authenticator() == first->epoch_authenticator())) {
      return testing::AssertionFailure() << name << " has another epoch authenticator";
    }
    if (group.ratchet_tree() != first->ratchet_tree()) {
      return testing::AssertionFailure() << name << " has another tree";
    }
    if (group.confirmation_tag() != first->confirmation_tag()) {
      return testing::AssertionFailure() << name << " has another confirmation tag";
    }
  }
  return testing::AssertionSuccess();
}

std::vector<std::string> MlsWorld::inside() {
  std::vector<std::string> names;
  for (const auto& [name, member] : people_) {
    if (member->group && member->group->active()) names.push_back(name);
  }
  return names;
}

std::string reason_of(const Result<Received>& received) {
  if (!received) return std::string(received.error().name);
  if (const auto* fault = std::get_if<Fault>(&*received)) {
    return "fault: " + std::string(fault->reason.name);
  }
  return "";
}

}  // namespace hearth::test
