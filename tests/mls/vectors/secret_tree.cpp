// secret-tree: sender data keys and the ratchets of every leaf (RFC 9420 §6.3.2, §9).
#include "protocol/mls/schedule/secret_tree.h"

#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

void run_sender_data(Fields fields, CipherSuite suite) {
  const Secret32 secret = fields.secret("sender_data_secret");
  const AeadKey key = sender_data_key(suite, secret, fields.bytes("ciphertext"));
  fields.same("key", key.key_view());
  fields.same("nonce", key.nonce);
}

// The key as a receiver finds it and as a sender arrives at it.
void run_key(Fields& fields, SecretTree& receiver, SecretTree& sender, LeafIndex leaf,
             RatchetType type, std::uint32_t generation, std::string_view key_name,
             std::string_view nonce_name) {
  auto found = receiver.peek(leaf, type, generation);
  if (!fields.ok(found, key_name)) return;
  fields.same(key_name, found->key().aead.key_view());
  fields.same(nonce_name, found->key().aead.nonce);
  receiver.commit(*std::move(found));

  for (;;) {
    const auto next = sender.next(leaf, type);
    if (!fields.ok(next, key_name) || next->generation < generation) {
      if (fields.failed()) return;
      continue;
    }
    fields.check(next->generation == generation, "generation: passed over");
    fields.same(key_name, next->aead.key_view());
    fields.same(nonce_name, next->aead.nonce);
    return;
  }
}

void run(Fields& fields) {
  const CipherSuite suite = fields.suite();
  const Secret32 secret = fields.secret("encryption_secret");
  run_sender_data(fields.object("sender_data"), suite);
  const json::Array& leaves = fields.items("leaves");
  if (fields.failed() || !fields.check(!leaves.empty(), "leaves: none")) return;

  const LeafCount leaf_count = full_tree_for(static_cast<std::uint32_t>(leaves.size()));
  SecretTree receiver(suite, leaf_count, secret.clone());
  SecretTree sender(suite, leaf_count, secret.clone());
  for (LeafIndex leaf; leaf.value < leaves.size(); ++leaf.value) {
    if (!fields.check(leaves[leaf.value].is_array(), "leaves[]: not a list")) return;
    for (const json::Value& step : leaves[leaf.value].as_array()) {
      Findings findings;
      {
        Fields item(step, findings, "leaves[" + std::to_string(leaf.value) + "].");
        const std::uint32_t generation = item.number32("generation");
        run_key(item, receiver, sender, leaf, RatchetType::handshake, generation, "handshake_key",
                "handshake_nonce");
        run_key(item, receiver, sender, leaf, RatchetType::application, generation,
                "application_key", "application_nonce");
      }
      if (findings.any() && !fields.check(false, *findings.first())) return;
    }
  }
}

constexpr Exemption kExemptions[] = {
    {"sender_data.ciphertext", "only its first 32 bytes are sampled (RFC 9420 §6.3.2)",
     [](const json::Value&, const json::Value&, const Flip& flip) { return flip.bit >= 256; }},
};

}  // namespace

Kind secret_tree() { return {"secret-tree", run, kExemptions}; }

}  // namespace hearth::mls::vectors
