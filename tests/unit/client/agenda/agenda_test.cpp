// A meeting run by its plan, late and in time, and taken over by somebody else.
#include "client/agenda/agenda.h"

#include <gmock/gmock.h>

#include "tests/unit/client/agenda/plans.h"

namespace hearth::agenda {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr Instant kStart{minutes(1'000'000)};

TEST(Agenda, PostsModeSecondsAndFlagsOfEachItemInTurn) {
  Agenda agenda(half_hour());
  EXPECT_FALSE(agenda.current());
  EXPECT_FALSE(agenda.card(kStart));

  const auto doors = agenda.next(kStart);
  const auto welcome = agenda.next(kStart);
  const auto shares = agenda.next(kStart);

  EXPECT_EQ(doors->mode, (room::ModeOp{room::Mode::free, 0, 0}));
  EXPECT_EQ(welcome->mode, (room::ModeOp{room::Mode::staff_only, 0, 0}));
  EXPECT_EQ(shares->mode, (room::ModeOp{room::Mode::queue, 240, 3}));
  EXPECT_EQ(shares->card.current, 2);
  EXPECT_EQ(shares->card.item(), half_hour().items[2]);
}

TEST(Agenda, EndsWithItsLastItem) {
  Agenda agenda(half_hour());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(agenda.next(kStart));

  EXPECT_FALSE(agenda.next(kStart));
  EXPECT_EQ(agenda.current(), 4U);
  EXPECT_FALSE(agenda.go_to(5, kStart));
  EXPECT_EQ(agenda.current(), 4U);
}

TEST(Agenda, GoesBackAndSkips) {
  Agenda agenda(half_hour());
  EXPECT_FALSE(agenda.previous(kStart));
  agenda.next(kStart);
  EXPECT_FALSE(agenda.previous(kStart));

  EXPECT_EQ(agenda.go_to(3, kStart)->card.item().name, "Feedback");
  EXPECT_EQ(agenda.previous(kStart)->card.item().name, "Shares");
  EXPECT_EQ(agenda.go_to(2, kStart + minutes(3))->card.item_seconds, 0U);
}

TEST(Agenda, RunsNoClockWhileTheDoorsStandOpen) {
  Agenda agenda(half_hour());
  agenda.next(kStart);

  const Timing timing = agenda.timing(kStart + minutes(25));

  EXPECT_EQ(timing.item_left, minutes(-10));
  EXPECT_EQ(timing.meeting_left, minutes(30));
  EXPECT_EQ(timing.overrun, Duration::zero());
  EXPECT_FALSE(agenda.card(kStart)->meeting_seconds);
}

TEST(Agenda, SaysHowLateTheMeetingWillEnd) {
  Agenda agenda(half_hour());
  agenda.next(kStart);
  agenda.next(kStart);

  EXPECT_EQ(agenda.timing(kStart + minutes(5)).overrun, Duration::zero());
  EXPECT_EQ(agenda.timing(kStart + minutes(8)).overrun, minutes(3));
  EXPECT_EQ(agenda.timing(kStart + minutes(8)).item_left, minutes(-3));
  agenda.next(kStart + minutes(8));
  EXPECT_EQ(agenda.timing(kStart + minutes(8)).overrun, minutes(3));
  EXPECT_EQ(agenda.timing(kStart + minutes(8)).meeting_left, minutes(22));
  agenda.next(kStart + minutes(20));
  EXPECT_EQ(agenda.timing(kStart + minutes(20)).overrun, Duration::zero());
  EXPECT_EQ(agenda.timing(kStart + minutes(31)).overrun, minutes(1));
  EXPECT_EQ(agenda.timing(kStart + minutes(31)).meeting_left, minutes(-1));
  agenda.next(kStart + minutes(32));
  EXPECT_EQ(agenda.timing(kStart + minutes(40)).overrun, Duration::zero());
  EXPECT_EQ(agenda.timing(kStart + minutes(40)).meeting_left, Duration::zero());
}

TEST(Agenda, CountsAPauseInTheMiddle) {
  Plan plan = half_hour();
  plan.items.insert(plan.items.begin() + 2, plan.items[0]);

  EXPECT_EQ(minutes_of(plan, meeting_of(plan)), 45U);
}

TEST(Agenda, StandsAClockThatGoesBack) {
  Agenda agenda(half_hour());
  agenda.go_to(1, kStart);

  const auto card = agenda.card(kStart - minutes(5));

  EXPECT_EQ(card->item_seconds, 0U);
  EXPECT_EQ(card->meeting_seconds, 0U);
}

// A stand-in whose clock is an hour wrong goes on where the lead was.
TEST(Agenda, GoesOnFromACardByTheClockOfWhoReceivedIt) {
  Agenda lead(half_hour());
  lead.go_to(1, kStart);
  lead.next(kStart + minutes(6));
  const auto bytes = encoded(*lead.card(kStart + minutes(10)));
  const Instant received = kStart + minutes(70);

  Agenda stand_in = Agenda::resume(*decode_exact<AgendaCard>(bytes), received);

  const Timing timing = stand_in.timing(received + minutes(1));
  EXPECT_EQ(timing.item_left, minutes(15));
  EXPECT_EQ(timing.meeting_left, minutes(19));
  EXPECT_EQ(timing.overrun, minutes(1));
  const auto posting = stand_in.next(received + minutes(16));
  EXPECT_EQ(posting->card.item(), half_hour().items[3]);
  EXPECT_EQ(posting->card.meeting_seconds, 26U * 60);
}

TEST(Agenda, ShowsNothingOfWhatIsOverButItsName) {
  Agenda agenda(half_hour());
  agenda.go_to(2, kStart);

  const Item over = agenda.card(kStart)->plan.items[1];

  EXPECT_EQ(over.name, "Welcome");
  EXPECT_TRUE(over.abridged);
  EXPECT_TRUE(over.prompt.empty());
  EXPECT_TRUE(over.reading.empty());
}

TEST(Agenda, TakesTextsOfComingItemsAlongWhileTheyFit) {
  Plan plan = half_hour();
  plan.items.clear();
  for (int i = 0; i < 20; ++i) {
    Item next = item("Item " + std::to_string(i), room::Mode::round, 3);
    next.prompt = std::string(100, 'p');
    next.reading = std::string(800, 'r');
    plan.items.push_back(next);
  }
  Agenda agenda(plan);

  const AgendaCard card = agenda.next(kStart)->card;

  EXPECT_LE(encoded(card).size(), AgendaCard::kSizeAim);
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(card.plan.items[i].prompt, plan.items[i].prompt) << i;
    EXPECT_EQ(card.plan.items[i].reading.empty(), i > 0) << i;
    EXPECT_EQ(card.plan.items[i].abridged, i > 0) << i;
  }
}

// The longest of all plans in every respect still travels in one entry.
TEST(Agenda, FitsTheLongestPlanIntoOneCard) {
  Plan plan{std::string(kTitleSizeMax, 't'), {}};
  for (std::size_t i = 0; i < kItemsMax; ++i) {
    Item next = item(std::string(kNameSizeMax, 'n'), room::Mode::queue, 240);
    next.kind = ItemKind::poll;
    next.turn_seconds = 3600;
    next.flags = 3;
    next.prompt = std::string(kPromptSizeMax, 'p');
    next.reading = std::string(kReadingSizeMax, 'r');
    next.questions.assign(kQuestionsMax, std::string(kQuestionSizeMax, 'q'));
    plan.items.push_back(next);
  }
  Agenda agenda(plan);

  while (const auto posting = agenda.next(kStart)) {
    const auto bytes = encoded(posting->card);
    EXPECT_LE(bytes.size(), AgendaCard::kSizeMax);
    EXPECT_EQ(*decode_exact<AgendaCard>(bytes), posting->card);
    EXPECT_EQ(posting->card.item(), plan.items[0]);
  }
}

TEST(Agenda, TakesLostTextsFromTheSamePlanAlone) {
  Plan plan = half_hour();
  plan.items[3].reading = std::string(4000, 'r');
  Agenda lead(plan);
  Agenda stand_in = Agenda::resume(lead.next(kStart)->card, kStart);
  EXPECT_TRUE(stand_in.plan().items[3].abridged);
  Plan other = plan;
  other.items[2].minutes = 21;

  EXPECT_FALSE(stand_in.adopt(other));
  EXPECT_TRUE(stand_in.plan().items[3].abridged);
  EXPECT_TRUE(stand_in.adopt(plan));
  EXPECT_EQ(stand_in.plan(), plan);
}

TEST(Agenda, SaysToEverybodyWhereTheMeetingIs) {
  Agenda agenda(half_hour());
  agenda.next(kStart);
  agenda.next(kStart);

  EXPECT_THAT(lines_of(*agenda.card(kStart)),
              ElementsAre("\u2068Saturday circle\u2069, 2 of 5: \u2068Welcome\u2069.",
                          "\u2068You are welcome here.\u2069", "\u2068You may pass.\u2069",
                          "\u2068Take a breath.\u2069", "5 minutes left for this.",
                          "The floor is with the staff for now."));
}

TEST(Agenda, SaysWhatIsLeftNowAndNotWhenTheCardCame) {
  Agenda agenda(half_hour());
  agenda.go_to(2, kStart);
  const auto card = *agenda.card(kStart + minutes(2));
  const auto time = [&](Duration since) { return lines_of(card, since)[2]; };

  EXPECT_EQ(time(minutes(17)), "1 minute left for this.");
  EXPECT_EQ(time(minutes(18)), "The time for this is over.");
  EXPECT_THAT(time(minutes(20)), HasSubstr("over since 2 minutes"));
  EXPECT_THAT(time(minutes(20)), Not(HasSubstr("behind its plan")));
  EXPECT_THAT(time(minutes(25)), HasSubstr("The meeting is 2 minutes behind its plan."));
}

TEST(Agenda, TellsHowToSpeakInEachMode) {
  const auto told = [](room::Mode mode) {
    Agenda agenda(Plan{"Title", {item("Item", mode, 5)}});
    return lines_of(agenda.next(kStart)->card).back();
  };

  EXPECT_EQ(told(room::Mode::free), "Everybody may write; nobody has to.");
  EXPECT_THAT(told(room::Mode::queue), HasSubstr("type ! to raise your hand"));
  EXPECT_THAT(told(room::Mode::round), HasSubstr("pass is fine"));
  EXPECT_EQ(told(room::Mode::respond), "Everybody may answer; nobody has to.");
  EXPECT_EQ(told(room::Mode::staff_only), "The floor is with the staff for now.");
}

}  // namespace
}  // namespace hearth::agenda
