// Steps, lines, trouble.
#include "tests/support/world.h"

#include <algorithm>

#include "protocol/wire/frame.h"

namespace hearth::test {
namespace {

constexpr std::size_t kStepsMax = 2'000'000;

}  // namespace

// --- The server's side of a line
// --------------------------------------------------------------------

struct World::Trace final : server::RoomTrace {
  void count(std::string_view) override {}
  void room_failed(const Error& error) override {
    ADD_FAILURE() << "the server lost a room: " << error.name;
  }
};

struct World::Line {
  Client* client = nullptr;
  std::deque<Bytes> up;
  std::deque<Bytes> down;
  bool standing = false;     // The client knows that it stands.
  bool client_gone = false;  // It let go; what it sent still arrives.
  bool server_gone = false;  // Likewise.
  std::unique_ptr<ServerEnd> server;
};

// What server/transport does with a socket, without one.
class World::ServerEnd final : public server::Outbox {
 public:
  ServerEnd(World& world, Line& line)
      : world_(world),
        line_(line),
        session_(world.server_id_, world.server_random_.array<32>(), room::ChannelBinding{}),
        seat_(*this) {}
  ~ServerEnd() override {
    if (runner_) runner_->leave(seat_);
  }
  ServerEnd(ServerEnd&&) = delete;

  bool has_room() const noexcept override { return true; }
  void push(server::Frame frame) override {
    auto record = assembler_.on_frame(*frame);
    expects(record.has_value());
    if (*record) line_.down.push_back(std::move(**record));
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
    for (Bytes& record : session_.take_records()) line_.down.push_back(std::move(record));
    if (session_.closed()) line_.server_gone = true;
  }
  void on(const session::AuthAsked& asked) {
    server::RoomRunner* const runner =
        world_.directory_->find(asked.auth.room, asked.auth.role, asked.auth.key);
    if (!session_.decide(runner != nullptr)) return;
    session_.grant(runner->auth_answer(asked.auth.role));
    flush();
    take_seat(*runner, {asked.auth.role, asked.auth.key});
  }
  void on(const session::CreateAsked& asked) {
    world_.directory_->create(asked,
                              [this, alive = std::weak_ptr(alive_), key = asked.request.key](
                                  std::expected<server::RoomRunner*, wire::CreateRefusal> made) {
                                if (alive.expired()) return;
                                if (!made) {
                                  session_.create_refused(made.error());
                                  return flush();
                                }
                                session_.created();
                                flush();
                                take_seat(**made, {room::Role::staff, key});
                              });
  }
  void on(const session::Request& request) {
    const wire::ClientMessage& message = request.message;
    if (const auto* question = std::get_if<wire::CheckTag>(&message)) {
      line_.down.push_back(
          wire::record_of(wire::TagChecked{world_.directory_->check_tag(*question)}));
    }
    if (!runner_) return;
    if (const auto* note = std::get_if<wire::Note>(&message)) runner_->note(seat_, *note);
    if (std::holds_alternative<wire::GetDoor>(message)) runner_->get_door(seat_);
    if (const auto* card = std::get_if<wire::PutDoor>(&message)) {
      const Bytes put =
          room::put_door_bytes(runner_->state().room(), session_.nonce(), card->door_card);
      EXPECT_TRUE(runner_->state().is_staff(card->key));
      EXPECT_TRUE(room::verify(card->key, put, card->signature).has_value());
      runner_->put_door(seat_, card->door_card);
    }
    if (const auto* knock = std::get_if<wire::KnockRequest>(&message))
      runner_->knock(seat_, *knock);
    if (const auto* deny = std::get_if<wire::Deny>(&message)) runner_->deny(seat_, *deny);
    if (const auto* append = std::get_if<wire::Append>(&message)) runner_->append(seat_, *append);
    if (const auto* resume = std::get_if<wire::Resume>(&message)) {
      runner_->resume(seat_, resume->after);
    }
    if (std::holds_alternative<wire::GetWelcome>(message)) runner_->get_welcome(seat_);
    if (std::holds_alternative<wire::GetCheckpoint>(message)) runner_->get_checkpoint(seat_);
    if (std::holds_alternative<wire::Bye>(message)) end(wire::GoodbyeReason::asked);
  }
  void take_seat(server::RoomRunner& runner, const meeting::Speaker& speaker) {
    runner_ = &runner;
    runner_->enter(seat_, speaker);
  }

  World& world_;
  Line& line_;
  session::ServerSession session_;
  server::Seat seat_;
  server::RoomRunner* runner_ = nullptr;
  wire::FrameAssembler assembler_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

// --- Clients
// ----------------------------------------------------------------------------------------

Client::Client(World& world, std::string name, std::uint64_t seed)
    : world_(world), name_(std::move(name)), random_(seed), core_(random_) {}

void Client::act(client::Action action) {
  client::Effects effects = core_.update(std::move(action), world_.now());
  world_.carry_out(*this, std::move(effects));
}

std::uint64_t Client::ask(client::CommandBody body) {
  const std::uint64_t tag = next_tag_++;
  act(client::Command{std::move(body), tag});
  return tag;
}

client::StatusReport Client::status() {
  return *answer<client::StatusReport>(ask(client::AskStatus{}));
}
std::vector<client::Person> Client::members() {
  const auto members = answer<client::Members>(ask(client::AskMembers{}));
  return members ? members->members : std::vector<client::Person>{};
}
std::vector<client::SafetyCodes::Code> Client::codes() {
  const auto codes = answer<client::SafetyCodes>(ask(client::AskSafetyCode{}));
  return codes ? codes->codes : std::vector<client::SafetyCodes::Code>{};
}
std::vector<client::SeenEntry> Client::entries() {
  return answer<client::Entries>(ask(client::AskEntries{}))->entries;
}
std::vector<std::string> Client::texts() const {
  std::vector<std::string> texts;
  for (const client::Message& message : all<client::Message>()) {
    texts.push_back(message.from.name + ": " + message.text);
  }
  return texts;
}

// --- The world
// --------------------------------------------------------------------------------------

World::World(std::uint64_t seed)
    : seed_(seed),
      random_(seed * 1000),
      server_random_(seed * 1000 + 1),
      now_(instant_from_unix(1'800'000'000)),
      server_id_(*crypto::SignatureKey::generate(crypto::kDefaultSuite, server_random_)),
      tag_key_(server_random_),
      trace_(std::make_unique<Trace>()) {
  start_server();
}

World::~World() {
  lines_.clear();  // Before the rooms that they sit in.
  if (testing::Test::HasFailure()) std::fprintf(stderr, "seed %llu\n", (unsigned long long)seed_);
}

Client& World::client(const std::string& name) {
  for (const auto& client : clients_) {
    if (client->name() == name) return *client;
  }
  clients_.push_back(std::make_unique<Client>(*this, name, seed_ * 1000 + 2 + clients_.size()));
  return *clients_.back();
}

std::uint64_t World::draw(std::uint64_t below) {
  std::uint64_t value = 0;
  for (const Byte byte : random_.array<8>()) value = value << 8 | byte;
  return value % below;
}

World::Line* World::line_of(const Client& client) noexcept {
  for (const auto& line : lines_) {
    if (line->client == &client && !line->client_gone) return line.get();
  }
  return nullptr;
}

void World::carry_out(Client& client, client::Effects effects) {
  for (client::Effect& effect : effects) {
    if (std::holds_alternative<client::Connect>(effect)) {
      if (Line* old = line_of(client)) old->client_gone = true;
      auto line = std::make_unique<Line>();
      line->client = &client;
      lines_.push_back(std::move(line));
    } else if (std::holds_alternative<client::Disconnect>(effect)) {
      if (Line* line = line_of(client)) line->client_gone = true;
    } else if (auto* send = std::get_if<client::Send>(&effect)) {
      Line* line = line_of(client);
      if (line && line->standing) line->up.push_back(std::move(send->record));
    } else if (auto* keep = std::get_if<client::Keep>(&effect)) {
      client.kept_ = std::move(keep->stay);
    } else if (const auto* timer = std::get_if<client::SetTimer>(&effect)) {
      client.timer_ = timer->at;
    } else if (auto* show = std::get_if<client::Show>(&effect)) {
      client.shown_.push_back(std::move(*show));
    }
  }
}

void World::drop(Line& line, bool tell_client) {
  Client& client = *line.client;
  const bool tell = tell_client && !line.client_gone;
  std::erase_if(lines_, [&](const auto& known) { return known.get() == &line; });
  if (tell) client.act(client::ConnectionLost{});
}

std::string World::restart_client(Client& client, const SecretBytes& kept) {
  if (Line* line = line_of(client)) {
    line->client_gone = true;
    line->up.resize(draw(line->up.size() + 1));
  }
  client.shown_.clear();
  client.timer_.reset();
  auto core = client::Core::resume(client.random_, kept.view());
  if (!core) return std::string(core.error().name);
  client.core_ = *std::move(core);
  client.kept_ = kept.clone();
  client.ask(client::ComeBack{});
  return {};
}

bool World::step() {
  std::vector<std::function<void()>> choices;
  for (const auto& known : lines_) {
    Line* const line = known.get();
    if (!line->standing) {
      choices.push_back([this, line] {
        if (line->client_gone) return drop(*line, false);
        if (!directory_) return drop(*line, true);
        line->standing = true;
        line->server = std::make_unique<ServerEnd>(*this, *line);
        line->client->act(client::Connected{});
      });
      continue;
    }
    if (!line->up.empty() && !line->server_gone) {
      choices.push_back([this, line] { deliver_up(*line); });
    }
    if (!line->down.empty() && !line->client_gone) {
      choices.push_back([this, line] { deliver_down(*line); });
    }
    const bool over = (line->client_gone && (line->up.empty() || line->server_gone)) ||
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

void World::deliver_up(Line& line) {
  Client& client = *line.client;
  const Bytes record = std::move(line.up.front());
  line.up.pop_front();
  ++crossed_[&client];
  line.server->on_record(record);
  if (!line.client_gone) cut_after(client, 0);
}

void World::deliver_down(Line& line) {
  Client& client = *line.client;
  Bytes record = std::move(line.down.front());
  line.down.pop_front();
  ++crossed_[&client];
  if (tamper && record[0] == static_cast<Byte>(wire::RecordType::entry)) {
    auto message = wire::decode_server_message(record);
    auto& entry = std::get<wire::EntryRecord>(*message);
    tamper(client, entry);
    record = wire::record_of(entry);
  }
  client.act(client::RecordReceived{std::move(record)});
  cut_after(client, 0);
}

void World::settle() {
  for (std::size_t steps = 0; step(); ++steps) {
    if (steps > kStepsMax) {
      ADD_FAILURE() << "the world does not come to rest";
      return;
    }
  }
}

void World::pass(Duration duration) {
  const Instant end = now_ + duration;
  settle();
  while (now_ < end) {
    Instant next = std::min(end, now_ + std::chrono::seconds(1));
    for (const auto& client : clients_) {
      if (client->timer_) next = std::min(next, std::max(*client->timer_, now_));
    }
    now_ = next;
    if (directory_) directory_->tick(now_);
    for (const auto& client : clients_) {
      if (!client->timer_ || *client->timer_ > now_) continue;
      client->timer_.reset();
      client->act(client::TimePassed{});
    }
    settle();
  }
}

bool World::until(const std::function<bool()>& done, Duration at_most) {
  const Instant end = now_ + at_most;
  settle();
  while (!done() && now_ < end) pass(std::chrono::milliseconds(200));
  const bool held = done();
  EXPECT_TRUE(held) << "did not come to pass; seed " << seed_;
  return held;
}

// --- Trouble
// ------------------------------------------------------------------------------------------

void World::cut(Client& client) {
  Line* line = line_of(client);
  if (!line) return;
  if (line->server) {
    for (std::uint64_t arrives = draw(line->up.size() + 1); arrives > 0; --arrives) {
      line->server->on_record(line->up.front());
      line->up.pop_front();
    }
  }
  drop(*line, true);
}

void World::cut_after(Client& client, std::size_t records) {
  if (records > 0) {
    cuts_.push_back({&client, crossed_[&client] + records});
    return;
  }
  const auto due = std::ranges::find_if(cuts_, [&](const Cut& cut) {
    return cut.client == &client && crossed_[&client] >= cut.records;
  });
  if (due == cuts_.end()) return;
  cuts_.erase(due);
  cut(client);
}

bool World::cut_pending(const Client& client) const noexcept {
  return std::ranges::any_of(cuts_, [&](const Cut& cut) { return cut.client == &client; });
}

std::size_t World::records_crossed(const Client& client) const noexcept {
  const auto found = crossed_.find(&client);
  return found == crossed_.end() ? 0 : found->second;
}

void World::start_server() {
  if (directory_) return;
  tag_key_ = server::TagKey(server_random_);
  directory_ = std::make_unique<server::Directory>(server::RoomServices{
      log_, server_id_,
      [this](std::move_only_function<void()> task) { posted_.push_back(std::move(task)); },
      [this] { return now_; }, *trace_, tag_key_});
  directory_->load_all([](Status status) { EXPECT_TRUE(status.has_value()); });
  // A server listens once it has read its rooms.
  while (!posted_.empty()) {
    auto task = std::move(posted_.front());
    posted_.pop_front();
    task();
  }
}

void World::crash_server(bool start_again) {
  std::vector<Client*> lost;
  for (const auto& line : lines_) {
    if (line->standing && !line->client_gone) lost.push_back(line->client);
  }
  lines_.remove_if([](const auto& line) { return line->standing; });
  posted_.clear();
  directory_.reset();
  if (start_again) start_server();
  for (Client* client : lost) client->act(client::ConnectionLost{});
}

void World::restart_server() {
  bool stopped = false;
  directory_->stop([&] { stopped = true; });
  while (!posted_.empty()) {
    auto task = std::move(posted_.front());
    posted_.pop_front();
    task();
  }
  EXPECT_TRUE(stopped);
  crash_server(true);
}

void World::expect_agreement(const std::vector<std::string>& names) {
  std::optional<client::StatusReport> first;
  std::optional<client::SafetyCodes::Code> code;
  for (const std::string& name : names) {
    Client& one = client(name);
    const client::StatusReport status = one.status();
    EXPECT_EQ(status.stage, "inside") << name << ", seed " << seed_;
    EXPECT_TRUE(status.connected) << name << ", seed " << seed_;
    const auto codes = one.codes();
    if (codes.empty()) {
      ADD_FAILURE() << name << " has no safety code, seed " << seed_;
      continue;
    }
    if (!first) {
      first = status;
      code = codes.back();
      continue;
    }
    EXPECT_EQ(status.head, first->head) << name << ", seed " << seed_;
    EXPECT_EQ(status.epoch, first->epoch) << name << ", seed " << seed_;
    EXPECT_EQ(status.members, first->members) << name << ", seed " << seed_;
    EXPECT_EQ(codes.back(), *code) << name << ", seed " << seed_;
  }
}

}  // namespace hearth::test
