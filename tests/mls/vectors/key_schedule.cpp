// key-schedule: some epochs of one group, from init_secret to exporter (RFC 9420 §8).
#include "protocol/mls/schedule/key_schedule.h"

#include "protocol/mls/messages/group_info.h"
#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

constexpr std::size_t kExportMax = 255 * crypto::kHashSize;

void run_exporter(Fields fields, const EpochSecrets& secrets) {
  const std::string label = fields.text("label");
  const Bytes context = fields.bytes("context");
  const std::uint64_t length = fields.number("length");
  if (!fields.check(length <= kExportMax, "length: too long")) return;
  Bytes out(static_cast<std::size_t>(length));
  export_secret(secrets.exporter_secret, label, context, out);
  fields.same("secret", out);
}

void run(Fields& fields) {
  GroupContext context;
  context.cipher_suite = fields.suite();
  context.group_id = fields.bytes("group_id");
  Secret32 init_secret = fields.secret("initial_init_secret");

  fields.for_each("epochs", [&](Fields& epoch) {
    context.tree_hash = epoch.bytes("tree_hash");
    context.confirmed_transcript_hash = epoch.bytes("confirmed_transcript_hash");
    const Bytes encoded_context = encoded(context);
    epoch.same("group_context", encoded_context);

    EpochBeginning beginning = begin_epoch(init_secret, epoch.secret("commit_secret"),
                                           epoch.secret("psk_secret"), encoded_context);
    const EpochSecrets& secrets = beginning.epoch;
    epoch.same("joiner_secret", beginning.joiner_secret.view());
    epoch.same("welcome_secret", beginning.welcome_secret.view());
    epoch.same("sender_data_secret", secrets.sender_data_secret.view());
    epoch.same("encryption_secret", secrets.encryption_secret.view());
    epoch.same("exporter_secret", secrets.exporter_secret.view());
    epoch.same("external_secret", secrets.external_secret.view());
    epoch.same("confirmation_key", secrets.confirmation_key.view());
    epoch.same("membership_key", secrets.membership_key.view());
    epoch.same("resumption_psk", secrets.resumption_psk.view());
    epoch.same("epoch_authenticator", secrets.epoch_authenticator.view());
    epoch.same("init_secret", secrets.init_secret.view());
    run_exporter(epoch.object("exporter"), secrets);

    const auto external = external_key_pair(context.cipher_suite, secrets.external_secret);
    if (epoch.ok(external, "external_pub")) epoch.same("external_pub", external->public_key);

    init_secret = std::move(beginning.epoch.init_secret);
    ++context.epoch;
  });
}

}  // namespace

Kind key_schedule() { return {"key-schedule", run}; }

}  // namespace hearth::mls::vectors
