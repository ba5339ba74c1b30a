// A room runner in one thread: a clock that is set, a log that can be held or refuse, people.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <list>

#include "protocol/wire/frame.h"
#include "server/limits.h"
#include "server/log/memory/memory_log.h"
#include "server/rooms/directory.h"
#include "tests/support/room_builder.h"

namespace hearth::server {

// A MemoryLog whose commits can be made to wait, or to fail.
class FickleLog final : public RoomLog {
 public:
  void create(room::RoomId room, room::Hash part, Bytes card, Done done) override {
    kept_.create(room, part, std::move(card), std::move(done));
  }
  void rooms(Completion<std::vector<room::RoomId>> done) override { kept_.rooms(std::move(done)); }
  void load(room::RoomId room, Completion<KeptRoom> done) override {
    kept_.load(room, std::move(done));
  }
  void commit(LogBatch batch, Done done) override {
    waiting_.push_back(
        [this, batch = std::move(batch), done = std::move(done)](bool fails) mutable {
          if (fails) return done(fail(make_error(LogErrc::write_failed)));
          kept_.commit(std::move(batch), std::move(done));
        });
    if (!held_) release();
  }
  void read(room::RoomId room, room::Seq after, room::Seq up_to, std::size_t rows_max,
            Completion<std::vector<LogRow>> done) override {
    kept_.read(room, after, up_to, rows_max, std::move(done));
  }
  void expire(Expiry expiry, Completion<std::size_t> done) override {
    kept_.expire(expiry, std::move(done));
  }
  void forget_keys(Instant before, Done done) override {
    kept_.forget_keys(before, std::move(done));
  }
  void mark_stopped(LogBatch pending, Done done) override {
    kept_.mark_stopped(std::move(pending), std::move(done));
  }
  void remove(room::RoomId room, Done done) override { kept_.remove(room, std::move(done)); }

  void hold() { held_ = true; }
  void release() {
    held_ = false;
    finish(false);
  }
  void refuse() { finish(true); }  // What waits fails.
  std::size_t waiting() const noexcept { return waiting_.size(); }

 private:
  void finish(bool fails) {
    while (!waiting_.empty()) {
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      next(fails);
    }
  }

  MemoryLog kept_;
  bool held_ = false;
  std::deque<std::move_only_function<void(bool)>> waiting_;
};

// An outbox that keeps what it gets, with a switch for "has room".
class FakeOutbox final : public Outbox {
 public:
  bool has_room() const noexcept override { return !ended && unread_bytes < room_bytes; }
  void push(Frame frame) override {
    if (ended) return;
    unread_bytes += frame->size();
    auto record = assembler_.on_frame(*frame);
    ASSERT_TRUE(record);
    if (*record) messages.push_back(*wire::decode_server_message(**record));
  }
  void end(wire::GoodbyeReason reason) override {
    if (!ended) ended = reason;
  }

  std::vector<wire::ServerMessage> messages;
  std::optional<wire::GoodbyeReason> ended;
  std::size_t unread_bytes = 0;
  std::size_t room_bytes = 1 << 20;

 private:
  wire::FrameAssembler assembler_;
};

// One connection and what it heard.
struct Person {
  FakeOutbox outbox;
  Seat seat{outbox};

  template <class M>
  std::vector<M> all() const {
    std::vector<M> found;
    for (const auto& message : outbox.messages)
      if (const auto* m = std::get_if<M>(&message)) found.push_back(*m);
    return found;
  }
  template <class M>
  std::size_t count() const {
    return all<M>().size();
  }
  std::vector<std::uint32_t> entry_counts() const {
    std::vector<std::uint32_t> counts;
    for (const auto& entry : all<wire::EntryRecord>()) counts.push_back(entry.record.seq.count());
    return counts;
  }
  std::optional<room::AppendRefusal> refusal() const {
    const auto refused = all<wire::AppendRefused>();
    if (refused.empty()) return std::nullopt;
    return refused.back().refusal.reason;
  }
};

struct SilentTrace final : RoomTrace {
  void count(std::string_view) override {}
  void room_failed(const Error&) override { ++failures; }
  int failures = 0;
};

class RunnerWorld : public testing::Test {
 protected:
  explicit RunnerWorld(room::Retention retention = room::Retention::day) : keys_(retention) {}

  void SetUp() override { found(); }

  void found() {
    session::CreateAsked asked;
    asked.request.server_part = encoded(keys_.server_part);
    asked.request.member_part_hash = room::hash_of(keys_.member_part);
    asked.request.door_card = Bytes(512);
    asked.request.key = room::public_key_of(keys_.staff_server);
    asked.room = keys_.room;
    asked.signature_holds = true;
    directory_->create(asked, [](auto made) { ASSERT_TRUE(made); });
    settle();
    runner_ = directory_->find(keys_.room);
    ASSERT_TRUE(runner_);
  }
  void settle() {
    while (!posted_.empty()) {
      auto task = std::move(posted_.front());
      posted_.pop_front();
      task();
    }
  }
  void pass(Duration time) {
    now_ += time;
    directory_->tick(now_);
    settle();
  }
  // The process ends, in order or not, and another one starts.
  void start_again(bool clean) {
    if (clean) directory_->stop([] {});
    settle();
    people_.clear();
    posted_.clear();
    directory_ = std::make_unique<Directory>(services());
    directory_->load_all([](Status loaded) { ASSERT_TRUE(loaded); });
    settle();
    runner_ = directory_->find(keys_.room);
    ASSERT_TRUE(runner_);
  }

  Person& sit(room::Role role, const crypto::SignatureKey& key) {
    Person& person = people_.emplace_back();
    runner_->enter(person.seat, {role, room::public_key_of(key)});
    return person;
  }
  Person& staff() { return sit(room::Role::staff, keys_.staff_server); }
  Person& member(std::uint32_t number) { return sit(room::Role::member, keys_.delivery(number)); }
  Person& guest(std::uint32_t gate = 0) {
    return sit(room::Role::gate, test::signature_key("gate", gate));
  }
  void resume(Person& person, room::Seq after = {}) {
    runner_->resume(person.seat, after);
    settle();
  }
  void drain(Person& person) {
    person.outbox.unread_bytes = 0;
    runner_->on_drained(person.seat);
    settle();
  }

  const meeting::RoomState& state() const { return runner_->state(); }
  wire::Append append_of(std::vector<wire::Append::Item> items) {
    wire::Append append;
    append.idempotency = random_.array<16>();
    append.entries = std::move(items);
    return append;
  }
  wire::Append::Item line(std::size_t bucket = 512) {
    return {room::EntryKind::app, state().generation(), Bytes(bucket, Byte{1})};
  }
  wire::Append::Item act(room::OpArgs args) {
    return {room::EntryKind::control, state().generation(),
            keys_.staff_act(std::move(args), state().head())};
  }
  void append(Person& person, wire::Append append) {
    runner_->append(person.seat, append);
    settle();
  }
  void append(Person& person, wire::Append::Item item) {
    append(person, append_of({std::move(item)}));
  }

  void open(Person& founder, room::Admission admission = room::Admission::lobby) {
    append(founder, act(room::OpenOp{to_bytes("group"), keys_.handle(0), admission,
                                     static_cast<room::Generation>(state().generation() + 1)}));
    append(founder, act(room::GateAddOp{keys_.gate(0), 600, 4'000'000'000, 0, {}}));
    ASSERT_TRUE(state().is_open());
  }
  void knock(Person& person, std::uint32_t number) {
    runner_->knock(person.seat, {keys_.handle(number), Bytes(512)});
  }
  wire::Append admission(std::uint32_t number) {
    wire::Append append = append_of({{room::EntryKind::commit, state().generation(), Bytes(512)}});
    append.expect_commit_seq = state().last_commit_seq();
    append.entries.push_back(
        act(room::AdmitOp{{{keys_.handle(number), room::Role::gate, keys_.gate(0).bytes, 0}}}));
    append.welcomes.push_back({{keys_.handle(number)}, to_bytes("welcome")});
    return append;
  }
  void admit(Person& founder, std::uint32_t number) {
    knock(guest(), number);
    append(founder, admission(number));
    ASSERT_TRUE(state().member(keys_.handle(number)));
  }

  RoomServices services() {
    return {log_,
            keys_.server_id,
            [this](std::move_only_function<void()> task) { posted_.push_back(std::move(task)); },
            [this] { return now_; },
            trace_,
            tag_key_};
  }

  test::RoomBuilder keys_;
  crypto::SeededRandom random_{1};
  SilentTrace trace_;
  TagKey tag_key_{random_};
  Instant now_ = instant_from_unix(1'790'000'000);
  std::deque<std::move_only_function<void()>> posted_;
  FickleLog log_;
  std::list<Person> people_;
  std::unique_ptr<Directory> directory_ = std::make_unique<Directory>(services());
  RoomRunner* runner_ = nullptr;
};

}  // namespace hearth::server
