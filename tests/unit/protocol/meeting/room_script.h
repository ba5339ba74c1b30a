// A room whose log grows by Appends, as a server and a reader see it at once.
#pragma once

#include <gtest/gtest.h>

#include "protocol/meeting/room_state.h"
#include "tests/support/room_builder.h"

namespace hearth::meeting {

using room::AppendRefusal;
using room::EntryKind;
using room::Handle;
using room::Op;
using room::Role;
using room::Seq;

struct Item {
  EntryKind kind;
  room::Generation generation;
  Bytes body;
};

// Every taken Append is installed in `state` (the server's) and applied entry by entry to `reader`
// (a client's): they must stay equal.
class RoomScript {
 public:
  explicit RoomScript(room::Retention retention = room::Retention::day)
      : builder(retention),
        state(builder.room, builder.server_part),
        reader(builder.room, builder.server_part) {
    log.push_back(room::genesis_entry(builder.server_part));
  }

  Speaker staff() const { return {Role::staff, room::public_key_of(builder.staff_server)}; }
  Speaker member(std::uint32_t number) const {
    return {Role::member, room::public_key_of(builder.delivery(number))};
  }

  Item app(std::uint32_t size = 512) const { return app_of(state.generation(), size); }
  static Item app_of(room::Generation generation, std::uint32_t size = 512) {
    return {EntryKind::app, generation, Bytes(size, 1)};
  }
  Item commit() const { return {EntryKind::commit, state.generation(), Bytes(512, 2)}; }
  Item proposal() const { return {EntryKind::proposal, state.generation(), Bytes(512, 3)}; }
  Item control(Bytes body) const {
    return {EntryKind::control, state.generation(), std::move(body)};
  }
  Item by_staff(room::OpArgs args) { return control(builder.staff_act(args, state.head())); }
  Item by_member(std::uint32_t number, room::OpArgs args) {
    return control(builder.member_act(number, std::move(args), state.head()));
  }
  Item state_entry() {
    return control(
        builder.staff_act(room::StateOp{state.encode_state()}, state.last_control_seq()));
  }

  room::Judgement append(const Speaker& speaker, const std::vector<Item>& items,
                         std::optional<Seq> expect = std::nullopt) {
    std::vector<Draft> drafts;
    bool commits = false;
    for (const Item& item : items) {
      drafts.push_back({item.kind, item.generation, item.body});
      commits |= item.kind == EntryKind::commit;
    }
    if (commits && !expect) expect = state.last_commit_seq();
    auto staged = state.stage(speaker, drafts, expect, now);
    if (!staged) return std::unexpected(staged.error());
    Seq seq = staged->first;
    EXPECT_EQ(staged->count, items.size());
    state.install(std::move(*staged));
    for (const Item& item : items) {
      keep({seq, item.kind, item.generation, item.body});
      seq = seq.next();
    }
    EXPECT_EQ(reader, state);
    return {};
  }

  room::Judgement append_server(room::OpArgs args) {
    const Item item = control(builder.server_act(std::move(args), state.head()));
    auto staged = state.stage_server({item.kind, item.generation, item.body});
    if (!staged) return std::unexpected(staged.error());
    const Seq seq = staged->first;
    state.install(std::move(*staged));
    keep({seq, item.kind, item.generation, item.body});
    EXPECT_EQ(reader, state);
    return {};
  }

  // The reason for which this is refused; a test failure (and 0) when it is taken. A refused Append
  // must leave no trace.
  AppendRefusal refused(const Speaker& speaker, const std::vector<Item>& items,
                        std::optional<Seq> expect = std::nullopt) {
    const RoomState before = state;
    const auto judged = append(speaker, items, expect);
    EXPECT_FALSE(judged.has_value());
    EXPECT_EQ(state, before);
    return judged ? AppendRefusal{} : judged.error().reason;
  }

  // Opens the room, with `guests` gates and as many members, one gate and use each.
  void open(room::Admission admission = room::Admission::lobby, std::uint32_t guests = 0) {
    const room::OpenOp op{Bytes(16, static_cast<Byte>(state.generation() + 1)), builder.handle(0),
                          admission, static_cast<room::Generation>(state.generation() + 1)};
    EXPECT_TRUE(append(staff(), {by_staff(op)}));
    for (std::uint32_t i = 1; i <= guests; ++i) {
      add_gate(i);
      EXPECT_TRUE(append(staff(), {commit(), by_staff(admit({guest(i, i)}))}));
    }
  }
  void add_gate(std::uint32_t number, std::uint16_t uses = 1) {
    EXPECT_TRUE(append(staff(), {by_staff(gate_op(number, uses))}));
  }
  room::GateAddOp gate_op(std::uint32_t number, std::uint16_t uses = 1) const {
    return {builder.gate(number), uses, unix_seconds(now) + 3600, 0, {}};
  }
  room::AdmitOp::Newcomer guest(std::uint32_t member, std::uint32_t gate,
                                std::uint8_t flags = 0) const {
    return {builder.handle(member), Role::gate, builder.gate(gate).bytes, flags};
  }
  static room::AdmitOp admit(std::vector<room::AdmitOp::Newcomer> newcomers) {
    return {std::move(newcomers)};
  }
  room::RemoveOp remove(std::vector<Handle> handles, std::vector<room::GateRef> gates = {}) const {
    return {std::move(handles), std::move(gates),
            static_cast<room::Generation>(state.generation() + 1), 0};
  }

  void keep(room::Entry entry) {
    const Status applied = reader.apply(room::LogRecord::of(entry));
    EXPECT_TRUE(applied.has_value()) << (applied ? "" : applied.error().name);
    log.push_back(std::move(entry));
  }

  test::RoomBuilder builder;
  RoomState state;
  RoomState reader;
  std::vector<room::Entry> log;
  Instant now = instant_from_unix(1'790'000'000);
};

}  // namespace hearth::meeting
