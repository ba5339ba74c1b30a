// passive-client-*, interop-*, made-*: a member that joins and follows (RFC 9420 §12.4).
#include "tests/mls/vectors/passive_client.h"

namespace hearth::mls::vectors {

Listener::Listener(Fields& fields) {
  options_.policy = &policy_;
  options_.psks = &psks_;
  fields.for_each("external_psks", [&](Fields& item) {
    const Bytes id = item.bytes("psk_id");
    psks_.add_external(id, SecretBytes(item.bytes("psk")));
  });

  const CipherSuite suite = fields.suite();
  auto key_package = message_body<KeyPackage>(fields, "key_package");
  welcome_ = message_body<Welcome>(fields, "welcome");
  const Bytes init_key = fields.bytes("init_priv");
  const Bytes leaf_key = fields.bytes("encryption_priv");
  const Bytes signature_key = fields.bytes("signature_priv");
  tree_ = fields.bytes_or_null("ratchet_tree");
  if (fields.failed()) return;
  fields.check(key_package->cipher_suite == static_cast<std::uint16_t>(suite),
               "key_package: another suite");
  auto bundle = bundle_from_parts(*std::move(key_package), init_key, leaf_key, signature_key);
  if (fields.ok(bundle, "private keys")) bundle_ = *std::move(bundle);
}

Result<Group> Listener::join() const {
  return Group::join(*welcome_, *bundle_, tree_ ? std::optional<ByteView>(*tree_) : std::nullopt,
                     options_);
}

std::optional<Group> Listener::join(Fields& fields) const {
  auto group = join();
  if (!fields.ok(group, "join")) return std::nullopt;
  fields.same("initial_epoch_authenticator", group->epoch_authenticator().view());
  return *std::move(group);
}

void follow(Fields& epoch, Group& group) {
  for (const Bytes& proposal : epoch.bytes_list("proposals")) {
    const auto received = group.process(proposal);
    if (!epoch.ok(received, "proposal")) return;
    epoch.check(std::holds_alternative<ReceivedProposal>(*received), "proposal: something else");
  }
  const Epoch before = group.epoch();
  auto received = group.process(epoch.bytes("commit"));
  if (!epoch.ok(received, "commit")) return;
  if (const Fault* fault = std::get_if<Fault>(&*received)) {
    epoch.check(false, "commit: " + std::string(fault->reason.name));
    return;
  }
  auto* staged = std::get_if<StagedCommit>(&*received);
  if (!epoch.check(staged != nullptr, "commit: something else")) return;
  epoch.check(group.epoch() == before, "staging has changed the group");
  if (!epoch.ok(group.merge(std::move(*staged)), "merge")) return;
  epoch.check(group.epoch() == before + 1, "merge: not the next epoch");
  epoch.same("epoch_authenticator", group.epoch_authenticator().view());
}

bool is_for_others(const json::Value& original, const json::Value& flipped, const Flip&) {
  const auto ours = [&](const json::Value& test_case) -> std::optional<Bytes> {
    const auto bytes = from_hex(test_case.find("welcome")->as_string());
    auto message = decode_exact<MlsMessage>(bytes.value_or(Bytes{}));
    const auto package_bytes = from_hex(test_case.find("key_package")->as_string());
    const auto package = decode_exact<MlsMessage>(package_bytes.value_or(Bytes{}));
    if (!message || !package) return std::nullopt;
    auto* welcome = std::get_if<Welcome>(&message->body);
    const auto* key_package = std::get_if<KeyPackage>(&package->body);
    if (welcome == nullptr || key_package == nullptr) return std::nullopt;
    std::erase_if(welcome->secrets, [ref = key_package_ref(*key_package)](const auto& entry) {
      return !equal(entry.new_member, ref);
    });
    return encoded(*welcome);
  };
  const std::optional<Bytes> before = ours(original);
  return before.has_value() && before == ours(flipped);
}

namespace {

void run(Fields& fields) {
  const Listener listener(fields);
  if (fields.failed()) return;
  std::optional<Group> group = listener.join(fields);
  if (!group) return;
  fields.for_each("epochs", [&](Fields& epoch) { follow(epoch, *group); });
}

// Without the PSK the case passes just as well: nothing refers to it.
bool is_unused_psk(const json::Value& original, const json::Value&, const Flip& flip) {
  json::Value without = original;
  json::Array& psks = without.find("external_psks")->as_array();
  psks.erase(psks.begin() + static_cast<std::ptrdiff_t>(flip.item));
  return !run_case(passive_client("passive-client-*"), without).has_value();
}

constexpr Exemption kExemptions[] = {
    {"init_priv", "X25519 overwrites five bits of a private key", is_clamped_bit},
    {"encryption_priv", "X25519 overwrites five bits of a private key", is_clamped_bit},
    {"external_psks[].psk_id", "a PSK that nothing in the case refers to", is_unused_psk},
    {"external_psks[].psk", "a PSK that nothing in the case refers to", is_unused_psk},
    {"welcome", "secrets sealed for other newcomers", is_for_others},
};

}  // namespace

Kind passive_client(std::string_view name) { return {name, run, kExemptions}; }

}  // namespace hearth::mls::vectors
