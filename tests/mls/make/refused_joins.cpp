// refused-welcomes, -trees, -key-packages, -structures: what a newcomer, or a decoder, must not
// take.
#include "protocol/mls/tree/tree.h"
#include "tests/mls/make/recorder.h"
#include "tests/support/mls_forger.h"

namespace hearth::mls::make {
namespace {

using namespace test;

constexpr std::uint64_t kNow = 1'700'000'000;

// A tree of five members with parents, some of them with unmerged leaves.
WireTree grown_tree(std::uint64_t seed) {
  MlsWorld world(seed);
  world.found("ana", {"bo", "cy"});
  for (const std::string name : {"ana", "bo", "cy"}) world.commit(name);
  world.add("ana", {"dee", "eve"});
  world.commit("dee", {});
  world.add("bo", {"fay"});
  return must(decode_wire_tree(world.group("ana").ratchet_tree()));
}

}  // namespace

VectorFile make_refused_welcomes(std::uint64_t seed) {
  VectorFile file{"refused-welcomes.json", {}};
  Recorder recorder(seed, crypto::kDefaultSuite, {"bo"});
  const KeyPackage& lis = recorder.bundle().key_package;
  const auto refuse = [&](std::string_view why, std::string_view error, const WelcomeForgery& how) {
    const Welcome welcome = forge_welcome(recorder.group("ana"), lis, recorder.random(), how);
    json::Value made = recorder.invitation(encoded(MlsMessage{welcome}));
    made.set("why", why);
    made.set("error", error);
    file.cases.push_back(std::move(made));
  };
  const auto with_tree = [&](const std::function<void(WireTree&)>& change) {
    WireTree tree = must(decode_wire_tree(recorder.group("ana").ratchet_tree()));
    change(tree);
    return encode_wire_tree(tree);
  };
  const auto leaf_of = [](WireTree& tree, std::size_t index) -> LeafNode& {
    return std::get<LeafNode>(tree.at(2 * index).value().body);
  };

  refuse("sealed for somebody else", "welcome_not_for_us",
         {.welcome = [](Welcome& w) { w.secrets[0].new_member.back() ^= 1; }});
  refuse("of another cipher suite", "suite_mismatch",
         {.welcome = [](Welcome& w) { w.cipher_suite = 1; }});
  refuse("secrets with a bit flipped", "welcome_open_failed", {.welcome = [](Welcome& w) {
           w.secrets[0].encrypted_group_secrets.ciphertext.back() ^= 1;
         }});
  refuse("a GroupInfo with a bit flipped", "welcome_open_failed",
         {.welcome = [](Welcome& w) { w.encrypted_group_info.back() ^= 1; }});
  refuse("a false signature", "group_info_signature_invalid",
         {.signed_info = [](GroupInfo& i) { i.signature[0] ^= 1; }});
  refuse("a context changed after it was signed", "group_info_signature_invalid",
         {.signed_info = [](GroupInfo& i) { i.group_context.epoch += 1; }});
  refuse("signed by a leaf that is not there", "group_info_signer_invalid",
         {.info = [](GroupInfo& i) { i.signer.value = 77; }});
  refuse("no tree, inside or beside", "ratchet_tree_missing",
         {.info = [](GroupInfo& i) { i.extensions.clear(); }});
  refuse("another tree than the context says", "tree_hash_mismatch",
         {.info = [](GroupInfo& i) { i.group_context.tree_hash.back() ^= 1; }});
  refuse("a path secret that is not the tree's", "path_key_mismatch",
         {.secrets = [](GroupSecrets& s) { s.path_secret = Secret32::from(Bytes(32, 1)); }});
  refuse("a PSK that the newcomer lacks", "psk_unknown", {.secrets = [](GroupSecrets& s) {
           s.psks.push_back({ExternalPskId{to_bytes("p")}, Bytes(32, 2)});
         }});
  refuse("one PreSharedKeyID twice", "commit_duplicate_psk", {.secrets = [](GroupSecrets& s) {
           for (int i : {0, 1}) {
             s.psks.push_back({ExternalPskId{to_bytes("p")}, Bytes(32, 2)});
             static_cast<void>(i);
           }
         }});
  refuse("a tree without the newcomer", "own_leaf_missing",
         {.tree = with_tree([&](WireTree& t) { t.at(2).reset(); })});
  refuse("a leaf with a false signature", "leaf_signature_invalid",
         {.tree = with_tree([&](WireTree& t) { leaf_of(t, 2).signature[0] ^= 1; })});
  refuse("two leaves with one signature key", "duplicate_signature_key",
         {.tree = with_tree(
              [&](WireTree& t) { leaf_of(t, 2).signature_key = leaf_of(t, 0).signature_key; })});
  refuse("two leaves with one encryption key", "duplicate_encryption_key",
         {.tree = with_tree(
              [&](WireTree& t) { leaf_of(t, 2).encryption_key = leaf_of(t, 0).encryption_key; })});
  return file;
}

VectorFile make_refused_trees(std::uint64_t seed) {
  VectorFile file{"refused-trees.json", {}};
  const WireTree whole = grown_tree(seed);
  const auto refuse = [&](std::string_view why, std::string_view error,
                          const std::function<void(WireTree&)>& change) {
    WireTree tree = whole;
    change(tree);
    file.cases.push_back(json::object({{"cipher_suite", 3},
                                       {"tree", to_hex(encode_wire_tree(tree))},
                                       {"error", error},
                                       {"why", why}}));
  };
  const auto parent = [](WireTree& tree, std::uint32_t level) -> ParentNode& {
    for (std::uint32_t i = 0; i < tree.size(); ++i) {
      if (mls::level({i}) == level && tree[i]) return std::get<ParentNode>(tree[i]->body);
    }
    unreachable_state();
  };
  const auto with_unmerged = [](WireTree& tree) -> ParentNode& {
    for (auto& node : tree) {
      auto* parent_node = node ? std::get_if<ParentNode>(&node->body) : nullptr;
      if (parent_node != nullptr && !parent_node->unmerged_leaves.empty()) return *parent_node;
    }
    unreachable_state();
  };

  refuse("no nodes", "tree_malformed", [](WireTree& t) { t.clear(); });
  refuse("an even number of nodes", "tree_malformed", [](WireTree& t) { t.pop_back(); });
  refuse("a last node that is blank", "tree_malformed", [](WireTree& t) { t.back().reset(); });
  refuse("a leaf in a parent's place", "tree_malformed", [](WireTree& t) { t[1] = t[0]; });
  refuse("a parent in a leaf's place", "tree_malformed",
         [](WireTree& t) { t[0] = WireNode{ParentNode{}}; });
  refuse("one encryption key in two leaves", "duplicate_encryption_key", [](WireTree& t) {
    std::get<LeafNode>(t[2]->body).encryption_key = std::get<LeafNode>(t[0]->body).encryption_key;
  });
  refuse("one encryption key in leaf and parent", "duplicate_encryption_key", [&](WireTree& t) {
    parent(t, 1).encryption_key = std::get<LeafNode>(t[0]->body).encryption_key;
  });
  refuse("one signature key in two leaves", "duplicate_signature_key", [](WireTree& t) {
    std::get<LeafNode>(t[2]->body).signature_key = std::get<LeafNode>(t[0]->body).signature_key;
  });
  refuse("a parent key that is none of the suite", "key_invalid",
         [&](WireTree& t) { parent(t, 1).encryption_key.pop_back(); });
  refuse("another parent key", "parent_hash_invalid",
         [&](WireTree& t) { parent(t, 1).encryption_key[3] ^= 1; });
  refuse("another parent hash", "parent_hash_invalid",
         [&](WireTree& t) { parent(t, 1).parent_hash[0] ^= 1; });
  refuse("a root with a parent hash", "parent_hash_invalid",
         [&](WireTree& t) { parent(t, 3).parent_hash = Bytes(32, 1); });
  refuse("a leaf with another parent hash", "parent_hash_invalid", [](WireTree& t) {
    for (auto& node : t) {
      auto* leaf = node ? std::get_if<LeafNode>(&node->body) : nullptr;
      if (leaf != nullptr && leaf->source == LeafNodeSource::commit) leaf->parent_hash[0] ^= 1;
    }
  });
  refuse("an unmerged leaf listed twice", "unmerged_leaves_invalid", [&](WireTree& t) {
    auto& list = with_unmerged(t).unmerged_leaves;
    list.push_back(list.back());
  });
  refuse("an unmerged leaf that is not there", "unmerged_leaves_invalid",
         [&](WireTree& t) { with_unmerged(t).unmerged_leaves.back().value = 7; });
  refuse("an unmerged leaf beside the node", "unmerged_leaves_invalid",
         [&](WireTree& t) { parent(t, 1).unmerged_leaves = {LeafIndex{4}}; });
  refuse("an unmerged leaf left out", "parent_hash_invalid",
         [&](WireTree& t) { with_unmerged(t).unmerged_leaves.pop_back(); });
  return file;
}

VectorFile make_refused_key_packages(std::uint64_t seed) {
  VectorFile file{"refused-key-packages.json", {}};
  MlsWorld world(seed);
  const KeyPackageBundle good = must(make_key_package(world.suite(), world.person("ana").identity,
                                                      {kNow - 3600, kNow + 3600}, world.random()));
  const auto add = [&](std::string_view why, std::string_view error, const KeyPackage& made,
                       std::uint64_t now = kNow) {
    file.cases.push_back(json::object(
        {{"key_package", to_hex(encoded(made))}, {"now", now}, {"error", error}, {"why", why}}));
  };
  const auto refuse = [&](std::string_view why, std::string_view error,
                          const std::function<void(KeyPackage&)>& change) {
    add(why, error, changed_key_package(good, change));
  };

  add("not yet valid", "leaf_lifetime_invalid", good.key_package, kNow - 3601);
  add("no longer valid", "leaf_lifetime_invalid", good.key_package, kNow + 3601);
  KeyPackage broken = good.key_package;
  broken.signature[9] ^= 1;
  add("a false signature", "key_package_signature_invalid", broken);
  broken = good.key_package;
  broken.leaf_node.signature[9] ^= 1;
  must(sign(broken, good.signature_key));
  add("a false signature of the leaf", "leaf_signature_invalid", broken);
  refuse("an unknown cipher suite", "suite_unsupported",
         [](KeyPackage& k) { k.cipher_suite = 0x4242; });
  refuse("the init key is the leaf key", "key_package_init_key_reused",
         [](KeyPackage& k) { k.init_key = k.leaf_node.encryption_key; });
  refuse("an init key that is none of the suite", "leaf_key_invalid",
         [](KeyPackage& k) { k.init_key.pop_back(); });
  refuse("a leaf of another source", "leaf_source_wrong",
         [](KeyPackage& k) { k.leaf_node.source = LeafNodeSource::update; });
  refuse("a leaf key that is none of the suite", "leaf_key_invalid",
         [](KeyPackage& k) { k.leaf_node.encryption_key.push_back(0); });
  refuse("mls10 is not among its versions", "leaf_capabilities_insufficient",
         [](KeyPackage& k) { k.leaf_node.capabilities.versions = {2}; });
  refuse("its own suite is not among its suites", "leaf_capabilities_insufficient",
         [](KeyPackage& k) { k.leaf_node.capabilities.cipher_suites = {1}; });
  refuse("its own credential is not among its credentials", "leaf_credential_unsupported",
         [](KeyPackage& k) { k.leaf_node.capabilities.credentials = {2}; });
  refuse("an extension that it does not list", "leaf_extension_unsupported", [](KeyPackage& k) {
    k.leaf_node.extensions = {{0xf00d, {}}};
  });
  refuse("one extension twice", "extension_duplicate", [](KeyPackage& k) {
    k.leaf_node.capabilities.extensions = {0xf00d};
    k.leaf_node.extensions = {{0xf00d, {}}, {0xf00d, {}}};
  });
  return file;
}

VectorFile make_refused_structures() {
  VectorFile file{"refused-structures.json", {}};
  const auto refuse = [&](std::string_view structure, std::string_view why, std::string_view bytes,
                          std::string_view error) {
    file.cases.push_back(
        json::object({{"structure", structure}, {"bytes", bytes}, {"error", error}, {"why", why}}));
  };
  refuse("MLSMessage", "nothing", "", "truncated");
  refuse("MLSMessage", "version 0", "00000001", "version_unsupported");
  refuse("MLSMessage", "version 2", "00020001", "version_unsupported");
  refuse("MLSMessage", "wire format 0", "00010000", "enum_invalid");
  refuse("MLSMessage", "wire format 6", "00010006", "enum_invalid");
  refuse("MLSMessage", "a vector longer than the message", "000100023fff", "truncated");
  refuse("MLSMessage", "a vector of 2^30 - 1 bytes", "00010002bfffffff", "truncated");
  refuse("MLSMessage", "a length with the prefix 11", "00010002c0000000", "varint_invalid");
  refuse("MLSMessage", "a length not in its shortest form", "00010002400161", "varint_invalid");
  refuse("MLSMessage", "a PrivateMessage of content type 0", "00010002016100000000000000000000",
         "enum_invalid");
  refuse("MLSMessage", "a PublicMessage of sender type 5", "000100010161000000000000000005",
         "enum_invalid");
  refuse("MLSMessage", "a GroupInfo of an unknown suite", "000100040001ffff", "suite_unsupported");
  refuse("KeyPackage", "version 2", "0002", "version_unsupported");
  refuse("LeafNode", "a credential of unknown type", "00004242", "leaf_credential_unsupported");
  refuse("LeafNode", "capabilities of an odd length", "000000010003000100", "truncated");
  refuse("LeafNode", "a source that is none", "0000000100000000000004", "enum_invalid");
  refuse("Proposal", "type 0", "000000", "enum_invalid");
  refuse("Proposal", "a PSK of type 3", "000403", "enum_invalid");
  refuse("Proposal", "a resumption PSK of usage 4", "00040204", "enum_invalid");
  refuse("Proposal", "a Remove cut short", "0003000000", "truncated");
  refuse("Proposal", "a byte after a Remove", "00030000000000", "trailing_bytes");
  refuse("Commit", "a path that is half there", "0002", "optional_invalid");
  refuse("Commit", "neither proposal nor reference", "020300", "enum_invalid");
  refuse("GroupSecrets", "a joiner_secret of 31 bytes", "1f" + std::string(62, '0') + "0000",
         "length_invalid");
  refuse("GroupSecrets", "a path_secret of no bytes", "20" + std::string(64, '0') + "010000",
         "length_invalid");
  refuse("ratchet_tree", "a node that is neither leaf nor parent", "020103", "enum_invalid");
  refuse("ratchet_tree", "a presence byte of 2", "0102", "optional_invalid");
  refuse("ratchet_tree", "bytes after the nodes", "010000", "trailing_bytes");
  return file;
}

}  // namespace hearth::mls::make
