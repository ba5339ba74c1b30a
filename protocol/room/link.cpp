// The invitation link, written and read.
#include "protocol/room/link.h"

#include "protocol/room/error.h"
#include "protocol/room/referral.h"

namespace hearth::room {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::string_view kPath = "/j#";
constexpr std::size_t kChecksumSize = 2;

ByteArray<kChecksumSize> checksum_of(ByteView bytes) noexcept {
  const Hash hash = crypto::sha256(bytes);
  return {hash[0], hash[1]};
}

Result<Link> parse_fragment(std::string_view fragment) {
  Bytes referral;
  if (const std::size_t dot = fragment.find('.'); dot != std::string_view::npos) {
    auto token = from_base64url(fragment.substr(dot + 1));
    if (!token || token->empty() || token->size() > kReferralSizeMax) {
      return fail(RoomErrc::link_invalid);
    }
    referral = *std::move(token);
    fragment = fragment.substr(0, dot);
  }
  if (fragment.size() != Link::kTextSize) return fail(RoomErrc::link_invalid);
  const auto bytes = from_base64url(fragment);
  if (!bytes) return fail(RoomErrc::link_invalid);
  const ByteView body = ByteView(*bytes).first(bytes->size() - kChecksumSize);
  if (!equal(ByteView(*bytes).last(kChecksumSize), checksum_of(body))) {
    return fail(RoomErrc::link_checksum);
  }
  Reader reader(body);
  Link link;
  HEARTH_TRY(const std::uint8_t version, reader.u8());
  if (version != Link::kVersion) return fail(RoomErrc::version_unsupported);
  HEARTH_TRY(link.flags, reader.u8());
  HEARTH_TRY(link.room, RoomId::decode(reader));
  HEARTH_TRY(const ByteView s_door, reader.take(Secret16::kSize));
  HEARTH_TRY(const ByteView gate_seed, reader.take(Secret16::kSize));
  link.s_door = Secret16::from(s_door);
  link.gate_seed = Secret16::from(gate_seed);
  link.referral = std::move(referral);
  return link;
}

}  // namespace

std::string Link::text() const {
  Writer writer;
  writer.u8(kVersion).u8(flags).raw(room.bytes).raw(s_door.view()).raw(gate_seed.view());
  writer.raw(checksum_of(writer.bytes()));
  std::string text = std::string(kScheme) + host + std::string(kPath);
  text += to_base64url(writer.bytes());
  if (!referral.empty()) text += "." + to_base64url(referral);
  return text;
}

Result<Link> Link::parse(std::string_view text) {
  if (!text.starts_with(kScheme)) return parse_fragment(text);
  text.remove_prefix(kScheme.size());
  const std::size_t path = text.find(kPath);
  if (path == 0 || path == std::string_view::npos) return fail(RoomErrc::link_invalid);
  const std::string_view host = text.substr(0, path);
  if (host.find_first_of("/?@ ") != std::string_view::npos) return fail(RoomErrc::link_invalid);
  HEARTH_TRY(Link link, parse_fragment(text.substr(path + kPath.size())));
  link.host = std::string(host);
  return link;
}

}  // namespace hearth::room
