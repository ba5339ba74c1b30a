// Giving, keeping and checking tags.
#include "server/rooms/tags.h"

#include "server/limits.h"

namespace hearth::server {
namespace {

Secret32 mac(const Secret32& key, const room::RoomId& room, room::Seq seq,
             const room::Hash& body_hash, const room::Hash& commitment,
             const room::Handle& handle) {
  Writer place;
  encode(place, seq);
  return crypto::hmac_sha256(key.view(), {view_of("hearth tag"), room.bytes, place.bytes(),
                                          body_hash, commitment, handle.bytes});
}

}  // namespace

TagKey::TagKey(crypto::RandomSource& random) : random_(&random) {
  keys_.push_back({random.secret<32>(), {}});
}

void TagKey::tick(Instant now) {
  if (!keys_.back().made) keys_.back().made = now;
  if (now - *keys_.back().made >= limits::kTagKeyTime) {
    keys_.push_back({random_->secret<32>(), now});
  }
  while (keys_.size() > 1 && now - *keys_.front().made >= limits::kTagTime) keys_.pop_front();
}

Bytes32 TagKey::tag(const room::RoomId& room, room::Seq seq, const room::Hash& body_hash,
                    const room::Hash& commitment, const room::Handle& handle) const {
  return *to_array<32>(mac(keys_.back().key, room, seq, body_hash, commitment, handle).view());
}

bool TagKey::check(const wire::CheckTag& question) const {
  bool holds = false;
  for (const Key& each : keys_) {
    holds |= crypto::hmac_equal(mac(each.key, question.room, question.seq, question.body_hash,
                                    question.commitment, question.handle),
                                question.tag);
  }
  return holds;
}

void Tags::put(room::Seq seq, const Bytes32& tag, Instant now) {
  tags_.insert_or_assign(seq, Kept{tag, now});
  if (tags_.size() > limits::kTagsMax) tags_.erase(tags_.begin());
}

std::optional<Bytes32> Tags::find(room::Seq seq) const noexcept {
  const auto found = tags_.find(seq);
  return found == tags_.end() ? std::nullopt : std::optional<Bytes32>(found->second.tag);
}

void Tags::tick(Instant now) {
  // Given in the order of their numbers.
  while (!tags_.empty() && now - tags_.begin()->second.given >= limits::kTagTime) {
    tags_.erase(tags_.begin());
  }
}

}  // namespace hearth::server
