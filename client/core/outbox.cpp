// Sealing, sending again, giving up.
#include "client/core/outbox.h"

#include <algorithm>
#include <utility>

#include "client/core/own_act.h"
#include "protocol/room/beacon.h"

namespace hearth::client {
namespace {

// In a round a line of a member who has no turn takes it; and it ends with the line, unless more is
// to follow.
bool shares_in_round(const Outbox::Draft& draft, const meeting::RoomState& state, bool staff) {
  return state.floor().mode() == room::Mode::round && draft.is_text() && !staff;
}
bool is_unfinished(std::string_view text) { return text.ends_with("...") || text.ends_with("…"); }

// The acts around the line, in its Append.
Status put_turn(const Outbox::Draft& draft, const Conversation& conversation,
                const meeting::RoomState& state, const room::Anchor& head, wire::Append& append) {
  std::uint64_t place = 0;
  if (!state.floor().holds_turn(conversation.own_handle())) {
    HEARTH_TRY(auto take, own_act(conversation, state, head, room::TakeOp{}, place++));
    append.entries.insert(append.entries.begin(), std::move(take));
  }
  if (!is_unfinished(draft.text())) {
    HEARTH_TRY(auto done, own_act(conversation, state, head, room::DoneOp{}, place));
    append.entries.push_back(std::move(done));
  }
  return {};
}

}  // namespace

Status Outbox::post(room::PayloadType type, Bytes content, std::uint64_t tag,
                    crypto::RandomSource& random) {
  if (drafts_.size() >= kDraftsMax) return fail(ClientErrc::too_much_unsent);
  Draft draft;
  draft.id = random.array<16>();
  draft.counter = ++counter_;
  draft.type = type;
  draft.content = std::move(content);
  draft.tag = tag;
  drafts_.push_back(std::move(draft));
  return {};
}

Status Outbox::post_item(const room::ModeOp& mode, Bytes card, std::uint64_t tag,
                         crypto::RandomSource& random) {
  HEARTH_CHECK(post(room::PayloadType::card, std::move(card), tag, random));
  drafts_.back().mode = mode;
  return {};
}

std::optional<Outbox::Draft> Outbox::drop_item() {
  const auto found =
      std::ranges::find_if(drafts_, [](const Draft& draft) { return draft.mode.has_value(); });
  if (found == drafts_.end()) return std::nullopt;
  Draft draft = std::move(*found);
  drafts_.erase(found);
  return draft;
}

std::vector<wire::Append> Outbox::seal_ready(Conversation& conversation,
                                             const meeting::RoomState& state,
                                             const room::Anchor& head,
                                             const crypto::SignatureKey* staff_server, Instant now,
                                             crypto::RandomSource& random) {
  std::vector<wire::Append> appends;
  if (!hold_.over(state, now)) return appends;
  hold_.release();
  // What only staff may post goes with the right to post it.
  if (!staff_server) {
    std::erase_if(drafts_, [](const Draft& d) { return !d.is_text() && !d.in_flight; });
  }
  std::size_t in_flight = 0;
  const bool staff = conversation.own_staff();
  for (const Draft& draft : drafts_) {
    if (!draft.in_flight) continue;
    if (draft.expected != state.last_commit_seq()) return appends;
    if (shares_in_round(draft, state, staff)) return appends;  // Whose turn it is, it will say.
    ++in_flight;
  }
  for (Draft& draft : drafts_) {
    if (draft.in_flight) continue;
    if (in_flight++ >= kInFlightMax) break;
    if (draft.type == room::PayloadType::beacon) {
      // What holds now, not when it was asked for.
      draft.content = encoded(room::Beacon::make(head, conversation.epoch_authenticator()));
    }
    const room::Payload payload{draft.id, draft.counter, head, draft.type, draft.content};
    auto body = conversation.seal(payload, random);
    if (!body) break;  // The group cannot send (any more); another one will.
    draft.in_flight = random.array<16>();
    draft.expected = state.last_commit_seq();
    wire::Append append;
    append.idempotency = *draft.in_flight;
    append.expect_commit_seq = draft.expected;
    append.entries.push_back({room::EntryKind::app, conversation.generation(), *std::move(body)});
    if (draft.mode) {
      auto mode =
          signed_act(state, room::SignerRole::staff, *staff_server, head.seq, *draft.mode, 0);
      if (!mode) {
        draft.in_flight.reset();
        break;
      }
      append.entries.insert(append.entries.begin(), *std::move(mode));
    }
    const bool shares = shares_in_round(draft, state, staff);
    if (shares && !put_turn(draft, conversation, state, head, append)) {
      draft.in_flight.reset();
      break;
    }
    appends.push_back(std::move(append));
    if (shares) break;
  }
  return appends;
}

std::optional<Outbox::Draft> Outbox::on_read(const Bytes16& key, room::Seq seq) {
  const auto found = std::ranges::find(drafts_, std::optional(key), &Draft::in_flight);
  if (found == drafts_.end()) return std::nullopt;
  Draft draft = std::move(*found);
  drafts_.erase(found);
  read_.push_back({draft, seq});
  return draft;
}

void Outbox::settle(room::Seq durable) {
  while (!read_.empty() && read_.front().seq <= durable) read_.pop_front();
}

std::vector<Bytes16> Outbox::on_lost(room::Seq after,
                                     const std::function<bool(const Bytes16&)>& begun) {
  std::vector<Bytes16> vain;
  for (Draft& draft : drafts_) {
    if (!draft.mode || !draft.in_flight || !begun(*draft.in_flight)) continue;
    vain.push_back(*std::exchange(draft.in_flight, std::nullopt));
    draft.mode.reset();
  }
  while (!read_.empty() && read_.back().seq > after) {
    Draft draft = std::move(read_.back().draft);
    read_.pop_back();
    if (draft.type == room::PayloadType::card) {
      vain.push_back(*draft.in_flight);
      continue;
    }
    draft.shown = true;
    drafts_.push_front(std::move(draft));
  }
  return vain;
}

std::optional<Outbox::Draft> Outbox::on_refused(const Bytes16& key, const room::Refusal& refusal,
                                                Instant now) {
  const auto found = std::ranges::find(drafts_, std::optional(key), &Draft::in_flight);
  if (found == drafts_.end()) return std::nullopt;
  if (hold_.on_refused(refusal, now)) {
    found->in_flight.reset();
    return std::nullopt;
  }
  Draft draft = std::move(*found);
  drafts_.erase(found);
  return draft;
}

void Outbox::unseal_all() {
  for (Draft& draft : drafts_) draft.in_flight.reset();
}

void Outbox::keep(KeptWriter& out) const {
  std::size_t count = 0;
  for (std::size_t size = 0; count < drafts_.size(); ++count) {
    size += drafts_[count].content.size();
    if (size > kKeptMax) break;
  }
  out.u64(counter_).u32(static_cast<std::uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    const Draft& draft = drafts_[i];
    out.raw(draft.id).u64(draft.counter).u8(static_cast<std::uint8_t>(draft.type));
    out.field(draft.content).u8(draft.shown ? 1 : 0).presence(draft.in_flight);
    if (draft.in_flight) out.raw(*draft.in_flight).u64(draft.expected.value);
    out.presence(draft.mode);
    if (!draft.mode) continue;
    out.u8(static_cast<std::uint8_t>(draft.mode->mode)).u16(draft.mode->turn_seconds);
    out.u8(draft.mode->flags);
  }
}

Result<Outbox> Outbox::resume(Reader& in, bool with_modes) {
  Outbox kept;
  HEARTH_TRY(kept.counter_, in.u64());
  HEARTH_TRY(const std::size_t count, read_count(in, kDraftsMax));
  for (std::size_t i = 0; i < count; ++i) {
    Draft draft;
    HEARTH_TRY(draft.id, in.array<16>());
    HEARTH_TRY(draft.counter, in.u64());
    HEARTH_TRY(const std::uint8_t type, in.u8());
    HEARTH_TRY(const ByteView content, read_field(in, kKeptMax));
    HEARTH_TRY(draft.shown, in.presence());
    HEARTH_TRY(draft.in_flight,
               in.optional_of<Bytes16>([](Reader& inner) { return inner.array<16>(); }));
    if (draft.in_flight) {
      HEARTH_TRY(draft.expected, room::Seq::decode(in));
    }
    if (with_modes) {
      HEARTH_TRY(draft.mode, in.optional_of<room::ModeOp>(room::get_mode));
    }
    draft.type = static_cast<room::PayloadType>(type);
    draft.content = to_bytes(content);
    const bool known =
        type >= 1 && type <= static_cast<std::uint8_t>(room::PayloadType::update_call);
    if (!known || draft.counter > kept.counter_) return fail(ClientErrc::kept_invalid);
    kept.drafts_.push_back(std::move(draft));
  }
  return kept;
}

std::optional<Instant> Outbox::due() const noexcept {
  return drafts_.empty() ? std::nullopt : hold_.due();
}

}  // namespace hearth::client
