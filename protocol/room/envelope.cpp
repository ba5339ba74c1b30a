// Padding to buckets, and XChaCha20-Poly1305 around it.
#include "protocol/room/envelope.h"

#include <algorithm>

#include "protocol/room/error.h"

namespace hearth::room {
namespace {

constexpr std::size_t kNonce = 24;
constexpr std::size_t kLength = 4;  // The u32 in front of what is padded.
constexpr std::size_t kSealOverhead = kNonce + crypto::kTagSize;

// nonce24 | sealed; the caller has padded.
Bytes seal(const Secret32& key, ByteView aad, ByteView padded, crypto::RandomSource& random) {
  const auto nonce = random.array<kNonce>();
  return concat({nonce, crypto::xchacha_seal(key, nonce, aad, padded)});
}

Result<Bytes> open(const Secret32& key, ByteView aad, ByteView sealed) {
  Reader reader(sealed);
  HEARTH_TRY(const auto nonce, reader.array<kNonce>());
  const auto padded = crypto::xchacha_open(key, nonce, aad, reader.rest());
  if (!padded) return fail(RoomErrc::open_failed);
  return unpad(*padded);
}

bool contains(std::span<const std::size_t> buckets, std::size_t size) noexcept {
  return std::ranges::find(buckets, size) != buckets.end();
}

}  // namespace

bool is_bucket(EntryKind kind, std::size_t size) noexcept {
  return kind == EntryKind::control ? contains(kControlBuckets, size) : contains(kBuckets, size);
}

Result<Bytes> pad(ByteView message, std::size_t overhead, std::span<const std::size_t> buckets) {
  const std::size_t needed = overhead + kLength + message.size();
  const auto bucket = std::ranges::lower_bound(buckets, needed);
  if (bucket == buckets.end()) return fail(RoomErrc::size_invalid);
  Writer writer;
  writer.reserve(*bucket - overhead);
  writer.u32(static_cast<std::uint32_t>(message.size())).raw(message);
  Bytes padded = writer.take();
  padded.resize(*bucket - overhead);
  return padded;
}

Result<Bytes> unpad(ByteView padded) {
  Reader reader(padded);
  HEARTH_TRY(const std::uint32_t size, reader.u32());
  if (size > reader.rest().size()) return fail(RoomErrc::padding_invalid);
  HEARTH_TRY(const ByteView message, reader.take(size));
  if (!std::ranges::all_of(reader.rest(), [](Byte b) { return b == 0; })) {
    return fail(RoomErrc::padding_invalid);
  }
  return to_bytes(message);
}

Result<Bytes> seal_padded(const Secret32& key, ByteView aad, ByteView plain,
                          crypto::RandomSource& random) {
  HEARTH_TRY(const Bytes padded, pad(plain, kSealOverhead, kBuckets));
  return seal(key, aad, padded, random);
}

Result<Bytes> open_padded(const Secret32& key, ByteView aad, ByteView sealed) {
  if (!contains(kBuckets, sealed.size())) return fail(RoomErrc::size_invalid);
  return open(key, aad, sealed);
}

EnvelopeKey::EnvelopeKey(const RoomId& room, Generation generation, const Secret16& s_g)
    : room_(room), generation_(generation) {
  Writer context;
  encode(context, room);
  context.u16(generation);
  key_ = hkdf(s_g.view(), "envelope", context.bytes());
}

Result<Bytes> EnvelopeKey::seal(EntryKind kind, ByteView mls_message,
                                crypto::RandomSource& random) const {
  expects(kind == EntryKind::commit || kind == EntryKind::proposal);
  HEARTH_TRY(const Bytes padded, pad(mls_message, kSealOverhead, kBuckets));
  return room::seal(key_, aad(kind, {}), padded, random);
}

Result<Bytes> EnvelopeKey::seal_app(const Hash& commitment, ByteView mls_message,
                                    crypto::RandomSource& random) const {
  HEARTH_TRY(const Bytes padded, pad(mls_message, commitment.size() + kSealOverhead, kBuckets));
  return concat({commitment, room::seal(key_, aad(EntryKind::app, commitment), padded, random)});
}

Result<Bytes> EnvelopeKey::open(const Entry& entry) const {
  expects(entry.kind != EntryKind::control);
  if (entry.generation != generation_) return fail(RoomErrc::open_failed);
  if (!is_bucket(entry.kind, entry.body.size())) return fail(RoomErrc::size_invalid);
  const ByteView body = entry.body;
  const std::size_t front = entry.kind == EntryKind::app ? crypto::kHashSize : 0;
  return room::open(key_, aad(entry.kind, body.first(front)), body.subspan(front));
}

Bytes EnvelopeKey::aad(EntryKind kind, ByteView commitment) const {
  Writer writer;
  encode(writer, room_);
  writer.u8(static_cast<std::uint8_t>(kind)).u16(generation_).raw(commitment);
  return writer.take();
}

std::optional<Hash> commitment_of(ByteView app_body) noexcept {
  if (app_body.size() < crypto::kHashSize) return std::nullopt;
  return to_array<crypto::kHashSize>(app_body.first(crypto::kHashSize));
}

}  // namespace hearth::room
