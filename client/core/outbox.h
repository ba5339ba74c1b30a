// What we said and have not read back yet: nothing lost, nothing doubled, in order.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>

#include "client/core/conversation.h"
#include "client/core/hold.h"
#include "protocol/wire/appending.h"

namespace hearth::client {

// A text waits here until it is read in the log. Each is sealed in the epoch that is in force and
// sent with the last commit it knows (`expect_commit_seq`): should a commit come between, the
// server refuses it and it is sealed again, so that everybody who is in the room when it is ordered
// can read it. The payload keeps its id through all of that; readers drop doubles.
//
// In order: while something is on its way under an older commit, nothing newer is sent.
//
// Owned by the model. Knows no connection: after one is lost, session::PendingAppends sends the
// same bytes again.
class Outbox final {
 public:
  static constexpr std::size_t kDraftsMax = 256;
  static constexpr std::size_t kInFlightMax = 32;
  static constexpr std::size_t kKeptMax = 64 * 1024;  // Bytes of what is said, in a vault.

  struct Draft {
    Bytes16 id{};
    std::uint64_t counter = 0;
    room::PayloadType type = room::PayloadType::text;
    Bytes content;  // Of a beacon: made when it is sealed.
    std::uint64_t tag = 0;
    std::optional<room::ModeOp> mode;  // Of a card that begins an item: in its Append, before it.
    std::optional<Bytes16> in_flight;  // The key of its Append.
    room::Seq expected;
    bool shown = false;  // It was read once, and lost by a restart.

    std::string text() const { return std::string(text_of(content)); }
    bool is_text() const noexcept { return type == room::PayloadType::text; }
  };

  // too_much_unsent.
  Status say(std::string_view text, std::uint64_t tag, crypto::RandomSource& random) {
    return post(room::PayloadType::text, to_bytes(text), tag, random);
  }
  Status post(room::PayloadType type, Bytes content, std::uint64_t tag,
              crypto::RandomSource& random);

  // The card of an item and the mode that begins with it, in one Append by staff.
  Status post_item(const room::ModeOp& mode, Bytes card, std::uint64_t tag,
                   crypto::RandomSource& random);

  // The item that was posted and has not been read, out of here.
  std::optional<Draft> drop_item();

  // Seals what may go now. Nothing while a refusal is being waited out.
  std::vector<wire::Append> seal_ready(Conversation& conversation, const meeting::RoomState& state,
                                       const room::Anchor& head,
                                       const crypto::SignatureKey* staff_server, Instant now,
                                       crypto::RandomSource& random);
  // Our Append with this key has been read there.
  std::optional<Draft> on_read(const Bytes16& key, room::Seq seq);
  // Nothing up to this place can be lost any more.
  void settle(room::Seq durable);
  // A restart lost the entries after this place: ours are on their way again. A card that was read
  // is not, as the lead posts a newer one; of one whose mode alone is left (`begun`), the card goes
  // again by itself. Gives the keys of Appends that are never to be sent again.
  std::vector<Bytes16> on_lost(room::Seq after, const std::function<bool(const Bytes16&)>& begun);
  // It has been refused. A draft comes back when it is given up; otherwise it will be sent again.
  std::optional<Draft> on_refused(const Bytes16& key, const room::Refusal& refusal, Instant now);
  // What was on its way was sealed for a group that is gone: all of it is to be sealed again.
  void unseal_all();
  // A new connection: what was held for the old one may go.
  void release() { hold_.release(); }

  // What is not read yet. On the way is what was sealed before; it is known again by its key.
  // Where there is too much, the newest drafts are left out.
  void keep(KeptWriter& out) const;
  static Result<Outbox> resume(Reader& in, bool with_modes);

  bool empty() const noexcept { return drafts_.empty(); }
  bool has(room::PayloadType type) const noexcept {
    return std::ranges::find(drafts_, type, &Draft::type) != drafts_.end();
  }
  // Something of this type has not been sent yet.
  bool waits(room::PayloadType type) const noexcept {
    return std::ranges::any_of(drafts_,
                               [type](const Draft& d) { return d.type == type && !d.in_flight; });
  }
  std::size_t texts() const noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(drafts_, &Draft::is_text));
  }
  // When to call seal_ready again, if something waits for a time.
  std::optional<Instant> due() const noexcept;

 private:
  struct Read {
    Draft draft;
    room::Seq seq;
  };

  std::deque<Draft> drafts_;
  std::deque<Read> read_;  // Read, but in memory alone on the server.
  std::uint64_t counter_ = 0;
  Hold hold_;
};

}  // namespace hearth::client
