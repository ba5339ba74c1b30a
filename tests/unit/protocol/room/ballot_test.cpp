// Ballots: their bytes, the voter's care about the key, and answers that all look alike.
#include "protocol/room/ballot.h"

#include <gtest/gtest.h>

#include <set>

#include "protocol/room/error.h"
#include "tests/support/golden.h"
#include "tests/support/room_builder.h"

namespace hearth::room {
namespace {

class BallotTest : public testing::Test {
 protected:
  Ballot ballot() {
    const BallotDraft draft = BallotDraft::draw(random_).value();
    return draft.accept(issue_ballot(key_, draft.request(), random_).value(), key_.public_key())
        .value();
  }
  std::vector<DeskKey> desk(std::uint32_t size) const {
    std::vector<DeskKey> keys;
    for (std::uint32_t i = 0; i < size; ++i) keys.push_back(test::public_desk_key(desk_key_of(i)));
    return keys;
  }
  static crypto::KemKeyPair desk_key_of(std::uint32_t number) { return test::desk_key(number); }

  test::RoomBuilder keys_;
  crypto::SeededRandom random_{16};
  crypto::VoprfKey key_ = crypto::VoprfKey::generate(random_);
};

TEST_F(BallotTest, GoesFromTheRequestToTheRecognisedBallot) {
  const BallotDraft draft = BallotDraft::draw(random_).value();
  const BallotIssue issue = issue_ballot(key_, draft.request(), random_).value();

  const auto ballot = draft.accept(issue, key_.public_key());

  ASSERT_TRUE(ballot.has_value());
  EXPECT_TRUE(check_ballot(key_, *ballot).has_value());
  EXPECT_EQ(draft.request(), draft.request());
  EXPECT_EQ(ballot->output,
            key_.evaluate(concat({view_of("hearth ballot"), ballot->nonce.view()})).value());
}

TEST_F(BallotTest, IsNotAcceptedUnderAKeyForThisVoterAlone) {
  const crypto::VoprfKey marked = crypto::VoprfKey::generate(random_);
  const BallotDraft draft = BallotDraft::draw(random_).value();

  EXPECT_EQ(draft.accept(issue_ballot(marked, draft.request(), random_).value(), key_.public_key())
                .error(),
            make_error(crypto::CryptoErrc::proof_invalid));
}

TEST_F(BallotTest, IsNotAcceptedFromAnIssueForSomebodyElse) {
  const BallotDraft draft = BallotDraft::draw(random_).value();
  const BallotDraft other = BallotDraft::draw(random_).value();

  EXPECT_EQ(
      draft.accept(issue_ballot(key_, other.request(), random_).value(), key_.public_key()).error(),
      make_error(crypto::CryptoErrc::proof_invalid));
}

TEST_F(BallotTest, IsRecognisedByItsPollAloneAndUnchanged) {
  const Error expected = make_error(crypto::CryptoErrc::output_invalid);
  const Ballot whole = ballot();
  const Bytes bytes = encoded(whole);
  ASSERT_TRUE(check_ballot(key_, whole).has_value());

  EXPECT_EQ(check_ballot(crypto::VoprfKey::generate(random_), whole).error(), expected);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    Bytes flipped = bytes;
    flipped[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
    EXPECT_EQ(check_ballot(key_, decode_exact<Ballot>(flipped).value()).error(), expected) << bit;
  }
}

template <class T>
void expect_exact(const T& value, std::size_t size) {
  const Bytes bytes = encoded(value);
  ASSERT_EQ(bytes.size(), size);
  EXPECT_EQ(decode_exact<T>(bytes).value(), value);
  for (std::size_t cut = 0; cut < size; ++cut) {
    EXPECT_EQ(decode_exact<T>(ByteView(bytes).first(cut)).error(),
              make_error(CodecErrc::truncated));
  }
  EXPECT_EQ(decode_exact<T>(concat({bytes, Bytes(1)})).error(),
            make_error(CodecErrc::trailing_bytes));
}

TEST_F(BallotTest, HasOneEncodingForEachOfItsParts) {
  const BallotDraft draft = BallotDraft::draw(random_).value();
  const BallotIssue issue = issue_ballot(key_, draft.request(), random_).value();

  expect_exact(draft.request(), 32);
  expect_exact(issue, 96);
  expect_exact(ballot(), 96);
  expect_exact(Vote{ballot(), seal_vote(keys_.room, desk(1), {}, random_).value()},
               96 + kSealedVoteSize);
}

TEST_F(BallotTest, RefusesTheIdentityInARequestAndAnIssue) {
  const Bytes issue =
      encoded(issue_ballot(key_, BallotDraft::draw(random_).value().request(), random_).value());
  const Error expected = make_error(crypto::CryptoErrc::element_invalid);

  EXPECT_EQ(decode_exact<BallotRequest>(Bytes32{}).error(), expected);
  EXPECT_EQ(decode_exact<BallotIssue>(concat({Bytes32{}, ByteView(issue).subspan(32)})).error(),
            expected);
}

TEST_F(BallotTest, HasTheBytesThatAreWrittenDown) {
  const BallotDraft draft = BallotDraft::draw(random_).value();
  const BallotIssue issue = issue_ballot(key_, draft.request(), random_).value();
  const test::GoldenLines lines{
      {"poll_key", to_hex(key_.public_key().view())},
      {"ballot_request", to_hex(encoded(draft.request()))},
      {"ballot_issue", to_hex(encoded(issue))},
      {"ballot", to_hex(encoded(draft.accept(issue, key_.public_key()).value()))}};
  const std::string path = "tests/vectors/wire/ballot.txt";
  if (test::rewrite_golden()) {
    test::write_golden(path, "One ballot on its way, of ballot_test.cpp.", lines);
  }
  auto golden = test::read_golden(path);
  for (const auto& [name, value] : lines) EXPECT_EQ(golden[name], value) << name;
}

TEST_F(BallotTest, SealsEveryAnswerToOneSize) {
  const std::string longest(kVoteContentSizeMax, 'x');
  for (const std::string_view answer :
       {std::string_view{}, std::string_view{"2"}, std::string_view{longest}}) {
    for (const std::uint32_t people : {1U, 3U, 17U}) {
      const auto sealed = seal_vote(keys_.room, desk(people), view_of(answer), random_);
      ASSERT_TRUE(sealed.has_value());
      EXPECT_EQ(sealed->size(), kSealedVoteSize);
      const auto opened = open_vote(keys_.room, desk_key_of(people - 1), *sealed);
      ASSERT_TRUE(opened.has_value());
      EXPECT_EQ(text_of(*opened), answer);
    }
  }
  EXPECT_EQ(seal_vote(keys_.room, desk(1), Bytes(kVoteContentSizeMax + 1), random_).error(),
            make_error(RoomErrc::size_invalid));
}

TEST_F(BallotTest, OpensAnAnswerToTheDeskOfItsRoomAlone) {
  const Bytes sealed = seal_vote(keys_.room, desk(2), view_of("yes"), random_).value();
  RoomId elsewhere = keys_.room;
  elsewhere.bytes[0] ^= 1;
  Bytes changed = sealed;
  changed.back() ^= 1;

  EXPECT_EQ(open_vote(keys_.room, desk_key_of(2), sealed).error(),
            make_error(RoomErrc::recipient_missing));
  EXPECT_EQ(open_vote(elsewhere, desk_key_of(0), sealed).error(),
            make_error(RoomErrc::recipient_missing));
  EXPECT_EQ(open_vote(keys_.room, desk_key_of(0), changed).error(),
            make_error(RoomErrc::open_failed));
  EXPECT_EQ(
      open_vote(keys_.room, desk_key_of(0), ByteView(sealed).first(sealed.size() - 1)).error(),
      make_error(RoomErrc::size_invalid));
}

TEST(PollRefusals, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (std::uint16_t i = 1; i <= static_cast<std::uint16_t>(PollRefusal::votes_too_few); ++i) {
    names.insert(name_of(static_cast<PollRefusal>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(PollRefusal::votes_too_few));
  EXPECT_FALSE(names.contains(""));
  EXPECT_EQ(name_of(PollRefusal::votes_too_few), "votes_too_few");
}

}  // namespace
}  // namespace hearth::room
