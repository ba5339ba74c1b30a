// Polls: one ballot each, one vote each, nothing shown below k, and nobody's vote is theirs.
#include "server/rooms/poll.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "server/limits.h"
#include "tests/support/room_builder.h"

namespace hearth::server {
namespace {

using room::Ballot;
using room::BallotDraft;
using room::BallotIssue;
using room::BallotRequest;
using room::Handle;
using room::PollRefusal;
using room::Vote;

Handle handle_of(std::uint32_t voter) { return Handle{test::seeded_bytes("handle", voter)}; }

// What lies in memory for a sealed answer: 2.4 KB that mean nothing to who has no desk key.
Bytes sealed_answer(crypto::RandomSource& random) {
  Bytes sealed(room::kSealedVoteSize);
  random.fill(sealed);
  return sealed;
}

Vote copy_of(const Vote& vote) {
  return {{vote.ballot.nonce.clone(), vote.ballot.output.clone()}, vote.sealed};
}

// --- The rules ----------------------------------------------------------------------------------

class PollTest : public testing::Test {
 protected:
  Poll open(std::size_t ballots_max = 20, std::size_t votes_shown_min = room::kVotesShownMin) {
    return Poll::open({ballots_max, votes_shown_min}, random_).value();
  }
  Ballot ballot_for(Poll& poll, std::uint32_t voter) {
    const BallotDraft draft = BallotDraft::draw(random_).value();
    const BallotIssue issue = poll.issue(handle_of(voter), draft.request(), random_).value();
    return draft.accept(issue, poll.key()).value();
  }
  std::vector<Ballot> ballots_for(Poll& poll, std::uint32_t voters) {
    std::vector<Ballot> ballots;
    for (std::uint32_t i = 0; i < voters; ++i) ballots.push_back(ballot_for(poll, i));
    return ballots;
  }
  Vote vote_with(Ballot&& ballot, std::string_view answer) {
    const room::DeskKey desk = test::public_desk_key(keys_.desk);
    return {std::move(ballot),
            room::seal_vote(keys_.room, std::span(&desk, 1), view_of(answer), random_).value()};
  }
  // What the desk makes of what it is handed.
  std::map<std::string, std::size_t> totals(const std::vector<Bytes>& shown) const {
    std::map<std::string, std::size_t> totals;
    for (const Bytes& sealed : shown) {
      const Bytes answer = room::open_vote(keys_.room, keys_.desk, sealed).value();
      ++totals[std::string(text_of(answer))];
    }
    return totals;
  }

  test::RoomBuilder keys_;
  crypto::SeededRandom random_{5};
};

TEST_F(PollTest, ShowsNothingOfFourAnswersOfNine) {
  Poll poll = open();
  auto ballots = ballots_for(poll, 9);
  for (std::size_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(poll.vote(vote_with(std::move(ballots[i]), "yes")).has_value());
  }

  const auto shown = std::move(poll).close(random_);

  EXPECT_EQ(shown.error(), PollRefusal::votes_too_few);
}

TEST_F(PollTest, ShowsTheTotalsOfFiveAnswersOfNine) {
  Poll poll = open();
  auto ballots = ballots_for(poll, 9);
  const std::string_view answers[] = {"yes", "no", "yes", "skip", "yes"};
  for (std::size_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(poll.vote(vote_with(std::move(ballots[8 - i]), answers[i])).has_value());
  }

  const auto shown = std::move(poll).close(random_);

  ASSERT_TRUE(shown.has_value());
  const std::map<std::string, std::size_t> expected{{"yes", 3}, {"no", 1}, {"skip", 1}};
  EXPECT_EQ(totals(*shown), expected);
}

TEST_F(PollTest, IsEmptyOnceItIsClosed) {
  Poll poll = open();
  auto ballots = ballots_for(poll, 6);
  for (std::size_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(poll.vote(vote_with(std::move(ballots[i]), "yes")).has_value());
  }
  ASSERT_TRUE(std::move(poll).close(random_).has_value());

  EXPECT_EQ(poll.held().issued.size(), 0U);
  EXPECT_EQ(poll.held().spent.size(), 0U);
  EXPECT_EQ(poll.held().votes.size(), 0U);
  EXPECT_FALSE(poll.vote(vote_with(std::move(ballots[5]), "late")).has_value());
  EXPECT_EQ(std::move(poll).close(random_).error(), PollRefusal::votes_too_few);
}

TEST_F(PollTest, GivesAHandleOneBallot) {
  Poll poll = open();
  const BallotDraft first = BallotDraft::draw(random_).value();
  const BallotDraft second = BallotDraft::draw(random_).value();
  ASSERT_TRUE(poll.issue(handle_of(1), first.request(), random_).has_value());

  EXPECT_EQ(poll.issue(handle_of(1), second.request(), random_).error(),
            PollRefusal::ballot_issued);
  EXPECT_TRUE(poll.issue(handle_of(2), second.request(), random_).has_value());
  EXPECT_EQ(poll.held().issued.size(), 2U);
}

// The answer got lost on a bad line: it is the same ballot, and no second one.
TEST_F(PollTest, AnswersTheSameRequestAgain) {
  Poll poll = open();
  const BallotDraft draft = BallotDraft::draw(random_).value();
  const auto lost = poll.issue(handle_of(1), draft.request(), random_);
  const auto again = poll.issue(handle_of(1), draft.request(), random_);

  ASSERT_TRUE(lost && again);
  EXPECT_EQ(draft.accept(*lost, poll.key()).value(), draft.accept(*again, poll.key()).value());
  EXPECT_EQ(poll.held().issued.size(), 1U);
}

TEST_F(PollTest, TakesABallotOnce) {
  Poll poll = open();
  auto ballots = ballots_for(poll, 9);
  const Vote vote = vote_with(std::move(ballots[0]), "yes");
  ASSERT_TRUE(poll.vote(vote).has_value());

  EXPECT_EQ(poll.vote(vote).error(), PollRefusal::ballot_spent);
  Vote other = copy_of(vote);
  other.sealed = vote_with(std::move(ballots[1]), "no").sealed;
  EXPECT_EQ(poll.vote(other).error(), PollRefusal::ballot_spent);
  EXPECT_EQ(poll.held().votes.size(), 1U);
  EXPECT_TRUE(equal(poll.held().votes.record(0), vote.sealed));
}

TEST_F(PollTest, TakesNoBallotThatItHasNotIssued) {
  Poll poll = open();
  Poll other_poll = open();
  auto ballots = ballots_for(poll, 9);
  Vote of_other = vote_with(ballot_for(other_poll, 0), "yes");
  Vote changed = vote_with(std::move(ballots[0]), "yes");
  changed.ballot.nonce.mutable_view()[0] ^= 1;
  Vote mixed = vote_with({ballots[1].nonce.clone(), ballots[2].output.clone()}, "yes");
  Vote too_short = vote_with(std::move(ballots[3]), "yes");
  too_short.sealed.pop_back();

  for (const Vote* vote : {&of_other, &changed, &mixed, &too_short}) {
    EXPECT_EQ(poll.vote(*vote).error(), PollRefusal::ballot_invalid);
  }
  EXPECT_EQ(poll.held().spent.size(), 0U);
}

// Who asks first and votes at once would otherwise be the only one it can have been.
TEST_F(PollTest, TakesNoVoteBeforeEnoughBallotsAreOut) {
  Poll poll = open();
  const Vote vote = vote_with(ballot_for(poll, 0), "yes");
  for (std::uint32_t voter = 1; voter < 5; ++voter) {
    EXPECT_EQ(poll.vote(vote).error(), PollRefusal::vote_too_early);
    (void)ballot_for(poll, voter);
  }

  EXPECT_TRUE(poll.vote(vote).has_value());
}

TEST_F(PollTest, GivesNoMoreBallotsThanItHas) {
  Poll poll = open(5);
  auto ballots = ballots_for(poll, 5);

  EXPECT_EQ(poll.issue(handle_of(9), BallotDraft::draw(random_).value().request(), random_).error(),
            PollRefusal::ballots_gone);
  for (Ballot& ballot : ballots) {
    EXPECT_TRUE(poll.vote(vote_with(std::move(ballot), "yes")).has_value());
  }
  EXPECT_EQ(std::move(poll).close(random_).value().size(), 5U);
}

TEST_F(PollTest, OpensWithinItsBoundsAlone) {
  const auto error_of = [this](std::size_t ballots_max, std::size_t votes_shown_min) {
    const auto poll = Poll::open({ballots_max, votes_shown_min}, random_);
    return poll ? PollRefusal{} : poll.error();
  };
  EXPECT_EQ(error_of(3, 3), PollRefusal{});
  EXPECT_EQ(error_of(limits::kPollBallotsMax, 5), PollRefusal{});
  EXPECT_EQ(error_of(3, 2), PollRefusal::terms_invalid);
  EXPECT_EQ(error_of(4, 5), PollRefusal::terms_invalid);
  EXPECT_EQ(error_of(limits::kPollBallotsMax + 1, 5), PollRefusal::terms_invalid);
}

// The six orders of three votes, 120 times: chi-square with 5 degrees of freedom is above 20.5 once
// in a thousand seeds, and this seed is always the same. Without the shuffle it would be 600.
TEST_F(PollTest, HandsOutVotesInRandomOrder) {
  constexpr int kPolls = 120;
  std::map<std::vector<Bytes>, int> orders;
  const std::vector<Bytes> answers{sealed_answer(random_), sealed_answer(random_),
                                   sealed_answer(random_)};
  for (int i = 0; i < kPolls; ++i) {
    Poll poll = open(3, 3);
    auto ballots = ballots_for(poll, 3);
    for (std::size_t voter = 0; voter < 3; ++voter) {
      ASSERT_TRUE(poll.vote({std::move(ballots[voter]), answers[voter]}).has_value());
    }
    ++orders[std::move(poll).close(random_).value()];
  }

  ASSERT_EQ(orders.size(), 6U);
  double chi_square = 0;
  for (const auto& [order, count] : orders) {
    chi_square += (count - kPolls / 6.0) * (count - kPolls / 6.0) / (kPolls / 6.0);
  }
  EXPECT_LT(chi_square, 20.5);
}

TEST_F(PollTest, DrawsAKeyForEachPoll) { EXPECT_NE(open().key(), open().key()); }

// --- What is left in memory ---------------------------------------------------------------------

// The same asks and votes in twenty orders leave the same bytes: so no order can be read in them.
TEST_F(PollTest, HoldsTheSameBytesWhateverCameFirst) {
  constexpr std::size_t kVoters = 9;
  std::vector<BallotDraft> drafts;
  std::vector<Bytes> answers;
  for (std::size_t i = 0; i < kVoters; ++i) {
    drafts.push_back(BallotDraft::draw(random_).value());
    answers.push_back(sealed_answer(random_));
  }
  std::vector<std::size_t> asking(kVoters);
  std::iota(asking.begin(), asking.end(), 0U);
  std::vector<std::size_t> voting = asking;
  std::optional<std::vector<Bytes>> expected;

  for (int run = 0; run < 20; ++run) {
    crypto::SeededRandom same_key(7);
    Poll poll = Poll::open({kVoters, 5}, same_key).value();
    std::map<std::size_t, Ballot> ballots;
    for (const std::size_t i : asking) {
      const auto issue =
          poll.issue(handle_of(static_cast<std::uint32_t>(i)), drafts[i].request(), random_);
      ballots.emplace(i, drafts[i].accept(issue.value(), poll.key()).value());
    }
    for (const std::size_t i : voting) {
      ASSERT_TRUE(poll.vote({std::move(ballots.at(i)), answers[i]}).has_value());
    }
    const std::vector<Bytes> held{to_bytes(poll.held().issued.block()),
                                  to_bytes(poll.held().spent.block()),
                                  to_bytes(poll.held().votes.block())};
    ASSERT_EQ(held[2].size(), kVoters * room::kSealedVoteSize);
    if (!expected) expected = held;
    EXPECT_EQ(held, *expected);

    std::ranges::next_permutation(asking);
    std::ranges::rotate(voting, voting.begin() + 1 + run % 7);
  }
}

TEST(Unordered, FindsWhatWasPutAndKeepsEquals) {
  Unordered records(2, 4);
  for (const Bytes& record : {Bytes{5, 1}, Bytes{2, 9}, Bytes{5, 1}, Bytes{9, 0}}) {
    records.put(record);
  }

  EXPECT_EQ(to_bytes(records.block()), (Bytes{2, 9, 5, 1, 5, 1, 9, 0}));
  EXPECT_EQ(to_bytes(records.find(Bytes{2}).value()), (Bytes{2, 9}));
  EXPECT_EQ(to_bytes(records.find(Bytes{5, 1}).value()), (Bytes{5, 1}));
  for (const Bytes& absent : {Bytes{1}, Bytes{4}, Bytes{5, 0}, Bytes{5, 2}, Bytes{10}}) {
    EXPECT_FALSE(records.find(absent).has_value());
  }
  EXPECT_THROW(records.put(Bytes{1, 1}), std::logic_error);
}

// --- The linking attack -------------------------------------------------------------------------
//
// The operator of the server and the staff put together all that they have: what each keeps, what
// came over the wire and in which order, the poll's key, and the answers as they were handed out.
// For each vote they name the handle that cast it. They know that everybody voted, so to name one
// at random is right once in a poll, whatever the number of voters.

constexpr std::size_t kVoters = 9;
using Names = std::vector<Handle>;  // For each vote, as it was handed out.

// What they have of one poll.
struct Joint {
  struct Ask {
    std::uint64_t connection;
    Handle handle;
    BallotRequest request;
  };
  struct Redemption {
    std::uint64_t connection;
    Bytes32 nonce;
    Bytes sealed;
  };
  std::vector<Ask> asks;                // In the order of their arrival.
  std::vector<Redemption> redemptions;  // So too.
  std::vector<Handle> issued;           // As they lie in the issuer's memory.
  std::vector<Bytes> kept;              // As they lie in the collector's.
  std::vector<Bytes> shown;             // As they were handed out.

  const Redemption& redemption_of(const Bytes& sealed) const {
    return *std::ranges::find(redemptions, sealed, &Redemption::sealed);
  }
};

// How a voter or a server differs from ours.
enum class Variant {
  ours,
  no_pause,     // Voters vote in the order in which they asked.
  one_line,     // Issuance and redemption are written down together: the connection joins them.
  not_blinded,  // Voters send the nonce's element as it is.
};

// Draws the same bytes again and again: a scalar that blinds nothing.
class OneOnly final : public crypto::RandomSource {
 public:
  void fill(std::span<Byte> target) override {
    std::ranges::fill(target, Byte{0});
    target.front() = 1;
  }
};

// What the server would see as the request of this nonce if nobody blinded it. The attacker knows
// the VOPRF as well as we do.
crypto::VoprfElement bare_element(const Bytes32& nonce) {
  OneOnly one;
  return crypto::VoprfBlinding::make(concat({view_of("hearth ballot"), nonce}), one)
      .value()
      .element();
}

std::vector<std::size_t> shuffled(std::size_t size, crypto::RandomSource& random) {
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t left = size; left > 1; --left) {
    std::uint64_t draw = 0;
    for (const Byte byte : random.array<8>()) draw = draw << 8 | byte;
    std::swap(order[left - 1], order[draw % left]);
  }
  return order;
}

struct Played {
  Joint joint;
  Names truth;
};

// One poll from opening to close, in which everybody votes.
Played play(Variant variant, std::uint64_t seed) {
  crypto::SeededRandom random(seed);
  Played played;
  Joint& joint = played.joint;
  Poll poll = Poll::open({kVoters, 5}, random).value();
  std::vector<Ballot> ballots;
  std::map<Bytes, Handle> cast_by;

  for (const std::size_t voter : shuffled(kVoters, random)) {
    const Handle handle{
        test::seeded_bytes("handle", static_cast<std::uint32_t>(seed * kVoters + voter))};
    if (variant == Variant::not_blinded) {
      const auto nonce = random.array<32>();
      const BallotRequest request{bare_element(nonce)};
      const auto issue = poll.issue(handle, request, random).value();
      OneOnly one;
      const auto blinding =
          crypto::VoprfBlinding::make(concat({view_of("hearth ballot"), nonce}), one).value();
      auto output = crypto::voprf_finalize(std::span(&blinding, 1),
                                           {{issue.evaluated}, issue.proof}, poll.key())
                        .value();
      ballots.push_back({Secret32(nonce), std::move(output.front())});
      joint.asks.push_back({ballots.size(), handle, request});
    } else {
      const BallotDraft draft = BallotDraft::draw(random).value();
      const auto issue = poll.issue(handle, draft.request(), random).value();
      ballots.push_back(draft.accept(issue, poll.key()).value());
      joint.asks.push_back({ballots.size(), handle, draft.request()});
    }
  }

  std::vector<std::size_t> order = shuffled(kVoters, random);
  if (variant == Variant::no_pause) std::ranges::sort(order);
  for (const std::size_t voter : order) {
    const Vote vote{std::move(ballots[voter]), sealed_answer(random)};
    // A connection of its own; or, in the variant, the one that asked.
    const std::uint64_t connection = variant == Variant::one_line ? joint.asks[voter].connection
                                                                  : 1000 + joint.redemptions.size();
    joint.redemptions.push_back({connection, *to_array<32>(vote.ballot.nonce.view()), vote.sealed});
    cast_by[vote.sealed] = joint.asks[voter].handle;
    expects(poll.vote(vote).has_value());
  }

  const Poll::Held held = poll.held();
  for (std::size_t i = 0; i < held.issued.size(); ++i) {
    joint.issued.push_back(*Handle::from(held.issued.record(i).first(Handle::kSize)));
    joint.kept.push_back(to_bytes(held.votes.record(i)));
  }
  joint.shown = std::move(poll).close(random).value();
  for (const Bytes& sealed : joint.shown) played.truth.push_back(cast_by.at(sealed));
  return played;
}

// --- Ways to guess ---

// The first vote that came is of the first who asked.
Names by_arrival(const Joint& joint) {
  Names names;
  for (const Bytes& sealed : joint.shown) {
    const auto place = &joint.redemption_of(sealed) - joint.redemptions.data();
    names.push_back(joint.asks[static_cast<std::size_t>(place)].handle);
  }
  return names;
}

// The last who asked was the first to vote.
Names by_arrival_reversed(const Joint& joint) {
  Names names;
  for (const Bytes& sealed : joint.shown) {
    const auto place = &joint.redemption_of(sealed) - joint.redemptions.data();
    names.push_back(joint.asks[kVoters - 1 - static_cast<std::size_t>(place)].handle);
  }
  return names;
}

// Votes lie in memory as those who cast them do.
Names by_memory(const Joint& joint) {
  Names names;
  for (const Bytes& sealed : joint.shown) {
    const auto place = std::ranges::find(joint.kept, sealed) - joint.kept.begin();
    names.push_back(joint.issued[static_cast<std::size_t>(place)]);
  }
  return names;
}

// Votes were handed out in the order in which ballots were asked for.
Names by_order_shown(const Joint& joint) {
  Names names;
  for (std::size_t i = 0; i < joint.shown.size(); ++i) names.push_back(joint.asks[i].handle);
  return names;
}

// Who came over the same connection; otherwise as they arrived.
Names by_connection(const Joint& joint) {
  Names names = by_arrival(joint);
  for (std::size_t i = 0; i < joint.shown.size(); ++i) {
    const auto ask = std::ranges::find(joint.asks, joint.redemption_of(joint.shown[i]).connection,
                                       &Joint::Ask::connection);
    if (ask != joint.asks.end()) names[i] = ask->handle;
  }
  return names;
}

// Whose request is this nonce's element; otherwise as they arrived.
Names by_element(const Joint& joint) {
  Names names = by_arrival(joint);
  for (std::size_t i = 0; i < joint.shown.size(); ++i) {
    const BallotRequest bare{bare_element(joint.redemption_of(joint.shown[i]).nonce)};
    const auto ask = std::ranges::find(joint.asks, bare, &Joint::Ask::request);
    if (ask != joint.asks.end()) names[i] = ask->handle;
  }
  return names;
}

// Votes sorted by their nonces are of those who asked, sorted by their requests: what a weak hash,
// or a blind that is the same for everybody and keeps an order, would leave.
Names by_rank(const Joint& joint) {
  std::vector<const Joint::Ask*> asks;
  for (const auto& ask : joint.asks) asks.push_back(&ask);
  std::ranges::sort(asks, [](const auto* a, const auto* b) {
    return std::ranges::lexicographical_compare(a->request.blinded.view(),
                                                b->request.blinded.view());
  });
  std::vector<const Joint::Redemption*> redemptions;
  for (const auto& redemption : joint.redemptions) redemptions.push_back(&redemption);
  std::ranges::sort(redemptions, {}, &Joint::Redemption::nonce);
  Names names;
  for (const Bytes& sealed : joint.shown) {
    const auto place = std::ranges::find(redemptions, &joint.redemption_of(sealed));
    names.push_back(asks[static_cast<std::size_t>(place - redemptions.begin())]->handle);
  }
  return names;
}

struct Way {
  std::string_view name;
  Names (*guess)(const Joint&);
};
constexpr Way kWays[] = {{"arrival", by_arrival},
                         {"arrival reversed", by_arrival_reversed},
                         {"memory", by_memory},
                         {"order shown", by_order_shown},
                         {"connection", by_connection},
                         {"element", by_element},
                         {"rank", by_rank}};

// How many votes each way gives to the right handle, in `polls` polls.
std::map<std::string_view, std::size_t> linked(Variant variant, std::uint64_t polls) {
  std::map<std::string_view, std::size_t> right;
  for (std::uint64_t seed = 1; seed <= polls; ++seed) {
    const Played played = play(variant, seed);
    for (const Way& way : kWays) {
      const Names names = way.guess(played.joint);
      expects(names.size() == played.truth.size());
      for (std::size_t i = 0; i < names.size(); ++i) {
        right[way.name] += names[i] == played.truth[i] ? 1U : 0U;
      }
    }
  }
  return right;
}

// The number of right guesses in one poll has mean 1 and variance 1. The seeds are fixed, so the
// result is always the same; the bound says how far it may be from chance: four deviations.
void expect_chance(std::size_t right, std::uint64_t polls, std::string_view way) {
  const auto mean = static_cast<double>(polls);
  EXPECT_NEAR(static_cast<double>(right), mean, 4 * std::sqrt(mean)) << way;
}

TEST(LinkingAttack, IsAtChanceAgainstOurs) {
  constexpr std::uint64_t kPolls = 200;

  const auto right = linked(Variant::ours, kPolls);

  ASSERT_EQ(right.size(), std::size(kWays));
  for (const auto& [way, count] : right) expect_chance(count, kPolls, way);
}

TEST(LinkingAttack, SucceedsAgainstIssuanceAndRedemptionWrittenDownTogether) {
  EXPECT_EQ(linked(Variant::one_line, 10)["connection"], 10 * kVoters);
}

TEST(LinkingAttack, SucceedsAgainstVotersWhoDoNotBlind) {
  EXPECT_EQ(linked(Variant::not_blinded, 10)["element"], 10 * kVoters);
}

// Who watched the order of arrival at both doors knows everybody. Who comes afterwards, to the
// memory or to what was handed out, is at chance also then.
TEST(LinkingAttack, NeedsMoreThanMemoryAgainstVotersWhoDoNotPause) {
  constexpr std::uint64_t kPolls = 100;

  auto right = linked(Variant::no_pause, kPolls);

  EXPECT_EQ(right["arrival"], kPolls * kVoters);
  expect_chance(right["memory"], kPolls, "memory");
  expect_chance(right["order shown"], kPolls, "order shown");
}

}  // namespace
}  // namespace hearth::server
