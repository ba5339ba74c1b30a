// The Welcome's extension, as bytes.
#include "protocol/room/welcome_extension.h"

#include "protocol/room/error.h"

namespace hearth::room {

Result<WelcomeExtension> WelcomeExtension::decode(Reader& reader) {
  WelcomeExtension extension;
  HEARTH_TRY(extension.version, reader.u16());
  if (extension.version != kVersion) return fail(RoomErrc::version_unsupported);
  HEARTH_TRY(extension.generation, reader.u16());
  HEARTH_TRY(const ByteView s_g, reader.take(Secret16::kSize));
  HEARTH_TRY(const ByteView s_door, reader.take(Secret16::kSize));
  extension.s_g = Secret16::from(s_g);
  extension.s_door = Secret16::from(s_door);
  HEARTH_TRY(extension.anchor, Anchor::decode(reader));
  HEARTH_TRY(extension.start, Anchor::decode(reader));
  return extension;
}

void encode(Writer& writer, const WelcomeExtension& extension) {
  writer.u16(extension.version).u16(extension.generation);
  writer.raw(extension.s_g.view()).raw(extension.s_door.view());
  encode(writer, extension.anchor);
  encode(writer, extension.start);
}

}  // namespace hearth::room
