// The operations of a meeting's floor: who may speak, in which order, for how long.
#pragma once

#include "protocol/bytes/codec.h"
#include "protocol/room/ids.h"

namespace hearth::room {

enum class Op : std::uint16_t;

// Who may write, besides the staff, who always may.
enum class Mode : std::uint8_t {
  free = 1,        // Everybody.
  queue = 2,       // Who holds the turn; hands are raised for it.
  round = 3,       // Who holds the turn; each takes it once.
  respond = 4,     // Everybody; hands stay as they are.
  staff_only = 5,  // Who was called on.
};
std::string_view name_of(Mode mode) noexcept;
Result<Mode> decode_mode(Reader& reader);

inline constexpr std::uint16_t kTurnSecondsMax = 3600;

// Begins an item: the turn ends, and nobody has had one yet.
//   mode u8 | turn_seconds u16 | flags u8
struct ModeOp {
  static constexpr Op kOp{100};
  static constexpr std::uint8_t kPassesOn =
      1;                                    // A turn that ends goes to the first hand by itself.
  static constexpr std::uint8_t kFair = 2;  // Whoever had no turn in this item comes first.
  Mode mode = Mode::free;
  std::uint16_t turn_seconds = 0;  // What a turn is given; 0: no end is suggested.
  std::uint8_t flags = 0;
  friend bool operator==(const ModeOp&, const ModeOp&) = default;
};
// The signer's hand. No arguments, as for all that members say about themselves.
struct RaiseOp {
  static constexpr Op kOp{101};
  friend bool operator==(const RaiseOp&, const RaiseOp&) = default;
};
struct LowerOp {
  static constexpr Op kOp{102};
  friend bool operator==(const LowerOp&, const LowerOp&) = default;
};
// Gives the turn to somebody, with or without a hand up.
//   handle32 | seconds u16 (0: the item's)
struct CallOnOp {
  static constexpr Op kOp{103};
  Handle handle;
  std::uint16_t seconds = 0;
  friend bool operator==(const CallOnOp&, const CallOnOp&) = default;
};
// The signer takes the turn of a round.
struct TakeOp {
  static constexpr Op kOp{104};
  friend bool operator==(const TakeOp&, const TakeOp&) = default;
};
// The signer's turn is over.
struct DoneOp {
  static constexpr Op kOp{105};
  friend bool operator==(const DoneOp&, const DoneOp&) = default;
};
// Not now: in a queue to its end, in a round out of it.
struct PassOp {
  static constexpr Op kOp{106};
  friend bool operator==(const PassOp&, const PassOp&) = default;
};
// More time for whoever holds the turn.
//   handle32 | seconds u16
struct GrantOp {
  static constexpr Op kOp{107};
  Handle handle;
  std::uint16_t seconds = 0;
  friend bool operator==(const GrantOp&, const GrantOp&) = default;
};
// Ends somebody's turn.
//   handle32
struct SkipOp {
  static constexpr Op kOp{108};
  Handle handle;
  friend bool operator==(const SkipOp&, const SkipOp&) = default;
};
// "Heard you": an acknowledgement of what was shared. Changes nothing, and nobody counts it.
struct HeardOp {
  static constexpr Op kOp{109};
  friend bool operator==(const HeardOp&, const HeardOp&) = default;
};
// The signer leads the meeting from here on, instead of whoever is named: of two that name the
// same the second is void. Who led first may always take it back.
//   replaces32
struct LeadOp {
  static constexpr Op kOp{110};
  PublicKey replaces;  // A staff_server key.
  friend bool operator==(const LeadOp&, const LeadOp&) = default;
};

void put(Writer& writer, const ModeOp& op);
void put(Writer& writer, const CallOnOp& op);
void put(Writer& writer, const GrantOp& op);
void put(Writer& writer, const SkipOp& op);
void put(Writer& writer, const LeadOp& op);
Result<ModeOp> get_mode(Reader& reader);
Result<CallOnOp> get_call_on(Reader& reader);
Result<GrantOp> get_grant(Reader& reader);
Result<SkipOp> get_skip(Reader& reader);
Result<LeadOp> get_lead(Reader& reader);

}  // namespace hearth::room
