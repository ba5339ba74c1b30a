// welcome: from a Welcome to the confirmation tag, step by step (RFC 9420 §12.4.3.1).
#include "protocol/crypto/labels.h"
#include "protocol/mls/schedule/key_schedule.h"
#include "protocol/mls/schedule/transcript.h"
#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

void run(Fields& fields) {
  const CipherSuite suite = fields.suite();
  const Secret32 init_key = fields.secret("init_priv");
  const Bytes signer = fields.bytes("signer_pub");
  const auto key_package = message_body<KeyPackage>(fields, "key_package");
  const auto welcome = message_body<Welcome>(fields, "welcome");
  if (fields.failed()) return;

  const auto suite_number = static_cast<std::uint16_t>(suite);
  fields.check(key_package->cipher_suite == suite_number, "key_package: another suite");
  fields.check(welcome->cipher_suite == suite_number, "welcome: another suite");
  fields.ok(verify_signature(*key_package), "key_package");
  fields.ok(verify_signature(key_package->leaf_node, suite, {}), "key_package's leaf");
  const auto init_public = crypto::kem_public_key(suite, init_key);
  if (!fields.ok(init_public, "init_priv")) return;
  fields.check(equal(*init_public, key_package->init_key), "init_priv: not that of key_package");

  const Hash ref = key_package_ref(*key_package);
  if (!fields.check(welcome->secrets.size() == 1 && equal(welcome->secrets[0].new_member, ref),
                    "welcome: not for key_package")) {
    return;
  }
  const HpkeCiphertext& sealed = welcome->secrets[0].encrypted_group_secrets;
  const auto opened = crypto::decrypt_with_label(suite, init_key, key_package->init_key, "Welcome",
                                                 welcome->encrypted_group_info, sealed.kem_output,
                                                 sealed.ciphertext);
  if (!fields.ok(opened, "welcome's secrets")) return;
  const auto secrets = decode_exact<GroupSecrets>(opened->view());
  if (!fields.ok(secrets, "GroupSecrets")) return;
  fields.check(equal(secrets->encode_secret().view(), opened->view()), "GroupSecrets: differ");
  fields.check(secrets->psks.empty(), "GroupSecrets: a PSK");

  const JoinerSchedule schedule(secrets->joiner_secret, Secret32{});
  const auto info_bytes =
      open_group_info(suite, schedule.welcome_secret(), welcome->encrypted_group_info);
  if (!fields.ok(info_bytes, "welcome's GroupInfo")) return;
  const auto info = decode_exact<GroupInfo>(*info_bytes);
  if (!fields.ok(info, "GroupInfo")) return;
  fields.check(equal(encoded(*info), *info_bytes), "GroupInfo: differs");
  fields.ok(verify_signature(*info, signer), "GroupInfo");
  const EpochSecrets epoch = schedule.epoch_secrets(encoded(info->group_context));
  fields.ok(
      check_confirmation_tag(epoch.confirmation_key, info->group_context.confirmed_transcript_hash,
                             info->confirmation_tag),
      "confirmation tag");
}

constexpr Exemption kExemptions[] = {
    {"init_priv", "X25519 overwrites five bits of a private key", is_clamped_bit},
};

}  // namespace

Kind welcome() { return {"welcome", run, kExemptions}; }

}  // namespace hearth::mls::vectors
