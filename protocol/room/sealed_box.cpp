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

static_assert(kEncSize + kWrappedSize == kBoxCopySize);

Result<Bytes> copy_for(const DeskKey& recipient, ByteView info, const Secret32& key,
                       crypto::RandomSource& random) {
  HEARTH_TRY(const crypto::HpkeSealed copy,
             crypto::hpke_seal(kSuite, recipient.bytes, info, {}, key.view(), random));
  return concat({copy.kem_output, copy.ciphertext});
}

Bytes finish_box(ByteView info, const Secret32& key, ByteView copies, ByteView plain,
                 crypto::RandomSource& random) {
  Writer box;
  box.vector(copies);
  const Bytes aad = concat({info, box.bytes()});
  const auto nonce = random.array<kNonce>();
  box.raw(nonce).raw(crypto::xchacha_seal(key, nonce, aad, plain));
  return box.take();
}

}  // namespace

Result<Bytes> seal_box(const RoomId& room, std::string_view label, std::span<const DeskKey> to,
                       ByteView plain, crypto::RandomSource& random) {
  expects(!to.empty() && to.size() <= kRecipientsMax);
  const Bytes info = info_of(room, label);
  const Secret32 key = random.secret<32>();
  Writer copies;
  for (const DeskKey& recipient : to) {
    HEARTH_TRY(const Bytes copy, copy_for(recipient, info, key, random));
    copies.raw(copy);
  }
  return finish_box(info, key, copies.bytes(), plain, random);
}

Result<Bytes> seal_box_among(const RoomId& room, std::string_view label,
                             std::span<const DeskKey> to, std::size_t copies, ByteView plain,
                             crypto::RandomSource& random) {
  expects(!to.empty() && to.size() <= copies && copies <= kRecipientsMax);
  const Bytes info = info_of(room, label);
  const Secret32 key = random.secret<32>();
  std::vector<Bytes> made;
  for (const DeskKey& recipient : to) {
    HEARTH_TRY(Bytes copy, copy_for(recipient, info, key, random));
    made.push_back(std::move(copy));
  }
  while (made.size() < copies) {
    // A point of the curve, as in a real copy: half of all 32-byte strings are none.
    HEARTH_TRY(const crypto::KemKeyPair nobody, crypto::kem_generate(kSuite, random));
    made.push_back(concat({nobody.public_key, random.array<kWrappedSize>()}));
  }
  // Fisher and Yates; 64 bits for each step leave no bias that could be seen.
  for (std::size_t left = made.size(); left > 1; --left) {
    std::uint64_t draw = 0;
    for (const Byte byte : random.array<8>()) draw = draw << 8 | byte;
    std::swap(made[left - 1], made[static_cast<std::size_t>(draw % left)]);
  }
  Writer joined;
  for (const Bytes& copy : made) joined.raw(copy);
  return finish_box(info, key, joined.bytes(), plain, random);
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
