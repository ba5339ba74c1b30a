// The files of the public vectors' own kinds: derivations, trees and what is signed, in our words.
#include "protocol/crypto/labels.h"
#include "protocol/mls/schedule/psk.h"
#include "protocol/mls/schedule/secret_tree.h"
#include "protocol/mls/tree/tree.h"
#include "tests/mls/make/recorder.h"

namespace hearth::mls::make {
namespace {

using namespace test;

std::vector<CipherSuite> suites() {
  std::vector<CipherSuite> suites;
  for (std::uint16_t suite = 1; suite <= 3; ++suite) {
    if (crypto::supported(suite)) suites.push_back(static_cast<CipherSuite>(suite));
  }
  return suites;
}
json::Value number_of(CipherSuite suite) { return static_cast<std::uint16_t>(suite); }

json::Value crypto_basics(CipherSuite suite, crypto::RandomSource& random) {
  const auto some = [&] { return to_bytes(random.array<32>()); };
  json::Value made = json::object({{"cipher_suite", number_of(suite)}});

  const Bytes value = some();
  made.set("ref_hash", json::object({{"label", "RefHash"},
                                     {"value", to_hex(value)},
                                     {"out", to_hex(crypto::ref_hash("RefHash", value))}}));
  const Bytes secret = some();
  const Bytes context = some();
  Bytes expanded(80);
  crypto::expand_with_label(secret, "Expand", context, expanded);
  made.set("expand_with_label", json::object({{"secret", to_hex(secret)},
                                              {"label", "Expand"},
                                              {"context", to_hex(context)},
                                              {"length", 80},
                                              {"out", to_hex(expanded)}}));
  made.set("derive_secret",
           json::object({{"secret", to_hex(secret)},
                         {"label", "Derive"},
                         {"out", to_hex(crypto::derive_secret(secret, "Derive").view())}}));
  Bytes tree_secret(32);
  crypto::derive_tree_secret(secret, "Tree", 0xffffffff, tree_secret);
  made.set("derive_tree_secret", json::object({{"secret", to_hex(secret)},
                                               {"label", "Tree"},
                                               {"generation", 0xffffffffu},
                                               {"length", 32},
                                               {"out", to_hex(tree_secret)}}));
  const auto key = must(crypto::SignatureKey::generate(suite, random));
  made.set(
      "sign_with_label",
      json::object({{"priv", to_hex(key.private_key())},
                    {"pub", to_hex(key.public_key())},
                    {"content", to_hex(value)},
                    {"label", "Sign"},
                    {"signature", to_hex(must(crypto::sign_with_label(key, "Sign", value)))}}));
  const auto pair = must(crypto::kem_generate(suite, random));
  const auto sealed =
      must(crypto::encrypt_with_label(suite, pair.public_key, "Encrypt", context, value, random));
  made.set("encrypt_with_label", json::object({{"priv", to_hex(pair.private_key.view())},
                                               {"pub", to_hex(pair.public_key)},
                                               {"label", "Encrypt"},
                                               {"context", to_hex(context)},
                                               {"plaintext", to_hex(value)},
                                               {"kem_output", to_hex(sealed.kem_output)},
                                               {"ciphertext", to_hex(sealed.ciphertext)}}));
  return made;
}

json::Value psk_secret(CipherSuite suite, std::size_t count, crypto::RandomSource& random) {
  std::vector<Psk> psks;
  json::Value list = json::array();
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes id = to_bytes(random.array<7>());
    const Bytes secret = to_bytes(random.array<20>());
    const Bytes nonce = to_bytes(random.array<32>());
    psks.push_back({{ExternalPskId{id}, nonce}, SecretBytes(ByteView(secret))});
    list.push(json::object(
        {{"psk_id", to_hex(id)}, {"psk", to_hex(secret)}, {"psk_nonce", to_hex(nonce)}}));
  }
  return json::object({{"cipher_suite", number_of(suite)},
                       {"psks", std::move(list)},
                       {"psk_secret", to_hex(derive_psk_secret(psks).view())}});
}

json::Value key_schedule(CipherSuite suite, crypto::RandomSource& random) {
  GroupContext context;
  context.cipher_suite = suite;
  context.group_id = to_bytes(random.array<9>());
  Secret32 init = random.secret<32>();
  json::Value made = json::object({{"cipher_suite", number_of(suite)},
                                   {"group_id", to_hex(context.group_id)},
                                   {"initial_init_secret", to_hex(init.view())}});
  json::Value epochs = json::array();
  for (; context.epoch < 2; ++context.epoch) {
    context.tree_hash = to_bytes(random.array<32>());
    context.confirmed_transcript_hash = to_bytes(random.array<32>());
    const Secret32 commit_secret = random.secret<32>();
    const Secret32 psk = random.secret<32>();
    EpochBeginning begun = begin_epoch(init, commit_secret, psk, encoded(context));
    const auto hex = [](const Secret32& secret) { return json::Value(to_hex(secret.view())); };
    Bytes exported(50);
    export_secret(begun.epoch.exporter_secret, "exporter label", view_of("context"), exported);
    epochs.push(json::object({
        {"tree_hash", to_hex(context.tree_hash)},
        {"commit_secret", hex(commit_secret)},
        {"psk_secret", hex(psk)},
        {"confirmed_transcript_hash", to_hex(context.confirmed_transcript_hash)},
        {"group_context", to_hex(encoded(context))},
        {"joiner_secret", hex(begun.joiner_secret)},
        {"welcome_secret", hex(begun.welcome_secret)},
        {"init_secret", hex(begun.epoch.init_secret)},
        {"sender_data_secret", hex(begun.epoch.sender_data_secret)},
        {"encryption_secret", hex(begun.epoch.encryption_secret)},
        {"exporter_secret", hex(begun.epoch.exporter_secret)},
        {"epoch_authenticator", hex(begun.epoch.epoch_authenticator)},
        {"external_secret", hex(begun.epoch.external_secret)},
        {"confirmation_key", hex(begun.epoch.confirmation_key)},
        {"membership_key", hex(begun.epoch.membership_key)},
        {"resumption_psk", hex(begun.epoch.resumption_psk)},
        {"external_pub",
         to_hex(must(external_key_pair(suite, begun.epoch.external_secret)).public_key)},
        {"exporter", json::object({{"label", "exporter label"},
                                   {"context", to_hex(view_of("context"))},
                                   {"length", 50},
                                   {"secret", to_hex(exported)}})},
    }));
    init = std::move(begun.epoch.init_secret);
  }
  made.set("epochs", std::move(epochs));
  return made;
}

json::Value secret_tree(CipherSuite suite, std::uint32_t leaves, crypto::RandomSource& random) {
  const Secret32 secret = random.secret<32>();
  const Secret32 sender_secret = random.secret<32>();
  const Bytes ciphertext = to_bytes(random.array<40>());
  const AeadKey sender_key = sender_data_key(suite, sender_secret, ciphertext);
  SecretTree tree(suite, full_tree_for(leaves), secret.clone());
  json::Value list = json::array();
  for (LeafIndex leaf; leaf.value < leaves; ++leaf.value) {
    json::Value steps = json::array();
    for (std::uint32_t generation = 0; generation < 3; ++generation) {
      const MessageKey handshake = must(tree.next(leaf, RatchetType::handshake));
      const MessageKey application = must(tree.next(leaf, RatchetType::application));
      steps.push(json::object({{"generation", generation},
                               {"handshake_key", to_hex(handshake.aead.key_view())},
                               {"handshake_nonce", to_hex(handshake.aead.nonce)},
                               {"application_key", to_hex(application.aead.key_view())},
                               {"application_nonce", to_hex(application.aead.nonce)}}));
    }
    list.push(std::move(steps));
  }
  return json::object(
      {{"cipher_suite", number_of(suite)},
       {"encryption_secret", to_hex(secret.view())},
       {"sender_data", json::object({{"sender_data_secret", to_hex(sender_secret.view())},
                                     {"ciphertext", to_hex(ciphertext)},
                                     {"key", to_hex(sender_key.key_view())},
                                     {"nonce", to_hex(sender_key.nonce)}})},
       {"leaves", std::move(list)}});
}

// Trees of a living group: after path-less adds, after paths, after removals.
void tree_validation(std::uint64_t seed, CipherSuite suite, VectorFile& file) {
  MlsWorld world(seed, suite);
  const auto note = [&] {
    const Group& group = world.group("ana");
    const RatchetTree tree = must(RatchetTree::decode(group.ratchet_tree()));
    json::Value hashes = json::array();
    json::Value resolutions = json::array();
    for (NodeIndex node; node.value < node_count(tree.leaf_count()); ++node.value) {
      hashes.push(to_hex(tree.subtree_hash(node)));
      json::Value nodes = json::array();
      for (const NodeIndex found : tree.resolution(node)) nodes.push(found.value);
      resolutions.push(std::move(nodes));
    }
    file.cases.push_back(json::object({{"cipher_suite", number_of(suite)},
                                       {"group_id", to_hex(group.group_id())},
                                       {"tree", to_hex(group.ratchet_tree())},
                                       {"tree_hashes", std::move(hashes)},
                                       {"resolutions", std::move(resolutions)}}));
  };
  world.found("ana", {"bo", "cy", "dee", "eve"});
  note();
  for (const std::string name : {"ana", "cy", "eve"}) world.commit(name);
  world.add("bo", {"fay"});
  note();
  world.commit("ana", {.proposals = {Group::remove(world.person("cy").index())}});
  world.commit("fay");
  note();
}

}  // namespace

std::vector<VectorFile> make_values(std::uint64_t seed) {
  crypto::SeededRandom random(seed);
  VectorFile basics{"crypto-basics.json", {}};
  VectorFile psks{"psk_secret.json", {}};
  VectorFile schedules{"key-schedule.json", {}};
  VectorFile secrets{"secret-tree.json", {}};
  VectorFile trees{"tree-validation.json", {}};
  for (const CipherSuite suite : suites()) {
    basics.cases.push_back(crypto_basics(suite, random));
    for (const std::size_t count : {0, 1, 3}) {
      psks.cases.push_back(psk_secret(suite, count, random));
    }
    schedules.cases.push_back(key_schedule(suite, random));
    for (const std::uint32_t leaves : {1u, 5u}) {
      secrets.cases.push_back(secret_tree(suite, leaves, random));
    }
    tree_validation(seed, suite, trees);
  }
  return {std::move(basics), std::move(psks), std::move(schedules), std::move(secrets),
          std::move(trees)};
}

}  // namespace hearth::mls::make
