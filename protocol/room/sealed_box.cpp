// A box for several keys: one random content key, wrapped for each by HPKE.
#include "protocol/room/sealed_box.h"

#include "protocol/crypto/hpke.h"
#include "protocol/room/error.h"

namespace hearth::room {
namespace {

constexpr auto kSuite = crypto::kDefaultSuite;
constexpr std::size_t kNonce = 24;
constexpr std::size_t kEncSize = 32;
constexpr std::size_t kWrappedSize = Secret32::kSize + crypto::kTagSize;

Bytes info_of(const RoomId& room, std::string_view label) {
  return concat({view_of(label), room.bytes});
}

}  // namespace

Result<Bytes> seal_box(const RoomId& room, std::string_view label, std::span<const DeskKey> to,
                       ByteView plain, crypto::RandomSource& random) {
  expects(!to.empty() && to.size() <= kRecipientsMax);
  const Bytes info = info_of(room, label);
  const Secret32 key = random.secret<32>();
  Writer copies;
  for (const DeskKey& recipient : to) {
    HEARTH_TRY(const crypto::HpkeSealed copy,
               crypto::hpke_seal(kSuite, recipient.bytes, info, {}, key.view(), random));
    copies.raw(copy.kem_output).raw(copy.ciphertext);
  }
  Writer box;
  box.vector(copies.bytes());
  const Bytes aad = concat({info, box.bytes()});
  const auto nonce = random.array<kNonce>();
  box.raw(nonce).raw(crypto::xchacha_seal(key, nonce, aad, plain));
  return box.take();
}

Result<Bytes> open_box(const RoomId& room, std::string_view label, const crypto::KemKeyPair& key,
                       ByteView box) {
  const Bytes info = info_of(room, label);
  Reader reader(box);
  HEARTH_TRY(const ByteView copies, reader.vector_view());
  const Bytes aad = concat({info, box.first(box.size() - reader.rest().size())});
  if (copies.size() > kRecipientsMax * (kEncSize + kWrappedSize)) {
    return hearth::fail(make_error(CodecErrc::length_invalid));
  }
  HEARTH_TRY(const auto nonce, reader.array<kNonce>());
  for (Reader each(copies); !each.done();) {
    HEARTH_TRY(const ByteView enc, each.take(kEncSize));
    HEARTH_TRY(const ByteView wrapped, each.take(kWrappedSize));
    const auto content_key =
        crypto::hpke_open(kSuite, enc, key.private_key, key.public_key, info, {}, wrapped);
    if (!content_key) continue;
    const auto plain =
        crypto::xchacha_open(Secret32::from(content_key->view()), nonce, aad, reader.rest());
    if (!plain) return fail(RoomErrc::open_failed);
    return *plain;
  }
  return fail(RoomErrc::recipient_missing);
}

}  // namespace hearth::room
