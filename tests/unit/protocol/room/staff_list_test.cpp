// Who may change the staff, and what a list must prove: each rule kept, and each rule broken.
#include "protocol/room/staff_list.h"

#include <gtest/gtest.h>

#include "protocol/room/control_ops.h"
#include "protocol/room/error.h"
#include "tests/support/room_builder.h"

namespace hearth::room {
namespace {

// The keys of one of the staff, by number; 0 is the founder of the RoomBuilder.
struct Keeper {
  crypto::SignatureKey id;
  crypto::SignatureKey server;
  DeskKey desk;

  explicit Keeper(std::uint32_t number)
      : id(test::signature_key("staff_id", number)),
        server(test::signature_key("staff_server", number)),
        desk(test::public_desk_key(test::desk_key(number))) {}
  StaffEntry entry(std::uint8_t flags = 0) const {
    return {public_key_of(id), public_key_of(server), desk, flags};
  }
};

class StaffListTest : public testing::Test {
 protected:
  // The founder leads; 1 and 2 are deputies, 3 is neither; two deputies together may act.
  StaffList four() {
    StaffList list =
        builder_.staff_list().next({founder_.entry(kStaffLead), one_.entry(kStaffDeputy),
                                    two_.entry(kStaffDeputy), three_.entry()},
                                   2);
    for (const Keeper* keeper : {&one_, &two_, &three_}) accept(list, *keeper);
    list.sign(builder_.room, founder_.id);
    return list;
  }
  void accept(StaffList& list, const Keeper& keeper) {
    const StaffEntry* entry = list.find(public_key_of(keeper.id));
    list.accept(StaffList::Acceptance::make(builder_.room, list.previous, *entry, keeper.id,
                                            keeper.server));
  }
  bool follows(const StaffList& list, const StaffList& before) {
    const Status checked = list.check_next(builder_.room, before);
    if (!checked) {
      EXPECT_EQ(checked.error(), make_error(RoomErrc::staff_list_invalid));
    }
    return checked.has_value();
  }
  // `before` without one of its people.
  static StaffList without(const StaffList& before, const Keeper& gone) {
    std::vector<StaffEntry> left = before.entries;
    std::erase_if(left, [&](const auto& e) { return e.staff_id == public_key_of(gone.id); });
    return before.next(std::move(left), before.quorum);
  }

  test::RoomBuilder builder_;
  Keeper founder_{0};
  Keeper one_{1};
  Keeper two_{2};
  Keeper three_{3};
  Keeper four_{4};
};

TEST_F(StaffListTest, BeginsWithExactlyTheFoundersWhoAllLead) {
  const auto first = [&](const StaffList& list) {
    return list.check_first(builder_.room, builder_.server_part, builder_.member_part).has_value();
  };
  const StaffList good = builder_.staff_list();
  EXPECT_TRUE(first(good));

  const auto changed = [&](auto change) {
    StaffList list = good;
    list.signatures.clear();
    change(list);
    list.sign(builder_.room, founder_.id);
    return list;
  };
  EXPECT_TRUE(first(changed([](StaffList&) {})));
  EXPECT_FALSE(first(changed([](StaffList& list) { list.number = 2; })));
  EXPECT_FALSE(first(changed([](StaffList& list) { list.previous[0] = 1; })));
  EXPECT_FALSE(first(changed([](StaffList& list) { list.quorum = 1; })));
  EXPECT_FALSE(first(changed([](StaffList& list) { list.entries[0].flags = 0; })));
  EXPECT_FALSE(first(changed([](StaffList& list) { list.entries[0].flags = 3; })));
  EXPECT_FALSE(
      first(changed([&](StaffList& list) { list.entries[0].staff_server = PublicKey{}; })));
  EXPECT_FALSE(first(changed([&](StaffList& list) { list.entries.push_back(one_.entry(1)); })));
  EXPECT_FALSE(first(changed([&](StaffList& list) { accept(list, founder_); })));
  StaffList unsigned_list = good;
  unsigned_list.signatures.clear();
  EXPECT_FALSE(first(unsigned_list));
  StaffList by_another = good;
  by_another.sign(builder_.room, one_.id);
  EXPECT_FALSE(first(by_another));
  StaffList elsewhere = good;
  elsewhere.signatures.clear();
  elsewhere.sign(RoomId{}, founder_.id);
  EXPECT_FALSE(first(elsewhere));
}

TEST_F(StaffListTest, NamesTheDeputiesThatTheRoomWasFoundedWith) {
  ServerPart server_part = builder_.server_part;
  MemberPart member_part = builder_.member_part;
  server_part.founders.push_back(public_key_of(one_.server));
  std::ranges::sort(server_part.founders);
  member_part.founders.push_back(public_key_of(one_.id));
  member_part.deputies = {public_key_of(one_.id)};
  member_part.quorum = 1;
  const auto list = [&](std::uint8_t flags, std::uint8_t quorum) {
    StaffList made;
    made.quorum = quorum;
    made.entries = {founder_.entry(kStaffLead), one_.entry(flags)};
    std::ranges::sort(made.entries, {}, &StaffEntry::staff_id);
    made.sign(builder_.room, founder_.id);
    made.sign(builder_.room, one_.id);
    return made.check_first(builder_.room, server_part, member_part).has_value();
  };

  EXPECT_TRUE(decode_exact<MemberPart>(encoded(member_part)));
  EXPECT_TRUE(list(kStaffLead | kStaffDeputy, 1));
  EXPECT_FALSE(list(kStaffLead, 1));
  EXPECT_FALSE(list(kStaffLead | kStaffDeputy, 0));
  // A deputy who is no founder would be nobody.
  member_part.deputies = {public_key_of(two_.id)};
  EXPECT_EQ(decode_exact<MemberPart>(encoded(member_part)).error(),
            make_error(RoomErrc::genesis_invalid));
}

TEST_F(StaffListTest, LetsALeadAppointWhoAccepts) {
  EXPECT_TRUE(follows(four(), builder_.staff_list()));
  EXPECT_EQ(decode_exact<StaffList>(encoded(four())), four());

  StaffList list = four();
  list.acceptances.pop_back();
  EXPECT_FALSE(follows(list, builder_.staff_list()));
  list = four();
  list.acceptances[0].by_server = list.acceptances[0].by_id;
  EXPECT_FALSE(follows(list, builder_.staff_list()));
  list = four();
  list.acceptances[0].by_id = list.acceptances[0].by_server;
  EXPECT_FALSE(follows(list, builder_.staff_list()));
  list = four();
  accept(list, founder_);  // Of somebody who is not asked.
  EXPECT_FALSE(follows(list, builder_.staff_list()));
  // A yes to another list: given before, or in another room.
  list = four();
  const StaffEntry entry = *list.find(public_key_of(one_.id));
  list.accept(StaffList::Acceptance::make(builder_.room, Hash{}, entry, one_.id, one_.server));
  EXPECT_FALSE(follows(list, builder_.staff_list()));
  list = four();
  list.accept(StaffList::Acceptance::make(RoomId{}, list.previous, entry, one_.id, one_.server));
  EXPECT_FALSE(follows(list, builder_.staff_list()));
}

TEST_F(StaffListTest, FollowsTheListBeforeInNumberAndHash) {
  StaffList list = four();
  list.number = 3;
  list.sign(builder_.room, founder_.id);
  EXPECT_FALSE(follows(list, builder_.staff_list()));
  StaffList other = builder_.staff_list();
  other.entries[0].desk.bytes[0] ^= 1;
  EXPECT_FALSE(follows(four(), other));
  EXPECT_FALSE(follows(four(), four()));
}

TEST_F(StaffListTest, AsksForAYesToChangedKeysButNotToChangedFlags) {
  const StaffList before = four();
  std::vector<StaffEntry> entries = before.entries;
  auto& one = *std::ranges::find(entries, public_key_of(one_.id), &StaffEntry::staff_id);
  one.flags = 0;
  StaffList list = before.next(entries, 1);
  list.sign(builder_.room, founder_.id);
  EXPECT_TRUE(follows(list, before));

  one.desk.bytes[0] ^= 1;
  list = before.next(entries, 1);
  list.sign(builder_.room, founder_.id);
  EXPECT_FALSE(follows(list, before));
  accept(list, one_);
  EXPECT_TRUE(follows(list, before));
}

TEST_F(StaffListTest, KeepsALeadAndNoLargerAQuorumThanDeputies) {
  const StaffList before = four();
  std::vector<StaffEntry> entries = before.entries;
  const auto signed_by_founder = [&](std::uint8_t quorum) {
    StaffList list = before.next(entries, quorum);
    list.sign(builder_.room, founder_.id);
    return follows(list, before);
  };
  EXPECT_TRUE(signed_by_founder(2));
  EXPECT_FALSE(signed_by_founder(3));
  std::ranges::find(entries, public_key_of(founder_.id), &StaffEntry::staff_id)->flags = 0;
  EXPECT_FALSE(signed_by_founder(2));
  std::ranges::find(entries, public_key_of(three_.id), &StaffEntry::staff_id)->flags = kStaffLead;
  EXPECT_TRUE(signed_by_founder(2));  // The lead is handed over.
}

TEST_F(StaffListTest, LetsTheQuorumOfDeputiesActAndNoFewer) {
  const StaffList before = four();
  StaffList list = without(before, founder_);
  list.entries[0].flags |= kStaffLead;
  list.sign(builder_.room, one_.id);
  EXPECT_FALSE(follows(list, before));
  list.sign(builder_.room, one_.id);  // Twice is once.
  EXPECT_FALSE(follows(list, before));
  list.sign(builder_.room, two_.id);
  EXPECT_TRUE(follows(list, before));

  // Somebody who is neither adds nothing.
  StaffList others = without(before, two_);
  others.quorum = 1;
  others.sign(builder_.room, one_.id);
  others.sign(builder_.room, three_.id);
  EXPECT_FALSE(follows(others, before));

  // Where q is 0, deputies alone change nothing.
  StaffList none = before.next(before.entries, 0);
  none.sign(builder_.room, founder_.id);
  ASSERT_TRUE(follows(none, before));
  StaffList after = without(none, three_);
  after.sign(builder_.room, one_.id);
  after.sign(builder_.room, two_.id);
  EXPECT_FALSE(follows(after, none));
}

TEST_F(StaffListTest, LetsAnybodyStepBackButOnlyThemselves) {
  const StaffList before = four();
  StaffList list = without(before, three_);
  list.sign(builder_.room, three_.id);
  EXPECT_TRUE(follows(list, before));

  StaffList pushed = without(before, three_);
  pushed.sign(builder_.room, one_.id);
  EXPECT_FALSE(follows(pushed, before));

  // Nothing else may change with it.
  StaffList more = without(before, three_);
  more.entries[0].flags ^= kStaffLead;
  more.sign(builder_.room, three_.id);
  EXPECT_FALSE(follows(more, before));
  StaffList quorum = without(before, three_);
  quorum.quorum = 1;
  quorum.sign(builder_.room, three_.id);
  EXPECT_FALSE(follows(quorum, before));
  // Nor two go with one signature, nor a deputy whom the quorum needs.
  StaffList two = without(without(before, three_), one_);
  two.number = before.number + 1;
  two.previous = before.hash();
  two.sign(builder_.room, three_.id);
  EXPECT_FALSE(follows(two, before));
  StaffList deputy = without(before, one_);
  deputy.sign(builder_.room, one_.id);
  EXPECT_FALSE(follows(deputy, before));
}

TEST_F(StaffListTest, TakesNoSignatureThatDoesNotCount) {
  const StaffList before = four();
  StaffList list = without(before, three_);
  list.sign(builder_.room, founder_.id);
  ASSERT_TRUE(follows(list, before));

  StaffList stranger = list;
  stranger.sign(builder_.room, four_.id);
  EXPECT_FALSE(follows(stranger, before));
  StaffList broken = list;
  broken.sign(builder_.room, one_.id);
  std::ranges::find(broken.signatures, public_key_of(one_.id), &StaffList::Signed::staff_id)
      ->signature.bytes[0] ^= 1;
  EXPECT_FALSE(follows(broken, before));
}

TEST_F(StaffListTest, RefusesWhatHasTwoSpellings) {
  const auto refused = [](const StaffList& list) {
    const auto read = decode_exact<StaffList>(encoded(list));
    return !read && read.error() == make_error(RoomErrc::staff_list_invalid);
  };
  StaffList list = four();
  std::swap(list.entries[0], list.entries[1]);
  EXPECT_TRUE(refused(list));
  list = four();
  list.entries[1] = list.entries[0];
  EXPECT_TRUE(refused(list));
  list = four();
  list.entries[1].staff_server = list.entries[0].staff_server;
  EXPECT_TRUE(refused(list));
  list = four();
  list.entries[0].flags = 4;
  EXPECT_TRUE(refused(list));
  list = four();
  std::swap(list.acceptances[0], list.acceptances[1]);
  EXPECT_TRUE(refused(list));
  list = four();
  list.signatures.push_back(list.signatures[0]);
  EXPECT_TRUE(refused(list));
  list = four();
  list.entries.clear();
  EXPECT_TRUE(refused(list));
  list = StaffList{};
  for (Byte i = 0; i <= kStaffMax; ++i) {
    StaffEntry entry;
    entry.staff_id.bytes[0] = entry.staff_server.bytes[0] = i;
    list.entries.push_back(entry);
  }
  EXPECT_TRUE(refused(list));
  list.entries.pop_back();
  EXPECT_FALSE(refused(list));
}

TEST_F(StaffListTest, ChainsFromTheFounders) {
  const auto chain = [&](const std::vector<StaffList>& lists) {
    return check_staff_chain(builder_.room, builder_.server_part, builder_.member_part, lists)
        .has_value();
  };
  std::vector<StaffList> lists{builder_.staff_list(), four()};
  EXPECT_TRUE(chain(lists));
  EXPECT_FALSE(chain({}));
  EXPECT_FALSE(chain({four()}));
  EXPECT_FALSE(chain({four(), builder_.staff_list()}));
  while (lists.size() < kStaffListsMax) {
    lists.push_back(lists.back().next(lists.back().entries, lists.size() % 2));
    lists.back().sign(builder_.room, founder_.id);
  }
  EXPECT_TRUE(chain(lists));
  lists.push_back(lists.back().next(lists.back().entries, 0));
  lists.back().sign(builder_.room, founder_.id);
  EXPECT_FALSE(chain(lists));
}

TEST_F(StaffListTest, HasATwinThatTheServerMaySee) {
  const StaffList list = four();
  const StaffSetOp op = StaffSetOp::of(list);

  EXPECT_EQ(op.number, 2u);
  EXPECT_EQ(op.list_hash, list.hash());
  EXPECT_EQ(op.quorum, 2);
  ASSERT_EQ(op.entries.size(), 4u);
  for (const StaffSetOp::Entry& entry : op.entries) {
    const StaffEntry* of_list = list.find_server(entry.staff_server);
    ASSERT_TRUE(of_list);
    EXPECT_EQ(of_list->desk, entry.desk);
    EXPECT_EQ(of_list->flags, entry.flags);
  }
}

}  // namespace
}  // namespace hearth::room
