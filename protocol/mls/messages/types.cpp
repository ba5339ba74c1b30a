// The small words of RFC 9420 and their encodings.
#include "protocol/mls/messages/types.h"

#include <algorithm>

namespace hearth::mls {
namespace {

constexpr std::uint16_t kCredentialBasic = 1;
constexpr std::uint16_t kCredentialX509 = 2;

Result<std::vector<std::uint16_t>> decode_numbers(Reader& reader) {
  return reader.vector_of<std::uint16_t>([](Reader& inner) { return inner.u16(); });
}

void encode_numbers(Writer& writer, const std::vector<std::uint16_t>& numbers) {
  writer.varint(2 * numbers.size());
  for (const std::uint16_t number : numbers) writer.u16(number);
}

}  // namespace

bool is_default_extension(std::uint16_t type) noexcept {
  return type >= extension_type::kApplicationId && type <= extension_type::kExternalSenders;
}

bool is_default_proposal(std::uint16_t type) noexcept { return type >= 1 && type <= 7; }

bool is_grease(std::uint16_t value) noexcept {
  // 0x0A0A, 0x1A1A, ... 0xEAEA; 0xFAFA belongs to private use (RFC 9420 §13.5, §17).
  return (value & 0x0f0f) == 0x0a0a && (value >> 8) == (value & 0xff) && value != 0xfafa;
}

Result<Extension> Extension::decode(Reader& reader) {
  Extension extension;
  HEARTH_TRY(extension.type, reader.u16());
  HEARTH_TRY(extension.data, reader.vector());
  return extension;
}

void encode(Writer& writer, const Extension& extension) {
  writer.u16(extension.type).vector(extension.data);
}

Result<Extensions> decode_extensions(Reader& reader) {
  return reader.vector_of<Extension>(Extension::decode);
}

void encode(Writer& writer, const Extensions& extensions) {
  writer.vector_of(extensions, [](Writer& inner, const Extension& item) { encode(inner, item); });
}

const Extension* find(const Extensions& extensions, std::uint16_t type) noexcept {
  const auto found = std::ranges::find(extensions, type, &Extension::type);
  return found == extensions.end() ? nullptr : &*found;
}

Status check_no_duplicates(const Extensions& extensions) {
  // Sorted rather than compared pairwise: the list is as long as its sender likes.
  std::vector<std::uint16_t> types;
  types.reserve(extensions.size());
  for (const Extension& extension : extensions) types.push_back(extension.type);
  std::ranges::sort(types);
  if (std::ranges::adjacent_find(types) != types.end()) return fail(MlsErrc::extension_duplicate);
  return {};
}

std::uint16_t Credential::type() const noexcept {
  return std::holds_alternative<BasicCredential>(body) ? kCredentialBasic : kCredentialX509;
}

Result<Credential> Credential::decode(Reader& reader) {
  HEARTH_TRY(const std::uint16_t type, reader.u16());
  if (type == kCredentialBasic) {
    HEARTH_TRY(Bytes identity, reader.vector());
    return Credential{BasicCredential{std::move(identity)}};
  }
  if (type == kCredentialX509) {
    HEARTH_TRY(std::vector<Bytes> certificates,
               reader.vector_of<Bytes>([](Reader& inner) { return inner.vector(); }));
    return Credential{X509Credential{std::move(certificates)}};
  }
  // RFC 9420 §5.3 gives the body of an unknown credential no length: nothing after it can be read.
  return fail(MlsErrc::leaf_credential_unsupported);
}

void encode(Writer& writer, const Credential& credential) {
  writer.u16(credential.type());
  if (const auto* basic = std::get_if<BasicCredential>(&credential.body)) {
    writer.vector(basic->identity);
  } else {
    writer.vector_of(std::get<X509Credential>(credential.body).certificates,
                     [](Writer& inner, const Bytes& certificate) { inner.vector(certificate); });
  }
}

Result<Capabilities> Capabilities::decode(Reader& reader) {
  Capabilities capabilities;
  HEARTH_TRY(capabilities.versions, decode_numbers(reader));
  HEARTH_TRY(capabilities.cipher_suites, decode_numbers(reader));
  HEARTH_TRY(capabilities.extensions, decode_numbers(reader));
  HEARTH_TRY(capabilities.proposals, decode_numbers(reader));
  HEARTH_TRY(capabilities.credentials, decode_numbers(reader));
  return capabilities;
}

void encode(Writer& writer, const Capabilities& capabilities) {
  encode_numbers(writer, capabilities.versions);
  encode_numbers(writer, capabilities.cipher_suites);
  encode_numbers(writer, capabilities.extensions);
  encode_numbers(writer, capabilities.proposals);
  encode_numbers(writer, capabilities.credentials);
}

bool contains(const std::vector<std::uint16_t>& list, std::uint16_t value) noexcept {
  return std::ranges::find(list, value) != list.end();
}

Result<RequiredCapabilities> RequiredCapabilities::decode(Reader& reader) {
  RequiredCapabilities required;
  HEARTH_TRY(required.extensions, decode_numbers(reader));
  HEARTH_TRY(required.proposals, decode_numbers(reader));
  HEARTH_TRY(required.credentials, decode_numbers(reader));
  return required;
}

void encode(Writer& writer, const RequiredCapabilities& required) {
  encode_numbers(writer, required.extensions);
  encode_numbers(writer, required.proposals);
  encode_numbers(writer, required.credentials);
}

Result<ExternalSender> ExternalSender::decode(Reader& reader) {
  ExternalSender sender;
  HEARTH_TRY(sender.signature_key, reader.vector());
  HEARTH_TRY(sender.credential, Credential::decode(reader));
  return sender;
}

void encode(Writer& writer, const ExternalSender& sender) {
  writer.vector(sender.signature_key);
  encode(writer, sender.credential);
}

Result<std::vector<ExternalSender>> decode_external_senders(ByteView extension_data) {
  Reader reader(extension_data);
  HEARTH_TRY(std::vector<ExternalSender> senders,
             reader.vector_of<ExternalSender>(ExternalSender::decode));
  HEARTH_CHECK(reader.finish());
  return senders;
}

Bytes encode_external_senders(const std::vector<ExternalSender>& senders) {
  Writer writer;
  writer.vector_of(senders, [](Writer& inner, const ExternalSender& s) { encode(inner, s); });
  return writer.take();
}

Result<HpkeCiphertext> HpkeCiphertext::decode(Reader& reader) {
  HpkeCiphertext ciphertext;
  HEARTH_TRY(ciphertext.kem_output, reader.vector());
  HEARTH_TRY(ciphertext.ciphertext, reader.vector());
  return ciphertext;
}

void encode(Writer& writer, const HpkeCiphertext& ciphertext) {
  writer.vector(ciphertext.kem_output).vector(ciphertext.ciphertext);
}

}  // namespace hearth::mls
