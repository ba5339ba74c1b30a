// Every bound of the server, with its reason. A queue, table, frame or timer without a line here is
// a defect.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hearth::server::limits {

using namespace std::chrono_literals;

// --- One connection -----------------------------------------------------------------------------
// A frame carries one entry of the largest bucket (64 KiB) with its header, or one part of a
// record.
inline constexpr std::size_t kFrameBytesMax = 80 * 1024;
// An Append is at most 256 KiB; what travels beside it (ids, lengths, Welcomes) fits in the rest.
inline constexpr std::size_t kRecordBytesMax = 320 * 1024;
// The upgrade request of a browser needs about 600 bytes; nobody needs more than this.
inline constexpr std::uint32_t kHttpHeaderBytesMax = 4 * 1024;
// TCP accepted to WebSocket open, TLS included: a 2G line needs four round trips of 2 s.
inline constexpr auto kHandshakeTimeMax = 10s;
// WebSocket open to authenticated.
inline constexpr auto kAuthTimeMax = 15s;
// Silence after which a ping is sent, and after which the connection is given up.
inline constexpr auto kIdlePing = 30s;
inline constexpr auto kIdleTimeMax = 60s;
// A goodbye is a courtesy: the close handshake gets this long.
inline constexpr auto kGoodbyeTimeMax = 2s;
// What may wait to be written to one connection before it is closed with outbox_full; it resumes
// from the log by seq, so nothing is lost. Beside the half that log entries and knocks may fill
// there is room for the largest answer, a Welcome of almost 256 KiB.
inline constexpr std::size_t kOutboxBytesMax = 512 * 1024;
inline constexpr std::size_t kOutboxFramesMax = 512;
// From here on log entries wait in the log, and only answers are still queued.
inline constexpr std::size_t kOutboxRoomBytes = kOutboxBytesMax / 4;
inline constexpr std::size_t kOutboxRoomFrames = kOutboxFramesMax / 2;
// Records of one connection: a client that catches up, knocks and talks needs a burst, nobody needs
// more than this for long.
inline constexpr double kRecordsPerSecond = 200;
inline constexpr double kRecordBurst = 1000;
// A single write that makes no progress for this long ends the connection.
inline constexpr auto kWriteTimeMax = 30s;

// Notes of one connection: a report of ordinary length is ten parts, and answers come between. The
// client goes slower by itself.
inline constexpr double kNotesPerSecond = 1;
inline constexpr double kNoteBurst = 20;
// Questions about tags of one connection: one HMAC each, and a report has at most 21.
inline constexpr double kTagChecksPerMinute = 10;
inline constexpr double kTagCheckBurst = 10;

// --- A room -------------------------------------------------------------------------------------
// Knocks that wait at one door, each at most 16 KiB: a burst of 500 is a storm to be survived.
inline constexpr std::size_t kKnocksWaitingMax = 512;
// A KeyPackage is about 600 bytes and a greeting 256: the 4 KiB bucket holds any honest knock.
inline constexpr std::size_t kKnockBytesMax = 16 * 1024;
// How long one admitter of an open room has a knock for itself before the next one is asked.
inline constexpr auto kAdmitterTimeMax = 3s;
// A meeting without staff is nobody's meeting: after this long only staff may write.
inline constexpr auto kStaffAbsenceMax = 60s;
// After so long without a line of who leads the meeting the rest of the staff are told, so that one
// of them can lead on; a line that breaks for a moment is back before.
inline constexpr auto kLeadAbsenceMax = 20s;
// A room whose disk refused is read again after this rest, so that a full disk is no busy loop.
inline constexpr auto kReloadRest = 1s;
// Bodies of live entries kept for those who fall behind or come back: some hours of talk. Beyond
// it the oldest are served as hashes.
inline constexpr std::size_t kLiveBytesMax = 16 * 1024 * 1024;
// Appends of one room that wait for the disk; more are refused with log_unavailable.
inline constexpr std::size_t kAppendsWaitingMax = 1024;
// Commits of one handle: a garbage commit costs one number, six a minute cost nothing.
inline constexpr std::uint32_t kCommitsPerMinute = 6;
// Appends of one handle: nobody types faster, and a client that resends after a bad line needs a
// burst.
inline constexpr double kAppendsPerSecond = 10;
inline constexpr double kAppendBurst = 100;
// Rows of one page when a reader catches up: at most 2 MiB of the largest, 64 KiB of the usual.
inline constexpr std::size_t kPageRowsMax = 32;
// Tags of one room in memory, for reports: 72 bytes each, 5 MiB at most; longer than any retention
// of bodies they would prove what nobody can read any more.
inline constexpr std::size_t kTagsMax = 65536;
inline constexpr auto kTagTime = 24h * 7;
// A key makes tags for a day, so that what it proves ends between six and seven days later.
inline constexpr auto kTagKeyTime = 24h;
// An erased body is withheld at once, and deleted after the time in which it can be undone.
inline constexpr auto kEraseUndoTime = 10min;
// How often what is too old goes; the log knows times no finer.
inline constexpr auto kHouseTime = 15min;
// How long the answer to an Append is remembered.
inline constexpr auto kIdempotencyTime = 24h;
// Idempotency keys kept in memory for one room: a day of a very busy meeting.
inline constexpr std::size_t kIdempotencyKeysMax = 65536;
// Commits and proposals outlive their group by no more than this.
inline constexpr auto kHandshakeRetention = 24h * 30;
// Ballots of one poll: one for each member of the largest room. With its vote each costs 2.5 KiB.
inline constexpr std::size_t kPollBallotsMax = 1000;
// Rooms of one process; each costs about 10 KiB while nobody is there.
inline constexpr std::size_t kRoomsMax = 10000;

// --- The listener -------------------------------------------------------------------------------
// Connections that have not authenticated yet. Each costs about 20 KiB with TLS: 40 MiB at most.
inline constexpr std::size_t kUnauthenticatedMax = 2000;
// All connections of one process; above the file limit nothing could be accepted anyway.
inline constexpr std::size_t kConnectionsMax = 20000;
// After a signal, connections get this long to take their goodbye.
inline constexpr auto kDrainTimeMax = 5s;
// How finely time passes for rooms; the shortest time they wait for is three seconds.
inline constexpr auto kTick = 250ms;
// How long `accept` rests after the system is out of descriptors.
inline constexpr auto kAcceptRest = 100ms;

}  // namespace hearth::server::limits
