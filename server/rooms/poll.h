// An anonymous poll: gives each handle one ballot, takes each ballot once, and shows the votes
// together or not at all.
#pragma once

#include <expected>

#include "protocol/room/ballot.h"

namespace hearth::server {

// Records of one size in one block of memory, in the order of their own bytes. What was put in
// first and what last leaves no trace in it: the block never moves, and for the same records it is
// always the same. Wiped when it goes.
class Unordered final {
 public:
  Unordered(std::size_t record_size, std::size_t records_max);
  ~Unordered() { wipe(block_.data(), block_.size()); }
  Unordered(Unordered&&) = default;
  Unordered& operator=(Unordered&&) = delete;

  // The record that begins with `key`, or nothing. Borrowed until the next `put`.
  std::optional<ByteView> find(ByteView key) const noexcept;
  void put(ByteView record);  // A bug beyond records_max.
  std::size_t size() const noexcept { return block_.size() / record_size_; }
  ByteView record(std::size_t place) const noexcept;
  ByteView block() const noexcept { return block_; }

 private:
  // The first place whose record is not below `key`.
  std::size_t place_of(ByteView key) const noexcept;

  std::size_t record_size_;
  Bytes block_;
};

struct PollTerms {
  std::size_t ballots_max = 0;  // Who may ask: at least votes_shown_min, at most kPollBallotsMax.
  std::size_t votes_shown_min = room::kVotesShownMin;
};

// Issuer and collector of one poll, in memory alone and gone with it. `issue` is for a connection
// that speaks for a handle; `vote` for one that has authenticated as nobody.
//
// It keeps who asked, with what (which tells nothing); which nonces are spent; and the sealed
// answers: three heaps without an order or a time, and nothing that joins one to another. Who can
// ask at all, and when the poll ends, is for the caller.
//
// It must be trusted to count: it could issue ballots to itself or drop votes, and nobody could
// tell, as long as there are no more votes than people in the room.
class Poll final {
 public:
  using Refusal = room::PollRefusal;

  // Draws the poll's key. terms_invalid.
  static std::expected<Poll, Refusal> open(const PollTerms& terms, crypto::RandomSource& random);

  // To be told to the whole room in one place, so that nobody has a key of their own.
  const crypto::VoprfElement& key() const noexcept { return key_.public_key(); }

  // One ballot for a handle. The same request is answered again, since answers get lost; another
  // one is ballot_issued. ballots_gone, ballot_invalid.
  std::expected<room::BallotIssue, Refusal> issue(const room::Handle& handle,
                                                  const room::BallotRequest& request,
                                                  crypto::RandomSource& random);
  // One vote for a ballot. vote_too_early until votes_shown_min ballots are out: whoever asks and
  // votes before anybody else has asked is known. ballot_invalid, ballot_spent.
  std::expected<void, Refusal> vote(const room::Vote& vote);

  // Ends the poll: the sealed answers in random order, or votes_too_few and no word of how many.
  std::expected<std::vector<Bytes>, Refusal> close(crypto::RandomSource& random) &&;

  // All that it holds beside its key and its terms, as it lies in memory, for who has to prove it.
  struct Held {
    const Unordered& issued;  // handle32 | request32
    const Unordered& spent;   // nonce32
    const Unordered& votes;   // sealed[kSealedVoteSize]
  };
  Held held() const noexcept { return {issued_, spent_, votes_}; }

 private:
  Poll(const PollTerms& terms, crypto::VoprfKey&& key);

  PollTerms terms_;
  crypto::VoprfKey key_;
  Unordered issued_;
  Unordered spent_;
  Unordered votes_;
};

}  // namespace hearth::server
