// The ballot of an anonymous poll: asked for by a handle, given back by nobody in particular.
//
//     voter, on its own connection                      server, one key for each poll
//     BallotDraft ── BallotRequest ────────────────────► issue_ballot: once for a handle
//                 ◄──────────────── BallotIssue ───────
//     accept(issue, the poll's key) = Ballot
//        … a random pause, and a connection that has authenticated as nobody …
//     Vote { Ballot, sealed answer } ──────────────────► check_ballot: once for a nonce
//
// Every request could have led to every ballot (RFC 9497 §7.1), so no memory of the server joins
// the two; a server that marks a voter by another key is noticed. What remains are an address and
// the times at which things happen.
//
// Not on the wire yet: `server/rooms/poll.h` is the server's part, and nothing speaks to it.
#pragma once

#include "protocol/crypto/voprf.h"
#include "protocol/room/note.h"

namespace hearth::room {

// Fewer votes are not shown, unless the poll says otherwise; and no poll may say less than the
// second: of two votes, each voter would know the other.
inline constexpr std::size_t kVotesShownMin = 5;
inline constexpr std::size_t kVotesShownMinLeast = 3;

inline constexpr std::size_t kVotePaddedSize = 1024;
inline constexpr std::size_t kVoteContentSizeMax = kVotePaddedSize - 4;
// Every sealed answer has exactly this size: length of the copies, copies, nonce, content, tag. It
// tells neither how many of the desk it is for, nor how much was written, nor that it is a skip.
inline constexpr std::size_t kSealedVoteSize =
    2 + kNoteCopies * kBoxCopySize + 24 + kVotePaddedSize + crypto::kTagSize;

// Why the server does not give a ballot, take a vote or show any. An enumerator's name is the trace
// word and the counter label.
enum class PollRefusal : std::uint16_t {
  terms_invalid = 1,  // A number of ballots or of votes out of its bounds.
  ballot_issued,      // This handle has its ballot, for another request.
  ballots_gone,       // As many as the poll has have been issued.
  ballot_invalid,     // Not one of this poll.
  ballot_spent,       // Its vote is in: also for who did not hear the answer and sent it again.
  vote_too_early,     // Fewer ballots are out than votes are needed: it would stand out.
  votes_too_few,      // Not shown, and gone.
};
std::string_view name_of(PollRefusal reason) noexcept;

// BallotRequest   element32
// What a voter lets the server see of its nonce. Uniformly random, whatever the nonce.
struct BallotRequest {
  crypto::VoprfElement blinded;

  static Result<BallotRequest> decode(Reader& reader);
  friend bool operator==(const BallotRequest&, const BallotRequest&) = default;
};
void encode(Writer& writer, const BallotRequest& request);

// BallotIssue   element32 | proof{c32, s32}
struct BallotIssue {
  crypto::VoprfElement evaluated;
  crypto::VoprfProof proof;

  static Result<BallotIssue> decode(Reader& reader);
  friend bool operator==(const BallotIssue&, const BallotIssue&) = default;
};
void encode(Writer& writer, const BallotIssue& issue);

// Ballot   nonce32 | output64
// Whoever holds it may vote once. output = VOPRF("hearth ballot" | nonce) under the poll's key.
struct Ballot {
  Secret32 nonce;
  crypto::VoprfOutput output;

  static Result<Ballot> decode(Reader& reader);
  friend bool operator==(const Ballot&, const Ballot&) = default;
};
void encode(Writer& writer, const Ballot& ballot);

// Vote   Ballot96 | sealed[kSealedVoteSize]
struct Vote {
  Ballot ballot;
  Bytes sealed;  // Of that size exactly: by seal_vote, a skip too.

  static Result<Vote> decode(Reader& reader);
  friend bool operator==(const Vote&, const Vote&) = default;
};
void encode(Writer& writer, const Vote& vote);

// A voter's half: a nonce that nobody has seen. It wipes itself.
class BallotDraft final {
 public:
  static Result<BallotDraft> draw(crypto::RandomSource& random);

  // The same each time, so it may be sent again when an answer was lost.
  BallotRequest request() const noexcept { return {blinding_.element()}; }
  // `poll_key` is the one that the whole room has agreed on, never one that came with the issue.
  // proof_invalid when the issue was made by another, and then nothing of it must be used.
  Result<Ballot> accept(const BallotIssue& issue, const crypto::VoprfElement& poll_key) const;

 private:
  BallotDraft(Secret32&& nonce, crypto::VoprfBlinding&& blinding) noexcept
      : nonce_(std::move(nonce)), blinding_(std::move(blinding)) {}

  Secret32 nonce_;
  crypto::VoprfBlinding blinding_;
};

// The server's half. That it is once for a handle and once for a nonce is for the caller.
Result<BallotIssue> issue_ballot(const crypto::VoprfKey& key, const BallotRequest& request,
                                 crypto::RandomSource& random);
// output_invalid for what this key has not issued.
Status check_ballot(const crypto::VoprfKey& key, const Ballot& ballot);

// SealedBox ("hearth vote", §11.7) with 17 copies around the padded answer: for the desk, from
// nobody. size_invalid for more than kVoteContentSizeMax bytes.
Result<Bytes> seal_vote(const RoomId& room, std::span<const DeskKey> desk, ByteView answer,
                        crypto::RandomSource& random);
// recipient_missing, open_failed, padding_invalid or size_invalid.
Result<Bytes> open_vote(const RoomId& room, const crypto::KemKeyPair& desk, ByteView sealed);

}  // namespace hearth::room
