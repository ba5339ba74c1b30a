// A knock: a guest's KeyPackage and the proof that they may ask.
#pragma once

#include "protocol/crypto/random.h"
#include "protocol/room/ids.h"

namespace hearth::room {

inline constexpr std::size_t kGreetingSizeMax = 256;

// Knock   version u16 | key_package<V> | role u8 | key32 | signature64 | greeting<V> | referral<V>
// The role says which key vouches: a gate of an invitation, the delivery key under which this
// person is a member already (lost Welcome, rebuild), or a staff_server key. The signature covers
// "hearth knock" | room_id | H(key_package) | handle, where `handle` is the one of the KeyPackage's
// delivery key.
struct Knock {
  static constexpr std::uint16_t kVersion = 1;

  std::uint16_t version = kVersion;
  Bytes key_package;  // MLSMessage of a KeyPackage; opaque here.
  Role role = Role::gate;
  PublicKey key;
  Signature signature;
  std::string greeting;  // UTF-8, at most 256 bytes.
  Bytes referral{};      // A sealed Referral, or empty; at most 2 KiB.

  static Knock make(const RoomId& room, Bytes key_package, const Handle& handle, Role role,
                    const crypto::SignatureKey& key, std::string greeting);
  // That `key` signed for this KeyPackage and this handle. That the key is a gate, a member or
  // staff is for the room's state to say.
  Status verify(const RoomId& room, const Handle& handle) const;

  static Result<Knock> decode(Reader& reader);
  friend bool operator==(const Knock&, const Knock&) = default;
};
void encode(Writer& writer, const Knock& knock);

// u8 form | rest, together exactly a bucket. Form 1: seal_padded under K_door (open rooms, and
// every knock by staff); form 2: a sealed box to the staff's desk keys (lobby rooms) around
// pad(Knock). The label is "hearth knock"; aad of form 1 is "hearth knock" | room_id.
Result<Bytes> seal_knock_for_door(const RoomId& room, const Knock& knock, const Secret32& k_door,
                                  crypto::RandomSource& random);
Result<Bytes> seal_knock_for_desks(const RoomId& room, const Knock& knock,
                                   std::span<const DeskKey> desks, crypto::RandomSource& random);
// `desk` may be null: then form 2 is recipient_missing.
Result<Knock> open_knock(const RoomId& room, ByteView sealed, const Secret32& k_door,
                         const crypto::KemKeyPair* desk);

// What the desk answers to a guest it does not admit: UTF-8, at most 256 bytes, padded and boxed
// ("hearth denial") to the `direct` key of the guest's leaf.
Result<Bytes> seal_denial(const RoomId& room, std::string_view text, const DeskKey& direct,
                          crypto::RandomSource& random);
Result<std::string> open_denial(const RoomId& room, ByteView sealed,
                                const crypto::KemKeyPair& direct);

}  // namespace hearth::room
