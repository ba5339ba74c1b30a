// Coming together, waiting, talking.
#include "tests/crash/kick_room.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/room/gate.h"
#include "protocol/room/link.h"

namespace hearth::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// So long nothing must come before everything is taken to have come.
constexpr auto kStill = 25ms;

}  // namespace

Guest& KickRoom::guest(const std::string& name) {
  for (const auto& known : guests_)
    if (known->name() == name) return *known;
  guests_.push_back(std::make_unique<Guest>(name, plan_.seed * 1000 + guests_.size(), port_));
  return *guests_.back();
}

std::vector<Guest*> KickRoom::present() {
  std::vector<Guest*> here;
  for (const auto& known : guests_)
    if (known->name() != "Mallory" && known->name() != "Emil") here.push_back(known.get());
  return here;
}

void KickRoom::forget(const Guest& who) {
  std::erase_if(guests_, [&](const auto& known) { return known.get() == &who; });
}

bool KickRoom::wait(std::chrono::milliseconds at_most) {
  std::vector<pollfd> lines;
  for (const auto& known : guests_)
    if (known->native() >= 0) lines.push_back({known->native(), POLLIN, 0});
  return ::poll(lines.data(), lines.size(), static_cast<int>(at_most.count())) > 0;
}

void KickRoom::step_all() {
  for (const auto& known : guests_) known->step();
}

void KickRoom::until(const char* what, const std::function<bool()>& done) {
  const auto end = Clock::now() + kPatienceMax;
  while (!done()) {
    if (Clock::now() > end) {
      std::string words = std::string("waited too long: ") + what;
      for (const auto& known : guests_) words += "; " + known->name() + ": " + known->trouble();
      broken(words);
    }
    wait(5ms);
    step_all();
  }
}

void KickRoom::settle() {
  const auto end = Clock::now() + kPatienceMax;
  for (auto still = Clock::now(); Clock::now() - still < kStill && Clock::now() < end;) {
    wait(5ms);
    for (const auto& known : guests_)
      if (known->step()) still = Clock::now();
  }
}

void KickRoom::say(Guest& who, const std::string& text, const std::vector<Guest*>& to) {
  who.ask(client::Say{text});
  until(text.c_str(), [&] {
    return std::ranges::all_of(to, [&](const Guest* one) { return one->heard(text); });
  });
}
std::string KickRoom::invite(std::uint16_t uses) {
  const auto tag = anna().ask(client::Invite{uses, 24h, false});
  until("an invitation", [&] { return anna().answer<client::Invitation>(tag).has_value(); });
  return anna().answer<client::Invitation>(tag)->link;
}

void KickRoom::gather(std::uint16_t port) {
  port_ = port;
  client::CreateRoom create;
  create.host = "hearth.example";
  create.title = "Evening";
  create.name = "Anna";
  create.admission = room::Admission::open;
  create.retention = plan_.kept ? room::Retention::day : room::Retention::live;
  anna().ask(create);
  until("the room to be open", [&] { return anna().inside(); });
  const std::string link = invite(50);
  const std::string last_link = invite(3);
  const auto parsed = room::Link::parse(last_link);
  expects(parsed.has_value());
  at_.room = parsed->room;
  gate_ = room::gate_key(at_.room, parsed->gate_seed);
  at_.gate = room::gate_ref_of(room::public_key_of(*gate_));
  std::vector<std::string> names{"Ben", "Cleo", "Emil"};
  if (plan_.second_staff) names.emplace_back("Dora");
  for (const std::string& name : names) guest(name).ask(client::KnockAtDoor{link, name, {}, false});
  mallory().ask(client::KnockAtDoor{last_link, "Mallory", {}, false});
  until("all to be inside", [&] {
    return std::ranges::all_of(guests_, [](const auto& known) { return known->inside(); });
  });
  if (plan_.second_staff) appoint("Dora");
  for (const client::Person& person : anna().people())
    if (person.name == "Mallory") at_.removed = person.handle;
  guest("Emil").ask(client::GoOffline{});
  if (plan_.mallory_away) mallory().ask(client::GoOffline{});
  auto hearers = present();
  if (!plan_.mallory_away) hearers.push_back(&mallory());
  say(guest("Ben"), "before", hearers);
  settle();
  until("all to have read the same", [&] {
    at_.before = anna().status();
    return std::ranges::all_of(hearers,
                               [&](Guest* one) { return one->status().head == at_.before.head; });
  });
}

void KickRoom::appoint(const std::string& name) {
  const auto tag = anna().ask(client::Appoint{name});
  until("an offer", [&] { return guest(name).count<client::AppointmentOffered>() > 0; });
  guest(name).ask(client::AcceptAppointment{});
  until("the appointment", [&] {
    return anna().answer<client::Done>(tag) && guest(name).status().staff &&
           guest(name).connected();
  });
  settle();
}

void KickRoom::come_back(Guest& who) {
  const std::size_t before = who.count<client::Online>();
  who.ask(client::GoOnline{});
  until("somebody to come back",
        [&] { return who.count<client::Online>() > before || who.ended(); });
}

pid_t KickRoom::live_alone(Guest& who, const std::function<void()>& begin) {
  std::fflush(stdout);
  const pid_t process = ::fork();
  if (process < 0) broken("no process");
  if (process > 0) {
    forget(who);
    return process;
  }
  // What it has sent shall arrive, as it would from a process that is killed.
  const linger gently{0, 0};
  ::setsockopt(who.native(), SOL_SOCKET, SO_LINGER, &gently, sizeof gently);
  std::erase_if(guests_, [&](const auto& known) { return known.get() != &who; });
  try {
    begin();
    for (const auto end = Clock::now() + kPatienceMax; Clock::now() < end;) {
      wait(5ms);
      step_all();
    }
  } catch (...) {
    std::fprintf(stderr, "kick: %s ended in a bug\n", who.name().c_str());
  }
  ::_exit(1);
}

}  // namespace hearth::test
