// Files as a shadow in memory, with a list of what the disk has not been told yet.
#include "tests/crash/lossy_vfs.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include <sqlite3.h>

namespace hearth::tests {

namespace {

Disk honest;
Disk* disk = &honest;

sqlite3_vfs* real_vfs() { return sqlite3_vfs_find(nullptr); }

// What the real file has not seen: a write at an offset, or a truncation to it.
struct Untold {
  sqlite3_int64 offset = 0;
  std::vector<unsigned char> bytes;
  bool truncates = false;
};

struct Shadow {
  std::vector<unsigned char> content;  // As SQLite sees the file.
  std::vector<Untold> untold;          // In order.
  std::vector<unsigned char> real_memory;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(real_memory.data()); }
};

// SQLite allocates this with the size the VFS names, and knows only the first member.
struct LossyFile {
  sqlite3_file base;
  Shadow* shadow;
};

Shadow& shadow_of(sqlite3_file* file) { return *reinterpret_cast<LossyFile*>(file)->shadow; }
sqlite3_file* real_of(sqlite3_file* file) { return shadow_of(file).real(); }

int close_file(sqlite3_file* file) {
  const std::unique_ptr<Shadow> shadow(&shadow_of(file));
  return shadow->real()->pMethods->xClose(shadow->real());
}

int read_file(sqlite3_file* file, void* target, int size, sqlite3_int64 offset) {
  const auto& content = shadow_of(file).content;
  const auto wanted = static_cast<std::size_t>(size);
  const auto start = std::min(static_cast<std::size_t>(offset), content.size());
  const std::size_t there = std::min(wanted, content.size() - start);
  if (there > 0) std::memcpy(target, content.data() + start, there);
  if (there == wanted) return SQLITE_OK;
  std::memset(static_cast<unsigned char*>(target) + there, 0, wanted - there);
  return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* source, int size, sqlite3_int64 offset) {
  Shadow& shadow = shadow_of(file);
  const auto* bytes = static_cast<const unsigned char*>(source);
  const auto end = static_cast<std::size_t>(offset) + static_cast<std::size_t>(size);
  if (shadow.content.size() < end) shadow.content.resize(end);
  std::copy(bytes, bytes + size, shadow.content.begin() + offset);
  shadow.untold.push_back({offset, {bytes, bytes + size}, false});
  return SQLITE_OK;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  Shadow& shadow = shadow_of(file);
  shadow.content.resize(static_cast<std::size_t>(size));
  shadow.untold.push_back({size, {}, true});
  return SQLITE_OK;
}

// Only now does the disk hear of it. Its own sync is left out: a killed process loses nothing that
// the kernel has, so the test would only be slower.
int sync_file(sqlite3_file* file, int) {
  Shadow& shadow = shadow_of(file);
  sqlite3_file* real = shadow.real();
  disk->sync_begins(shadow.untold.size());
  for (std::size_t i = 0; i < shadow.untold.size(); ++i) {
    const Untold& untold = shadow.untold[i];
    const Disk::Reach reach = disk->reach(i);
    if (reach == Disk::Reach::none) continue;
    const std::size_t size = untold.bytes.size() / (reach == Disk::Reach::half ? 2 : 1);
    const int result = untold.truncates
                           ? real->pMethods->xTruncate(real, untold.offset)
                           : real->pMethods->xWrite(real, untold.bytes.data(),
                                                    static_cast<int>(size), untold.offset);
    if (result != SQLITE_OK) return result;
  }
  shadow.untold.clear();
  disk->sync_ended();
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(shadow_of(file).content.size());
  return SQLITE_OK;
}

int lock_file(sqlite3_file* file, int level) {
  return real_of(file)->pMethods->xLock(real_of(file), level);
}
int unlock_file(sqlite3_file* file, int level) {
  return real_of(file)->pMethods->xUnlock(real_of(file), level);
}
int check_reserved_lock(sqlite3_file* file, int* result) {
  return real_of(file)->pMethods->xCheckReservedLock(real_of(file), result);
}
// Hints about sizes and mappings would let SQLite go around the shadow, so none is passed on.
int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file* file) { return real_of(file)->pMethods->xSectorSize(real_of(file)); }
// No promise of atomic or ordered writes.
int device_characteristics(sqlite3_file*) { return 0; }

// Version 1: no shared memory, so the write-ahead log's index lives in the heap (SQLite does that
// under exclusive locking, which the room log uses).
constexpr sqlite3_io_methods kMethods = {
    .iVersion = 1,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_characteristics,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  auto* lossy = reinterpret_cast<LossyFile*>(file);
  lossy->base.pMethods = nullptr;  // Tells SQLite not to close it, should opening fail.
  auto shadow = std::make_unique<Shadow>();
  shadow->real_memory.resize(static_cast<std::size_t>(real_vfs()->szOsFile));
  if (const int result = real_vfs()->xOpen(real_vfs(), name, shadow->real(), flags, flags_out);
      result != SQLITE_OK)
    return result;
  sqlite3_int64 size = 0;
  int result = shadow->real()->pMethods->xFileSize(shadow->real(), &size);
  shadow->content.resize(static_cast<std::size_t>(size));
  if (result == SQLITE_OK && size > 0)
    result = shadow->real()->pMethods->xRead(shadow->real(), shadow->content.data(),
                                             static_cast<int>(size), 0);
  if (result != SQLITE_OK) {
    shadow->real()->pMethods->xClose(shadow->real());
    return result;
  }
  lossy->base.pMethods = &kMethods;
  lossy->shadow = shadow.release();
  return SQLITE_OK;
}

}  // namespace

void set_disk(Disk& chosen) { disk = &chosen; }

bool register_lossy_vfs() {
  static sqlite3_vfs lossy = *real_vfs();
  lossy.zName = kLossyVfs;
  lossy.szOsFile = sizeof(LossyFile);
  lossy.pNext = nullptr;
  lossy.xOpen = open_file;
  return sqlite3_vfs_register(&lossy, 0) == SQLITE_OK;
}

}  // namespace hearth::tests
