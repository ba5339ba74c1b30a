// Finding, making, loading and stopping rooms.
#include "server/rooms/directory.h"

#include "protocol/room/door_card.h"
#include "protocol/room/envelope.h"
#include "server/limits.h"

namespace hearth::server {

void Directory::load_all(std::move_only_function<void(Status)> done) {
  services_.log.rooms(
      [this, done = std::move(done)](Result<std::vector<room::RoomId>> ids) mutable {
        services_.post([this, ids = std::move(ids), done = std::move(done)]() mutable {
          if (!ids) return done(fail(ids.error()));
          if (ids->empty()) return done({});
          // One count for all of them, in the care of the completions that still come.
          struct Loading {
            std::size_t left;
            std::move_only_function<void(Status)> done;
          };
          const auto loading = std::make_shared<Loading>(Loading{ids->size(), std::move(done)});
          for (const room::RoomId& id : *ids) {
            auto& runner = rooms_[to_bytes(id.view())];
            runner = std::make_unique<RoomRunner>(id, services_);
            runner->load([this, id, loading](Status status) {
              if (!status && status.error() == make_error(LogErrc::room_unknown)) {
                // It was being made when the power went: nobody was told that it is there.
                services_.log.remove(id, [](Status) {});
                rooms_.erase(to_bytes(id.view()));
              } else if (!status) {
                services_.trace.room_failed(status.error());
              }
              if (--loading->left == 0) loading->done({});
            });
          }
        });
      });
}

RoomRunner* Directory::find(const room::RoomId& room) {
  const auto found = rooms_.find(room.view());
  return found != rooms_.end() && found->second->ready() ? found->second.get() : nullptr;
}

bool Directory::loading(const room::RoomId& room) const noexcept {
  const auto found = rooms_.find(room.view());
  return found != rooms_.end() && !found->second->ready();
}

RoomRunner* Directory::find(const room::RoomId& room, room::Role role, const room::PublicKey& key) {
  RoomRunner* const runner = find(room);
  // An unknown room is searched as well, or the time of a refusal would tell which rooms exist.
  const bool known = (runner ? runner->state() : nobody_).knows(role, key);
  return runner && known ? runner : nullptr;
}

void Directory::create(const session::CreateAsked& asked, Created done) {
  using wire::CreateRefusal;
  const auto refuse = [&](CreateRefusal reason) {
    services_.trace.count(wire::name_of(reason));
    done(std::unexpected(reason));
  };
  const auto part = decode_exact<room::ServerPart>(asked.request.server_part);
  if (!part || part->server_id != room::public_key_of(services_.server_id))
    return refuse(CreateRefusal::part_invalid);
  if (!asked.signature_holds ||
      std::ranges::find(part->founders, asked.request.key) == part->founders.end())
    return refuse(CreateRefusal::not_a_founder);
  if (!room::is_bucket(room::EntryKind::app, asked.request.door_card.size()))
    return refuse(CreateRefusal::card_invalid);
  if (rooms_.contains(asked.room.view())) return refuse(CreateRefusal::room_exists);
  if (rooms_.size() >= limits::kRoomsMax) return refuse(CreateRefusal::rooms_full);

  const room::RoomId id = asked.room;
  auto& runner = rooms_[to_bytes(id.view())];
  runner = std::make_unique<RoomRunner>(id, services_);

  room::Entry genesis = room::genesis_entry(*part);
  LogRow row{room::LogRecord::of(std::move(genesis)), {}};
  row.h = room::chain_step(id, {}, row.record.seq, row.record.kind, row.record.generation,
                           row.record.body_hash());
  LogBatch batch;
  batch.room = id;
  batch.now = services_.now();
  batch.rows.push_back(std::move(row));
  services_.log.create(id, asked.request.member_part_hash, asked.request.door_card, [](Status) {});
  services_.log.commit(std::move(batch), [this, id, done = std::move(done)](Status status) mutable {
    services_.post([this, id, status, done = std::move(done)]() mutable {
      const auto unavailable = [&] {
        services_.log.remove(id, [](Status) {});  // Of the two writes one may have been kept.
        rooms_.erase(to_bytes(id.view()));
        done(std::unexpected(CreateRefusal::log_unavailable));
      };
      if (!status) return unavailable();
      RoomRunner& made = *rooms_.at(to_bytes(id.view()));
      made.load([this, id, &made, done = std::move(done)](Status loaded) mutable {
        if (loaded) return done(&made);
        services_.trace.room_failed(loaded.error());
        done(std::unexpected(CreateRefusal::log_unavailable));
      });
    });
  });
}

void Directory::tick(Instant now) {
  for (auto& [id, runner] : rooms_) runner->tick(now);
  if (now - keys_forgotten_ < limits::kHouseTime) return;
  keys_forgotten_ = now;
  services_.log.forget_keys(now - limits::kIdempotencyTime, [](Status) {});
}

void Directory::stop(std::move_only_function<void()> done) {
  if (rooms_.empty()) return services_.post(std::move(done));
  struct Stopping {
    std::size_t left;
    std::move_only_function<void()> done;
  };
  const auto stopping = std::make_shared<Stopping>(Stopping{rooms_.size(), std::move(done)});
  for (auto& [id, runner] : rooms_)
    runner->stop([stopping] {
      if (--stopping->left == 0) stopping->done();
    });
}

}  // namespace hearth::server
