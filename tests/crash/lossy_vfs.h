// A disk that forgets what was not synced: an SQLite VFS for tests of power loss.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hearth::tests {

inline constexpr const char* kLossyVfs = "lossy";

// Registers the VFS of that name on top of the system's own (call once, before the first open).
//
// A write goes into memory, and reaches the real file only with the next xSync of that file. A
// process that is killed therefore leaves exactly what was synced, as a machine that loses power
// would at worst. Reads see the writes that wait. One process opens a file once.
bool register_lossy_vfs();

// What becomes of the writes that waited for an xSync; by itself, all of them reach the real file.
class Disk {
 public:
  enum class Reach : std::uint8_t { none, half, whole };
  virtual ~Disk() = default;
  virtual void sync_begins(std::size_t /*writes*/) {}
  virtual Reach reach(std::size_t /*write*/) { return Reach::whole; }
  virtual void sync_ended() {}
};
// In place of that. Borrowed; call before the first open.
void set_disk(Disk& disk);

}  // namespace hearth::tests
