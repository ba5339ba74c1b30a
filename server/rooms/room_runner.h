// The one owner of a room at work: orders, keeps, delivers.
#pragma once

#include <deque>
#include <functional>
#include <set>

#include "protocol/wire/door.h"
#include "protocol/wire/hello.h"
#include "protocol/wire/reading.h"
#include "server/rooms/desk.h"
#include "server/rooms/room.h"
#include "server/rooms/tags.h"

namespace hearth::server {

// What a room reports of itself: words and numbers, never who or where.
class RoomTrace {
 public:
  virtual ~RoomTrace() = default;
  virtual void count(std::string_view event) = 0;  // A name from the code, e.g. "conflict".
  virtual void room_failed(const Error& error) = 0;
};

// What all rooms share. Outlives them.
struct RoomServices {
  RoomLog& log;
  const crypto::SignatureKey& server_id;
  // Runs a task later on the thread of the rooms.
  std::function<void(std::move_only_function<void()>)> post;
  std::function<Instant()> now;
  RoomTrace& trace;
  const TagKey& tag_key;
};

// A RoomRunner stages Appends in order on the state ahead of the disk, hands them to the log, and
// delivers what became durable, in log order; live entries as soon as nothing before them waits. If
// a write fails, all that was staged after it fails too, and the room is read from its log again.
//
// Owned by the Directory, touched on one thread. The log must be gone before the runner is: its
// completions come back here.
class RoomRunner final {
 public:
  RoomRunner(room::RoomId id, RoomServices& services);
  ~RoomRunner();
  RoomRunner(RoomRunner&&) = delete;

  // Reads the room from its log. `done` runs when it is ready to serve, or with the reason why not.
  using Loaded = std::move_only_function<void(Status)>;
  void load(Loaded done);
  bool ready() const noexcept { return room_ != nullptr && !stopped_; }
  const meeting::RoomState& state() const noexcept { return room_->state(); }
  wire::AuthOk auth_answer(room::Role role) const;

  // A connection takes its seat, once or again with more rights; another one with the same key
  // goes.
  void enter(Seat& seat, const meeting::Speaker& speaker);
  void leave(Seat& seat);
  std::size_t seats() const noexcept { return seats_.size(); }

  void append(Seat& seat, const wire::Append& append);
  void resume(Seat& seat, room::Seq after);
  void on_drained(Seat& seat);
  void knock(Seat& seat, wire::KnockRequest request);
  void deny(Seat& seat, const wire::Deny& deny);
  void note(Seat& seat, const wire::Note& note);
  void get_door(Seat& seat);
  void put_door(Seat& seat, Bytes card);
  void get_welcome(Seat& seat);
  void get_checkpoint(Seat& seat);

  // Time passes: knocks move on, the absence of staff and of the lead is noticed, bodies go.
  void tick(Instant now);
  // Tells everybody to come back later, and leaves a clean end in the log.
  void stop(std::move_only_function<void()> done);

 private:
  struct Waiting {
    StagedAppend staged;
    Seat* asker = nullptr;
    bool durable = false;  // Nothing to wait for, or its batch is committed.
  };

  void read_rows(KeptRoom kept, std::unique_ptr<Room> room, Loaded done);
  void install(std::unique_ptr<Room> room, bool stopped_cleanly, Loaded done);
  void push_staged(StagedAppend staged, Seat* asker);
  void on_committed(std::uint64_t era, const Status& status);
  void reload(const Error& error);
  void read_again();
  // Runs what may find a bug in the room: then the room is thrown away, not the server.
  void guarded(const std::function<void()>& work);
  std::uint64_t number_of(const Seat& seat) const noexcept;
  void deliver_ready();
  void deliver(const StagedAppend& staged);
  void give_tags(const StagedAppend& staged, const room::PublicKey& author);
  wire::EntryRecord entry_of(room::LogRecord record) const;
  void act_on(const room::Control& act);
  void end_seats(const std::function<bool(const Seat&)>& whose, wire::GoodbyeReason reason);
  void refill(Seat& seat);
  void on_page(std::uint64_t era, std::uint64_t seat_number,
               const Result<std::vector<LogRow>>& rows);
  void send_page(Seat& seat, const std::vector<LogRow>& rows);
  // The last entry for a member who waits in the lobby now; nothing for everybody else.
  std::optional<room::Anchor> lobby_end(const Seat& seat) const;
  bool in_lobby(const Seat& seat) const { return lobby_end(seat).has_value(); }
  void caught_up(Seat& seat, const room::Anchor& end);
  void keep_house(Instant now);
  bool staff_present() const noexcept;
  void watch_lead(Instant now);
  void tell_lead_line(Seat& seat);
  room::Checkpoint checkpoint() const;
  Instant now() const { return services_.now(); }
  template <class Message>
  void tell(Seat& seat, const Message& message) {
    push_record(seat.outbox, wire::record_of(message));
  }

  const room::RoomId id_;
  RoomServices& services_;
  std::unique_ptr<Room> room_;   // Null while it is being read.
  std::uint64_t era_ = 0;        // Rises with each reload; answers of an older one are void.
  room::Anchor delivered_;       // What readers may know.
  room::Seq committed_;          // What the log is known to hold.
  std::deque<Waiting> waiting_;  // Staged, not delivered, in log order.
  Loaded started_;               // Waits for the restart entry of a start after a crash.
  Seats seats_;
  std::uint64_t next_seat_ = 1;
  Lobby lobby_;
  Tags tags_;
  bool stopped_ = false;
  bool failed_ = false;  // Thrown away, and to be read again with a later tick.
  Instant failed_at_{};
  Instant staff_seen_{};
  std::optional<room::PublicKey> lead_;  // Who leads, when last looked.
  Instant lead_seen_{};
  bool lead_missed_ = false;  // Staff have been told.
  Instant house_kept_{};
};

}  // namespace hearth::server
