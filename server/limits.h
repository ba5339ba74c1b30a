// Every bound of the server, with its reason. A queue, table, frame or timer without a line here is
// a defect.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hearth::server::limits {

using namespace std::chrono_literals;

// --- One connection -----------------------------------------------------------------------------
// A frame carries one entry of the largest bucket (64 KiB) with its header, or one part of a record.
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
// from the log by seq, so nothing is lost. 256 KiB holds a quarter of a meeting.
inline constexpr std::size_t kOutboxBytesMax = 256 * 1024;
inline constexpr std::size_t kOutboxFramesMax = 512;
// A single write that makes no progress for this long ends the connection.
inline constexpr auto kWriteTimeMax = 30s;

// --- The listener -------------------------------------------------------------------------------
// Connections that have not authenticated yet. Each costs about 20 KiB with TLS: 40 MiB at most.
inline constexpr std::size_t kUnauthenticatedMax = 2000;
// All connections of one process; above the file limit nothing could be accepted anyway.
inline constexpr std::size_t kConnectionsMax = 20000;
// How long `accept` rests after the system is out of descriptors.
inline constexpr auto kAcceptRest = 100ms;

}  // namespace hearth::server::limits
