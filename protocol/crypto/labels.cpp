// KDFLabel, SignContent, EncryptContext and RefHashInput of RFC 9420.
#include "protocol/crypto/labels.h"

#include "protocol/bytes/codec.h"

namespace hearth::crypto {
namespace {

constexpr std::string_view kPrefix = "MLS 1.0 ";

// A variable-size length (RFC 9420 §2.1.2) on the stack: deriving keys must not touch the heap.
class Length final {
 public:
  explicit Length(std::size_t value) {
    expects(value < (1u << 30));
    if (value < (1u << 6)) {
      put(value, 1);
    } else if (value < (1u << 14)) {
      put(value | (1u << 14), 2);
    } else {
      put(value | (2u << 30), 4);
    }
  }
  ByteView view() const noexcept { return ByteView(bytes_).first(size_); }

 private:
  void put(std::size_t value, std::size_t size) noexcept {
    size_ = size;
    for (std::size_t i = size; i-- > 0; value >>= 8) bytes_[i] = static_cast<Byte>(value & 0xff);
  }

  ByteArray<4> bytes_;
  std::size_t size_;
};

// { opaque label<V> = "MLS 1.0 " + label; opaque body<V>; }, which SignContent and EncryptContext
// both are. It may hold a plaintext about to be signed, so it wipes itself.
class LabeledContent final {
 public:
  LabeledContent(std::string_view label, ByteView body) {
    const std::size_t label_size = kPrefix.size() + label.size();
    const Length label_length(label_size);
    const Length body_length(body.size());
    bytes_.reserve(label_length.view().size() + label_size + body_length.view().size() +
                   body.size());
    for (const ByteView part :
         {label_length.view(), view_of(kPrefix), view_of(label), body_length.view(), body}) {
      append(bytes_, part);
    }
  }
  ~LabeledContent() { wipe(bytes_.data(), bytes_.size()); }
  LabeledContent(const LabeledContent&) = delete;
  LabeledContent& operator=(const LabeledContent&) = delete;

  ByteView view() const noexcept { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace

void expand_with_label(ByteView secret, std::string_view label, ByteView context,
                       std::span<Byte> out) {
  const auto size = static_cast<std::uint16_t>(out.size());
  const ByteArray<2> out_length{static_cast<Byte>(size >> 8), static_cast<Byte>(size & 0xff)};
  const Length label_length(kPrefix.size() + label.size());
  const Length context_length(context.size());
  hkdf_expand(secret,
              {out_length, label_length.view(), view_of(kPrefix), view_of(label),
               context_length.view(), context},
              out);
}

Secret32 expand_with_label(ByteView secret, std::string_view label, ByteView context) {
  Secret32 out;
  expand_with_label(secret, label, context, out.mutable_view());
  return out;
}

Secret32 derive_secret(ByteView secret, std::string_view label) {
  return expand_with_label(secret, label, {});
}

void derive_tree_secret(ByteView secret, std::string_view label, std::uint32_t generation,
                        std::span<Byte> out) {
  const ByteArray<4> context{static_cast<Byte>(generation >> 24),
                             static_cast<Byte>(generation >> 16),
                             static_cast<Byte>(generation >> 8), static_cast<Byte>(generation)};
  expand_with_label(secret, label, context, out);
}

Result<Bytes> sign_with_label(const SignatureKey& key, std::string_view label, ByteView content) {
  return key.sign(LabeledContent(label, content).view());
}

Status verify_with_label(CipherSuite suite, ByteView public_key, std::string_view label,
                         ByteView content, ByteView signature) {
  return verify(suite, public_key, LabeledContent(label, content).view(), signature);
}

HpkeInfo encrypt_context(CipherSuite suite, std::string_view label, ByteView context) {
  return HpkeInfo(suite, LabeledContent(label, context).view());
}

Result<HpkeSealed> encrypt_with_label(const HpkeInfo& context, ByteView public_key, ByteView plain,
                                      RandomSource& random) {
  return hpke_seal(context, public_key, {}, plain, random);
}

Result<HpkeSealed> encrypt_with_label(CipherSuite suite, ByteView public_key,
                                      std::string_view label, ByteView context, ByteView plain,
                                      RandomSource& random) {
  return encrypt_with_label(encrypt_context(suite, label, context), public_key, plain, random);
}

Result<SecretBytes> decrypt_with_label(CipherSuite suite, const KemPrivateKey& key,
                                       ByteView public_key, std::string_view label,
                                       ByteView context, ByteView kem_output, ByteView ciphertext) {
  return hpke_open(suite, kem_output, key, public_key, LabeledContent(label, context).view(), {},
                   ciphertext);
}

Hash ref_hash(std::string_view label, ByteView value) {
  const Length label_length(label.size());
  const Length value_length(value.size());
  return sha256({label_length.view(), view_of(label), value_length.view(), value});
}

}  // namespace hearth::crypto
