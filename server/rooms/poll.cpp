// A poll's ballots and votes.
#include "server/rooms/poll.h"

#include <algorithm>

#include "server/limits.h"

namespace hearth::server {
namespace {

using Refusal = room::PollRefusal;

constexpr std::size_t kHandleSize = room::Handle::kSize;
constexpr std::size_t kRequestSize = crypto::VoprfElement::kSize;

std::unexpected<Refusal> refuse(Refusal reason) noexcept {
  return std::unexpected<Refusal>(reason);
}

bool valid(const PollTerms& terms) noexcept {
  return terms.votes_shown_min >= room::kVotesShownMinLeast &&
         terms.ballots_max >= terms.votes_shown_min && terms.ballots_max <= limits::kPollBallotsMax;
}

}  // namespace

// --- Unordered ----------------------------------------------------------------------------------

Unordered::Unordered(std::size_t record_size, std::size_t records_max) : record_size_(record_size) {
  block_.reserve(record_size * records_max);
}

ByteView Unordered::record(std::size_t place) const noexcept {
  return ByteView(block_).subspan(place * record_size_, record_size_);
}

std::size_t Unordered::place_of(ByteView key) const noexcept {
  std::size_t begin = 0;
  std::size_t end = size();
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    if (std::ranges::lexicographical_compare(record(middle).first(key.size()), key)) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

std::optional<ByteView> Unordered::find(ByteView key) const noexcept {
  const std::size_t place = place_of(key);
  if (place == size() || !equal(record(place).first(key.size()), key)) return std::nullopt;
  return record(place);
}

void Unordered::put(ByteView record) {
  expects(record.size() == record_size_ && block_.size() + record_size_ <= block_.capacity());
  const auto place = static_cast<std::ptrdiff_t>(place_of(record) * record_size_);
  block_.insert(block_.begin() + place, record.begin(), record.end());
}

// --- Poll ---------------------------------------------------------------------------------------

Poll::Poll(const PollTerms& terms, crypto::VoprfKey&& key)
    : terms_(terms),
      key_(std::move(key)),
      issued_(kHandleSize + kRequestSize, terms.ballots_max),
      spent_(Secret32::kSize, terms.ballots_max),
      votes_(room::kSealedVoteSize, terms.ballots_max) {}

std::expected<Poll, Refusal> Poll::open(const PollTerms& terms, crypto::RandomSource& random) {
  if (!valid(terms)) return refuse(Refusal::terms_invalid);
  return Poll(terms, crypto::VoprfKey::generate(random));
}

std::expected<room::BallotIssue, Refusal> Poll::issue(const room::Handle& handle,
                                                      const room::BallotRequest& request,
                                                      crypto::RandomSource& random) {
  const auto before = issued_.find(handle.view());
  if (before && !equal(before->subspan(kHandleSize), request.blinded.view())) {
    return refuse(Refusal::ballot_issued);
  }
  if (!before && issued_.size() == terms_.ballots_max) return refuse(Refusal::ballots_gone);
  const auto issue = room::issue_ballot(key_, request, random);
  if (!issue) return refuse(Refusal::ballot_invalid);
  if (!before) issued_.put(concat({handle.view(), request.blinded.view()}));
  return *issue;
}

std::expected<void, Refusal> Poll::vote(const room::Vote& vote) {
  if (issued_.size() < terms_.votes_shown_min) return refuse(Refusal::vote_too_early);
  if (vote.sealed.size() != room::kSealedVoteSize || !room::check_ballot(key_, vote.ballot)) {
    return refuse(Refusal::ballot_invalid);
  }
  if (spent_.find(vote.ballot.nonce.view())) return refuse(Refusal::ballot_spent);
  // As many nonces as ballots; who holds more than were issued has the key.
  if (spent_.size() == issued_.size()) return refuse(Refusal::ballots_gone);
  spent_.put(vote.ballot.nonce.view());
  votes_.put(vote.sealed);
  return {};
}

std::expected<std::vector<Bytes>, Refusal> Poll::close(crypto::RandomSource& random) && {
  const Poll ended(std::move(*this));  // Whatever comes of it, all of it is wiped on the way out.
  const Unordered& votes = ended.votes_;
  if (votes.size() < ended.terms_.votes_shown_min) return refuse(Refusal::votes_too_few);
  std::vector<Bytes> shown;
  shown.reserve(votes.size());
  for (std::size_t i = 0; i < votes.size(); ++i) shown.push_back(to_bytes(votes.record(i)));
  // Fisher and Yates; 64 bits for each step leave no bias that could be seen.
  for (std::size_t left = shown.size(); left > 1; --left) {
    std::uint64_t draw = 0;
    for (const Byte byte : random.array<8>()) draw = draw << 8 | byte;
    std::swap(shown[left - 1], shown[static_cast<std::size_t>(draw % left)]);
  }
  return shown;
}

}  // namespace hearth::server
