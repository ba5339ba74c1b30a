// All rooms of one process, by their ids.
#pragma once

#include <unordered_map>

#include "protocol/session/server_session.h"
#include "server/rooms/room_runner.h"

namespace hearth::server {

// Owns the rooms. Touched on one thread.
class Directory final {
 public:
  explicit Directory(RoomServices services) : services_(std::move(services)) {}

  // Reads all rooms that the log keeps; a room that cannot be read stays shut, and is counted.
  void load_all(std::move_only_function<void(Status)> done);

  // The room, if it exists, is ready, and knows the key in this role. Asking costs the same whether
  // or not it does.
  RoomRunner* find(const room::RoomId& room, room::Role role, const room::PublicKey& key);
  RoomRunner* find(const room::RoomId& room);
  // The room exists and is being read: nobody can say yet who is known there.
  bool loading(const room::RoomId& room) const noexcept;

  // Makes the room that `asked` describes. `done` gets it, or the reason.
  using Created = std::move_only_function<void(std::expected<RoomRunner*, wire::CreateRefusal>)>;
  void create(const session::CreateAsked& asked, Created done);

  // Whether a tag is one of this process's. Looks at no room.
  bool check_tag(const wire::CheckTag& question) const { return services_.tag_key.check(question); }

  void tick(Instant now);
  // Leaves a clean end in every room's log; `done` runs when all have it.
  void stop(std::move_only_function<void()> done);

  std::size_t size() const noexcept { return rooms_.size(); }

 private:
  RoomServices services_;
  Instant keys_forgotten_{};
  const meeting::RoomState nobody_{room::RoomId{}, room::ServerPart{}};  // Knows no key.
  std::unordered_map<Bytes, std::unique_ptr<RoomRunner>, BytesHash, BytesEqual> rooms_;
};

}  // namespace hearth::server
