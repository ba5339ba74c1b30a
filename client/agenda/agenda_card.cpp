// The bytes of a card.
#include "client/agenda/agenda.h"
#include "protocol/room/text.h"

namespace hearth::agenda {
namespace {

// The longest card that Agenda makes: every name as long as may be, one item with all its texts.
constexpr std::size_t kLengths = 4;  // A length prefix never takes more.
constexpr std::size_t kItemSizeMax = 8 + kLengths + kNameSizeMax + 3 * kLengths;
constexpr std::size_t kTextsSizeMax =
    kPromptSizeMax + kReadingSizeMax + kQuestionsMax * (kQuestionSizeMax + kLengths);
constexpr std::size_t kWorst =
    11 + 2 * kLengths + kTitleSizeMax + kItemsMax * kItemSizeMax + kTextsSizeMax;
static_assert(kWorst <= AgendaCard::kSizeMax);

std::unexpected<Error> value_invalid() { return fail(make_error(CodecErrc::value_invalid)); }

void put(Writer& writer, const Item& item) {
  writer.u8(static_cast<std::uint8_t>(item.kind)).u8(static_cast<std::uint8_t>(item.mode));
  writer.u16(item.minutes).u16(item.turn_seconds).u8(item.flags).presence(item.abridged);
  writer.vector(view_of(item.name)).vector(view_of(item.prompt)).vector(view_of(item.reading));
  writer.vector_of(item.questions,
                   [](Writer& inner, const std::string& text) { inner.vector(view_of(text)); });
}

Result<Item> get_item(Reader& reader) {
  Item item;
  HEARTH_TRY(const std::uint8_t kind, reader.u8());
  item.kind = static_cast<ItemKind>(kind);  // Held against its range by is_sound.
  HEARTH_TRY(item.mode, room::decode_mode(reader));
  HEARTH_TRY(item.minutes, reader.u16());
  HEARTH_TRY(item.turn_seconds, reader.u16());
  HEARTH_TRY(item.flags, reader.u8());
  HEARTH_TRY(item.abridged, reader.presence());
  HEARTH_TRY(item.name, room::decode_text(reader, kNameSizeMax));
  HEARTH_TRY(item.prompt, room::decode_text(reader, kPromptSizeMax));
  HEARTH_TRY(item.reading, room::decode_text(reader, kReadingSizeMax));
  HEARTH_TRY(item.questions, reader.vector_of<std::string>([](Reader& inner) {
    return room::decode_text(inner, kQuestionSizeMax);
  }));
  return item;
}

// The time of the meeting runs from the first item that is no lounge on. An item that is none
// began after that, or with it.
bool times_hold(const AgendaCard& card) {
  if (card.item_seconds > AgendaCard::kSecondsMax) return false;
  const bool lounge = card.item().kind == ItemKind::lounge;
  if (!card.meeting_seconds) return lounge;
  if (*card.meeting_seconds > AgendaCard::kSecondsMax) return false;
  return *card.meeting_seconds >= card.item_seconds;
}

}  // namespace

void encode(Writer& writer, const AgendaCard& card) {
  writer.u8(AgendaCard::kVersion).u8(card.current).u32(card.item_seconds);
  writer.optional_of(card.meeting_seconds,
                     [](Writer& inner, std::uint32_t value) { inner.u32(value); });
  writer.vector(view_of(card.plan.title)).vector_of(card.plan.items, put);
}

Result<AgendaCard> AgendaCard::decode(Reader& reader) {
  if (reader.rest().size() > kSizeMax) return fail(make_error(CodecErrc::length_invalid));
  AgendaCard card;
  HEARTH_TRY(const std::uint8_t version, reader.u8());
  if (version != kVersion) return value_invalid();
  HEARTH_TRY(card.current, reader.u8());
  HEARTH_TRY(card.item_seconds, reader.u32());
  HEARTH_TRY(card.meeting_seconds,
             reader.optional_of<std::uint32_t>([](Reader& inner) { return inner.u32(); }));
  HEARTH_TRY(card.plan.title, room::decode_text(reader, kTitleSizeMax));
  HEARTH_TRY(card.plan.items, reader.vector_of<Item>(get_item));
  if (!is_sound(card.plan) || card.current >= card.plan.items.size() || !times_hold(card)) {
    return value_invalid();
  }
  return card;
}

}  // namespace hearth::agenda
