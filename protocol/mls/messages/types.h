// The small words of RFC 9420 shared by all its structures: indices, extensions, credentials.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "protocol/bytes/codec.h"
#include "protocol/crypto/suite.h"
#include "protocol/mls/error.h"

namespace hearth::mls {

using crypto::CipherSuite;
using crypto::Hash;
using crypto::kHashSize;

inline constexpr std::uint16_t kProtocolVersion = 1;  // mls10

// The position of a leaf (0, 1, 2, ...) and of a node (RFC 9420 Appendix C) are different types.
struct LeafIndex {
  std::uint32_t value = 0;
  friend auto operator<=>(LeafIndex, LeafIndex) = default;
};
struct NodeIndex {
  std::uint32_t value = 0;
  friend auto operator<=>(NodeIndex, NodeIndex) = default;
};

using GroupId = Bytes;
using Epoch = std::uint64_t;

// RFC 9420 §17.3. Unknown values are carried as they are.
namespace extension_type {
inline constexpr std::uint16_t kApplicationId = 1;
inline constexpr std::uint16_t kRatchetTree = 2;
inline constexpr std::uint16_t kRequiredCapabilities = 3;
inline constexpr std::uint16_t kExternalPub = 4;
inline constexpr std::uint16_t kExternalSenders = 5;
}  // namespace extension_type
// Extension types 1-5 and proposal types 1-7 are "default": assumed supported, never listed.
bool is_default_extension(std::uint16_t type) noexcept;
bool is_default_proposal(std::uint16_t type) noexcept;
bool is_grease(std::uint16_t value) noexcept;  // RFC 9420 §13.5

struct Extension {
  std::uint16_t type = 0;
  Bytes data;
  static Result<Extension> decode(Reader& reader);
  friend bool operator==(const Extension&, const Extension&) = default;
};
void encode(Writer& writer, const Extension& extension);

using Extensions = std::vector<Extension>;
Result<Extensions> decode_extensions(Reader& reader);  // Extension extensions<V>
void encode(Writer& writer, const Extensions& extensions);
const Extension* find(const Extensions& extensions, std::uint16_t type) noexcept;
Status check_no_duplicates(const Extensions& extensions);  // RFC 9420 §13.4

// RFC 9420 §5.3. basic and x509 are understood; other types are carried opaquely only inside
// capabilities (a leaf with an unknown credential type cannot be decoded, as its body is unknown).
struct BasicCredential {
  Bytes identity;
  friend bool operator==(const BasicCredential&, const BasicCredential&) = default;
};
struct X509Credential {
  std::vector<Bytes> certificates;
  friend bool operator==(const X509Credential&, const X509Credential&) = default;
};
struct Credential {
  std::variant<BasicCredential, X509Credential> body;
  std::uint16_t type() const noexcept;  // 1 basic, 2 x509
  static Result<Credential> decode(Reader& reader);
  friend bool operator==(const Credential&, const Credential&) = default;
};
void encode(Writer& writer, const Credential& credential);
inline Credential basic_credential(ByteView identity) {
  return {BasicCredential{to_bytes(identity)}};
}

// RFC 9420 §7.2. Unknown values are kept, in order.
struct Capabilities {
  std::vector<std::uint16_t> versions;
  std::vector<std::uint16_t> cipher_suites;
  std::vector<std::uint16_t> extensions;
  std::vector<std::uint16_t> proposals;
  std::vector<std::uint16_t> credentials;
  static Result<Capabilities> decode(Reader& reader);
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};
void encode(Writer& writer, const Capabilities& capabilities);
bool contains(const std::vector<std::uint16_t>& list, std::uint16_t value) noexcept;

// RFC 9420 §11.1
struct RequiredCapabilities {
  std::vector<std::uint16_t> extensions;
  std::vector<std::uint16_t> proposals;
  std::vector<std::uint16_t> credentials;
  static Result<RequiredCapabilities> decode(Reader& reader);
};
void encode(Writer& writer, const RequiredCapabilities& required);

// RFC 9420 §12.1.8.1
struct ExternalSender {
  Bytes signature_key;
  Credential credential;
  static Result<ExternalSender> decode(Reader& reader);
};
void encode(Writer& writer, const ExternalSender& sender);
// The `external_senders` extension body: ExternalSender external_senders<V>.
Result<std::vector<ExternalSender>> decode_external_senders(ByteView extension_data);
Bytes encode_external_senders(const std::vector<ExternalSender>& senders);

// RFC 9420 §7.2; seconds since 1970.
struct Lifetime {
  std::uint64_t not_before = 0;
  std::uint64_t not_after = 0;
  friend bool operator==(const Lifetime&, const Lifetime&) = default;
};

// HPKECiphertext (RFC 9420 §7.6)
struct HpkeCiphertext {
  Bytes kem_output;
  Bytes ciphertext;
  static Result<HpkeCiphertext> decode(Reader& reader);
  friend bool operator==(const HpkeCiphertext&, const HpkeCiphertext&) = default;
};
void encode(Writer& writer, const HpkeCiphertext& ciphertext);

}  // namespace hearth::mls
