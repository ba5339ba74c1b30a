// Steps, sockets, and the server's end of a connection.
#include "tests/adversary/siege.h"

#include <algorithm>

namespace hearth::test {
namespace {

constexpr std::size_t kStepsMax = 500'000;

}  // namespace

struct Siege::Trace final : server::RoomTrace {
  void count(std::string_view) override {}
  void room_failed(const Error&) override {}
};

struct Siege::Line {
  Person* person = nullptr;
  Stream client;
  Stream server;
  bool announced = false;    // The client knows that it stands.
  bool client_gone = false;  // It let go; what it sent still arrives.
  bool server_gone = false;
  std::deque<Bytes> up;
  std::deque<Bytes> down;
  std::unique_ptr<Front> front;
};

// What server/transport does with a socket; whatever goes either way passes the tamperer.
class Siege::Front final : public server::Outbox {
 public:
  Front(Siege& siege, Line& line)
      : siege_(siege),
        line_(line),
        session_(siege.server_id_, siege.server_random_.array<32>(), room::ChannelBinding{}),
        seat_(*this) {}
  ~Front() override {
    if (runner_) runner_->leave(seat_);
  }
  Front(Front&&) = delete;

  bool has_room() const noexcept override { return true; }
  void push(server::Frame frame) override {
    auto record = assembler_.on_frame(*frame);
    expects(record.has_value());
    if (*record) siege_.down(line_, std::move(**record));
  }
  void end(wire::GoodbyeReason reason) override {
    session_.say_goodbye(reason, 0);
    flush();
  }

  void on_record(ByteView record) {
    if (session_.closed()) return;
    const auto event = session_.on_record(record);
    if (event) {
      if (const auto* auth = std::get_if<session::AuthAsked>(&*event)) on(*auth);
      if (const auto* create = std::get_if<session::CreateAsked>(&*event)) on(*create);
      if (const auto* request = std::get_if<session::Request>(&*event)) on(*request);
    }
    flush();
  }

 private:
  void flush() {
    for (Bytes& record : session_.take_records()) siege_.down(line_, std::move(record));
    if (session_.closed()) line_.server_gone = true;
  }
  void on(const session::AuthAsked& asked) {
    server::RoomRunner* const runner =
        siege_.directory_->find(asked.auth.room, asked.auth.role, asked.auth.key);
    if (!runner || !asked.signature_holds) return session_.refuse();
    session_.grant(runner->auth_answer(asked.auth.role));
    flush();
    take_seat(*runner, {asked.auth.role, asked.auth.key});
  }
  void on(const session::CreateAsked& asked) {
    siege_.directory_->create(
        asked, [this, alive = std::weak_ptr(alive_), id = asked.room, key = asked.request.key](
                   std::expected<server::RoomRunner*, wire::CreateRefusal> made) {
          if (alive.expired()) return;
          if (!made) {
            session_.create_refused(made.error());
            return flush();
          }
          if (siege_.room_id_ == room::RoomId{}) siege_.room_id_ = id;
          session_.created();
          flush();
          take_seat(**made, {room::Role::staff, key});
        });
  }
  void on(const session::Request& request) {
    if (!runner_) return;
    const wire::ClientMessage& message = request.message;
    if (std::holds_alternative<wire::GetDoor>(message)) runner_->get_door(seat_);
    if (const auto* knock = std::get_if<wire::KnockRequest>(&message))
      runner_->knock(seat_, *knock);
    if (const auto* deny = std::get_if<wire::Deny>(&message)) runner_->deny(seat_, *deny);
    if (const auto* append = std::get_if<wire::Append>(&message)) runner_->append(seat_, *append);
    if (const auto* resume = std::get_if<wire::Resume>(&message))
      runner_->resume(seat_, resume->after);
    if (std::holds_alternative<wire::GetWelcome>(message)) runner_->get_welcome(seat_);
    if (std::holds_alternative<wire::GetCheckpoint>(message)) runner_->get_checkpoint(seat_);
    if (const auto* put = std::get_if<wire::PutDoor>(&message))
      runner_->put_door(seat_, put->door_card);
    if (std::holds_alternative<wire::Bye>(message)) end(wire::GoodbyeReason::asked);
  }
  void take_seat(server::RoomRunner& runner, const meeting::Speaker& speaker) {
    runner_ = &runner;
    runner_->enter(seat_, speaker);
  }

  Siege& siege_;
  Line& line_;
  session::ServerSession session_;
  server::Seat seat_;
  server::RoomRunner* runner_ = nullptr;
  wire::FrameAssembler assembler_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

// --- Who sits between, and is honest by default
// -------------------------------------------------

Bytes Tamperer::told(Person& to, const room::LogRecord& record, room::Seq truly) {
  return wire::record_of(wire::EntryRecord{to.story.tell(record, truly)});
}

void Tamperer::entry(Person& to, room::LogRecord record, Out& out) {
  const room::Seq truly = record.seq;
  out.push_back(told(to, record, truly));
}

void Tamperer::message(Person&, wire::ServerMessage message, Out& out) {
  out.push_back(std::visit([](const auto& body) { return wire::record_of(body); }, message));
}

void Tamperer::up(Person&, wire::ClientMessage message, Out& out) {
  out.push_back(std::visit([](const auto& body) { return wire::record_of(body); }, message));
}

// --- People
// -------------------------------------------------------------------------------------------

Person::Person(Siege& siege, std::string name, std::uint64_t seed)
    : siege_(siege), name_(std::move(name)), random_(seed), core_(random_) {}

void Person::act(client::Action action) {
  client::Effects effects = core_.update(std::move(action), siege_.now());
  siege_.carry_out(*this, std::move(effects));
}

std::uint64_t Person::ask(client::CommandBody body) {
  const std::uint64_t tag = next_tag_++;
  if (const auto* say = std::get_if<client::Say>(&body)) texts.push_back(say->text);
  act(client::Command{std::move(body), tag});
  return tag;
}

client::StatusReport Person::status() {
  return *answer<client::StatusReport>(ask(client::AskStatus{}));
}
std::vector<client::Person> Person::members() {
  const auto members = answer<client::Members>(ask(client::AskMembers{}));
  return members ? members->members : std::vector<client::Person>{};
}
std::vector<client::SeenEntry> Person::entries() {
  const auto entries = answer<client::Entries>(ask(client::AskEntries{}));
  return entries ? entries->entries : std::vector<client::SeenEntry>{};
}

// --- The siege
// ----------------------------------------------------------------------------------------

Siege::Siege(std::uint64_t seed)
    : random_(seed * 1000),
      server_random_(seed * 1000 + 1),
      now_(instant_from_unix(1'800'000'000)),
      server_id_(*crypto::SignatureKey::generate(crypto::kDefaultSuite, server_random_)),
      tag_key_(server_random_),
      trace_(std::make_unique<Trace>()),
      directory_(std::make_unique<server::Directory>(server::RoomServices{
          log_, server_id_,
          [this](std::move_only_function<void()> task) { posted_.push_back(std::move(task)); },
          [this] { return now_; }, *trace_, tag_key_})),
      seed_(seed) {}

Siege::~Siege() {
  lines_.clear();  // Before the rooms that they sit in.
}

Person& Siege::person(const std::string& name) {
  for (const auto& known : people_) {
    if (known->name() == name) return *known;
  }
  people_.push_back(std::make_unique<Person>(*this, name, seed_ * 1000 + 2 + people_.size()));
  return *people_.back();
}

std::uint64_t Siege::draw(std::uint64_t below) {
  std::uint64_t value = 0;
  for (const Byte byte : random_.array<8>()) value = value << 8 | byte;
  return value % below;
}

Siege::Line* Siege::line_of(const Person& person) noexcept {
  for (const auto& line : lines_) {
    if (line->person == &person && !line->client_gone) return line.get();
  }
  return nullptr;
}

void Siege::carry_out(Person& person, client::Effects effects) {
  for (client::Effect& effect : effects) {
    if (std::holds_alternative<client::Connect>(effect)) {
      if (Line* old = line_of(person)) old->client_gone = true;
      auto line = std::make_unique<Line>();
      line->person = &person;
      std::tie(line->client, line->server) = listener_.pair();
      line->front = std::make_unique<Front>(*this, *line);
      lines_.push_back(std::move(line));
    } else if (std::holds_alternative<client::Disconnect>(effect)) {
      if (Line* line = line_of(person)) line->client_gone = true;
    } else if (auto* send = std::get_if<client::Send>(&effect)) {
      if (Line* line = line_of(person)) line->client.send(send->record);
    } else if (const auto* timer = std::get_if<client::SetTimer>(&effect)) {
      person.timer_ = timer->at;
    } else if (auto* show = std::get_if<client::Show>(&effect)) {
      person.shown_.push_back(std::move(*show));
    }
  }
}

// A record of the rooms on its way to a client.
void Siege::down(Line& line, Bytes record) {
  auto message = wire::decode_server_message(record);
  expects(message.has_value());
  Person& to = *line.person;
  Tamperer::Out out;
  if (auto* entry = std::get_if<wire::EntryRecord>(&*message)) {
    truth_.note(room_id_, entry->record);
    between().entry(to, std::move(entry->record), out);
  } else {
    between().message(to, *std::move(message), out);
  }
  for (const Bytes& changed : out) line.server.send(changed);
}

// What a reader asks for by the numbers of its story is another place in truth.
void Siege::on_resume(Story& story, wire::Resume& resume) {
  const room::Seq asked = resume.after;
  story.forget_after(asked);
  if (story.told.empty()) {
    story.room = room_id_;
    const auto h = truth_.at(asked);
    story.start = {asked, h ? *h : room::Hash{}};
  }
  if (story.rewritten) resume.after = story.truly_after(asked);
}

void Siege::inject(Person& to, const Bytes& record) {
  if (Line* line = line_of(to)) line->server.send(record);
}

void Siege::drop(Line& line, bool tell_client) {
  Person& person = *line.person;
  const bool tell = tell_client && !line.client_gone;
  std::erase_if(lines_, [&](const auto& known) { return known.get() == &line; });
  if (tell) person.act(client::ConnectionLost{});
}

// Everything that was sent crosses its socket.
void Siege::drain() {
  for (const auto& known : lines_) {
    Line& line = *known;
    do {
      line.client.pump(line.server.sent());
      line.server.pump(line.client.sent());
    } while (line.client.sent() != line.server.received() ||
             line.server.sent() != line.client.received() || !line.client.flushed() ||
             !line.server.flushed());
    while (auto record = line.server.take()) line.up.push_back(*std::move(record));
    while (auto record = line.client.take()) line.down.push_back(*std::move(record));
  }
}

bool Siege::step() {
  drain();
  std::vector<std::function<void()>> choices;
  for (const auto& known : lines_) {
    Line* const line = known.get();
    if (!line->announced && line->client.open() && !line->client_gone) {
      choices.push_back([line] {
        line->announced = true;
        line->person->act(client::Connected{});
      });
      continue;
    }
    if (!line->up.empty() && !line->server_gone) {
      choices.push_back([this, line] {
        const Bytes record = std::move(line->up.front());
        line->up.pop_front();
        Tamperer::Out out;
        if (auto message = wire::decode_client_message(record)) {
          Story& story = line->person->story;
          if (std::holds_alternative<wire::GetWelcome>(*message)) story = {};  // A new reader.
          if (auto* resume = std::get_if<wire::Resume>(&*message)) on_resume(story, *resume);
          auto* append = std::get_if<wire::Append>(&*message);
          if (append && append->expect_commit_seq && story.rewritten) {
            for (const Story::Told& one : story.told) {
              if (one.record.seq == *append->expect_commit_seq && one.truly.value != 0) {
                append->expect_commit_seq = one.truly;
                break;
              }
            }
          }
          between().up(*line->person, *std::move(message), out);
        } else {
          out.push_back(record);
        }
        for (const Bytes& changed : out) line->front->on_record(changed);
      });
    }
    if (!line->down.empty() && !line->client_gone) {
      choices.push_back([line] {
        Bytes record = std::move(line->down.front());
        line->down.pop_front();
        line->person->act(client::RecordReceived{std::move(record)});
      });
    }
    const bool over = (line->client_gone && (line->up.empty() || line->server_gone)) ||
                      (line->server_gone && line->down.empty() && line->announced);
    if (over) choices.push_back([this, line] { drop(*line, true); });
  }
  if (!posted_.empty()) {
    choices.push_back([this] {
      auto task = std::move(posted_.front());
      posted_.pop_front();
      task();
    });
  }
  if (choices.empty()) return false;
  choices[draw(choices.size())]();
  return true;
}

void Siege::settle() {
  for (std::size_t steps = 0; step(); ++steps) expects(steps < kStepsMax);
}

void Siege::pass(Duration duration) {
  const Instant end = now_ + duration;
  settle();
  while (now_ < end) {
    Instant next = std::min(end, now_ + std::chrono::seconds(1));
    for (const auto& person : people_) {
      if (person->timer_) next = std::min(next, std::max(*person->timer_, now_));
    }
    now_ = next;
    directory_->tick(now_);
    for (const auto& person : people_) {
      if (!person->timer_ || *person->timer_ > now_) continue;
      person->timer_.reset();
      person->act(client::TimePassed{});
    }
    settle();
  }
}

bool Siege::until(const std::function<bool()>& done, Duration at_most) {
  const Instant end = now_ + at_most;
  settle();
  while (!done() && now_ < end) pass(std::chrono::milliseconds(200));
  return done();
}

}  // namespace hearth::test
