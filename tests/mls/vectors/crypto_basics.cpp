// crypto-basics: the labelled functions of RFC 9420 §5 and §8, both ways where there are two.
#include "protocol/crypto/labels.h"
#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

constexpr std::size_t kExpandMax = 255 * crypto::kHashSize;

void run_ref_hash(Fields fields) {
  const std::string label = fields.text("label");
  fields.same("out", crypto::ref_hash(label, fields.bytes("value")));
}

void run_expand(Fields fields) {
  const Bytes secret = fields.bytes("secret");
  const std::string label = fields.text("label");
  const Bytes context = fields.bytes("context");
  const std::uint64_t length = fields.number("length");
  if (!fields.check(length <= kExpandMax, "length: too long")) return;
  Bytes out(static_cast<std::size_t>(length));
  crypto::expand_with_label(secret, label, context, out);
  fields.same("out", out);
}

void run_derive_secret(Fields fields) {
  const Bytes secret = fields.bytes("secret");
  fields.same("out", crypto::derive_secret(secret, fields.text("label")).view());
}

void run_derive_tree_secret(Fields fields) {
  const Bytes secret = fields.bytes("secret");
  const std::string label = fields.text("label");
  const std::uint32_t generation = fields.number32("generation");
  const std::uint64_t length = fields.number("length");
  if (!fields.check(length <= kExpandMax, "length: too long")) return;
  Bytes out(static_cast<std::size_t>(length));
  crypto::derive_tree_secret(secret, label, generation, out);
  fields.same("out", out);
}

void run_sign(Fields fields, crypto::CipherSuite suite) {
  const auto key = crypto::SignatureKey::from_private(suite, fields.bytes("priv"));
  const Bytes public_key = fields.bytes("pub");
  const Bytes content = fields.bytes("content");
  const std::string label = fields.text("label");
  const Bytes signature = fields.bytes("signature");
  if (!fields.ok(key, "priv")) return;

  fields.check(equal(key->public_key(), public_key), "pub: not that of priv");
  fields.ok(crypto::verify_with_label(suite, public_key, label, content, signature), "signature");
  const auto ours = crypto::sign_with_label(*key, label, content);
  if (!fields.ok(ours, "our signature")) return;
  fields.ok(crypto::verify_with_label(suite, public_key, label, content, *ours), "our signature");
}

void run_encrypt(Fields fields, crypto::CipherSuite suite) {
  const Secret32 key = fields.secret("priv");
  const Bytes public_key = fields.bytes("pub");
  const std::string label = fields.text("label");
  const Bytes context = fields.bytes("context");
  const Bytes kem_output = fields.bytes("kem_output");
  const Bytes ciphertext = fields.bytes("ciphertext");
  if (fields.failed()) return;

  const auto derived = crypto::kem_public_key(suite, key);
  if (!fields.ok(derived, "priv")) return;
  fields.check(equal(*derived, public_key), "pub: not that of priv");
  const auto opened =
      crypto::decrypt_with_label(suite, key, public_key, label, context, kem_output, ciphertext);
  if (!fields.ok(opened, "ciphertext")) return;
  fields.same("plaintext", opened->view());

  crypto::SystemRandom random;
  const auto sealed =
      crypto::encrypt_with_label(suite, public_key, label, context, opened->view(), random);
  if (!fields.ok(sealed, "our ciphertext")) return;
  const auto reopened = crypto::decrypt_with_label(suite, key, public_key, label, context,
                                                   sealed->kem_output, sealed->ciphertext);
  if (!fields.ok(reopened, "our ciphertext")) return;
  fields.same("plaintext", reopened->view());
}

void run(Fields& fields) {
  const crypto::CipherSuite suite = fields.suite();
  run_ref_hash(fields.object("ref_hash"));
  run_expand(fields.object("expand_with_label"));
  run_derive_secret(fields.object("derive_secret"));
  run_derive_tree_secret(fields.object("derive_tree_secret"));
  run_sign(fields.object("sign_with_label"), suite);
  run_encrypt(fields.object("encrypt_with_label"), suite);
}

constexpr Exemption kExemptions[] = {
    {"encrypt_with_label.priv", "X25519 overwrites five bits of a private key", is_clamped_bit},
};

}  // namespace

Kind crypto_basics() { return {"crypto-basics", run, kExemptions}; }

}  // namespace hearth::mls::vectors
