// Keeping a reader's place in the log, and going on from it.
#include <algorithm>

#include "client/core/log_reader.h"

namespace hearth::client {
namespace {

// A room holds fewer people; a state of that many fits (tests/unit/client/core/keeping_test.cpp).
constexpr std::size_t kVoicesMax = 4096;
constexpr std::size_t kStateMax = 512 * 1024;
constexpr std::size_t kDigitsMax = 25;

}  // namespace

void LogReader::keep(KeptWriter& out, bool groups) const {
  out.value(previous_).value(state_place_).u64(state_seq_.value);
  out.presence(state_);
  if (state_) out.field(state_->encode_state()).u64(state_->last_control_seq().value);
  out.presence(founder_);
  if (founder_) founder_->keep(out);
  // A Welcome on whose admission we wait is asked for again: its handle knocks.
  const bool inside = groups && conversation_ && !waiting_;
  out.u8(inside ? 1 : 0);
  if (inside) {
    conversation_->keep(out);
    out.u32(static_cast<std::uint32_t>(std::min(voices_.size(), kVoicesMax)));
    std::size_t count = 0;
    for (const auto& [handle, voice] : voices_) {
      if (count++ == kVoicesMax) break;
      const std::size_t ids = std::min(voice.ids.size(), kIdsKept);
      out.raw(handle.bytes).u64(voice.counter).u8(static_cast<std::uint8_t>(ids));
      std::for_each(voice.ids.end() - static_cast<std::ptrdiff_t>(ids), voice.ids.end(),
                    [&](const Bytes16& id) { out.raw(id); });
    }
    out.u32(static_cast<std::uint32_t>(codes_.size()));
    for (const SafetyCodes::Code& code : codes_) out.u64(code.epoch).text(code.digits);
  }
  out.u8(groups && founding_ ? 1 : 0);
  if (groups && founding_) founding_->keep(out);
}

Result<LogReader> LogReader::resume(Reader& in, const House& house) {
  constexpr std::size_t kAnchorMax = 64;
  HEARTH_TRY(const room::Anchor head, read_value<room::Anchor>(in, kAnchorMax));
  LogReader kept(house.id, house.server_part, house.card.staff_lists, head);
  HEARTH_TRY(kept.state_place_, read_value<room::Anchor>(in, kAnchorMax));
  HEARTH_TRY(kept.state_seq_, room::Seq::decode(in));
  if (kept.state_place_.seq > head.seq || kept.state_seq_ > head.seq) {
    return fail(ClientErrc::kept_invalid);
  }
  HEARTH_TRY(const bool folded, in.presence());
  if (folded) {
    HEARTH_TRY(const ByteView state, read_field(in, kStateMax));
    HEARTH_TRY(const room::Seq last_control, room::Seq::decode(in));
    HEARTH_TRY(kept.state_, meeting::RoomState::resume(house.id, house.server_part, state, head.seq,
                                                       last_control));
  }
  HEARTH_TRY(kept.founder_, in.optional_of<StayKeys>(StayKeys::resume));
  const auto resume_group = [&](Reader& inner) { return Conversation::resume(inner, house.id); };
  HEARTH_TRY(const bool inside, in.presence());
  if (inside) {
    HEARTH_TRY(kept.conversation_, resume_group(in));
    // The group is the one that the log names.
    if (!folded || kept.state_->group_id() != kept.conversation_->group_id()) {
      return fail(ClientErrc::kept_invalid);
    }
    HEARTH_TRY(const std::size_t voices, read_count(in, kVoicesMax));
    for (std::size_t i = 0; i < voices; ++i) {
      HEARTH_TRY(const room::Handle handle, room::Handle::decode(in));
      Voice voice;
      HEARTH_TRY(voice.counter, in.u64());
      HEARTH_TRY(const std::uint8_t ids, in.u8());
      if (ids > kIdsKept) return fail(ClientErrc::kept_invalid);
      for (std::uint8_t k = 0; k < ids; ++k) {
        HEARTH_TRY(const Bytes16 id, in.array<16>());
        voice.ids.push_back(id);
      }
      if (!kept.voices_.emplace(handle, std::move(voice)).second) {
        return fail(ClientErrc::kept_invalid);
      }
    }
    HEARTH_TRY(const std::size_t codes, read_count(in, kCodesMax));
    for (std::size_t i = 0; i < codes; ++i) {
      SafetyCodes::Code code;
      HEARTH_TRY(code.epoch, in.u64());
      HEARTH_TRY(code.digits, read_text(in, kDigitsMax));
      kept.codes_.push_back(std::move(code));
    }
  }
  HEARTH_TRY(kept.founding_, in.optional_of<Conversation>(resume_group));
  kept.resumed_ = true;
  return kept;
}

}  // namespace hearth::client
