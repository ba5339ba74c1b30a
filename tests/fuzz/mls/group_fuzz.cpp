// Five honest members and a malicious one with all her keys: the honest never crash, and never
// disagree about what is valid or about the epoch they reach.
//
// Each input is a script: a seed, then one step after another, each of a few bytes. Mallory can
// sign, tag and seal whatever she likes. A commit that only some can follow is possible in MLS (RFC
// 9420 §16.12): who cannot has a Fault, leaves, and is not asked any more.
#include <array>
#include <cstdlib>
#include <deque>

#include "tests/support/mls_forger.h"

namespace {

using namespace hearth;
using namespace hearth::mls;

void demand(bool holds) {
  if (!holds) std::abort();
}

// The bytes of the script; zeros once they are used up.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}
  bool done() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }
  std::size_t below(std::size_t bound) { return (byte() * 256u + byte()) % bound; }

 private:
  ByteView rest_;
};

constexpr std::size_t kHonest = 5;
constexpr std::size_t kStepsMax = 24;
constexpr std::size_t kMallory = kHonest;  // Her place among the members.

class Play {
 public:
  explicit Play(Script script) : script_(script), random_(script_.byte()) {
    options_.application_data_while_proposals_pending = true;
    options_.psks = &psks_;
    psks_.add_external(view_of("shared"), SecretBytes(view_of("secret")));
    std::vector<KeyPackageBundle> bundles;
    CommitOptions adds;
    for (std::size_t i = 1; i <= kHonest; ++i) {
      bundles.push_back(key_package());
      adds.proposals.push_back(Group::add(bundles.back().key_package));
    }
    auto founder =
        Group::create(to_bytes("room"), crypto::kDefaultSuite, identity(), {}, options_, random_);
    demand(founder.has_value());
    members_[0] = *std::move(founder);
    const auto pending = members_[0]->stage_commit(std::move(adds), random_);
    demand(pending && members_[0]->merge_pending());
    const auto welcome = decode_exact<MlsMessage>(*pending->welcome);
    for (std::size_t i = 1; i <= kHonest; ++i) {
      auto joined =
          Group::join(std::get<Welcome>(welcome->body), bundles[i - 1], std::nullopt, options_);
      demand(joined.has_value());
      members_[i] = *std::move(joined);
    }
  }

  void run() {
    for (std::size_t step = 0; step < kStepsMax && !script_.done() && honest_left() > 1; ++step) {
      if (script_.byte() % 3 == 0 || !mallory()) {
        honest_step();
      } else {
        malicious_step();
      }
    }
  }

 private:
  Identity identity() {
    return {.credential = basic_credential(random_.array<4>()),
            .signature_key = *crypto::SignatureKey::generate(crypto::kDefaultSuite, random_),
            .capabilities = capabilities_for({3}, {}, {0xff01}),
            .extensions = {}};
  }
  KeyPackageBundle key_package() {
    return *make_key_package(crypto::kDefaultSuite, identity(), {0, ~0ull}, random_);
  }
  Group* mallory() {
    std::optional<Group>& group = members_[kMallory];
    return group && group->active() ? &*group : nullptr;
  }
  std::size_t honest_left() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < kHonest; ++i) count += members_[i].has_value() ? 1 : 0;
    return count;
  }
  std::size_t some_honest() {
    std::size_t at = script_.below(kHonest);
    while (!members_[at]) at = (at + 1) % kHonest;
    return at;
  }
  WireFormat some_form() {
    return script_.byte() % 2 == 0 ? WireFormat::private_message : WireFormat::public_message;
  }

  // --- Delivery: one order for all -------------------------------------------------------------

  // All honest members but `sender` take the message, and Mallory follows if she can.
  void deliver(std::size_t sender, const Bytes& message) {
    past_.push_back(message);
    if (past_.size() > 8) past_.pop_front();
    std::optional<std::string> verdict_of_all;
    bool commits = false;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (i == sender || !members_[i] || !members_[i]->active()) continue;
      auto received = members_[i]->process(message);
      if (i != kMallory) {
        // An error is everybody's error; what is publicly valid is so for everybody.
        const std::string answer = received ? "valid" : std::string(received.error().name);
        if (!verdict_of_all) verdict_of_all = answer;
        demand(*verdict_of_all == answer);
      }
      if (!received) continue;
      if (std::holds_alternative<Fault>(*received)) {
        commits = true;
        members_[i].reset();  // Out: it would knock again.
      } else if (auto* staged = std::get_if<StagedCommit>(&*received)) {
        commits = true;
        demand(members_[i]->merge(std::move(*staged)).has_value());
      }
    }
    // The sender of a commit that was taken goes with it; Mallory's forgeries are not pending.
    if (commits && members_[sender]) {
      if (members_[sender]->has_pending_commit()) {
        demand(members_[sender]->merge_pending().has_value());
      } else {
        members_[sender].reset();
      }
    } else if (members_[sender]) {
      members_[sender]->discard_pending();
    }
    for (std::size_t i = 0; i < kHonest; ++i) {
      if (members_[i] && !members_[i]->active()) members_[i].reset();
    }
    agree();
  }

  void agree() const {
    const Group* first = nullptr;
    for (std::size_t i = 0; i < kHonest; ++i) {
      if (!members_[i]) continue;
      const Group& group = *members_[i];
      if (first == nullptr) first = &group;
      demand(group.context() == first->context());
      demand(group.epoch_authenticator() == first->epoch_authenticator());
      demand(group.pending_proposals().size() == first->pending_proposals().size());
    }
  }

  // --- Honest steps ----------------------------------------------------------------------------

  void honest_step() {
    const std::size_t by = some_honest();
    Group& group = *members_[by];
    Result<Bytes> message = Bytes{};
    switch (script_.byte() % 5) {
      case 0:
        message = group.protect(view_of("hello"), {}, random_);
        demand(message.has_value());
        break;
      case 1:
        message = group.propose_update({}, {.wire_format = some_form()}, random_);
        demand(message.has_value());
        break;
      case 2:
        message = group.propose(Group::add(key_package().key_package), {.wire_format = some_form()},
                                random_);
        demand(message.has_value());
        break;
      default: {
        // Whatever Mallory has proposed, an honest member can commit.
        auto pending = group.stage_commit({.wire_format = some_form()}, random_);
        demand(pending.has_value());
        message = std::move(pending->commit);
      }
    }
    deliver(by, *message);
  }

  // --- Mallory's steps -------------------------------------------------------------------------

  Proposal some_proposal() {
    Group& group = *mallory();
    const Bytes taken = members_[some_honest()]->own_leaf().encryption_key;
    switch (script_.byte() % 12) {
      case 0: return Group::remove(LeafIndex{script_.byte()});
      case 1: return Group::remove(members_[some_honest()]->own_index());
      case 2: return test::changed_update(group, random_, [](LeafNode&) {});
      case 3:
        return test::changed_update(group, random_,
                                    [&](LeafNode& leaf) { leaf.encryption_key = taken; });
      case 4:
        return Group::add(test::changed_key_package(
            key_package(), [&](KeyPackage& k) { k.leaf_node.encryption_key = taken; }));
      case 5:
        return Group::add(test::changed_key_package(key_package(), [&](KeyPackage& k) {
          k.leaf_node.capabilities.credentials = {script_.byte()};
        }));
      case 6:
        return Group::context_extensions(
            {{script_.byte(), Bytes(script_.byte() % 4, script_.byte())}});
      case 7:
        return Group::external_psk(view_of(script_.byte() % 2 == 0 ? "shared" : "unknown"),
                                   random_);
      case 8: return Group::resumption_psk(group.group_id(), script_.byte(), random_);
      case 9: return Group::custom(script_.byte() % 2 == 0 ? 0xff01 : 0xff02, {});
      case 10:
        return Group::reinit_to({.group_id = to_bytes("next"),
                                 .version = script_.byte(),
                                 .cipher_suite = 3,
                                 .extensions = {}});
      default: return {ExternalInit{Bytes(32, script_.byte())}};
    }
  }

  // By value or by reference to anything that waits.
  std::vector<ProposalOrRef> some_list() {
    std::vector<ProposalOrRef> items;
    for (std::size_t i = script_.byte() % 4; i > 0; --i) {
      const auto pending = mallory()->pending_proposals();
      if (!pending.empty() && script_.byte() % 2 == 0) {
        const ProposalRef& ref = pending[script_.below(pending.size())].ref;
        items.push_back({Bytes(ref.begin(), ref.end())});
      } else {
        items.push_back({some_proposal()});
      }
    }
    return items;
  }

  void harm_path(UpdatePath& path) {
    switch (script_.byte() % 8) {
      case 0:
        if (!path.nodes.empty()) path.nodes.pop_back();
        break;
      case 1: path.nodes.push_back({Bytes(32, 5), {}}); break;
      case 2:
        if (!path.nodes.empty()) {
          path.nodes[script_.below(path.nodes.size())].encryption_key =
              members_[some_honest()]->own_leaf().encryption_key;
        }
        break;
      case 3:
        if (!path.nodes.empty()) {
          path.nodes[script_.below(path.nodes.size())].encryption_key = random_bytes();
        }
        break;
      case 4: path.leaf_node.parent_hash = Bytes(script_.byte() % 40, 1); break;
      case 5: path.leaf_node.source = LeafNodeSource::update; break;
      default:  // Some will be able to read it, some not.
        for (UpdatePathNode& node : path.nodes) {
          for (HpkeCiphertext& sealed : node.encrypted_path_secret) {
            switch (script_.byte() % 5) {
              case 0: sealed.ciphertext.back() ^= 1; break;
              case 1: sealed.kem_output = Bytes(script_.byte() % 34, 0); break;
              default: break;
            }
          }
        }
    }
    const Group& group = *mallory();
    (void)sign(path.leaf_node, group.own_signature_key(), {group.group_id(), group.own_index()});
  }

  Bytes random_bytes() { return to_bytes(random_.array<32>()); }

  void malicious_step() {
    Group& group = *mallory();
    std::optional<Bytes> message;
    switch (script_.byte() % 7) {
      case 0:
        message = test::forge(group, test::framed_proposal(group, some_proposal()), random_,
                              {.form = some_form()});
        break;
      case 1: {
        FramedContent content = test::bare_commit(group, some_list());
        content.epoch += script_.byte() % 3 == 0 ? 1 : 0;
        if (script_.byte() % 8 == 0) content.sender.index = script_.byte();
        const WireFormat form = some_form();
        // In a PrivateMessage the sender is who holds the ratchet.
        if (form == WireFormat::private_message) content.sender.index = group.own_index().value;
        message = test::forge(group, std::move(content), random_, {.form = form});
        break;
      }
      case 2:
      case 3: {
        const bool harm = script_.byte() % 4 != 0;
        const std::uint8_t tag = script_.byte() % 4;
        message =
            test::forge_path_commit(group, some_list(), random_,
                                    {.path =
                                         [&](UpdatePath& path) {
                                           if (harm) harm_path(path);
                                         },
                                     .tag =
                                         [&](Bytes& right) {
                                           if (tag == 1) right.back() ^= 1;
                                           if (tag == 2) right.resize(script_.byte() % 33);
                                         },
                                     .form = tag == 2 ? WireFormat::public_message : some_form()});
        break;
      }
      case 4:  // Something old once more.
        if (!past_.empty()) message = past_[script_.below(past_.size())];
        break;
      case 5: {  // Something of hers with a byte changed on the way.
        auto sent = group.protect(view_of("hm"), {}, random_);
        if (script_.byte() % 2 == 0 && !past_.empty()) sent = past_.back();
        if (sent) {
          message = *std::move(sent);
          (*message)[script_.below(message->size())] ^=
              static_cast<std::uint8_t>(1 + script_.byte() % 255);
        }
        break;
      }
      default: {  // An honest commit, for once.
        auto pending = group.stage_commit({.wire_format = some_form()}, random_);
        if (pending) message = std::move(pending->commit);
      }
    }
    if (message) deliver(kMallory, *message);
  }

  Script script_;
  crypto::SeededRandom random_;
  PskStore psks_;
  Options options_;
  std::array<std::optional<Group>, kHonest + 1> members_;
  std::deque<Bytes> past_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Play(Script(data, size)).run();
  return 0;
}
