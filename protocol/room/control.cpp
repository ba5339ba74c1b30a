// Control entries, signed and opened.
#include "protocol/room/control.h"

#include "protocol/room/error.h"

namespace hearth::room {
namespace {

struct Opened {
  Control control;
  ByteView bytes;  // Of the Control, inside the body.
  Signature signature;
};

Bytes signed_bytes(ByteView control) { return concat({view_of("hearth control"), control}); }

// The Control and signature inside `plain`, which must outlive the result.
Result<Opened> parse(ByteView plain) {
  if (plain.size() < Signature::kSize) return fail(RoomErrc::control_invalid);
  Opened opened;
  opened.bytes = plain.first(plain.size() - Signature::kSize);
  opened.signature = *Signature::from(plain.last(Signature::kSize));
  HEARTH_TRY(opened.control, decode_exact<Control>(opened.bytes));
  return opened;
}

Result<Bytes> unpad_body(ByteView body) {
  if (!is_bucket(EntryKind::control, body.size())) return fail(RoomErrc::size_invalid);
  return unpad(body);
}

}  // namespace

Result<Control> Control::decode(Reader& reader) {
  Control control;
  HEARTH_TRY(control.room, RoomId::decode(reader));
  HEARTH_TRY(const std::uint8_t role, reader.u8());
  if (role < 1 || role > static_cast<std::uint8_t>(SignerRole::supporter)) {
    return hearth::fail(make_error(CodecErrc::enum_invalid));
  }
  control.role = static_cast<SignerRole>(role);
  HEARTH_TRY(control.signer, PublicKey::decode(reader));
  HEARTH_TRY(const std::uint16_t op, reader.u16());
  HEARTH_TRY(const ByteView args, reader.vector_view());
  HEARTH_TRY(control.args, decode_args(op, args));
  HEARTH_TRY(control.base_seq, Seq::decode(reader));
  HEARTH_TRY(control.counter, reader.u64());
  return control;
}

void encode(Writer& writer, const Control& control) {
  Writer args;
  encode_args(args, control.args);
  writer.raw(control.room.bytes).u8(static_cast<std::uint8_t>(control.role));
  writer.raw(control.signer.bytes).u16(static_cast<std::uint16_t>(control.op()));
  writer.vector(args.bytes());
  encode(writer, control.base_seq);
  writer.u64(control.counter);
}

Result<Bytes> seal_control(const Control& control, const crypto::SignatureKey& key) {
  expects(public_key_of(key) == control.signer);
  const Bytes bytes = encoded(control);
  const Signature signature = sign(key, signed_bytes(bytes));
  return pad(concat({bytes, signature.bytes}), 0, kControlBuckets);
}

Result<Control> open_control(ByteView body) {
  HEARTH_TRY(const Bytes plain, unpad_body(body));
  HEARTH_TRY(Opened opened, parse(plain));
  HEARTH_CHECK(verify(opened.control.signer, signed_bytes(opened.bytes), opened.signature));
  return std::move(opened.control);
}

Result<Control> peek_control(ByteView body) {
  HEARTH_TRY(const Bytes plain, unpad_body(body));
  HEARTH_TRY(Opened opened, parse(plain));
  return std::move(opened.control);
}

}  // namespace hearth::room
