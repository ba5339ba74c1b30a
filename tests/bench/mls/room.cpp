// Making rooms large, and copies of their members.
#include "tests/bench/mls/room.h"

#include <cstdio>
#include <cstdlib>

namespace hearth::mls::bench {
namespace {

constexpr std::size_t kIdSize = 16;  // Of groups and credentials.

Group found(CipherSuite suite) {
  return must(Group::create(to_bytes(randomness().array<kIdSize>()), suite, make_identity(suite),
                            {}, {}, randomness()));
}

void follow(Group& member, ByteView commit) {
  Received received = must(member.process(commit));
  must(member.merge(std::get<StagedCommit>(std::move(received))));
}

}  // namespace

void give_up(const Error& error) {
  std::fprintf(stderr, "hearth-mls-bench: %.*s\n", static_cast<int>(error.name.size()),
               error.name.data());
  std::exit(1);
}

crypto::RandomSource& randomness() {
  static crypto::SystemRandom source;
  return source;
}

Identity make_identity(CipherSuite suite) {
  return {.credential = basic_credential(randomness().array<kIdSize>()),
          .signature_key = must(crypto::SignatureKey::generate(suite, randomness())),
          .capabilities = capabilities_for({static_cast<std::uint16_t>(suite)}),
          .extensions = {}};
}

KeyPackageBundle make_bundle(CipherSuite suite) {
  return must(make_key_package(suite, make_identity(suite), {0, ~0ull}, randomness()));
}

Group Invitation::join() const {
  const auto message = must(decode_exact<MlsMessage>(welcome));
  return must(Group::join(std::get<Welcome>(message.body), key_package, std::nullopt, {}));
}

// --- Room
// -----------------------------------------------------------------------------------------

Room::Room(std::string shape, Group& first, Group& second, const Invitation& last)
    : shape_(std::move(shape)),
      first_(first),
      second_(second),
      last_(last),
      key_(randomness().secret<32>()),
      committer_(must(first.seal(key_, randomness()))) {}

Group Room::committer() const {
  Group copy = open(committer_);
  must(copy.seal(key_, randomness()));  // An opened group sends only after that.
  return copy;
}

Room::Unhandled Room::commit(CommitOptions options) const {
  Bytes before = handler();
  PendingCommit pending = must(first_.stage_commit(std::move(options), randomness()));
  first_.discard_pending();
  // Staged and dropped: the key is spent, so that the next commit finds no gap in the ratchet.
  must(second_.process(pending.commit));
  return {std::move(pending.commit), std::move(pending.welcome).value_or(Bytes{}),
          std::move(before)};
}

Bytes Room::handler() const { return must(second_.seal(key_, randomness())); }

Group Room::open(ByteView snapshot) const { return must(Group::open(snapshot, key_, {})); }

// --- FreshRoom
// ------------------------------------------------------------------------------------

FreshRoom::FreshRoom(CipherSuite suite, std::size_t size)
    : first_(std::make_unique<Group>(found(suite))), last_{{}, make_bundle(suite)} {
  CommitOptions everybody;
  everybody.proposals.push_back(Group::add(last_.key_package.key_package));
  while (everybody.proposals.size() < size - 1) {
    everybody.proposals.push_back(Group::add(make_bundle(suite).key_package));
  }
  PendingCommit pending = must(first_->stage_commit(std::move(everybody), randomness()));
  must(first_->merge_pending());
  last_.welcome = std::move(*pending.welcome);
  second_ = std::make_unique<Group>(last_.join());
}

Room FreshRoom::room() { return Room("fresh", *first_, *second_, last_); }

// --- DenseRoom
// ------------------------------------------------------------------------------------

DenseRoom::DenseRoom(CipherSuite suite)
    : suite_(suite), first_(std::make_unique<Group>(found(suite))) {}

void DenseRoom::grow_to(std::size_t size) {
  while (first_->member_count() < size) grow();
}

void DenseRoom::grow() {
  Group& committer = newest_ ? *newest_ : *first_;
  KeyPackageBundle newcomer = make_bundle(suite_);
  CommitOptions options{.force_path = true};
  options.proposals.push_back(Group::add(newcomer.key_package));
  PendingCommit pending = must(committer.stage_commit(std::move(options), randomness()));
  if (&committer != first_.get()) follow(*first_, pending.commit);
  if (second_) follow(*second_, pending.commit);
  must(committer.merge_pending());
  if (newest_ && !second_) second_ = std::move(newest_);

  last_ = std::make_unique<Invitation>(std::move(*pending.welcome), std::move(newcomer));
  newest_ = std::make_unique<Group>(last_->join());
}

Room DenseRoom::room() {
  expects(newest_ != nullptr);
  return Room("dense", *first_, second_ ? *second_ : *newest_, *last_);
}

}  // namespace hearth::mls::bench
