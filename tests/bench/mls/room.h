// Rooms of a given size and shape to measure in.
#pragma once

#include <memory>

#include "protocol/mls/group/group.h"
#include "protocol/mls/group/public_group.h"
#include "protocol/mls/tree/tree.h"

namespace hearth::mls::bench {

// What must not fail here: ends the program with the reason.
[[noreturn]] void give_up(const Error& error);
template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  return *std::move(result);
}
inline void must(Status status) {
  if (!status) give_up(status.error());
}

crypto::RandomSource& randomness();  // The system's, as in production.
Identity make_identity(CipherSuite suite);
KeyPackageBundle make_bundle(CipherSuite suite);  // Of somebody new.

// How somebody came in, to come in once more.
struct Invitation {
  Bytes welcome;  // As an MLSMessage.
  KeyPackageBundle key_package;

  Group join() const;
};

// A room with its first two members kept: leaf 0, who commits, and leaf 1, who handles. Leaf 1 is
// the neighbour of leaf 0, so that a path costs it the most: all the keys above it. Whatever a
// repetition uses up is a copy out of a sealed snapshot. Valid until the room it shows grows or
// goes.
class Room final {
 public:
  Room(std::string shape, Group& first, Group& second, const Invitation& last);

  const std::string& shape() const noexcept { return shape_; }
  std::size_t size() const noexcept { return first_.member_count(); }
  CipherSuite suite() const noexcept { return first_.suite(); }
  const RatchetTree& tree() const noexcept { return first_.public_group().tree(); }
  const Group& first() const noexcept { return first_; }
  const Invitation& last() const noexcept { return last_; }  // Of who came in last.

  Group committer() const;  // A copy of leaf 0, ready to send.

  // A commit of leaf 0 that is never merged, and leaf 1 as it was before, to handle it.
  struct Unhandled {
    Bytes commit;
    Bytes welcome;
    Bytes handler;
  };
  Unhandled commit(CommitOptions options) const;
  Bytes handler() const;  // Leaf 1 as it is.
  Group open(ByteView snapshot) const;

 private:
  std::string shape_;
  Group& first_;
  Group& second_;
  const Invitation& last_;
  Secret32 key_;
  Bytes committer_;
};

// Members 1 to `size` - 1 come in by one commit without a path: all parents are blank.
class FreshRoom final {
 public:
  FreshRoom(CipherSuite suite, std::size_t size);
  Room room();

 private:
  std::unique_ptr<Group> first_;
  std::unique_ptr<Group> second_;
  Invitation last_;
};

// Member k commits the Add of member k + 1 with a path: all parents are filled. It grows from size
// to size, since each member's joining costs as much as the room is large.
class DenseRoom final {
 public:
  explicit DenseRoom(CipherSuite suite);
  void grow_to(std::size_t size);
  Room room();

 private:
  void grow();

  CipherSuite suite_;
  std::unique_ptr<Group> first_;
  std::unique_ptr<Group> second_;  // Kept once it has committed; until then it is the last.
  std::unique_ptr<Group> newest_;
  std::unique_ptr<Invitation> last_;
};

}  // namespace hearth::mls::bench
