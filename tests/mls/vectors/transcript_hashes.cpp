// transcript-hashes: a commit's place in the transcript and its confirmation tag (RFC 9420 §8.2).
#include "protocol/mls/schedule/transcript.h"

#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

void run(Fields& fields) {
  fields.suite();  // Every suite of ours hashes alike.
  const Secret32 confirmation_key = fields.secret("confirmation_key");
  const Bytes bytes = fields.bytes("authenticated_content");
  const Bytes interim_before = fields.bytes("interim_transcript_hash_before");
  if (fields.failed()) return;

  const auto commit = decode_exact<AuthenticatedContent>(bytes);
  if (!fields.ok(commit, "authenticated_content")) return;
  fields.same("authenticated_content", encoded(*commit));
  const Hash confirmed = confirmed_transcript_hash(interim_before, *commit);
  fields.same("confirmed_transcript_hash_after", confirmed);
  if (!fields.ok(check_confirmation_tag(confirmation_key, confirmed, commit->auth), "tag")) return;
  fields.same("interim_transcript_hash_after",
              interim_transcript_hash(confirmed, *commit->auth.confirmation_tag));
}

constexpr Exemption kExemptions[] = {
    {"cipher_suite", "suites 1 to 3 have one hash",
     [](const json::Value&, const json::Value& flipped, const Flip&) {
       const std::uint64_t suite = flipped.find("cipher_suite")->as_u64();
       return suite >= 1 && suite <= 3;
     }},
};

}  // namespace

Kind transcript_hashes() { return {"transcript-hashes", run, kExemptions}; }

}  // namespace hearth::mls::vectors
