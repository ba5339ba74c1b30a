// The envelope around every MLS message, and the sizes a body may have.
#pragma once

#include <array>

#include "protocol/crypto/random.h"
#include "protocol/room/entry.h"

namespace hearth::room {

inline constexpr std::array<std::size_t, 5> kBuckets{512, 1024, 4096, 16384, 65536};
inline constexpr std::array<std::size_t, 6> kControlBuckets{256, 512, 1024, 4096, 16384, 65536};

// Whether `size` is a bucket for the body of such an entry. The server checks nothing else of a
// sealed body.
bool is_bucket(EntryKind kind, std::size_t size) noexcept;

// pad(m) = u32 length | m | zeros, filling exactly the smallest of `buckets` that holds
// `overhead` more bytes; size_invalid when none does.
Result<Bytes> pad(ByteView message, std::size_t overhead, std::span<const std::size_t> buckets);
// Refuses a length beyond the end and any pad byte other than zero.
Result<Bytes> unpad(ByteView padded);

// nonce24 | XChaCha20-Poly1305(key, nonce, pad(plain), aad), exactly a bucket of kBuckets. What is
// sealed under K_door uses it too.
Result<Bytes> seal_padded(const Secret32& key, ByteView aad, ByteView plain,
                          crypto::RandomSource& random);
Result<Bytes> open_padded(const Secret32& key, ByteView aad, ByteView sealed);

// K_env of generation g = HKDF(s_g, "envelope", room_id | g).
class EnvelopeKey final {
 public:
  EnvelopeKey(const RoomId& room, Generation generation, const Secret16& s_g);

  Generation generation() const noexcept { return generation_; }

  // The body of a commit or proposal: nonce24 | sealed.
  Result<Bytes> seal(EntryKind kind, ByteView mls_message, crypto::RandomSource& random) const;
  // The body of an app entry: commitment32 | nonce24 | sealed.
  Result<Bytes> seal_app(const Hash& commitment, ByteView mls_message,
                         crypto::RandomSource& random) const;
  // The MLSMessage inside. `entry` must be of this generation and not a control entry.
  Result<Bytes> open(const Entry& entry) const;

 private:
  Bytes aad(EntryKind kind, ByteView commitment) const;

  RoomId room_;
  Generation generation_;
  Secret32 key_;
};

// The commitment in front of an app body; nothing when the body is too short.
std::optional<Hash> commitment_of(ByteView app_body) noexcept;

}  // namespace hearth::room
