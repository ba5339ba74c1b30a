// All messages of each direction, and the decoder that tells them apart.
#pragma once

#include <variant>

#include "protocol/wire/appending.h"
#include "protocol/wire/door.h"
#include "protocol/wire/ending.h"
#include "protocol/wire/hello.h"
#include "protocol/wire/knocking.h"
#include "protocol/wire/noting.h"
#include "protocol/wire/reading.h"

namespace hearth::wire {

using ClientMessage = std::variant<Hello, Auth, CreateRoom, GetDoor, PutDoor, KnockRequest, Deny,
                                   Append, Resume, GetWelcome, GetCheckpoint, Bye, Note, CheckTag>;
using ServerMessage =
    std::variant<Greeting, VersionUnsupported, AuthOk, AuthRefused, Created, CreateRefused, Door,
                 DoorPut, DoorRefused, KnockWaiting, KnockRefused, KnockShown, KnockGone,
                 KnockDenied, Admitted, Appended, AppendRefused, EntryRecord, CaughtUp, Welcome,
                 CheckpointRecord, ErrorRecord, Goodbye, NoteShown, NoteSent, NoteRefused,
                 TagChecked, LeadLine>;

// record_unknown for a type of the other direction or none; record_malformed for a body that its
// decoder refuses or does not use up.
Result<ClientMessage> decode_client_message(ByteView record);
Result<ServerMessage> decode_server_message(ByteView record);

Bytes record_of(const ClientMessage& message);
Bytes record_of(const ServerMessage& message);
RecordType type_of(const ClientMessage& message) noexcept;
RecordType type_of(const ServerMessage& message) noexcept;

}  // namespace hearth::wire
