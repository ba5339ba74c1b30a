// Which runner takes which file.
#include <array>

#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {

std::span<const Kind> kinds() {
  static const std::array kKinds{
      crypto_basics(),
      deserialization(),
      key_schedule(),
      message_protection(),
      messages(),
      psk_secret(),
      secret_tree(),
      transcript_hashes(),
      tree_math(),
      tree_operations(),
      tree_validation(),
      treekem(),
      varint_invalid(),
      welcome(),
      passive_client("passive-client-*"),
      passive_client("interop-*"),
      passive_client("made-*"),
      refused_structures(),
      refused_key_packages(),
      refused_trees(),
      refused_welcomes(),
      refused_messages(),
  };
  return kKinds;
}

const Kind* find_kind(std::string_view file_name) {
  constexpr std::string_view kSuffix = ".json";
  if (!file_name.ends_with(kSuffix)) return nullptr;
  const std::string_view name = file_name.substr(0, file_name.size() - kSuffix.size());
  for (const Kind& kind : kinds()) {
    const bool open_ended = kind.name.ends_with('*');
    const std::string_view stem = kind.name.substr(0, kind.name.size() - (open_ended ? 1 : 0));
    if (open_ended ? name.starts_with(stem) : name == stem) return &kind;
  }
  return nullptr;
}

std::optional<std::string> run_case(const Kind& kind, const json::Value& test_case) {
  Findings findings;
  {
    Fields fields(test_case, findings);
    if (!fields.failed()) kind.run(fields);
  }
  return findings.first();
}

bool is_clamped_bit(const json::Value& original, const json::Value&, const Flip& flip) {
  const json::Value* suite = original.find("cipher_suite");
  const bool x25519 = suite != nullptr && suite->is_u64() && suite->as_u64() != 2;
  return x25519 && (flip.bit < 3 || flip.bit == 254 || flip.bit == 255);
}

}  // namespace hearth::mls::vectors
