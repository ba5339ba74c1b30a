// Franking tags: the server's word for who said what, given without keeping who.
#pragma once

#include <deque>
#include <map>

#include "protocol/crypto/random.h"
#include "protocol/time.h"
#include "protocol/wire/noting.h"

namespace hearth::server {

// The keys of all tags that one process gives: random, in memory alone, a new one each day, each
// gone after seven days and all with the process. So a report can be checked for some days, and
// nothing stays that could be asked of it later.
//
//   tag = HMAC-SHA256(k, "hearth tag" | room_id | seq | H(body) | commitment | handle)
//
// `handle` is that of the key that authenticated the connection: delivery, or staff_server.
class TagKey final {
 public:
  // `random` is borrowed and outlives it.
  explicit TagKey(crypto::RandomSource& random);

  Bytes32 tag(const room::RoomId& room, room::Seq seq, const room::Hash& body_hash,
              const room::Hash& commitment, const room::Handle& handle) const;
  // Needs nothing but the question and tries every key, so the time tells nothing about rooms.
  bool check(const wire::CheckTag& question) const;
  // Makes the next key when its day has come, and forgets those that are too old.
  void tick(Instant now);

 private:
  struct Key {
    Secret32 key;
    std::optional<Instant> made;  // Unknown until the first tick.
  };
  crypto::RandomSource* random_;
  std::deque<Key> keys_;  // Never empty; the last one makes tags.
};

// The tags of one room's newest messages. Bounded in number and age.
class Tags final {
 public:
  void put(room::Seq seq, const Bytes32& tag, Instant now);
  std::optional<Bytes32> find(room::Seq seq) const noexcept;
  // Lets go of what is too old.
  void tick(Instant now);
  void clear() { tags_.clear(); }
  std::size_t size() const noexcept { return tags_.size(); }

 private:
  struct Kept {
    Bytes32 tag{};
    Instant given{};
  };
  std::map<room::Seq, Kept> tags_;
};

}  // namespace hearth::server
