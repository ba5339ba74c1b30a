// Steps, sockets, and the server's end of a connection.
#include "tests/adversary/siege.h"

#include <algorithm>

#include <poll.h>

namespace hearth::test {
namespace {

constexpr std::size_t kStepsMax = 500'000;
constexpr int kStillTime = 20;  // Milliseconds.

Instant system_now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

}  // namespace

struct Siege::Trace final : server::RoomTrace {
  void count(std::string_view) override {}
  void room_failed(const Error&) override {}
};

struct Siege::Line {
  Party* party = nullptr;
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
    if (!session_.decide(runner != nullptr)) return;
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
    if (const auto* note = std::get_if<wire::Note>(&message)) runner_->note(seat_, *note);
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

Bytes Tamperer::told(Party& to, const room::LogRecord& record, room::Seq truly) {
  return wire::record_of(wire::EntryRecord{to.story.tell(record, truly)});
}

void Tamperer::entry(Party& to, room::LogRecord record, Out& out) {
  const room::Seq truly = record.seq;
  out.push_back(told(to, record, truly));
}

void Tamperer::message(Party&, wire::ServerMessage message, Out& out) {
  out.push_back(std::visit([](const auto& body) { return wire::record_of(body); }, message));
}

void Tamperer::up(Party&, wire::ClientMessage message, Out& out) {
  out.push_back(std::visit([](const auto& body) { return wire::record_of(body); }, message));
}

// --- People
// -------------------------------------------------------------------------------------------

Person::Person(Siege& siege, std::string name, std::uint64_t seed)
    : Party(std::move(name)), siege_(siege), random_(seed), core_(random_) {}

void Person::act(client::Action action) {
  carry_out(core_.update(std::move(action), siege_.now()));
}

void Person::carry_out(client::Effects effects) {
  for (client::Effect& effect : effects) {
    if (std::holds_alternative<client::Connect>(effect)) siege_.connect(*this);
    if (std::holds_alternative<client::Disconnect>(effect)) siege_.disconnect(*this);
    if (auto* send = std::get_if<client::Send>(&effect)) siege_.send(*this, send->record);
    if (const auto* timer = std::get_if<client::SetTimer>(&effect)) timer_ = timer->at;
    if (auto* show = std::get_if<client::Show>(&effect)) shown_.push_back(std::move(*show));
  }
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

Siege::Siege(std::uint64_t seed, std::uint16_t server_port)
    : random_(seed * 1000),
      server_random_(seed * 1000 + 1),
      now_(server_port == 0 ? instant_from_unix(1'800'000'000) : system_now()),
      server_id_(*crypto::SignatureKey::generate(crypto::kDefaultSuite, server_random_)),
      tag_key_(server_random_),
      trace_(std::make_unique<Trace>()),
      directory_(std::make_unique<server::Directory>(server::RoomServices{
          log_, server_id_,
          [this](std::move_only_function<void()> task) { posted_.push_back(std::move(task)); },
          [this] { return now_; }, *trace_, tag_key_})),
      seed_(seed),
      server_port_(server_port) {}

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

Siege::Line* Siege::line_of(const Party& party) noexcept {
  for (const auto& line : lines_) {
    if (line->party == &party && !line->client_gone) return line.get();
  }
  return nullptr;
}

void Siege::connect(Party& party) {
  disconnect(party);
  auto line = std::make_unique<Line>();
  line->party = &party;
  if (external()) {
    line->client = Stream::to(server_port_);
  } else {
    std::tie(line->client, line->server) = listener_.pair();
    line->front = std::make_unique<Front>(*this, *line);
  }
  lines_.push_back(std::move(line));
}

void Siege::disconnect(Party& party) {
  if (Line* line = line_of(party)) line->client_gone = true;
}

void Siege::send(Party& party, const Bytes& record) {
  if (Line* line = line_of(party)) line->client.send(record);
}

// A record of the rooms on its way to a client.
void Siege::down(Line& line, Bytes record) {
  auto message = wire::decode_server_message(record);
  expects(message.has_value());
  Party& to = *line.party;
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

void Siege::inject(Party& to, const Bytes& record) {
  if (Line* line = line_of(to)) line->server.send(record);
}

void Siege::slip_in(room::EntryKind kind, room::Generation generation, const Bytes& body) {
  for (const auto& line : lines_) {
    if (line->client_gone || line->party->story.told.empty()) continue;
    Story& story = line->party->story;
    story.rewritten = true;
    line->server.send(
        wire::record_of(wire::EntryRecord{story.tell({{}, kind, generation, body}, {})}));
  }
}

void Siege::drop(Line& line, bool tell_client) {
  Party& party = *line.party;
  const bool tell = tell_client && !line.client_gone;
  std::erase_if(lines_, [&](const auto& known) { return known.get() == &line; });
  if (tell) party.on_lost();
}

// Everything that was sent crosses its socket.
void Siege::drain() {
  for (const auto& known : lines_) {
    Line& line = *known;
    do {
      line.client.pump(external() ? ~std::uint64_t{0} : line.server.sent());
      if (!external()) line.server.pump(line.client.sent());
    } while (!external() && (line.client.sent() != line.server.received() ||
                             line.server.sent() != line.client.received() ||
                             !line.client.flushed() || !line.server.flushed()));
    while (auto record = line.server.take()) line.up.push_back(*std::move(record));
    while (auto record = line.client.take()) line.down.push_back(*std::move(record));
    if (external() && line.client.ended()) line.server_gone = true;
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
        line->party->on_connected();
      });
      continue;
    }
    if (!line->up.empty() && !line->server_gone) {
      choices.push_back([this, line] {
        const Bytes record = std::move(line->up.front());
        line->up.pop_front();
        Tamperer::Out out;
        if (auto message = wire::decode_client_message(record)) {
          Story& story = line->party->story;
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
          between().up(*line->party, *std::move(message), out);
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
        line->party->on_record(std::move(record));
      });
    }
    const bool flushed = line->up.empty() && line->client.flushed();
    const bool over = (line->client_gone && (flushed || line->server_gone)) ||
                      (line->server_gone && line->down.empty());
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
  if (external()) wait_for_lines();
}

// A process answers when it does: until all lines have been still for a moment.
void Siege::wait_for_lines() {
  for (bool still = false; !still;) {
    std::vector<pollfd> ready;
    for (const auto& line : lines_) ready.push_back({line->client.native(), POLLIN, 0});
    still = ::poll(ready.data(), ready.size(), kStillTime) == 0;
    while (step()) still = false;
  }
  now_ = std::max(now_, system_now());
}

void Siege::pass(Duration duration) {
  const Instant end = now_ + duration;
  settle();
  while (now_ < end) {
    Instant next = std::min(end, now_ + std::chrono::seconds(1));
    for (const auto& person : people_) {
      if (person->timer_) next = std::min(next, std::max(*person->timer_, now_));
    }
    if (external()) {
      now_ = system_now();
    } else {
      now_ = next;
      directory_->tick(now_);
    }
    for (const auto& person : people_) {
      if (!person->timer_ || *person->timer_ > now_) continue;
      person->timer_.reset();
      person->on_time();
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
