// The secret tree in a sealed snapshot. All integers big-endian:
//
//   u8 format = 1 | u16 suite | u32 leaves | u32 forward_max | u32 skipped_max
//   u32 n | n * (u32 node | 32 secret)                        ascending by node
//   u32 n | n * (u32 leaf | handshake | application)          ascending by leaf
//   ratchet = 32 secret | u32 generation | u32 n | n * (u32 generation | Nk key | 12 nonce)
#include <algorithm>

#include "protocol/mls/schedule/secret_tree.h"

namespace hearth::mls {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::uint32_t kForwardMaxBound = 1u << 20;  // Bounds of limits we believe when decoding.
constexpr std::uint32_t kSkippedMaxBound = 1u << 12;

template <class Map>
std::vector<std::uint32_t> sorted_keys(const Map& map) {
  std::vector<std::uint32_t> keys;
  keys.reserve(map.size());
  for (const auto& entry : map) keys.push_back(entry.first);
  std::ranges::sort(keys);
  return keys;
}

std::uint32_t count_of(const auto& container) {
  return static_cast<std::uint32_t>(container.size());
}

Result<Secret32> read_secret(Reader& reader) {
  HEARTH_TRY(const ByteView bytes, reader.take(kHashSize));
  return Secret32::from(bytes);
}

// Reads the number of items of at least `size` bytes each; more than the input holds is an error.
Result<std::uint32_t> read_count(Reader& reader, std::size_t size) {
  HEARTH_TRY(const std::uint32_t count, reader.u32());
  if (count > reader.rest().size() / size) return fail(MlsErrc::snapshot_invalid);
  return count;
}

}  // namespace

SecretBytes SecretTree::encode_secret() const {
  const std::size_t key_size = crypto::aead_key_size(suite_);
  std::size_t size = 1 + 2 + 3 * 4 + 4 + nodes_.size() * (4 + kHashSize) + 4;
  for (const auto& [leaf, ratchets] : senders_) {
    size += 4;
    for (const Ratchet& ratchet : ratchets.of) {
      size += kHashSize + 4 + 4 + ratchet.skipped.size() * (4 + key_size + crypto::kNonceSize);
    }
  }

  // Reserved at its final size, so that growing leaves no copy of a secret behind.
  Writer writer;
  writer.reserve(size);
  writer.u8(kFormat).u16(static_cast<std::uint16_t>(suite_)).u32(leaves_.value);
  writer.u32(limits_.forward_max).u32(limits_.skipped_max);
  writer.u32(count_of(nodes_));
  for (const std::uint32_t node : sorted_keys(nodes_)) {
    writer.u32(node).raw(nodes_.at(node).view());
  }
  writer.u32(count_of(senders_));
  for (const std::uint32_t leaf : sorted_keys(senders_)) {
    writer.u32(leaf);
    for (const Ratchet& ratchet : senders_.at(leaf).of) {
      writer.raw(ratchet.secret.view()).u32(ratchet.generation).u32(count_of(ratchet.skipped));
      for (const MessageKey& key : ratchet.skipped) {
        writer.u32(key.generation).raw(key.aead.key_view()).raw(key.aead.nonce);
      }
    }
  }
  expects(writer.size() == size);
  return SecretBytes(writer.take());
}

Result<SecretTree> SecretTree::decode(Reader& reader) {
  HEARTH_TRY(const std::uint8_t format, reader.u8());
  HEARTH_TRY(const std::uint16_t suite_number, reader.u16());
  HEARTH_TRY(const std::uint32_t leaves, reader.u32());
  RatchetLimits limits;
  HEARTH_TRY(limits.forward_max, reader.u32());
  HEARTH_TRY(limits.skipped_max, reader.u32());
  if (format != kFormat || !crypto::supported(suite_number) || !std::has_single_bit(leaves) ||
      leaves > kLeafCountMax || limits.forward_max > kForwardMaxBound ||
      limits.skipped_max > kSkippedMaxBound) {
    return fail(MlsErrc::snapshot_invalid);
  }
  const auto suite = static_cast<CipherSuite>(suite_number);
  const std::size_t key_size = crypto::aead_key_size(suite);
  SecretTree tree(suite, {leaves}, {}, limits);
  tree.nodes_.clear();

  HEARTH_TRY(const std::uint32_t nodes, read_count(reader, 4 + kHashSize));
  for (std::uint32_t i = 0; i < nodes; ++i) {
    HEARTH_TRY(const std::uint32_t node, reader.u32());
    HEARTH_TRY(Secret32 secret, read_secret(reader));
    if (node >= node_count({leaves}) || !tree.nodes_.emplace(node, std::move(secret)).second) {
      return fail(MlsErrc::snapshot_invalid);
    }
  }

  HEARTH_TRY(const std::uint32_t senders, read_count(reader, 4 + 2 * (kHashSize + 8)));
  for (std::uint32_t i = 0; i < senders; ++i) {
    HEARTH_TRY(const std::uint32_t leaf, reader.u32());
    Ratchets ratchets;
    for (Ratchet& ratchet : ratchets.of) {
      HEARTH_TRY(ratchet.secret, read_secret(reader));
      HEARTH_TRY(ratchet.generation, reader.u32());
      HEARTH_TRY(const std::uint32_t skipped,
                 read_count(reader, 4 + key_size + crypto::kNonceSize));
      if (skipped > limits.skipped_max) return fail(MlsErrc::snapshot_invalid);
      ratchet.skipped.reserve(skipped);
      for (std::uint32_t k = 0; k < skipped; ++k) {
        MessageKey key;
        key.aead.key_size = static_cast<std::uint8_t>(key_size);
        HEARTH_TRY(key.generation, reader.u32());
        HEARTH_TRY(const ByteView key_bytes, reader.take(key_size));
        std::ranges::copy(key_bytes, key.aead.key.mutable_view().begin());
        HEARTH_TRY(key.aead.nonce, reader.array<crypto::kNonceSize>());
        const bool ascending =
            ratchet.skipped.empty() || ratchet.skipped.back().generation < key.generation;
        if (!ascending || key.generation >= ratchet.generation) {
          return fail(MlsErrc::snapshot_invalid);
        }
        ratchet.skipped.push_back(std::move(key));
      }
    }
    if (leaf >= leaves || !tree.senders_.emplace(leaf, std::move(ratchets)).second) {
      return fail(MlsErrc::snapshot_invalid);
    }
  }
  HEARTH_CHECK(tree.check_cover());
  return tree;
}

// Each leaf has its ratchets or hangs below exactly one secret, never both: then no key can be
// derived twice, and `expand` always finds where to begin.
Status SecretTree::check_cover() const {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> covered;  // [first leaf, one past the last)
  covered.reserve(nodes_.size() + senders_.size());
  for (const auto& [node, secret] : nodes_) {
    const std::uint32_t half = (1u << level({node})) - 1;
    covered.emplace_back((node - half) / 2, (node + half) / 2 + 1);
  }
  for (const auto& [leaf, ratchets] : senders_) covered.emplace_back(leaf, leaf + 1);
  std::ranges::sort(covered);
  std::uint32_t reached = 0;
  for (const auto& [begin, end] : covered) {
    if (begin != reached) return fail(MlsErrc::snapshot_invalid);
    reached = end;
  }
  return reached == leaves_.value ? Status{} : fail(MlsErrc::snapshot_invalid);
}

}  // namespace hearth::mls
