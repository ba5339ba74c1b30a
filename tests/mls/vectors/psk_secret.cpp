// psk_secret: the chain of pre-shared keys (RFC 9420 §8.4).
#include "protocol/mls/schedule/psk.h"

#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

void run(Fields& fields) {
  fields.suite();  // Every suite of ours hashes alike.
  std::vector<Psk> psks;
  std::vector<PreSharedKeyId> ids;
  fields.for_each("psks", [&](Fields& item) {
    PreSharedKeyId id{ExternalPskId{item.bytes("psk_id")}, item.bytes("psk_nonce")};
    ids.push_back(id);
    psks.push_back({std::move(id), SecretBytes(item.bytes("psk"))});
  });
  if (fields.failed() || !fields.ok(check_psk_ids(ids), "psks")) return;
  fields.same("psk_secret", derive_psk_secret(psks).view());
}

// A flip turns suites 1 to 3 into each other, and the result is the same for all three.
constexpr Exemption kExemptions[] = {
    {"cipher_suite", "suites 1 to 3 have one KDF",
     [](const json::Value&, const json::Value& flipped, const Flip&) {
       const std::uint64_t suite = flipped.find("cipher_suite")->as_u64();
       return suite >= 1 && suite <= 3;
     }},
};

}  // namespace

Kind psk_secret() { return {"psk_secret", run, kExemptions}; }

}  // namespace hearth::mls::vectors
