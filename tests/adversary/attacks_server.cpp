// Attacks by the server, alone or with somebody who has a link.
#include "protocol/room/control.h"
#include "protocol/room/knock.h"
#include "protocol/room/welcome_extension.h"
#include "tests/adversary/attacks.h"
#include "tests/adversary/gathering.h"
#include "tests/adversary/ghost.h"
#include "tests/adversary/outlaw.h"
#include "tests/adversary/play.h"

namespace hearth::test {
namespace {

using namespace std::chrono_literals;

// What the server knows of the house by this link, and a knock of its own there.
wire::KnockShown ghost_at(Siege& siege, const room::Link& link, const crypto::SignatureKey& signer,
                          const Bytes32& gate) {
  const bool open_door = siege.room()->state().admission() == room::Admission::open;
  return ghost_knock(siege, house_behind(siege, link), signer, gate, open_door);
}

bool waits_at_the_door(const Person& staff, std::string_view name) {
  return std::ranges::any_of(staff.all<client::KnockWaiting>(),
                             [&](const auto& waiting) { return waiting.name == name; });
}

// Takes note of what passes, and leaves entries out for one reader.
struct Between final : Tamperer {
  const Party* victim = nullptr;
  std::size_t hide = 0;  // So many of the next app entries of the victim.
  bool hold = false;     // All of its entries.
  std::optional<wire::KnockShown> knock;
  std::optional<wire::Append> kept;  // What the victim appended while they were held.

  void entry(Party& to, room::LogRecord record, Out& out) override {
    if (&to == victim && hold) return;
    if (&to == victim && hide > 0 && record.kind == room::EntryKind::app) {
      --hide;
      to.story.rewritten = true;
      return;
    }
    Tamperer::entry(to, std::move(record), out);
  }
  void message(Party& to, wire::ServerMessage message, Out& out) override {
    if (const auto* shown = std::get_if<wire::KnockShown>(&message)) knock = *shown;
    Tamperer::message(to, std::move(message), out);
  }
  void up(Party& from, wire::ClientMessage message, Out& out) override {
    auto* append = std::get_if<wire::Append>(&message);
    if (append && &from == victim && hold) {
      kept = std::move(*append);
      return;
    }
    Tamperer::up(from, std::move(message), out);
  }
};

}  // namespace

// The server knows the desks by an old link, and which gates there are, but has no gate's key.
// Success: staff are shown its knock as one to be let in.
bool ghost_without_a_gate(std::uint16_t) {
  Gathering at(1);
  expects(at.sound && at.enters("Ben"));
  const auto stranger = *crypto::SignatureKey::generate(client::kSuite, at.siege.random());
  const room::Link link = *room::Link::parse(at.link);
  const auto gate =
      room::gate_ref_of(room::public_key_of(room::gate_key(link.room, link.gate_seed)));
  at.siege.inject(at.anna(), wire::record_of(ghost_at(at.siege, link, stranger, gate.bytes)));
  at.siege.settle();
  return waits_at_the_door(at.anna(), "Ghost");
}

// It was given a link that staff revoked since. Success: as above, against its own refusal.
bool ghost_by_a_revoked_gate(std::uint16_t) {
  Gathering at(2);
  expects(at.sound && at.enters("Ben"));
  const std::string text = at.invite(3);
  at.anna().ask(client::RevokeInvite{text});
  at.siege.settle();
  const room::Link link = *room::Link::parse(text);
  const auto gate = room::gate_key(link.room, link.gate_seed);
  const auto ref = room::gate_ref_of(room::public_key_of(gate));
  at.siege.inject(at.anna(), wire::record_of(ghost_at(at.siege, link, gate, ref.bytes)));
  at.siege.settle();
  return waits_at_the_door(at.anna(), "Ghost");
}

// With a link that anybody may have, it can only come as anybody does. Success: it is inside, and
// somebody there was not shown its coming.
bool ghost_unseen_by_a_published_link(std::uint16_t) {
  Gathering at(3, room::Admission::open);
  expects(at.sound && at.enters("Ben") && at.enters("Cleo"));
  Outlaw ghost(at.siege, "Ghost", at.link, 3);
  ghost.go_to_the_door();
  expects(at.siege.until([&] { return ghost.inside(); }));
  at.siege.pass(1s);
  return std::ranges::any_of(at.siege.people(), [&](const auto& person) {
    const auto joined = person->template all<client::Joined>();
    return std::ranges::none_of(joined, [](const auto& one) { return one.who.name == "Ghost"; });
  });
}

// Behind a link stands a room of the server's own, sealed with the help of somebody who has the
// link. Success: the guest is shown its door.
bool decoy_room(std::uint16_t) {
  Gathering at(4);
  expects(at.sound);
  const room::Link link = *room::Link::parse(at.link);
  struct Decoy final : Tamperer {
    wire::Door door;
    void message(Party& to, wire::ServerMessage message, Out& out) override {
      if (std::holds_alternative<wire::Door>(message)) message = door;
      Tamperer::message(to, std::move(message), out);
    }
  } between;
  client::CreateRoom asked;
  asked.title = "Decoy";
  auto decoy =
      client::found_house(asked, room::public_key_of(at.siege.server_id()), at.siege.random());
  expects(decoy.has_value());
  // Its staff sign for the room of the link.
  room::StaffList& first = decoy->card.staff_lists.front();
  first.signatures.clear();
  first.sign(link.room, decoy->staff->id);
  const auto card = decoy->card.seal(link.room, room::door_key(link.room, link.s_door),
                                     decoy->staff->id, at.siege.random());
  expects(card.has_value());
  between.door = {encoded(decoy->server_part), hash_of(decoy->card.member_part), *card, false,
                  true};
  at.siege.tamperer = &between;
  at.knock(at.siege["Nora"], at.link);
  const auto shown = at.siege["Nora"].all<client::DoorShown>();
  at.siege.tamperer = nullptr;
  return !shown.empty() && shown.front().title == "Decoy";
}

// A group with the room's policy, made by one who was a member and has no certificate; the server
// hands its Welcome to a newcomer. Success: the newcomer is in.
bool group_without_staff(std::uint16_t) {
  Gathering at(5);
  expects(at.sound);
  const room::Link link = *room::Link::parse(at.link);
  const client::House house = house_behind(at.siege, link);
  crypto::RandomSource& random = at.siege.random();
  const client::StayKeys stay = *client::StayKeys::generate("Mallory", random);
  mls::RequiredCapabilities required;
  required.extensions = {room::kPolicyExtensionType, room::kLeafExtensionType};
  auto group = mls::Group::create(
      Bytes(16, 7), client::kSuite, stay.identity(house.id, nullptr),
      {{room::kPolicyExtensionType, encoded(house.policy(room::Admission::lobby, 1))},
       {mls::extension_type::kRequiredCapabilities, encoded(required)}},
      {}, random);
  expects(group.has_value());
  auto nora = client::Arrival::prepare(house, "Nora", at.siege.now(), random);
  expects(nora.has_value());
  room::WelcomeExtension place;
  place.s_g =
      Secret16::from(group->export_secret("hearth envelope", Writer().u16(1).take(), 16)->view());
  mls::CommitOptions options;
  options.proposals = {mls::Group::add(nora->key_package.key_package)};
  options.group_info_extensions = {{room::kWelcomeExtensionType, encoded(place)}};
  const auto pending = group->stage_commit(std::move(options), random);
  expects(pending.has_value() && pending->welcome.has_value());
  return client::Conversation::join(house.expected(), *pending->welcome, std::move(nora->stay),
                                    nora->key_package)
      .has_value();
}

// The newcomer is shown a log in which something never happened, numbered and signed anew. Success:
// she is inside, and nobody noticed.
bool joining_into_another_past(std::uint16_t) {
  Gathering at(6);
  expects(at.sound && at.enters("Ben"));
  at.say("Ben", "before you came");
  at.siege.pass(1s);
  Between between;
  between.victim = &at.siege["Nora"];
  between.hide = 1;
  at.siege.tamperer = &between;
  at.enters("Nora");
  at.siege.tamperer = nullptr;
  expects(between.hide == 0);
  return at.siege["Nora"].inside() && !at.anybody_stopped();
}

// The server kept a knock and shows it again when its maker is long gone. Success: staff see it.
bool knock_from_yesterday(std::uint16_t) {
  Gathering at(7);
  Between between;
  at.siege.tamperer = &between;
  expects(at.sound && at.enters("Ben") && between.knock);
  at.siege["Ben"].ask(client::Leave{});
  at.siege.pass(std::chrono::hours(25));
  const std::size_t before = at.anna().count<client::KnockWaiting>();
  wire::KnockShown again = *between.knock;
  again.slot = 9000;
  at.siege.inject(at.anna(), wire::record_of(again));
  at.siege.settle();
  at.siege.tamperer = nullptr;
  return at.anna().count<client::KnockWaiting>() > before;
}

// An act of staff is written into everybody's log a second time. Success: Ben is muted again, and
// nobody stopped.
bool act_repeated(std::uint16_t) {
  Gathering at(8);
  expects(at.sound && at.enters("Ben"));
  at.anna().ask(client::MuteMember{"Ben", true});
  at.siege.settle();
  std::optional<room::LogRecord> mute = at.siege["Ben"].story.told.back().record;
  at.anna().ask(client::MuteMember{"Ben", false});
  at.siege.settle();
  at.siege.slip_in(mute->kind, mute->generation, *mute->body());
  at.siege.pass(1s);
  const auto mutes = at.siege["Ben"].all<client::MuteChanged>();
  return !at.anybody_stopped() && mutes.size() == 3 && mutes.back().muted;
}

// An act is written before an entry that its signer had read. Success: nobody stopped.
bool act_before_its_time(std::uint16_t) {
  Gathering at(9);
  expects(at.sound && at.enters("Ben") && at.enters("Cleo"));
  at.siege.pass(1s);
  // Anna reads Cleo's line, and locks the door after it; Ben is shown the lock first.
  struct Early final : Tamperer {
    const Party* victim = nullptr;
    std::optional<room::LogRecord> line;
    bool done = false;
    void entry(Party& to, room::LogRecord record, Out& out) override {
      if (&to != victim || done) return Tamperer::entry(to, std::move(record), out);
      const room::Seq truly = record.seq;
      if (record.kind == room::EntryKind::app && !line) {
        line = std::move(record);
        return;
      }
      if (record.kind == room::EntryKind::control && line) {
        done = to.story.rewritten = true;
        out.push_back(told(to, record, truly));
        out.push_back(told(to, *line, line->seq));
        return;
      }
      Tamperer::entry(to, std::move(record), out);
    }
  } early;
  early.victim = &at.siege["Ben"];
  at.siege.tamperer = &early;
  at.say("Cleo", "before the lock");
  at.anna().ask(client::Lock{});
  at.siege.settle();
  at.siege.tamperer = nullptr;
  expects(early.done);
  return at.siege["Ben"].count<client::HardStop>() == 0 &&
         at.siege["Ben"].count<client::LockChanged>() > 0;
}

// Two people are shown different rooms, each properly numbered and signed. Success: messages cross,
// and nobody noticed.
bool log_forked(std::uint16_t) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    if (play(100 + seed, Fault::swap_renumbered).verdict == Verdict::silent) return true;
  }
  return false;
}

bool log_rolled_back(std::uint16_t) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    if (play(200 + seed, Fault::rollback).verdict == Verdict::silent) return true;
  }
  return false;
}

// Ben is not shown that Mallory was removed, speaks on under the old keys, and the server puts his
// words into the log after the removal, where Mallory gets them too. Success: nobody stops.
bool commit_held_back(std::uint16_t) {
  Gathering at(10);
  expects(at.sound && at.enters("Ben") && at.enters("Cleo"));
  Outlaw mallory(at.siege, "Mallory", at.link, 10);
  expects(at.lets_in(mallory));
  at.siege.pass(1s);
  Between between;
  between.victim = &at.siege["Ben"];
  between.hold = true;
  at.siege.tamperer = &between;
  at.anna().ask(client::RemoveMember{"Mallory"});
  at.siege.pass(1s);
  at.say("Ben", "now that Mallory is gone");
  expects(between.kept && between.kept->entries.size() == 1);
  const wire::Append::Item item = between.kept->entries.front();
  const room::LogRecord record{{}, item.kind, item.generation, item.body};
  expects(mallory.reads(record));
  at.siege.slip_in(item.kind, item.generation, item.body);
  at.siege.pass(1s);
  at.siege.tamperer = nullptr;
  return !at.anybody_stopped();
}

// The server ignores that Mallory is muted. Success: somebody is shown her words.
bool muted_and_shown(std::uint16_t) {
  Gathering at(11);
  expects(at.sound && at.enters("Ben"));
  Outlaw mallory(at.siege, "Mallory", at.link, 11);
  expects(at.lets_in(mallory));
  at.anna().ask(client::MuteMember{"Mallory", true});
  at.siege.settle();
  at.siege.slip_in(room::EntryKind::app, mallory.generation(),
                   mallory.said(mallory.line("I am here")));
  at.siege.pass(1s);
  return at.heard("Ben", "I am here") || at.heard("Anna", "I am here");
}

// The server ignores that it is not Mallory's turn. Success: somebody is shown her words.
bool out_of_turn_and_shown(std::uint16_t) {
  Gathering at(15);
  expects(at.sound && at.enters("Ben"));
  Outlaw mallory(at.siege, "Mallory", at.link, 15);
  expects(at.lets_in(mallory));
  at.anna().ask(client::SetMode{room::Mode::queue, 60, false, false});
  at.siege.settle();
  at.siege.slip_in(room::EntryKind::app, mallory.generation(),
                   mallory.said(mallory.line("me first")));
  at.siege.pass(1s);
  return at.heard("Ben", "me first") || at.heard("Anna", "me first");
}

// From some place on Ben is shown nothing more, though his line stands. Success: three minutes
// later he has not been told that something may be kept from him.
bool tail_withheld(std::uint16_t) {
  Gathering at(13);
  expects(at.sound && at.enters("Ben") && at.enters("Cleo"));
  at.everybody_reads();
  Between between;
  between.victim = &at.siege["Ben"];
  between.hold = true;
  at.siege.tamperer = &between;
  at.say("Cleo", "not for Ben");
  at.siege.pass(3min);
  at.siege.tamperer = nullptr;
  expects(at.heard("Anna", "not for Ben") && !at.heard("Ben", "not for Ben"));
  expects(at.siege.connected(at.siege["Ben"]));
  return at.siege["Ben"].count<client::Withheld>() == 0;
}

// Nobody of the staff but the lead is inside, and the server shows her nothing any more, not even
// her own beacons. Success: she is not told; or she sends no more of them, by which others could
// find out what else she is shown.
bool tail_withheld_from_the_lead(std::uint16_t) {
  Gathering at(15);
  expects(at.sound && at.enters("Ben"));
  at.everybody_reads();
  const auto read = at.siege["Ben"].entries().size();
  struct Deafening final : Tamperer {
    const Party* victim = nullptr;
    void entry(Party& to, room::LogRecord record, Out& out) override {
      if (&to != victim) Tamperer::entry(to, std::move(record), out);
    }
  } deafening;
  deafening.victim = &at.anna();
  at.siege.tamperer = &deafening;
  at.siege.pass(3min);
  at.siege.tamperer = nullptr;
  expects(at.siege.connected(at.anna()));
  const auto beacons = at.siege["Ben"].entries().size() - read;
  return at.anna().count<client::Withheld>() == 0 || beacons < 2;
}

// In an open room staff change the lock; the server shows a holder of an old link the door as it
// was. Success: she is in.
bool link_from_before_the_lock(std::uint16_t) {
  Gathering at(14, room::Admission::open);
  struct OldDoor final : Tamperer {
    std::optional<wire::Door> door;
    void message(Party& to, wire::ServerMessage message, Out& out) override {
      if (auto* now = std::get_if<wire::Door>(&message)) {
        if (!door) door = *now;
        *now = *door;
      }
      Tamperer::message(to, std::move(message), out);
    }
  } between;
  at.siege.tamperer = &between;
  expects(at.sound && at.enters("Ben") && between.door);
  at.anna().ask(client::ChangeLock{});
  at.siege.pass(1s);
  const bool in = at.enters("Mallory");
  at.siege.tamperer = nullptr;
  expects(at.siege["Mallory"].count<client::DoorShown>() == 1);
  return in;
}

// One of three deputies has lost her keys; it takes two to change the staff. Success: the list in
// which the thief leads alone follows the true one.
bool deputy_key_stolen(std::uint16_t) {
  crypto::SeededRandom random(12);
  std::vector<client::StaffKeys> keys;
  for (int i = 0; i < 5; ++i) keys.push_back(*client::StaffKeys::generate(random));
  const room::RoomId room{random.array<16>()};
  room::StaffList today;
  today.quorum = 2;
  today.entries.push_back(keys[0].entry(room::kStaffLead));
  for (int i = 1; i < 4; ++i) today.entries.push_back(keys[i].entry(room::kStaffDeputy));
  std::ranges::sort(today.entries, {}, &room::StaffEntry::staff_id);
  const client::StaffKeys& stolen = keys[1];
  const client::StaffKeys& thief = keys[4];
  room::StaffList next = today.next({thief.entry(room::kStaffLead)}, 0);
  next.accept(room::StaffList::Acceptance::make(room, next.previous, next.entries.front(), thief.id,
                                                thief.server));
  next.sign(room, stolen.id);
  return next.check_next(room, today).has_value();
}

}  // namespace hearth::test
