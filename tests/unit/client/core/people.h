// The usual people of a meeting: Anna founds it, others come by her link.
#pragma once

#include "tests/support/world.h"

namespace hearth::test {

// Anna founds a room and waits until its first meeting is open.
inline void found(World& world, room::Admission admission = room::Admission::lobby,
                  room::Retention retention = room::Retention::live) {
  client::CreateRoom create;
  create.host = "hearth.example";
  create.title = "Evening";
  create.name = "Anna";
  create.admission = admission;
  create.retention = retention;
  world["Anna"].ask(create);
  world.until([&] { return world["Anna"].inside(); });
}

inline std::string invite(World& world, std::uint16_t uses = 50, std::string label = {}) {
  Client& anna = world["Anna"];
  const auto tag = anna.ask(client::Invite{uses, std::chrono::hours(24), false, std::move(label)});
  world.until([&] { return anna.answer<client::Invitation>(tag).has_value(); });
  const auto invitation = anna.answer<client::Invitation>(tag);
  return invitation ? invitation->link : std::string{};
}

// All knock at once; Anna admits whoever waits until all are inside.
inline void join(World& world, const std::vector<std::string>& names, const std::string& link) {
  for (const std::string& name : names) world[name].knock(link);
  world.until([&] {
    if (world["Anna"].status().waiting > 0) world["Anna"].ask(client::AdmitAll{});
    return std::ranges::all_of(names, [&](const auto& name) { return world[name].inside(); });
  });
}

// Anna and these are in a meeting.
inline void gather(World& world, const std::vector<std::string>& names,
                   room::Admission admission = room::Admission::lobby,
                   room::Retention retention = room::Retention::live) {
  found(world, admission, retention);
  join(world, names, invite(world));
}

// Asks, and waits until it is done; false where it is refused.
inline bool does(World& world, const std::string& who, client::CommandBody body) {
  Client& one = world[who];
  const auto tag = one.ask(std::move(body));
  world.until([&] {
    return one.answer<client::Done>(tag).has_value() ||
           one.answer<client::Refused>(tag).has_value();
  });
  return one.answer<client::Done>(tag).has_value();
}

// A lead asks, the other says yes; both are staff afterwards.
inline void appoint(World& world, const std::string& by, const std::string& who) {
  const auto before = world[who].count<client::AppointmentOffered>();
  const auto tag = world[by].ask(client::Appoint{who});
  world.until([&] { return world[who].count<client::AppointmentOffered>() > before; });
  world[who].ask(client::AcceptAppointment{});
  world.until([&] { return world[by].answer<client::Done>(tag).has_value(); });
  world.until([&] { return world[who].status().staff && world[who].status().connected; });
  world.pass(std::chrono::seconds(2));
}

// Why this client refuses it; empty where it does not, at once.
inline std::string refusal(World& world, const std::string& who, client::CommandBody body) {
  const auto tag = world[who].ask(std::move(body));
  const auto refused = world[who].answer<client::Refused>(tag);
  return refused ? std::string(refused->reason) : std::string();
}

// All texts that all of these have been shown are the same ones, in the same order.
inline void expect_same_texts(World& world, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    EXPECT_EQ(world[name].texts(), world[names.front()].texts())
        << name << ", seed " << world.seed();
  }
}

}  // namespace hearth::test
