// A meeting run by its plan: what `next` posts, how late it is, and how somebody else goes on.
#pragma once

#include <optional>

#include "client/agenda/plan.h"
#include "protocol/time.h"

namespace hearth::agenda {

// AgendaCard is what the lead posts when an item begins, and again for who came in late. It holds
// the whole course of the meeting, so that whoever received it can show it or go on from it.
//
//   version u8 (1) | current u8 | item_seconds u32 | begun u8 [meeting_seconds u32] | title<V>
//   | items<V>
//   item: kind u8 | mode u8 | minutes u16 | turn_seconds u16 | flags u8 | abridged u8 | name<V>
//         | prompt<V> | reading<V> | questions<V> of text<V>
//
// One encoding for each value; the decoder refuses everything else, and never throws.
struct AgendaCard {
  static constexpr std::uint8_t kVersion = 1;
  // No sound plan makes a longer one out of Agenda: it fits one app entry of 16 KiB.
  static constexpr std::size_t kSizeMax = 15'000;
  // Texts of coming items travel as long as the card stays below this, and with it in an entry of
  // 4 KiB: what is padded anyway costs nobody on a thin line anything.
  static constexpr std::size_t kSizeAim = 3'500;
  static constexpr std::uint32_t kSecondsMax = 86'400;

  Plan plan;  // Names, modes and minutes of all items; texts of the present one, and what fits.
  std::uint8_t current = 0;
  std::uint32_t item_seconds = 0;  // Since the present item began, by the clock of the author.
  // Since the meeting itself began; nothing while a lounge stands before it.
  std::optional<std::uint32_t> meeting_seconds;

  const Item& item() const { return plan.items[current]; }
  static Result<AgendaCard> decode(Reader& reader);
  friend bool operator==(const AgendaCard&, const AgendaCard&) = default;
};
void encode(Writer& writer, const AgendaCard& card);

// All durations against the plan, at one instant.
struct Timing {
  Duration item_left{};     // Negative: the item is over its time.
  Duration meeting_left{};  // Until the planned end; negative: past it. Zero in the last lounge.
  // How much later than planned the meeting ends if everything that comes takes its time. Never
  // negative, and zero before the meeting and in the lounge after it.
  Duration overrun{};
};

// What the lead's client posts in one Append.
struct Posting {
  room::ModeOp mode;
  AgendaCard card;
};

// Agenda is the course of one meeting: a value, without a clock or a file. The lead's client owns
// one made from a pack; everybody else may make one from the last card they received.
class Agenda final {
 public:
  // Before the first item. The plan must be sound.
  explicit Agenda(Plan plan);
  // Where the author of `card` stood, when it came at `received` by the clock of this client.
  static Agenda resume(const AgendaCard& card, Instant received);

  const Plan& plan() const noexcept { return plan_; }
  std::optional<std::size_t> current() const noexcept { return current_; }

  // Begins the item after the present one, before it, or number `index` from 0; the present one
  // begins anew if it is named. Nothing, and nothing changed, where there is no such item.
  std::optional<Posting> next(Instant now);
  std::optional<Posting> previous(Instant now);
  std::optional<Posting> go_to(std::size_t index, Instant now);

  // The card as it is now, to be posted after admissions; nothing before the first item.
  std::optional<AgendaCard> card(Instant now) const;
  // Zero before the first item, but for meeting_left.
  Timing timing(Instant now) const;

  // Takes the texts from a plan with the same title and course: a stand-in has the pack as well.
  // False, and nothing changed, where it is another one.
  bool adopt(const Plan& whole);
  // Of a plan with the same title and course, only texts that did not travel with the card.
  void complete(const Plan& held);

 private:
  Plan plan_;
  std::optional<std::size_t> current_;
  Instant item_begun_;
  std::optional<Instant> meeting_begun_;
};

// What a card says to everybody in English, a line each: title, which item of how many, its words,
// the minutes left, and how to speak in this mode. `since`: how long ago the card came. Words of
// others are isolated, and hold no control characters: lines may be printed as they are.
std::vector<std::string> lines_of(const AgendaCard& card, Duration since = {});

}  // namespace hearth::agenda
