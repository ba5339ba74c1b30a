// A box for several X25519 keys at once, from somebody without a name.
#pragma once

#include "protocol/crypto/random.h"
#include "protocol/room/ids.h"

namespace hearth::room {

inline constexpr std::size_t kRecipientsMax = 64;
inline constexpr std::size_t kBoxCopySize = 80;  // enc32, wrapped48.

// SealedBox   copies<V>{enc32, wrapped48} | nonce24 | XChaCha20-Poly1305(k, nonce, plain, aad)
// k is random; each copy is HPKE SealBase (RFC 9180, the suite of MLS 0x0003) of k to one key with
// info `label` | room_id and empty aad; the aad of the content is `label` | room_id | copies<V>.
// `plain` should already be padded.
Result<Bytes> seal_box(const RoomId& room, std::string_view label, std::span<const DeskKey> to,
                       ByteView plain, crypto::RandomSource& random);
// The same with exactly `copies` copies (at most kRecipientsMax) in random order: those that are
// for nobody look like the others, so a box does not tell for how many it is.
Result<Bytes> seal_box_among(const RoomId& room, std::string_view label,
                             std::span<const DeskKey> to, std::size_t copies, ByteView plain,
                             crypto::RandomSource& random);
// recipient_missing when no copy opens with this key.
Result<Bytes> open_box(const RoomId& room, std::string_view label, const crypto::KemKeyPair& key,
                       ByteView box);

}  // namespace hearth::room
