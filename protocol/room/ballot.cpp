// Ballots: drawing, issuing and recognising one, and sealing what it votes for.
#include "protocol/room/ballot.h"

#include <array>

#include "protocol/room/envelope.h"
#include "protocol/room/error.h"

namespace hearth::room {
namespace {

constexpr std::string_view kBallotLabel = "hearth ballot";
constexpr std::string_view kVoteLabel = "hearth vote";
constexpr std::array<std::size_t, 1> kPadded{kVotePaddedSize};

// The input of the VOPRF.
SecretBytes input_of(const Secret32& nonce) {
  return SecretBytes(concat({view_of(kBallotLabel), nonce.view()}));
}

}  // namespace

std::string_view name_of(PollRefusal reason) noexcept {
  constexpr std::array<std::string_view, 8> kNames{
      "",
      "terms_invalid",
      "ballot_issued",
      "ballots_gone",
      "ballot_invalid",
      "ballot_spent",
      "vote_too_early",
      "votes_too_few",
  };
  const auto number = static_cast<std::size_t>(reason);
  return kNames[number < kNames.size() ? number : 0];
}

// --- What travels -------------------------------------------------------------------------------

Result<BallotRequest> BallotRequest::decode(Reader& reader) {
  HEARTH_TRY(const crypto::VoprfElement blinded, crypto::VoprfElement::decode(reader));
  return BallotRequest{blinded};
}

void encode(Writer& writer, const BallotRequest& request) { encode(writer, request.blinded); }

Result<BallotIssue> BallotIssue::decode(Reader& reader) {
  HEARTH_TRY(const crypto::VoprfElement evaluated, crypto::VoprfElement::decode(reader));
  HEARTH_TRY(const crypto::VoprfProof proof, crypto::VoprfProof::decode(reader));
  return BallotIssue{evaluated, proof};
}

void encode(Writer& writer, const BallotIssue& issue) {
  encode(writer, issue.evaluated);
  encode(writer, issue.proof);
}

Result<Ballot> Ballot::decode(Reader& reader) {
  Ballot ballot;
  HEARTH_TRY(const ByteView nonce, reader.take(Secret32::kSize));
  HEARTH_TRY(const ByteView output, reader.take(crypto::VoprfOutput::kSize));
  ballot.nonce = Secret32::from(nonce);
  ballot.output = crypto::VoprfOutput::from(output);
  return ballot;
}

void encode(Writer& writer, const Ballot& ballot) {
  writer.raw(ballot.nonce.view()).raw(ballot.output.view());
}

Result<Vote> Vote::decode(Reader& reader) {
  Vote vote;
  HEARTH_TRY(vote.ballot, Ballot::decode(reader));
  HEARTH_TRY(const ByteView sealed, reader.take(kSealedVoteSize));
  vote.sealed = to_bytes(sealed);
  return vote;
}

void encode(Writer& writer, const Vote& vote) {
  expects(vote.sealed.size() == kSealedVoteSize);
  encode(writer, vote.ballot);
  writer.raw(vote.sealed);
}

// --- The voter ----------------------------------------------------------------------------------

Result<BallotDraft> BallotDraft::draw(crypto::RandomSource& random) {
  Secret32 nonce = random.secret<32>();
  HEARTH_TRY(crypto::VoprfBlinding blinding,
             crypto::VoprfBlinding::make(input_of(nonce).view(), random));
  return BallotDraft(std::move(nonce), std::move(blinding));
}

Result<Ballot> BallotDraft::accept(const BallotIssue& issue,
                                   const crypto::VoprfElement& poll_key) const {
  const crypto::VoprfEvaluation evaluation{{issue.evaluated}, issue.proof};
  HEARTH_TRY(auto outputs, crypto::voprf_finalize(std::span(&blinding_, 1), evaluation, poll_key));
  return Ballot{nonce_.clone(), std::move(outputs.front())};
}

// --- The server ---------------------------------------------------------------------------------

Result<BallotIssue> issue_ballot(const crypto::VoprfKey& key, const BallotRequest& request,
                                 crypto::RandomSource& random) {
  HEARTH_TRY(const crypto::VoprfEvaluation evaluation,
             key.blind_evaluate(std::span(&request.blinded, 1), random));
  return BallotIssue{evaluation.elements.front(), evaluation.proof};
}

Status check_ballot(const crypto::VoprfKey& key, const Ballot& ballot) {
  return key.check(input_of(ballot.nonce).view(), ballot.output);
}

// --- The answer ---------------------------------------------------------------------------------

Result<Bytes> seal_vote(const RoomId& room, std::span<const DeskKey> desk, ByteView answer,
                        crypto::RandomSource& random) {
  HEARTH_TRY(const Bytes padded, pad(answer, 0, kPadded));
  return seal_box_among(room, kVoteLabel, desk, kNoteCopies, padded, random);
}

Result<Bytes> open_vote(const RoomId& room, const crypto::KemKeyPair& desk, ByteView sealed) {
  if (sealed.size() != kSealedVoteSize) return fail(RoomErrc::size_invalid);
  HEARTH_TRY(const Bytes padded, open_box(room, kVoteLabel, desk, sealed));
  if (padded.size() != kVotePaddedSize) return fail(RoomErrc::size_invalid);
  return unpad(padded);
}

}  // namespace hearth::room
