// PrivateMessage: seal and open (RFC 9420 §6.3).
#include "protocol/mls/framing/private_message.h"

#include <algorithm>

#include "protocol/mls/framing/opener.h"

namespace hearth::mls {
namespace {

using ReuseGuard = ByteArray<4>;
constexpr std::size_t kSignatureRoom = 128;  // For auth data: signature and confirmation tag.

// SenderData (RFC 9420 §6.3.2)
struct SenderData {
  LeafIndex leaf;
  std::uint32_t generation = 0;
  ReuseGuard reuse_guard{};

  static Result<SenderData> decode(Reader& reader) {
    SenderData data;
    HEARTH_TRY(data.leaf.value, reader.u32());
    HEARTH_TRY(data.generation, reader.u32());
    HEARTH_TRY(data.reuse_guard, reader.array<4>());
    return data;
  }
};
void encode(Writer& writer, const SenderData& data) {
  writer.u32(data.leaf.value).u32(data.generation).raw(data.reuse_guard);
}

// PrivateContentAAD, of which SenderDataAAD is the beginning (RFC 9420 §6.3.1, §6.3.2).
class AssociatedData final {
 public:
  AssociatedData(ByteView group_id, Epoch epoch, ContentType type, ByteView authenticated_data) {
    Writer writer;
    writer.reserve(group_id.size() + authenticated_data.size() + 24);
    writer.vector(group_id).u64(epoch).u8(static_cast<std::uint8_t>(type));
    sender_data_size_ = writer.size();
    writer.vector(authenticated_data);
    bytes_ = writer.take();
  }
  ByteView content() const noexcept { return bytes_; }
  ByteView sender_data() const noexcept { return ByteView(bytes_).first(sender_data_size_); }

 private:
  Bytes bytes_;
  std::size_t sender_data_size_ = 0;
};

// RFC 9420 §6.3.1: should a key come twice in spite of all, the nonce still differs.
crypto::Nonce guarded(const crypto::Nonce& nonce, const ReuseGuard& guard) noexcept {
  crypto::Nonce result = nonce;
  for (std::size_t i = 0; i < guard.size(); ++i) {
    result[i] = static_cast<Byte>(result[i] ^ guard[i]);
  }
  return result;
}

Result<SenderData> open_sender_data(const PrivateMessage& message, CipherSuite suite,
                                    const Secret32& sender_data_secret, const AssociatedData& aad) {
  const AeadKey aead = sender_data_key(suite, sender_data_secret, message.ciphertext);
  const auto plain = crypto::aead_open(suite, aead.key_view(), aead.nonce, aad.sender_data(),
                                       message.encrypted_sender_data);
  if (!plain) return fail(MlsErrc::sender_data_invalid);
  const auto data = decode_exact<SenderData>(*plain);
  if (!data) return fail(MlsErrc::sender_data_invalid);
  return *data;
}

// PrivateMessageContent (RFC 9420 §6.3.1), written once into a buffer of its final size.
SecretBytes private_content(const SignedContent& content, PaddingBuckets padding) {
  Writer writer;
  const ByteView body = content.encoded().body();
  writer.reserve(padded_size(body.size() + kSignatureRoom, padding));
  writer.raw(body);
  encode(writer, content.authenticated().auth);
  Bytes plain = writer.take();
  plain.resize(padded_size(plain.size(), padding));
  return SecretBytes(std::move(plain));
}

}  // namespace

std::size_t padded_size(std::size_t content_size, PaddingBuckets buckets) noexcept {
  if (buckets.empty()) return content_size;
  const auto bucket = std::ranges::lower_bound(buckets, content_size);
  if (bucket != buckets.end()) return *bucket;
  const std::size_t last = buckets.back();
  return (content_size + last - 1) / last * last;
}

Result<PrivateMessage> protect_private(const SignedContent& content, CipherSuite suite,
                                       const Secret32& sender_data_secret, SecretTree& tree,
                                       PaddingBuckets padding, crypto::RandomSource& random) {
  const AuthenticatedContent& authenticated = content.authenticated();
  const FramedContent& framed = content.content();
  const ContentType type = framed.content_type();
  expects(authenticated.wire_format == WireFormat::private_message);
  expects(authenticated.auth.confirmation_tag.has_value() == (type == ContentType::commit));

  const LeafIndex own{framed.sender.index};
  HEARTH_TRY(const MessageKey key, tree.next(own, ratchet_of(type)));
  const SenderData sender{own, key.generation, random.array<4>()};
  const AssociatedData aad(framed.group_id, framed.epoch, type, framed.authenticated_data);

  PrivateMessage message{framed.group_id, framed.epoch, type, framed.authenticated_data, {}, {}};
  const SecretBytes plain = private_content(content, padding);
  message.ciphertext =
      crypto::aead_seal(suite, key.aead.key_view(), guarded(key.aead.nonce, sender.reuse_guard),
                        aad.content(), plain.view());
  const AeadKey sender_key = sender_data_key(suite, sender_data_secret, message.ciphertext);
  message.encrypted_sender_data = crypto::aead_seal(suite, sender_key.key_view(), sender_key.nonce,
                                                    aad.sender_data(), encoded(sender));
  return message;
}

Result<VerifiedContent> unprotect_private(const PrivateMessage& message,
                                          const FramingContext& context,
                                          const Secret32& sender_data_secret, SecretTree& tree,
                                          const SenderKeyLookup& sender_key) {
  HEARTH_CHECK(ContentOpener::check_place(message.group_id, message.epoch, context));
  const AssociatedData aad(message.group_id, message.epoch, message.content_type,
                           message.authenticated_data);
  HEARTH_TRY(const SenderData sender,
             open_sender_data(message, context.suite, sender_data_secret, aad));
  // RFC 9420 §6.3.2: the sender must be a non-blank leaf. Asked before the ratchet is looked at.
  if (!sender_key(member_sender(sender.leaf))) return fail(MlsErrc::sender_blank);

  HEARTH_TRY(SecretTree::Peeked peeked,
             tree.peek(sender.leaf, ratchet_of(message.content_type), sender.generation));
  const AeadKey& aead = peeked.key().aead;
  auto plain =
      crypto::aead_open(context.suite, aead.key_view(), guarded(aead.nonce, sender.reuse_guard),
                        aad.content(), message.ciphertext);
  if (!plain) return fail(MlsErrc::message_open_failed);
  const SecretBytes wiped_at_the_end(std::move(*plain));
  HEARTH_TRY(auto opened, ContentOpener::read_private(message, sender.leaf, wiped_at_the_end.view(),
                                                      context.group_context));
  HEARTH_TRY(VerifiedContent verified,
             ContentOpener::verify(std::move(opened.content), std::move(opened.encoded), context,
                                   sender_key));
  // Only now is the key spent: a forged copy that came first has not killed this message.
  tree.commit(std::move(peeked));
  return verified;
}

}  // namespace hearth::mls
