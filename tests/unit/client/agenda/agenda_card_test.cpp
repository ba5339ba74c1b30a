// The bytes of a card: pinned, and refused where anything about them is odd.
#include <functional>

#include <gmock/gmock.h>

#include "tests/unit/client/agenda/plans.h"

namespace hearth::agenda {
namespace {

AgendaCard small_card() {
  AgendaCard card;
  card.plan = {"Circle", {item("Shares", room::Mode::queue, 20)}};
  card.plan.items[0].turn_seconds = 240;
  card.plan.items[0].flags = room::ModeOp::kPassesOn;
  card.plan.items[0].prompt = "Hi";
  card.item_seconds = 60;
  card.meeting_seconds = 120;
  return card;
}

Result<AgendaCard> decoded(ByteView bytes) { return decode_exact<AgendaCard>(bytes); }
bool is_refused(const std::function<void(AgendaCard&)>& change) {
  AgendaCard card = small_card();
  change(card);
  return !decoded(encoded(card)).has_value();
}

TEST(AgendaCard, HasTheseBytes) {
  EXPECT_EQ(to_hex(encoded(small_card())),
            "01"  // version
            "00"
            "0000003c"  // current, item_seconds
            "01"
            "00000078"  // meeting_seconds
            "06"
            "436972636c65"
            "14"  // items
            "01"
            "02"
            "0014"
            "00f0"
            "01"
            "00"  // kind mode minutes turn_seconds flags abridged
            "06"
            "536861726573"
            "02"
            "4869"
            "00"
            "00");
}

TEST(AgendaCard, ReadsBackWhatItWrote) {
  Agenda agenda(half_hour());
  while (const auto posting = agenda.next(Instant{})) {
    EXPECT_EQ(decoded(encoded(posting->card)), posting->card);
  }
}

TEST(AgendaCard, IsRefusedWhenCutOrFollowed) {
  const Bytes whole = encoded(small_card());

  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decoded(ByteView(whole).first(size))) << size;
  }
  EXPECT_FALSE(decoded(concat({whole, Bytes{0}})));
}

TEST(AgendaCard, IsRefusedInAnotherVersion) {
  Bytes bytes = encoded(small_card());
  bytes[0] = 2;

  EXPECT_FALSE(decoded(bytes));
}

TEST(AgendaCard, IsRefusedWhereAnythingIsOutOfItsRange) {
  EXPECT_FALSE(is_refused([](AgendaCard&) {}));
  EXPECT_TRUE(is_refused([](AgendaCard& c) { c.current = 1; }));
  EXPECT_TRUE(is_refused([](AgendaCard& c) { c.item_seconds = 121; }));
  EXPECT_TRUE(is_refused([](AgendaCard& c) { c.meeting_seconds = 86'401; }));
  EXPECT_TRUE(is_refused([](AgendaCard& c) { c.meeting_seconds.reset(); }));
  EXPECT_TRUE(is_refused([](AgendaCard& c) { c.plan.title.clear(); }));
  EXPECT_TRUE(is_refused([](AgendaCard& c) { c.plan.title = std::string(201, 't'); }));
  EXPECT_TRUE(is_refused([](AgendaCard& c) { c.plan.items.clear(); }));
  EXPECT_TRUE(is_refused([](AgendaCard& c) { c.plan.items.resize(65, c.plan.items[0]); }));
}

TEST(AgendaCard, IsRefusedWhereAnItemIsUnsound) {
  const auto refused = [](const std::function<void(Item&)>& change) {
    return is_refused([&](AgendaCard& card) { change(card.plan.items[0]); });
  };

  EXPECT_TRUE(refused([](Item& i) { i.kind = static_cast<ItemKind>(4); }));
  EXPECT_TRUE(refused([](Item& i) { i.kind = static_cast<ItemKind>(0); }));
  EXPECT_TRUE(refused([](Item& i) { i.mode = static_cast<room::Mode>(6); }));
  EXPECT_TRUE(refused([](Item& i) { i.minutes = 0; }));
  EXPECT_TRUE(refused([](Item& i) { i.minutes = 241; }));
  EXPECT_TRUE(refused([](Item& i) { i.turn_seconds = 3601; }));
  EXPECT_TRUE(refused([](Item& i) { i.flags = 4; }));
  EXPECT_TRUE(refused([](Item& i) { i.mode = room::Mode::round; }));  // With a flag of a queue.
  EXPECT_TRUE(refused([](Item& i) { i.flags = 0, i.mode = room::Mode::free; }));  // With turns.
  EXPECT_TRUE(refused([](Item& i) { i.name.clear(); }));
  EXPECT_TRUE(refused([](Item& i) { i.name = "two\nlines"; }));
  EXPECT_TRUE(refused([](Item& i) { i.prompt = "two\nlines"; }));
  EXPECT_TRUE(refused([](Item& i) { i.prompt = std::string(601, 'p'); }));
  EXPECT_TRUE(refused([](Item& i) { i.reading = std::string(6145, 'r'); }));
  EXPECT_TRUE(refused([](Item& i) { i.questions = {"Of no poll"}; }));
  EXPECT_TRUE(refused([](Item& i) { i.kind = ItemKind::poll; }));  // Without a question.
  EXPECT_FALSE(refused([](Item& i) { i.kind = ItemKind::poll, i.abridged = true; }));
  EXPECT_FALSE(refused([](Item& i) { i.kind = ItemKind::poll, i.questions = {"One"}; }));
  EXPECT_TRUE(refused([](Item& i) { i.kind = ItemKind::poll, i.questions.assign(4, "One"); }));
}

TEST(AgendaCard, IsRefusedWhereATextTurnsWhatStandsAroundIt) {
  for (const char* const text :
       {"\u202Eback", "\u2066x", "a\u200Bb", "\x1b[2J", "\x7f", "\u2028", "\xff", "\xc0\x80"}) {
    EXPECT_TRUE(is_refused([&](AgendaCard& c) { c.plan.items[0].name = text; })) << text;
    EXPECT_TRUE(is_refused([&](AgendaCard& c) { c.plan.items[0].reading = text; })) << text;
    EXPECT_TRUE(is_refused([&](AgendaCard& c) { c.plan.title = text; })) << text;
  }
  EXPECT_FALSE(is_refused([](AgendaCard& c) { c.plan.items[0].reading = "one\ntwo"; }));
  EXPECT_FALSE(is_refused([](AgendaCard& c) { c.plan.items[0].name = "ދުވަސް"; }));
}

TEST(AgendaCard, IsRefusedWhenLongerThanAnyPlanMakesIt) {
  AgendaCard card = small_card();
  card.plan.items.resize(3, card.plan.items[0]);
  for (Item& next : card.plan.items) next.reading = std::string(kReadingSizeMax, 'r');

  EXPECT_FALSE(decoded(encoded(card)));
}

}  // namespace
}  // namespace hearth::agenda
