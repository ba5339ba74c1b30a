// Labels of gates, sealed and opened.
#include "protocol/room/gate_label.h"

#include "protocol/room/envelope.h"
#include "protocol/room/error.h"
#include "protocol/room/sealed_box.h"
#include "protocol/room/text.h"

namespace hearth::room {
namespace {

constexpr std::string_view kBoxLabel = "hearth gate label";
constexpr std::size_t kPaddedSize[] = {256};

}  // namespace

Result<Bytes> GateLabel::seal(const RoomId& room, std::span<const DeskKey> desks,
                              crypto::RandomSource& random) const {
  if (text.size() > kGateTextSizeMax || !is_utf8(text)) return fail(RoomErrc::name_invalid);
  HEARTH_TRY(const Bytes padded, pad(encoded(*this), 0, kPaddedSize));
  return seal_box(room, kBoxLabel, desks, padded, random);
}

Result<GateLabel> GateLabel::open(const RoomId& room, const crypto::KemKeyPair& desk,
                                  ByteView sealed) {
  HEARTH_TRY(const Bytes padded, open_box(room, kBoxLabel, desk, sealed));
  if (padded.size() != kPaddedSize[0]) return fail(RoomErrc::size_invalid);
  HEARTH_TRY(const Bytes plain, unpad(padded));
  return decode_exact<GateLabel>(plain);
}

Result<GateLabel> GateLabel::decode(Reader& reader) {
  GateLabel label;
  HEARTH_TRY(label.version, reader.u16());
  if (label.version != kVersion) return fail(RoomErrc::version_unsupported);
  HEARTH_TRY(label.issuer, PublicKey::decode(reader));
  HEARTH_TRY(label.text, decode_text(reader, kGateTextSizeMax));
  HEARTH_TRY(const std::uint8_t kind, reader.u8());
  if (kind < 1 || kind > static_cast<std::uint8_t>(GateKind::staff_pass)) {
    return hearth::fail(make_error(CodecErrc::enum_invalid));
  }
  label.kind = static_cast<GateKind>(kind);
  return label;
}

void encode(Writer& writer, const GateLabel& label) {
  writer.u16(label.version);
  encode(writer, label.issuer);
  writer.vector(view_of(label.text)).u8(static_cast<std::uint8_t>(label.kind));
}

}  // namespace hearth::room
