// Attacks by a member, or by somebody at the door, against an honest server.
#include "protocol/room/gate.h"
#include "tests/adversary/attacks.h"
#include "tests/adversary/gathering.h"
#include "tests/adversary/outlaw.h"
#include "tests/support/mls_forger.h"

namespace hearth::test {
namespace {

using namespace std::chrono_literals;

// Mallory comes in as anybody does.
void let_in(Gathering& at, Outlaw& mallory) {
  expects(at.lets_in(mallory));
  at.siege.pass(1s);
}

// Anna is away and somebody stands at the door: in an open room it is Mallory's turn to admit.
wire::KnockShown knock_for(Gathering& at, Outlaw& mallory, Outlaw& guest) {
  at.anna().ask(client::GoOffline{});
  at.siege.settle();
  guest.go_to_the_door();
  expects(at.siege.until([&] { return !mallory.shown.empty(); }, 20s));
  return mallory.shown.back();
}

// Whether talk goes on between those who obey.
bool talk_goes_on(Gathering& at) {
  at.say("Ben", "are you there");
  const bool heard = at.siege.until([&] { return at.heard("Cleo", "are you there"); }, 20s);
  return heard && !at.anybody_faulted() && !at.anybody_stopped();
}

}  // namespace

// One link of one use, many knocks. Success: more than one of them waits.
bool knocks_beyond_the_gate(std::uint16_t server_port) {
  Gathering at(20, room::Admission::lobby, server_port);
  expects(at.sound);
  Outlaw mallory(at.siege, "Mallory", at.invite(1), 20);
  at.anna().ask(client::GoOffline{});  // Nobody denies them.
  mallory.go_to_the_door();
  expects(at.siege.until([&] { return mallory.knocks_waiting == 1; }));
  mallory.knock_for_nobody(20);
  expects(
      at.siege.until([&] { return mallory.knocks_waiting + mallory.knocks_refused.size() == 21; }));
  return mallory.knocks_waiting > 1;
}

// A link of many uses, and more knocks than a door holds. Success: they all wait.
bool lobby_flooded(std::uint16_t server_port) {
  Gathering at(21, room::Admission::lobby, server_port);
  expects(at.sound);
  Outlaw mallory(at.siege, "Mallory", at.invite(1000), 21);
  at.anna().ask(client::GoOffline{});
  mallory.go_to_the_door();
  expects(at.siege.until([&] { return mallory.knocks_waiting == 1; }));
  mallory.knock_for_nobody(600);
  expects(at.siege.until(
      [&] { return mallory.knocks_waiting + mallory.knocks_refused.size() == 601; }));
  expects(mallory.knocks_waiting >= 512);
  return mallory.knocks_waiting > 512;
}

// A commit of noise beside an admission, which the server has to take. Success: the room is stuck.
bool garbage_commit(std::uint16_t server_port) {
  Gathering at(22, room::Admission::open, server_port);
  Outlaw mallory(at.siege, "Mallory", at.link, 22);
  expects(at.sound);
  let_in(at, mallory);
  expects(at.enters("Ben") && at.enters("Cleo"));
  Outlaw guest(at.siege, "Guest", at.link, 220);
  const wire::KnockShown knock = knock_for(at, mallory, guest);
  Bytes noise(1024);
  mallory.random().fill(noise);
  mallory.append_beside_admission(std::move(noise), knock);
  at.siege.pass(1s);
  expects(at.siege.until([&] { return mallory.appended == 1; }));
  return !talk_goes_on(at);
}

// The same with a commit that is well signed and has a path that nobody can follow. Success: those
// who obey fall into fault.
bool path_commit_by_anybody(std::uint16_t server_port) {
  Gathering at(23, room::Admission::open, server_port);
  Outlaw mallory(at.siege, "Mallory", at.link, 23);
  expects(at.sound);
  let_in(at, mallory);
  expects(at.enters("Ben") && at.enters("Cleo"));
  Outlaw guest(at.siege, "Guest", at.link, 230);
  const wire::KnockShown knock = knock_for(at, mallory, guest);
  const auto forged = forge_path_commit(mallory.group(), {}, mallory.random(),
                                        {.path = {}, .tag = [](Bytes& tag) { tag[0] ^= 1; }});
  expects(forged.has_value());
  mallory.append_beside_admission(mallory.sealed(room::EntryKind::commit, *forged), knock);
  at.siege.pass(1s);
  expects(at.siege.until([&] { return mallory.appended == 1; }));
  return !talk_goes_on(at);
}

// A message from far ahead in its sender's ratchet, to make readers turn theirs. Success: they do.
bool ratchet_bomb(std::uint16_t server_port) {
  Gathering at(24, room::Admission::lobby, server_port);
  Outlaw mallory(at.siege, "Mallory", at.link, 24);
  expects(at.sound && at.enters("Ben"));
  let_in(at, mallory);
  for (int i = 0; i < 1200; ++i) (void)mallory.said(mallory.line("never sent"));
  mallory.append(room::EntryKind::app, mallory.said(mallory.line("turn, turn")));
  at.siege.pass(1s);
  expects(at.siege.until([&] { return mallory.appended == 1; }));
  at.everybody_reads();
  return at.heard("Ben", "turn, turn");
}

// A knock under a delivery key of which the thief has the public half alone. Success: staff are
// shown it as one to be let in.
bool handle_stolen(std::uint16_t server_port) {
  Gathering at(25, room::Admission::lobby, server_port);
  expects(at.sound);
  Outlaw thief(at.siege, "Thief", at.link, 25);
  const auto victim = *crypto::SignatureKey::generate(client::kSuite, at.siege.random());
  thief.steal(room::public_key_of(victim));
  thief.go_to_the_door();
  at.siege.pass(1s);
  expects(at.siege.until([&] { return thief.knocks_waiting == 1; }));
  at.siege.pass(1s);
  return at.anna().count<client::KnockWaiting>() > 0;
}

// A link of one use, found on somebody who came by it. Success: the finder waits at the door.
bool spent_link(std::uint16_t server_port) {
  Gathering at(26, room::Admission::lobby, server_port);
  expects(at.sound);
  const std::string once = at.invite(1);
  at.knock(at.siege["Ben"], once);
  expects(at.siege.until([&] {
    at.admit_all();
    return at.siege["Ben"].inside();
  }));
  at.knock(at.siege["Finder"], once);
  at.siege.pass(1s);
  return at.siege["Finder"].count<client::Knocking>() > 0;
}

bool expired_link(std::uint16_t server_port) {
  Gathering at(27, room::Admission::lobby, server_port);
  expects(at.sound);
  const std::string once = at.invite(1, std::chrono::hours(1));
  at.siege.pass(std::chrono::hours(2));
  at.knock(at.siege["Finder"], once);
  at.siege.pass(1s);
  return at.siege["Finder"].count<client::Knocking>() > 0;
}

// One connection asks for two rooms, which would tie them together. Success: it gets both.
bool connection_for_two_rooms(std::uint16_t server_port) {
  Gathering at(28, room::Admission::lobby, server_port);
  expects(at.sound);
  Person& zoe = at.siege["Zoe"];
  client::CreateRoom create;
  create.host = "hearth.example";
  create.title = "Another evening";
  create.name = "Zoe";
  zoe.ask(create);
  expects(at.siege.until([&] { return zoe.inside(); }));
  Outlaw mallory(at.siege, "Mallory", at.link, 28);
  mallory.go_to_the_door();
  expects(at.siege.until([&] { return mallory.granted == 1; }));
  mallory.ask_for(zoe.status().room);
  at.siege.pass(1s);
  // Told that it is out of turn, before anything of the other room is looked at.
  return !mallory.told_out_of_turn;
}

// As many entries as the line carries. Success: the room takes them all.
bool flood(std::uint16_t server_port) {
  Gathering at(29, room::Admission::lobby, server_port);
  Outlaw mallory(at.siege, "Mallory", at.link, 29);
  expects(at.sound && at.enters("Ben"));
  let_in(at, mallory);
  const Bytes noise = mallory.said(mallory.line("noise"));
  for (int i = 0; i < 300; ++i) mallory.append(room::EntryKind::app, noise);
  expects(at.siege.until([&] { return mallory.appended + mallory.refused.size() == 300; }));
  expects(mallory.appended >= 100);
  return mallory.appended > 150;
}

// A message whose commitment opens to nothing, so that whoever reports it is not believed. Success:
// somebody is shown it.
bool message_that_cannot_be_reported(std::uint16_t server_port) {
  Gathering at(30, room::Admission::lobby, server_port);
  Outlaw mallory(at.siege, "Mallory", at.link, 30);
  expects(at.sound && at.enters("Ben"));
  let_in(at, mallory);
  mallory.append(room::EntryKind::app,
                 mallory.said(mallory.line("nobody will believe you"), false));
  at.siege.pass(1s);
  expects(at.siege.until([&] { return mallory.appended == 1; }));
  at.everybody_reads();
  return at.heard("Ben", "nobody will believe you");
}

// The same payload in two messages. Success: it is shown twice.
bool payload_twice(std::uint16_t server_port) {
  Gathering at(31, room::Admission::lobby, server_port);
  Outlaw mallory(at.siege, "Mallory", at.link, 31);
  expects(at.sound && at.enters("Ben"));
  let_in(at, mallory);
  const room::Payload payload = mallory.line("again");
  for (int i = 0; i < 2; ++i) mallory.append(room::EntryKind::app, mallory.said(payload));
  at.everybody_reads();
  expects(at.times_heard("Ben", "again") >= 1);
  return at.times_heard("Ben", "again") > 1;
}

}  // namespace hearth::test
