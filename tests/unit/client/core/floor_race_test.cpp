// Hands that go up at once, in a full room, while turns end and hands are taken back.
#include <cstdlib>

#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

using room::Mode;

constexpr std::size_t kPeople = 30;

// A few in continuous integration; 1,000 by hand (tests/README.md).
int rounds() {
  const char* asked = std::getenv("HEARTH_HAND_RACES");
  return asked ? std::atoi(asked) : 20;
}

class FloorRace : public testing::Test {
 protected:
  FloorRace() : world_(92), random_(92) {
    names_ = {"Anna"};
    for (std::size_t i = 1; i < kPeople; ++i) names_.push_back("Member" + std::to_string(i));
    gather(world_, {names_.begin() + 1, names_.end()});
  }

  std::size_t draw(std::size_t below) {
    std::uint8_t bytes[4];
    random_.fill(bytes);
    std::uint32_t number = 0;
    for (const std::uint8_t byte : bytes) number = number << 8 | byte;
    return number % below;
  }
  client::FloorShown floor(const std::string& who) {
    const auto tag = world_[who].ask(client::AskFloor{});
    return *world_[who].answer<client::FloorShown>(tag);
  }
  std::vector<std::string> hands(const std::string& who) {
    std::vector<std::string> names;
    for (const client::Person& one : floor(who).hands) names.push_back(one.name);
    return names;
  }
  std::string holder(const std::string& who) {
    const auto turn = floor(who).turn;
    return turn ? turn->name : std::string();
  }
  // In which order the log of this client has hands going up, from its event `from` on.
  std::vector<std::string> raised(const std::string& who, std::size_t from) {
    std::vector<std::string> names;
    const auto changes = world_[who].all<client::HandChanged>();
    for (std::size_t i = from; i < changes.size(); ++i) {
      if (changes[i].up) names.push_back(changes[i].who.name);
    }
    return names;
  }
  // Somebody among the members who is in none of these lists.
  std::string somebody_not_in(const std::vector<std::string>& hands,
                              const std::vector<std::string>& drawn) {
    for (;;) {
      const std::string& name = names_[1 + draw(kPeople - 1)];
      const auto is = [&](const auto& list) { return std::ranges::find(list, name) != list.end(); };
      if (!is(hands) && !is(drawn) && name != holder("Anna")) return name;
    }
  }

  World world_;
  crypto::SeededRandom random_;
  std::vector<std::string> names_;
};

TEST_F(FloorRace, ThreeHandsAtOnceStandInOneOrderForThirty) {
  ASSERT_TRUE(does(world_, "Anna", client::SetMode{Mode::queue, 240}));
  world_.settle();
  int turns = 0;
  for (int round = 0; round < rounds(); ++round) {
    const std::vector<std::string> before = hands("Anna");
    std::map<std::string, std::size_t> seen;
    for (const std::string& name : names_) seen[name] = world_[name].count<client::HandChanged>();

    // All of it is on its way at the same moment; the lines deliver in an order of the seed's.
    std::vector<std::string> three;
    while (three.size() < 3) three.push_back(somebody_not_in(before, three));
    for (const std::string& name : three) world_[name].ask(client::RaiseHand{});
    const std::string speaker = holder("Anna");
    if (!speaker.empty() && draw(2) == 0) world_[speaker].ask(client::EndTurn{});
    if (!before.empty() && draw(2) == 0) {
      world_[before[draw(before.size())]].ask(client::LowerHand{});
    }
    if (speaker.empty() || draw(3) == 0) world_["Anna"].ask(client::CallOn{});
    world_.settle();

    const std::vector<std::string> order = hands("Anna");
    const std::vector<std::string> came = raised("Anna", seen["Anna"]);
    ASSERT_EQ(came.size(), 3u) << "round " << round;
    ASSERT_TRUE(std::ranges::is_permutation(came, three)) << "round " << round;
    for (const std::string& name : names_) {
      ASSERT_EQ(hands(name), order) << name << ", round " << round;
      ASSERT_EQ(raised(name, seen[name]), came) << name << ", round " << round;
      ASSERT_EQ(holder(name), holder("Anna")) << name << ", round " << round;
    }
    // Whoever still waits of the three stands behind the others, as the log has them.
    std::vector<std::string> waiting;
    for (const std::string& name : order) {
      if (std::ranges::find(three, name) != three.end()) waiting.push_back(name);
    }
    std::erase_if(waiting, [&](const auto& name) { return name == holder("Anna"); });
    std::vector<std::string> expected = came;
    std::erase_if(expected, [&](const auto& name) {
      return std::ranges::find(waiting, name) == waiting.end();
    });
    ASSERT_EQ(waiting, expected) << "round " << round;
    turns += holder("Anna") != speaker ? 1 : 0;
    // Room for others.
    while (hands("Anna").size() > 6) {
      if (!holder("Anna").empty()) {
        ASSERT_TRUE(does(world_, "Anna", client::SkipTurn{}));
        world_.settle();
      }
      ASSERT_TRUE(does(world_, "Anna", client::CallOn{}));
      world_.settle();
    }
    world_.pass(std::chrono::seconds(2));
  }
  EXPECT_GT(turns, rounds() / 8);
  world_.expect_agreement(names_);
}

}  // namespace
}  // namespace hearth::test
