// A meeting to be attacked: Anna founds it, others come by her link.
#pragma once

#include "tests/adversary/siege.h"

namespace hearth::test {

struct Gathering {
  explicit Gathering(std::uint64_t seed, room::Admission admission = room::Admission::lobby,
                     std::uint16_t server_port = 0)
      : siege(seed, server_port) {
    client::CreateRoom create;
    create.host = "hearth.example";
    create.title = "Evening";
    create.name = "Anna";
    create.admission = admission;
    anna().ask(create);
    sound = siege.until([&] { return anna().inside(); });
    if (sound) link = invite(50);
    sound = sound && !link.empty();
  }

  Person& anna() { return siege["Anna"]; }
  std::string invite(std::uint16_t uses, Duration valid = std::chrono::hours(72)) {
    const auto tag = anna().ask(client::Invite{uses, valid, false});
    siege.until([&] { return anna().answer<client::Invitation>(tag).has_value(); });
    const auto invitation = anna().answer<client::Invitation>(tag);
    return invitation ? invitation->link : std::string{};
  }
  void knock(Person& person, const std::string& by) {
    person.ask(client::KnockAtDoor{by, person.name(), {}, false});
    siege.settle();
  }
  // Anna lets in whoever waits.
  void admit_all() {
    if (anna().inside() && anna().status().waiting > 0) anna().ask(client::AdmitAll{});
  }
  bool enters(const std::string& name) {
    knock(siege[name], link);
    return siege.until([&] {
      admit_all();
      return siege[name].inside();
    });
  }
  // The same for somebody who is no Person.
  template <class Stranger>
  bool lets_in(Stranger& stranger) {
    stranger.go_to_the_door();
    return siege.until([&] {
      admit_all();
      return stranger.inside();
    });
  }
  void say(const std::string& name, const std::string& text) {
    siege[name].ask(client::Say{text});
    siege.settle();
  }
  // Ben says a last word; when Anna has heard it, they have read all that came before.
  void everybody_reads() {
    say("Ben", "a last word");
    expects(
        siege.until([&] { return heard("Anna", "a last word") && heard("Ben", "a last word"); }));
  }
  bool heard(const std::string& name, const std::string& text) {
    return times_heard(name, text) > 0;
  }
  std::size_t times_heard(const std::string& name, const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        siege[name].all<client::Message>(), [&](const auto& said) { return said.text == text; }));
  }
  bool anybody_stopped() {
    return std::ranges::any_of(siege.people(), [](const auto& person) {
      return person->template count<client::HardStop>() > 0;
    });
  }
  bool anybody_faulted() {
    return std::ranges::any_of(siege.people(), [](const auto& person) {
      return person->template count<client::Faulted>() > 0;
    });
  }

  Siege siege;
  std::string link;
  bool sound = false;
};

}  // namespace hearth::test
