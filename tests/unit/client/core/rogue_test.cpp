// What a member may not do, however valid their MLS is: the room's rules, broken one by one.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "client/core/arrival.h"
#include "protocol/room/welcome_extension.h"
#include "tests/support/mls_forger.h"

namespace hearth::test {
namespace {

using client::Conversation;
using client::House;

constexpr Instant kNow = instant_from_unix(1'800'000'000);

// A room whose founder Mallory obeys RFC 9420 and nothing else, and Ben, who joined her in good
// faith. Carl is an ordinary member without rules.
class Rogue : public testing::Test {
 protected:
  void SetUp() override {
    client::CreateRoom asked;
    asked.host = "hearth.example";
    asked.title = "Evening";
    const auto server = *crypto::SignatureKey::generate(client::kSuite, random_);
    house_ = *client::found_house(asked, room::public_key_of(server), random_);
    begin(room::Admission::lobby);
  }

  void begin(room::Admission admission) {
    mls::RequiredCapabilities required;
    required.extensions = {room::kPolicyExtensionType, room::kLeafExtensionType};
    const mls::Extensions extensions{
        {room::kPolicyExtensionType, encoded(house_->policy(admission, 1))},
        {mls::extension_type::kRequiredCapabilities, encoded(required)}};
    stay_ = *client::StayKeys::generate("Mallory", random_);
    mallory_ = *mls::Group::create(Bytes(16, 1), client::kSuite,
                                   stay_->identity(house_->id, &house_->staff->id), extensions, {},
                                   random_);
    ben_keys_ = arrival("Ben");
    carl_keys_ = arrival("Carl");
    mls::CommitOptions options;
    options.proposals = {mls::Group::add(ben_keys_->key_package.key_package),
                         mls::Group::add(carl_keys_->key_package.key_package)};
    s_g_ = Secret16::from(
        mallory_->export_secret("hearth envelope", Writer().u16(1).take(), 16)->view());
    room::WelcomeExtension place;
    place.s_g = s_g_.clone();
    options.group_info_extensions = {{room::kWelcomeExtensionType, encoded(place)}};
    const auto pending = mallory_->stage_commit(std::move(options), random_);
    ASSERT_TRUE(pending.has_value());
    welcome_ = *pending->welcome;
    ASSERT_TRUE(mallory_->merge_pending().has_value());
    auto arrived = Conversation::join(house_->expected(), welcome_, ben_keys_->stay_copy(random_),
                                      ben_keys_->key_package);
    ASSERT_TRUE(arrived.has_value()) << arrived.error().name;
    ben_.emplace(std::move(arrived->conversation));
    const auto message = *decode_exact<mls::MlsMessage>(welcome_);
    carl_ = *mls::Group::join(std::get<mls::Welcome>(message.body), carl_keys_->key_package,
                              std::nullopt, {});
  }

  // Keys of somebody new. The house's staff key must not certify them.
  struct Newcomer {
    client::StayKeys stay;
    mls::KeyPackageBundle key_package;
    client::StayKeys stay_copy(crypto::RandomSource& random) const {
      client::StayKeys copy = *stay.renewed(random);
      copy.leaf = stay.leaf.clone();
      return copy;
    }
  };
  Newcomer arrival(std::string_view name, const crypto::SignatureKey* staff_id = nullptr) {
    client::StayKeys stay = *client::StayKeys::generate(name, random_);
    auto key_package = *mls::make_key_package(client::kSuite, stay.identity(house_->id, staff_id),
                                              {0, ~0ull}, random_);
    return {std::move(stay), std::move(key_package)};
  }

  // What Ben makes of an MLSMessage of the first generation.
  Result<client::Opening> opened_by_ben(room::EntryKind kind, ByteView message) {
    const room::EnvelopeKey envelope(house_->id, 1, s_g_);
    const room::Entry entry{room::Seq::at(0, 9), kind, 1, *envelope.seal(kind, message, random_)};
    return ben_->open(entry);
  }

  std::string_view refused(mls::Group& by, mls::CommitOptions options) {
    auto pending = by.stage_commit(std::move(options), random_);
    if (!pending) return "not staged";
    const auto opening = opened_by_ben(room::EntryKind::commit, pending->commit);
    by.discard_pending();
    return opening ? std::string_view("taken") : opening.error().name;
  }
  std::string_view refused(mls::Group& by, std::vector<mls::Proposal> proposals) {
    mls::CommitOptions options;
    options.proposals = std::move(proposals);
    return refused(by, std::move(options));
  }

  // A change of the context that makes this policy the room's.
  mls::Proposal context_with(const room::Policy& policy, bool drop_others = false) {
    mls::Extensions extensions = mallory_->context().extensions;
    for (mls::Extension& extension : extensions) {
      if (extension.type == room::kPolicyExtensionType) extension.data = encoded(policy);
    }
    if (drop_others) extensions.resize(1);
    return mls::Group::context_extensions(std::move(extensions));
  }
  room::Policy policy() { return *client::policy_of(mallory_->context()); }
  room::Policy next_policy() {
    room::Policy next = policy();
    ++next.generation;
    return next;
  }
  mls::Proposal remove_carl() { return mls::Group::remove(carl_->own_index()); }
  mls::Proposal add(const Newcomer& newcomer) {
    return mls::Group::add(newcomer.key_package.key_package);
  }
  // A leaf extension of Mallory's own leaf, with `change` made to it.
  mls::CommitOptions with_leaf(const std::function<void(room::LeafExtension&)>& change) {
    room::LeafExtension extension = *client::leaf_extension(mallory_->own_leaf());
    change(extension);
    mls::CommitOptions options;
    options.force_path = true;
    options.leaf.extensions = mls::Extensions{{room::kLeafExtensionType, encoded(extension)}};
    return options;
  }

  crypto::SeededRandom random_{77};
  std::optional<House> house_;
  std::optional<client::StayKeys> stay_;
  std::optional<mls::Group> mallory_;
  std::optional<Newcomer> ben_keys_;
  std::optional<Newcomer> carl_keys_;
  Bytes welcome_;
  std::optional<Conversation> ben_;
  std::optional<mls::Group> carl_;
  Secret16 s_g_;
};

// --- Who may commit what
// --------------------------------------------------------------------------

TEST_F(Rogue, StewardsMayWhatTheRulesAllow) {
  mls::CommitOptions path;
  path.force_path = true;
  EXPECT_EQ(refused(*mallory_, std::move(path)), "taken");
}

TEST_F(Rogue, MembersMayNotCommitWithAPath) {
  mls::CommitOptions path;
  path.force_path = true;
  EXPECT_EQ(refused(*carl_, std::move(path)), "author_not_steward");
}

TEST_F(Rogue, MembersMayNotRemove) {
  const auto mallory = mls::Group::remove(mallory_->own_index());
  EXPECT_EQ(refused(*carl_, {mallory, context_with(next_policy())}), "author_not_steward");
}

TEST_F(Rogue, MembersMayNotChangeThePolicy) {
  room::Policy open = policy();
  open.admission = room::Admission::open;
  EXPECT_EQ(refused(*carl_, {context_with(open)}), "author_not_steward");
}

TEST_F(Rogue, MembersMayAddInAnOpenRoomOnly) {
  EXPECT_EQ(refused(*carl_, {add(arrival("Dora"))}), "author_not_admitter");
  begin(room::Admission::open);
  EXPECT_EQ(refused(*carl_, {add(arrival("Dora"))}), "taken");
}

TEST_F(Rogue, AnybodyMayAddCertifiedStaff) {
  const auto stranger = *crypto::SignatureKey::generate(client::kSuite, random_);
  EXPECT_EQ(refused(*carl_, {add(arrival("Sister", &stranger))}), "author_not_admitter");
  EXPECT_EQ(refused(*carl_, {add(arrival("Sister", &house_->staff->id))}), "taken");
}

// --- Generations and the context
// ------------------------------------------------------------------

TEST_F(Rogue, ARemoveBeginsExactlyOneGeneration) {
  EXPECT_EQ(refused(*mallory_, {remove_carl()}), "generation_wrong");
  room::Policy two = next_policy();
  ++two.generation;
  EXPECT_EQ(refused(*mallory_, {remove_carl(), context_with(two)}), "generation_wrong");
  EXPECT_EQ(refused(*mallory_, {remove_carl(), context_with(next_policy())}), "taken");
}

TEST_F(Rogue, NothingElseBeginsAGeneration) {
  EXPECT_EQ(refused(*mallory_, {context_with(next_policy())}), "generation_wrong");
}

TEST_F(Rogue, TheStaffAndTheRoomStay) {
  room::Policy other = policy();
  other.staff.signatures[0].signature.bytes[0] ^= 1;
  EXPECT_EQ(refused(*mallory_, {context_with(other)}), "staff_list_invalid");
  other = policy();
  other.staff.entries[0].desk.bytes[0] ^= 1;
  EXPECT_EQ(refused(*mallory_, {context_with(other)}), "staff_list_invalid");
  other = policy();
  other.room.bytes[0] ^= 1;
  EXPECT_EQ(refused(*mallory_, {context_with(other)}), "policy_changed");
}

// "taken" moves Ben on: it comes last, or begin() starts anew.
TEST_F(Rogue, TheNextStaffListProvesItself) {
  const auto keys = *client::StaffKeys::generate(random_);
  const room::StaffList& now = house_->card.staff();
  room::Policy next = policy();
  next.staff = now.next({now.entries[0], keys.entry()}, 0);
  next.staff.sign(house_->id, house_->staff->id);
  EXPECT_EQ(refused(*mallory_, {context_with(next)}), "staff_list_invalid");  // Nobody accepted.
  next.staff.accept(room::StaffList::Acceptance::make(house_->id, next.staff.previous, keys.entry(),
                                                      keys.id, keys.server));
  EXPECT_EQ(refused(*carl_, {context_with(next)}), "author_not_steward");
  room::Policy unsigned_list = next;
  unsigned_list.staff.signatures.clear();
  EXPECT_EQ(refused(*mallory_, {context_with(unsigned_list)}), "staff_list_invalid");
  EXPECT_EQ(refused(*mallory_, {context_with(next)}), "taken");

  // A dismissal is a removal like any other.
  begin(room::Admission::lobby);
  EXPECT_EQ(refused(*mallory_, {remove_carl(), context_with(next)}), "generation_wrong");
  ++next.generation;
  EXPECT_EQ(refused(*mallory_, {remove_carl(), context_with(next)}), "taken");
}

TEST_F(Rogue, ALeafMayAddOrDropACertificateOfItsOwn) {
  const auto stranger = *crypto::SignatureKey::generate(client::kSuite, random_);
  const auto certified_by = [&](const room::PublicKey& named) {
    return with_leaf([&](room::LeafExtension& leaf) {
      leaf.staff =
          room::StaffCertificate::make(house_->id, mallory_->own_leaf().signature_key, stranger);
      leaf.staff->staff_id = named;
    });
  };
  EXPECT_EQ(refused(*mallory_, certified_by(house_->card.staff().entries[0].staff_id)),
            "staff_certificate_invalid");
  EXPECT_EQ(refused(*mallory_, with_leaf([](auto& leaf) { leaf.staff.reset(); })), "taken");
  begin(room::Admission::lobby);
  // Worth nothing: no list names it.
  EXPECT_EQ(refused(*mallory_, certified_by(room::public_key_of(stranger))), "taken");
}

TEST_F(Rogue, NoExtensionIsDropped) {
  EXPECT_EQ(refused(*mallory_, {context_with(policy(), true)}), "extension_dropped");
  EXPECT_EQ(refused(*mallory_, {mls::Group::context_extensions({})}), "policy_missing");
}

TEST_F(Rogue, OtherProposalsHaveNoPlace) {
  const auto psk = mls::Group::resumption_psk(mallory_->group_id(), mallory_->epoch(), random_);
  EXPECT_EQ(refused(*mallory_, {psk}), "proposal_forbidden");
  mls::ReInit reinit;
  reinit.group_id = Bytes(16, 2);
  reinit.cipher_suite = static_cast<std::uint16_t>(client::kSuite);
  EXPECT_EQ(refused(*mallory_, {mls::Group::reinit_to(reinit)}), "proposal_forbidden");
}

// --- Leaves
// -----------------------------------------------------------------------------------------

TEST_F(Rogue, NobodyTakesAnothersIdentity) {
  EXPECT_EQ(refused(*mallory_, with_leaf([](auto& leaf) { leaf.name = "Ben"; })),
            "identity_changed");
  EXPECT_EQ(refused(*mallory_, with_leaf([](auto& leaf) { leaf.direct.bytes[0] ^= 1; })),
            "identity_changed");
  EXPECT_EQ(refused(*mallory_, with_leaf([](auto& leaf) { leaf.possession.bytes[0] ^= 1; })),
            "possession_invalid");
  EXPECT_EQ(refused(*mallory_, with_leaf([](auto& leaf) { leaf.staff->signature.bytes[0] ^= 1; })),
            "staff_certificate_invalid");
  // With a delivery key of one's own the credential is another one's.
  EXPECT_EQ(refused(*mallory_, with_leaf([&](auto& leaf) {
              const auto key = *crypto::SignatureKey::generate(client::kSuite, random_);
              leaf = room::LeafExtension::make(house_->id, mallory_->own_leaf().signature_key, key,
                                               leaf.direct, leaf.name, &house_->staff->id);
            })),
            "leaf_invalid");
}

TEST_F(Rogue, NobodyComesTwiceWithOneHandle) {
  // Carl's delivery key, honestly proved, in a second leaf.
  client::StayKeys twin = *carl_keys_->stay.renewed(random_);
  const auto key_package = *mls::make_key_package(
      client::kSuite, twin.identity(house_->id, nullptr), {0, ~0ull}, random_);
  EXPECT_EQ(refused(*mallory_, {mls::Group::add(key_package.key_package)}), "handle_doubled");
}

TEST_F(Rogue, NobodyComesWithoutALeafExtension) {
  const client::StayKeys stay = *client::StayKeys::generate("Dora", random_);
  mls::Identity identity = stay.identity(house_->id, nullptr);
  identity.extensions.clear();
  const auto key_package = *mls::make_key_package(client::kSuite, identity, {0, ~0ull}, random_);
  EXPECT_EQ(refused(*mallory_, {mls::Group::add(key_package.key_package)}), "leaf_invalid");
}

// --- Beyond judgement
// -------------------------------------------------------------------------------

TEST_F(Rogue, WhatIsValidForAllButCannotBeFollowedIsAFault) {
  const auto forged = forge_path_commit(*mallory_, {}, random_,
                                        {.path = {}, .tag = [](Bytes& tag) { tag[0] ^= 1; }});
  ASSERT_TRUE(forged.has_value());

  const auto opening = opened_by_ben(room::EntryKind::commit, *forged);

  ASSERT_TRUE(opening.has_value()) << opening.error().name;
  const auto* fault = std::get_if<client::FaultBy>(&*opening);
  ASSERT_NE(fault, nullptr);
  EXPECT_EQ(fault->reason.name, "confirmation_tag_invalid");
  EXPECT_EQ(fault->author, "Mallory");
  EXPECT_TRUE(ben_->faulted());
}

TEST_F(Rogue, KindsAreWhatTheySayTheyAre) {
  mls::CommitOptions path;
  path.force_path = true;
  const auto pending = mallory_->stage_commit(std::move(path), random_);
  const auto as_proposal = opened_by_ben(room::EntryKind::proposal, pending->commit);
  ASSERT_FALSE(as_proposal.has_value());
  EXPECT_EQ(as_proposal.error().name, "content_type_forbidden");
}

TEST_F(Rogue, APayloadThatWasNotCommittedToIsDropped) {
  room::Payload payload;
  payload.content = to_bytes("hello");
  const auto committed = room::commit_to(house_->id, payload, random_.secret<32>());
  const auto message = mallory_->protect(committed.application_data, {}, random_);
  room::Hash other = committed.commitment;
  other[0] ^= 1;
  const room::EnvelopeKey envelope(house_->id, 1, s_g_);
  const room::Entry entry{room::Seq::at(0, 9), room::EntryKind::app, 1,
                          *envelope.seal_app(other, *message, random_)};

  const auto opening = ben_->open(entry);

  ASSERT_FALSE(opening.has_value());
  EXPECT_EQ(opening.error().name, "commitment_invalid");
}

// --- Welcomes into another room
// -----------------------------------------------------------------------

TEST_F(Rogue, AWelcomeMustFitTheDoorCard) {
  const auto join = [&](const Conversation::Expected& expected) {
    const auto arrived = Conversation::join(expected, welcome_, ben_keys_->stay_copy(random_),
                                            ben_keys_->key_package);
    return arrived ? std::string_view("joined") : arrived.error().name;
  };
  Conversation::Expected expected = house_->expected();
  EXPECT_EQ(join(expected), "joined");
  expected.staff.previous[0] ^= 1;
  EXPECT_EQ(join(expected), "staff_differs");
  expected = house_->expected();
  expected.staff.entries[0].staff_id.bytes[0] ^= 1;
  EXPECT_EQ(join(expected), "staff_differs");
  expected = house_->expected();
  expected.room.bytes[0] ^= 1;  // Every leaf proves possession for its own room.
  EXPECT_EQ(join(expected), "possession_invalid");
}

}  // namespace
}  // namespace hearth::test
