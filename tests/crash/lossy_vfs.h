// A disk that forgets what was not synced: an SQLite VFS for tests of power loss.
#pragma once

namespace hearth::tests {

inline constexpr const char* kLossyVfs = "lossy";

// Registers the VFS of that name on top of the system's own (call once, before the first open).
//
// A write goes into memory, and reaches the real file only with the next xSync of that file. A
// process that is killed therefore leaves exactly what was synced, as a machine that loses power
// would at worst. Reads see the writes that wait. One process opens a file once.
bool register_lossy_vfs();

}  // namespace hearth::tests
