// One of every record, always the same, for golden bytes and round trips.
#pragma once

#include "protocol/wire/message.h"

namespace hearth::wire::samples {

template <class T>
T id(Byte value) {
  T id;
  id.bytes.fill(value);
  return id;
}

inline Bytes32 bytes32(Byte value) {
  Bytes32 bytes;
  bytes.fill(value);
  return bytes;
}

inline room::Checkpoint checkpoint() {
  return {{room::Seq::at(1, 44), bytes32(0x21)}, id<room::Signature>(0x22)};
}

inline Append append() {
  Append message;
  message.idempotency.fill(0x31);
  message.expect_commit_seq = room::Seq{12};
  message.entries = {{room::EntryKind::commit, 3, Bytes(512, 0x32)},
                     {room::EntryKind::control, 3, Bytes(256, 0x33)},
                     {room::EntryKind::app, 4, Bytes(512, 0x34)}};
  message.welcomes = {{{id<room::Handle>(0x35), id<room::Handle>(0x36)}, Bytes(70, 0x37)}};
  return message;
}

inline Note note(NoteTo to, const Bytes32& ref) {
  Note message;
  message.id.fill(0x54);
  message.to = to;
  message.ref = ref;
  message.sealed = Bytes(40, 0x55);
  return message;
}

inline NoteShown note_shown(NoteFrom from, const Bytes32& ref) {
  NoteShown message;
  message.id.fill(0x54);
  message.from = from;
  message.ref = ref;
  message.sealed = Bytes(40, 0x55);
  return message;
}

inline std::vector<ClientMessage> client_messages() {
  Append plain;
  plain.entries = {{room::EntryKind::app, 1, Bytes(512, 0x41)}};
  return {
      Hello{{1, 0x0102}},
      Auth{id<room::RoomId>(1), room::Role::member, id<room::PublicKey>(2), id<room::Signature>(3)},
      CreateRoom{Bytes(90, 4), bytes32(5), Bytes(512, 6), id<room::PublicKey>(7),
                 id<room::Signature>(8)},
      GetDoor{},
      PutDoor{Bytes(512, 9), id<room::PublicKey>(10), id<room::Signature>(11)},
      KnockRequest{id<room::Handle>(12), Bytes(512, 13)},
      Deny{77, Bytes(512, 14)},
      append(),
      plain,
      Resume{room::Seq::at(1, 43)},
      GetWelcome{},
      GetCheckpoint{},
      Bye{},
      note(NoteTo::desk, {}),
      note(NoteTo::handle, bytes32(12)),
      note(NoteTo::slot, ref_of_slot(77)),
      CheckTag{id<room::RoomId>(1), room::Seq::at(1, 44), bytes32(0x51), bytes32(0x52),
               id<room::Handle>(12), bytes32(0x53)},
  };
}

inline std::vector<ServerMessage> server_messages() {
  AppendRefused refused;
  refused.idempotency.fill(0x31);
  refused.refusal = {room::AppendRefusal::conflict, 12};
  Appended appended;
  appended.idempotency.fill(0x31);
  appended.first = room::Seq::at(1, 45);
  appended.count = 3;
  appended.h.fill(0x38);
  return {
      Greeting{1, id<room::PublicKey>(15), bytes32(16), id<room::Signature>(17)},
      VersionUnsupported{{1, 2}},
      AuthOk{room::Role::staff, checkpoint(), true, room::Retention::week, {100, 64}},
      AuthRefused{},
      Created{id<room::RoomId>(18)},
      CreateRefused{CreateRefusal::not_a_founder},
      Door{Bytes(90, 4), bytes32(5), Bytes(512, 6), true, false},
      DoorPut{},
      DoorRefused{DoorRefusal::not_staff},
      KnockWaiting{77},
      KnockRefused{KnockRefusal::locked},
      KnockShown{77, id<room::Handle>(12), room::Role::gate, bytes32(19), Bytes(512, 13)},
      KnockGone{77},
      KnockDenied{Bytes(512, 14)},
      Admitted{id<room::Handle>(12)},
      appended,
      refused,
      EntryRecord{
          room::LogRecord::of({room::Seq::at(1, 44), room::EntryKind::app, 4, Bytes(512, 20)})},
      EntryRecord{{room::Seq::at(1, 43), room::EntryKind::proposal, 4, bytes32(21)}},
      CaughtUp{checkpoint()},
      Welcome{Bytes(70, 0x37)},
      Welcome{},
      CheckpointRecord{checkpoint()},
      ErrorRecord{WireErrc::out_of_turn},
      Goodbye{GoodbyeReason::shutting_down, 2500},
      EntryRecord{
          room::LogRecord::of({room::Seq::at(1, 45), room::EntryKind::app, 4, Bytes(512, 20)}),
          bytes32(0x53)},
      note_shown(NoteFrom::handle, bytes32(12)),
      note_shown(NoteFrom::slot, ref_of_slot(77)),
      note_shown(NoteFrom::staff, bytes32(2)),
      NoteSent{note(NoteTo::desk, {}).id, 3},
      NoteRefused{note(NoteTo::desk, {}).id, NoteRefusal::rate_limited},
      TagChecked{true},
      LeadLine{id<room::PublicKey>(22), true},
  };
}

}  // namespace hearth::wire::samples
