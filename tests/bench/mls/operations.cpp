// Each operation as a trial: what it works on, what is timed, what its floor is.
#include "tests/bench/mls/operations.h"

#include "protocol/mls/messages/leaf_node.h"
#include "protocol/mls/tree/tree_diff.h"

namespace hearth::mls::bench {
namespace {

constexpr std::size_t kCopiesMax = 8;   // Of a member's state, at a time.
constexpr std::size_t kPayload = 1024;  // Of an application message.
constexpr std::size_t kFrame = 110;     // What signing and sealing add to it, all in all.
constexpr std::size_t kSenderDataSize = 12;
constexpr std::size_t kLabel = 24;             // "MLS 1.0 ..." and lengths before what is signed.
constexpr std::size_t kGroupSecretsSize = 36;  // joiner_secret, no path_secret, no PSKs.
constexpr std::size_t kParentHashSize = 99;
constexpr std::size_t kKemKeySize = 32;

// --- Parts of floors
// --------------------------------------------------------------------------------

std::size_t tbs_size(const LeafNode& leaf) {
  return leaf_node_tbs(leaf, LeafPlace{to_bytes(Bytes16{}), {}}).size() + kLabel;
}

std::size_t key_package_size(const KeyPackage& key_package) {
  return key_package_tbs(key_package).size() + kLabel;
}

// TreeHashInput (RFC 9420 §7.8).
std::size_t hash_size(const TreeView& tree, NodeIndex node) {
  if (is_leaf(node)) {
    const LeafNode* leaf = tree.leaf(to_leaf(node));
    return 6 + (leaf == nullptr ? 0 : encoded(*leaf).size());
  }
  const ParentNode* parent = tree.parent_node(node);
  return 68 + (parent == nullptr ? 0 : encoded(*parent).size());
}

// From a leaf to the root: the tree hashes that change with it.
void add_path_hashes(Floor& floor, const TreeView& tree, LeafIndex leaf) {
  floor.add(Call::hash, hash_size(tree, to_node(leaf)));
  for (const NodeIndex node : tree.direct_path(leaf)) {
    floor.add(Call::hash, hash_size(tree, node));
  }
}

// What a committer does for a path: keys, parent hashes, a ciphertext for each recipient, the
// leaf's signature; `diff` has the proposals.
void add_path_made(Floor& floor, const TreeDiff& diff, LeafIndex sender, std::size_t leaf_size,
                   std::size_t context_size) {
  floor.add(Call::base);
  for (const PathStep& step : diff.filtered_direct_path(sender)) {
    const std::size_t recipients = diff.path_recipients(step.copath).size();
    floor.node_keys(1).add(Call::hash, kParentHashSize).hpke_seal(kKemKeySize, recipients);
  }
  floor.hpke_info(context_size).add(Call::sign, leaf_size);
  add_path_hashes(floor, diff, sender);
}

// What the neighbour of the committer does with it.
void add_path_handled(Floor& floor, const TreeDiff& diff, LeafIndex sender, std::size_t leaf_size,
                      std::size_t context_size) {
  const std::size_t steps = diff.filtered_direct_path(sender).size();
  floor.add(Call::verify, leaf_size).hpke_info(context_size).hpke_open(kKemKeySize);
  floor.node_keys(steps).add(Call::hash, kParentHashSize, steps);
  add_path_hashes(floor, diff, sender);
}

// What everybody does who is handed a whole tree.
void add_tree_checked(Floor& floor, const RatchetTree& tree) {
  tree.for_each_member(
      [&](LeafIndex, const LeafNode& leaf) { floor.add(Call::verify, tbs_size(leaf)); });
  for (NodeIndex node; node.value < node_count(tree.leaf_count()); ++node.value) {
    floor.add(Call::hash, hash_size(tree, node));
    if (tree.parent_node(node) != nullptr) floor.add(Call::hash, kParentHashSize);
  }
}

// The five HKDF calls of a message (RFC 9420 §6.3.2, §9.1): sender data key and nonce; key, nonce
// and next secret of the ratchet.
void add_message_keys(Floor& floor) { floor.add(Call::hmac, 50, 2).add(Call::hmac, 25, 3); }

// The first message of a sender: two secrets at each level of the secret tree that nobody has gone
// down yet, the two ratchets at the end.
void add_secret_tree(Floor& floor, std::size_t levels) {
  floor.add(Call::hmac, 23, 2 * levels + 2);
}

std::size_t tree_levels(const Room& room) {
  return static_cast<std::size_t>(std::bit_width(room.tree().leaf_count().value)) - 1;
}

// --- Commits
// --------------------------------------------------------------------------------------

// A kind of commit of leaf 0: which proposals, and whether it comes with a path.
struct Change {
  std::optional<KeyPackage> added{};
  std::optional<LeafIndex> removed{};
  bool path = false;

  CommitOptions options() const {
    CommitOptions options{.force_path = path};
    if (added) options.proposals.push_back(Group::add(*added));
    if (removed) options.proposals.push_back(Group::remove(*removed));
    return options;
  }
  TreeDiff diff(const RatchetTree& tree) const {
    TreeDiff diff(tree);
    if (removed) must(diff.remove(*removed));
    if (added) must(diff.add(added->leaf_node));
    return diff;
  }
};

Change add_one(const Room& room, bool path) {
  return {.added = make_bundle(room.suite()).key_package, .path = path};
}
Change update() { return {.path = true}; }
Change remove_one(const Room& room) {
  return {.removed = LeafIndex{static_cast<std::uint32_t>(room.size() / 2)}, .path = true};
}

std::size_t context_size(const Room& room) {
  return encoded(room.first().context()).size() + kLabel;
}
std::size_t leaf_size(const Room& room) { return tbs_size(*room.tree().leaf({0})); }
std::size_t group_info_size(const Room& room) {
  return encoded(must(room.first().group_info({.external_pub = false}))).size();
}

Floor floor_of_creating(const Room& room, const Change& change) {
  const TreeDiff diff = change.diff(room.tree());
  Floor floor;
  floor.add(Call::sign, room.commit(change.options()).commit.size());
  if (change.added) {
    const std::size_t info = group_info_size(room);
    floor.add(Call::verify, tbs_size(change.added->leaf_node))
        .add(Call::verify, key_package_size(*change.added))
        .add(Call::hash, encoded(*change.added).size())
        .add(Call::sign, info)
        .add(Call::seal, info)
        .hpke_info(info)
        .hpke_seal(kGroupSecretsSize);
    add_path_hashes(floor, diff, diff.added_leaves().front());
  }
  if (change.path) add_path_made(floor, diff, {0}, leaf_size(room), context_size(room));
  return floor;
}

Trial creating(const Room& room, Change change) {
  struct Work {
    std::vector<Group> groups;
    std::vector<CommitOptions> options;
  };
  const auto work = std::make_shared<Work>();
  Floor floor = floor_of_creating(room, change);
  return {.prepare =
              [&room, change = std::move(change), work](std::size_t batch) {
                work->groups.clear();
                work->options.clear();
                while (work->groups.size() < batch) {
                  work->groups.push_back(room.committer());
                  work->options.push_back(change.options());
                }
              },
          .run =
              [work](std::size_t i) {
                must(work->groups[i].stage_commit(std::move(work->options[i]), randomness()));
                must(work->groups[i].merge_pending());
              },
          .floor = std::move(floor),
          .batch_max = kCopiesMax};
}

// Leaf 1 takes a commit: decodes, judges, decrypts, merges.
Trial handling(const Room& room, Bytes handler, Bytes commit, Floor floor) {
  const auto groups = std::make_shared<std::vector<Group>>();
  return {.prepare =
              [&room, groups, handler = std::move(handler)](std::size_t batch) {
                groups->clear();
                while (groups->size() < batch) groups->push_back(room.open(handler));
              },
          .run =
              [groups, commit = std::move(commit)](std::size_t i) {
                Received received = must((*groups)[i].process(commit));
                must((*groups)[i].merge(std::get<StagedCommit>(std::move(received))));
              },
          .floor = std::move(floor),
          .batch_max = kCopiesMax};
}

Trial handling(const Room& room, const Change& change) {
  const TreeDiff diff = change.diff(room.tree());
  Room::Unhandled made = room.commit(change.options());
  Floor floor;
  floor.add(Call::verify, made.commit.size());
  if (change.added) {
    floor.add(Call::verify, tbs_size(change.added->leaf_node))
        .add(Call::verify, key_package_size(*change.added));
    add_path_hashes(floor, diff, diff.added_leaves().front());
  }
  if (change.path) add_path_handled(floor, diff, {0}, leaf_size(room), context_size(room));
  return handling(room, std::move(made.handler), std::move(made.commit), std::move(floor));
}

// --- Beginnings
// -----------------------------------------------------------------------------------

// RFC 9420 §11 and §12.4.1: found a group, add everybody in one commit, keep the Welcome.
Trial batch_adding(CipherSuite suite, std::size_t size, bool path) {
  struct Work {
    Identity founder;
    std::vector<KeyPackage> key_packages;
    std::vector<CommitOptions> options;
  };
  const auto work = std::make_shared<Work>(make_identity(suite));
  while (work->key_packages.size() < size - 1) {
    work->key_packages.push_back(make_bundle(suite).key_package);
  }
  const KeyPackage& example = work->key_packages.front();
  const std::size_t levels = static_cast<std::size_t>(std::bit_width(size - 1));

  Floor floor;
  floor.add(Call::verify, tbs_size(example.leaf_node), size - 1)
      .add(Call::verify, key_package_size(example), size - 1)
      .add(Call::hash, encoded(example).size(), size - 1)            // KeyPackageRef
      .add(Call::hash, encoded(example.leaf_node).size() + 6, size)  // Leaves
      .add(Call::hash, 68, size - 1)                                 // Blank parents
      .hpke_info((size + 1) * encoded(example.leaf_node).size())     // The sealed GroupInfo
      .hpke_seal(kGroupSecretsSize + (path ? kKemKeySize : 0), size - 1);
  if (path) floor.node_keys(levels).add(Call::hash, kParentHashSize, levels).add(Call::base);
  return {.prepare =
              [work, path](std::size_t batch) {
                work->options.clear();
                while (work->options.size() < batch) {
                  CommitOptions options{.force_path = path};
                  for (const KeyPackage& key_package : work->key_packages) {
                    options.proposals.push_back(Group::add(key_package));
                  }
                  work->options.push_back(std::move(options));
                }
              },
          .run =
              [work, suite](std::size_t i) {
                Group group = must(
                    Group::create(to_bytes(Bytes16{}), suite, work->founder, {}, {}, randomness()));
                must(group.stage_commit(std::move(work->options[i]), randomness()));
                must(group.merge_pending());
              },
          .floor = std::move(floor),
          .batch_max = kCopiesMax};
}

// Leaf 0 adds one without a path; the newcomer joins by the Welcome with the tree inside.
Trial joining(const Room& room) {
  KeyPackageBundle newcomer = make_bundle(room.suite());
  Change change{.added = newcomer.key_package};
  Bytes welcome = room.commit(change.options()).welcome;
  const auto invitation = std::make_shared<Invitation>(std::move(welcome), std::move(newcomer));
  const Group joined = invitation->join();
  const auto message = must(decode_exact<MlsMessage>(invitation->welcome));
  const std::size_t info = std::get<Welcome>(message.body).encrypted_group_info.size();

  Floor floor;
  floor.add(Call::verify, info).hpke_info(info).hpke_open(kGroupSecretsSize);
  add_tree_checked(floor, joined.public_group().tree());
  const auto groups = std::make_shared<std::vector<Group>>();
  return {.prepare = [groups](std::size_t) { groups->clear(); },
          .run = [groups, invitation](std::size_t) { groups->push_back(invitation->join()); },
          .floor = std::move(floor),
          .batch_max = kCopiesMax};
}

struct ExternalJoin {
  Bytes group_info;
  Identity identity;

  Group::ExternalJoin join() const {
    const GroupInfo info = must(decode_exact<GroupInfo>(group_info));
    return must(Group::external_join(info, std::nullopt, identity, {}, {}, randomness()));
  }
};

ExternalJoin external_join_of(const Room& room) {
  return {encoded(must(room.first().group_info({}))), make_identity(room.suite())};
}

Trial external_joining(const Room& room) {
  const auto joiner = std::make_shared<ExternalJoin>(external_join_of(room));
  TreeDiff diff(room.tree());
  const LeafIndex leaf = must(diff.reserve_leaf());

  Floor floor;
  floor.add(Call::verify, joiner->group_info.size());
  add_tree_checked(floor, room.tree());
  floor.add(Call::base).add(Call::exchange).hpke_export();
  add_path_made(floor, diff, leaf, leaf_size(room), context_size(room));
  floor.add(Call::sign, joiner->join().commit.size());
  const auto groups = std::make_shared<std::vector<Group>>();
  return {.prepare = [groups](std::size_t) { groups->clear(); },
          .run = [groups, joiner](std::size_t) { groups->push_back(joiner->join().group); },
          .floor = std::move(floor),
          .batch_max = kCopiesMax};
}

// The newcomer sits far from leaf 1, who learns the root's key alone.
Trial handling_external_join(const Room& room) {
  TreeDiff diff(room.tree());
  const LeafIndex leaf = must(diff.reserve_leaf());
  Bytes commit = external_join_of(room).join().commit;
  const std::vector<PathStep> steps = diff.filtered_direct_path(leaf);
  std::size_t known = 0;
  for (const PathStep& step : steps) known += in_subtree(to_node(LeafIndex{1}), step.node) ? 1 : 0;

  Floor floor;
  floor.add(Call::verify, commit.size()).add(Call::verify, leaf_size(room));
  floor.add(Call::hmac, 51, 2).add(Call::base).add(Call::exchange).hpke_export();  // external_priv
  floor.hpke_info(context_size(room)).hpke_open(kKemKeySize).node_keys(known);
  floor.add(Call::hash, kParentHashSize, steps.size());
  add_path_hashes(floor, diff, leaf);
  return handling(room, room.handler(), std::move(commit), std::move(floor));
}

Trial making_group_info(const Room& room) {
  Floor floor;
  floor.add(Call::sign, group_info_size(room)).add(Call::hmac, 51, 2).add(Call::base);
  return {.prepare = [](std::size_t) {},
          .run = [&room](std::size_t) { encoded(must(room.first().group_info({}))); },
          .floor = std::move(floor),
          .batch_max = 1000};
}

// --- Messages
// ---------------------------------------------------------------------------------------

// The last who came in speaks, leaf 0 listens. The speaker has never spoken or been sealed before.
struct Talk {
  std::vector<Group> speakers;
  std::vector<Group> listeners;
  std::vector<Bytes> messages;
  const Bytes payload = to_bytes(ByteView(Bytes(kPayload, 7)));

  Bytes say(std::size_t speaker) {
    return must(speakers[speaker].protect(payload, {}, randomness()));
  }
  void hear(std::size_t listener, std::size_t message) {
    Received received = must(listeners[listener].process(messages[message]));
    expects(std::holds_alternative<ApplicationMessage>(received));
  }
};

Floor floor_of_protecting(const Room& room) {
  Floor floor;
  floor.add(Call::sign, kPayload + kFrame + context_size(room))
      .add(Call::seal, kPayload + kFrame)
      .add(Call::seal, kSenderDataSize);
  add_message_keys(floor);
  return floor;
}

Floor floor_of_unprotecting(const Room& room) {
  Floor floor;
  floor.add(Call::verify, kPayload + kFrame + context_size(room))
      .add(Call::open, kPayload + kFrame)
      .add(Call::open, kSenderDataSize);
  add_message_keys(floor);
  return floor;
}

Trial protecting(const Room& room) {
  const auto talk = std::make_shared<Talk>();
  talk->speakers.push_back(room.last().join());
  talk->say(0);  // The first one is another row.
  return {.prepare = [](std::size_t) {},
          .run = [talk](std::size_t) { talk->say(0); },
          .floor = floor_of_protecting(room),
          .batch_max = 500};
}

Trial unprotecting(const Room& room) {
  const auto talk = std::make_shared<Talk>();
  talk->speakers.push_back(room.last().join());
  talk->listeners.push_back(room.committer());
  talk->messages.push_back(talk->say(0));
  talk->hear(0, 0);
  return {.prepare =
              [talk](std::size_t batch) {
                talk->messages.clear();
                while (talk->messages.size() < batch) talk->messages.push_back(talk->say(0));
              },
          .run = [talk](std::size_t i) { talk->hear(0, i); },
          .floor = floor_of_unprotecting(room),
          .batch_max = 500};
}

Trial protecting_first(const Room& room) {
  Floor floor = floor_of_protecting(room);
  add_secret_tree(floor, tree_levels(room));
  const auto talk = std::make_shared<Talk>();
  return {.prepare =
              [talk, &room](std::size_t batch) {
                talk->speakers.clear();
                while (talk->speakers.size() < batch) talk->speakers.push_back(room.last().join());
              },
          .run = [talk](std::size_t i) { talk->say(i); },
          .floor = std::move(floor),
          .batch_max = kCopiesMax};
}

Trial unprotecting_first(const Room& room) {
  Floor floor = floor_of_unprotecting(room);
  // Leaf 0 has gone down to its own ratchets before, away from the speaker at the root.
  add_secret_tree(floor, tree_levels(room) - 1);
  const auto talk = std::make_shared<Talk>();
  talk->speakers.push_back(room.last().join());
  talk->messages.push_back(talk->say(0));
  return {.prepare =
              [talk, &room](std::size_t batch) {
                talk->listeners.clear();
                while (talk->listeners.size() < batch) talk->listeners.push_back(room.committer());
              },
          .run = [talk](std::size_t i) { talk->hear(i, 0); },
          .floor = std::move(floor),
          .batch_max = kCopiesMax};
}

}  // namespace

std::vector<Operation> operations_in(const Room& room) {
  std::vector<Operation> all;
  const bool dense = room.shape() == "dense";
  const auto add = [&](std::string name, std::function<Trial()> make) {
    all.push_back({name + ", " + room.shape(), room.size(), std::move(make)});
  };
  const auto add_plain = [&](std::string name, std::function<Trial()> make) {
    all.push_back({std::move(name), room.size(), std::move(make)});
  };
  for (const bool path : {false, true}) {
    const std::string name = path ? "Add 1, with path: " : "Add 1, no path: ";
    add(name + "create", [&room, path] { return creating(room, add_one(room, path)); });
    add(name + "handle", [&room, path] { return handling(room, add_one(room, path)); });
  }
  add("Update: create", [&room] { return creating(room, update()); });
  add("Update: handle", [&room] { return handling(room, update()); });
  // Neither the committer nor the one who handles.
  if (dense && room.size() > 3) {
    add("Remove 1: create", [&room] { return creating(room, remove_one(room)); });
    add("Remove 1: handle", [&room] { return handling(room, remove_one(room)); });
  }
  add("external join: create", [&room] { return external_joining(room); });
  if (dense) add("external join: handle", [&room] { return handling_external_join(room); });
  add("join from Welcome (tree inside)", [&room] { return joining(room); });
  if (!dense) return all;
  add("GroupInfo+tree create", [&room] { return making_group_info(room); });
  add_plain("protect 1 KB", [&room] { return protecting(room); });
  add_plain("unprotect 1 KB", [&room] { return unprotecting(room); });
  add_plain("first protect of a sender", [&room] { return protecting_first(room); });
  add_plain("first unprotect of a sender", [&room] { return unprotecting_first(room); });
  return all;
}

std::vector<Operation> operations_from_nothing(CipherSuite suite, std::size_t size) {
  return {{"create group + batch add N-1, no path", size,
           [=] { return batch_adding(suite, size, false); }},
          {"create group + batch add N-1, with path", size,
           [=] { return batch_adding(suite, size, true); }}};
}

}  // namespace hearth::mls::bench
