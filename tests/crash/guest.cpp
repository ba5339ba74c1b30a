// Carrying out what a core decides.
#include "tests/crash/guest.h"

#include "protocol/wire/message.h"

namespace hearth::test {
namespace {

Instant system_now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

}  // namespace

Guest::Guest(std::string name, std::uint64_t seed, const std::uint16_t& port)
    : name_(std::move(name)), port_(port), dice_(seed, *this), core_(dice_) {}

// False when the line shall break.
bool Guest::act(client::Action action, ByteView record) {
  client::Effects effects = core_.update(std::move(action), system_now());
  const bool goes_on = at(Moment::decided, record);
  for (client::Effect& effect : effects) {
    if (std::holds_alternative<client::Connect>(effect)) {
      line_ = Stream::to(port_);
      lined_ = true;
      announced_ = false;
    } else if (std::holds_alternative<client::Disconnect>(effect)) {
      line_ = Stream();
      lined_ = announced_ = false;
    } else if (auto* send = std::get_if<client::Send>(&effect)) {
      if (!announced_) continue;
      at(Moment::sends, send->record);
      line_.send(send->record);
      while (!line_.flushed() && !line_.ended()) line_.pump(line_.received());
      at(Moment::sent, send->record);
    } else if (const auto* timer = std::get_if<client::SetTimer>(&effect)) {
      timer_ = timer->at;
    } else if (auto* show = std::get_if<client::Show>(&effect)) {
      shown_.push_back(std::move(*show));
    }
  }
  return goes_on;
}

void Guest::lose_line() {
  line_ = Stream();
  lined_ = announced_ = false;
  act(client::ConnectionLost{});
}

void Guest::note(ByteView record) {
  const auto message = wire::decode_server_message(record);
  const auto* entry = message ? std::get_if<wire::EntryRecord>(&*message) : nullptr;
  if (!entry || !entry->record.body()) return;
  const room::LogRecord& one = entry->record;
  if (std::ranges::find(sealed_, one.seq, &room::Entry::seq) != sealed_.end()) return;
  sealed_.push_back({one.seq, one.kind, one.generation, *one.body()});
}

bool Guest::step() {
  if (timer_ && *timer_ <= system_now()) {
    timer_.reset();
    act(client::TimePassed{});
  }
  if (!lined_) return false;
  line_.pump(~std::uint64_t{0});
  if (!announced_ && line_.open()) {
    announced_ = true;
    act(client::Connected{});
  }
  bool came = false;
  while (announced_) {
    const auto record = line_.take();
    if (!record) break;
    came = true;
    note(*record);
    const bool goes_on =
        at(Moment::received, *record) && act(client::RecordReceived{*record}, *record);
    if (!goes_on) lose_line();
  }
  if (lined_ && line_.ended()) lose_line();
  return came;
}

std::uint64_t Guest::ask(client::CommandBody body) {
  const std::uint64_t tag = next_tag_++;
  act(client::Command{std::move(body), tag});
  return tag;
}

bool Guest::heard(std::string_view text) const {
  const auto messages = all<client::Message>();
  return std::ranges::find(messages, text, &client::Message::text) != messages.end();
}

std::string Guest::trouble() const {
  std::string words;
  for (const client::Show& show : shown_) {
    if (const auto* refused = std::get_if<client::Refused>(&show.event))
      words = "refused " + std::string(refused->reason);
    if (const auto* stop = std::get_if<client::HardStop>(&show.event))
      words = "hard stop " + std::string(stop->reason);
    if (const auto* ended = std::get_if<client::Ended>(&show.event))
      words += " ended " + std::string(ended->reason);
    if (const auto* fault = std::get_if<client::Faulted>(&show.event))
      words = "faulted " + std::string(fault->reason);
  }
  return words;
}

}  // namespace hearth::test
