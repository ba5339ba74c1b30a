// The stage of a scenario: a real server, a real client for each person, and what has happened.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "tests/blind/needles.h"
#include "tests/deploy/cast.h"
#include "tests/scenarios/scenario.h"
#include "tests/support/server_process.h"

namespace hearth::test {

struct StageOptions {
  std::filesystem::path server;  // hearthd
  std::filesystem::path client;  // hearth
  std::function<void(const std::string& line)> say = [](const std::string&) {};
  // How long one step may take: enough for a machine under load.
  std::chrono::seconds patience = std::chrono::seconds(60);
};

// For each client, how many events it had told at some moment.
using Marks = std::map<std::string, std::size_t>;

// What has happened so far, as far as an expectation may speak of it.
struct Story {
  struct Spoken {  // Delivered to everybody inside.
    std::string by;
    std::string text;
    std::uint64_t seq = 0;
    std::size_t item = 0;  // Of the meeting, in which it was said.
  };
  struct Refused {  // Not delivered.
    std::size_t line = 0;
    std::string by;
    std::string text;
    std::string reason;
    json::Value told;       // To whoever said it.
    bool expected = false;  // By an expectation; else it is a failure.
  };
  struct Arrival {
    std::string name;
    bool late = false;           // After the scheduled start.
    Marks knocked;               // When the knock began.
    std::size_t heard_from = 0;  // The first that they may hear, of `spoken`.
  };
  struct Removal {
    std::string name;
    std::uint64_t seq = 0;
  };
  struct Return {
    std::string name;
    Marks left;
    std::size_t missed_from = 0;  // Of `spoken`, and the first after the return.
    std::size_t missed_until = 0;
    bool had_turn = false;  // In this round, before they went.
  };
  struct Hand {
    std::string name;
    Marks before;  // When it went up.
  };
  struct Floor {           // As the acts have made it.
    std::size_t item = 0;  // How many have begun.
    std::string prompt;    // Of the present item.
    std::string mode = "free";
    std::uint64_t turn_seconds = 0;
    std::optional<std::string> turn;
    std::vector<Hand> hands;    // As raised.
    std::set<std::string> had;  // A turn in this item, or passed.
  };

  std::vector<Spoken> spoken;  // In the order of the log.
  std::optional<Refused> refused;
  std::optional<Arrival> arrival;
  std::optional<Spoken> reported;
  std::optional<Removal> removal;
  std::optional<Return> homecoming;
  Floor floor;
  std::string last_knock;  // Who knocked last.
  bool closed = false;
};

// Each act does to the real programs what its line says, and waits until everybody whom it concerns
// has seen it, so that a scenario takes no longer than the machine needs. What cannot be done, or
// is not seen by whoever must see it, is PlayFailed.
//
// The minutes of a scenario are not waited for: nothing that these acts promise runs out before the
// room closes. The one time that matters, how long a ban lasts, is taken from the lines.
class Stage final {
 public:
  // `said`: the lines whose words will be given to a client to be sent: they must not be found in
  // the server. `plan`: the pack of the meeting.
  Stage(StageOptions options, const std::vector<ScenarioLine>& said, const std::string& plan);

  // --- Acts
  void open_room(const ScenarioLine& line);
  void join(const ScenarioLine& line);
  void appoint_cofacilitator(const ScenarioLine& line);
  void appoint_supporter(const ScenarioLine& line);
  void knock(const ScenarioLine& line);
  void lobby_message(const ScenarioLine& line);
  void admit(const ScenarioLine& line);
  void deny(const ScenarioLine& line);
  void say(const ScenarioLine& line);
  void report(const ScenarioLine& line);
  void pause(const ScenarioLine& line);
  void resume(const ScenarioLine& line);
  void erase(const ScenarioLine& line);
  void ban(const ScenarioLine& line);
  void disconnect(const ScenarioLine& line);
  void reconnect(const ScenarioLine& line);
  void end_room(const ScenarioLine& line);
  void next_item(const ScenarioLine& line);
  void raise_hand(const ScenarioLine& line);
  void call_on(const ScenarioLine& line);
  void done(const ScenarioLine& line);
  void pass(const ScenarioLine& line);

  // --- What can be seen
  Story& story() noexcept { return story_; }
  Cast& cast() noexcept { return cast_; }
  // Who is inside and connected, in the order of their coming.
  std::vector<std::string> present() const;
  bool is_staff(const std::string& name) const { return people_.at(name).staff; }
  const std::string& lead() const noexcept { return lead_; }
  // Says something; everybody present hears it, or nobody. The reason if it was refused.
  std::optional<std::string> speak(const std::string& who, const std::string& text);
  // Something to say that is in no scenario.
  std::string own_line();
  // What stands on the screen of `name`: the lines heard that were not erased.
  std::vector<std::string> screen(const std::string& name) const;
  // The entries that hold a message after `seq`, sealed, as the server hands them out.
  std::vector<json::Value> sealed_after(std::uint64_t seq) const;
  // Whether `who` can open it with the keys that they hold.
  bool opens(const std::string& who, const json::Value& sealed);
  // Looks for any piece of a name or text of the scenario, and of `own_line`, in what the server
  // keeps and in its trace. What it found, or nothing. First it must find such a piece that is
  // put there for it.
  std::optional<std::string> search_server();
  Marks marks() const;

  // `holds` is asked again before the room closes, or at the end. Throws PlayFailed.
  void keep_asking(std::size_t line, std::function<void()> holds);
  struct Kept {
    std::size_t line;
    std::function<void()> holds;
  };
  // Called when the room is about to close.
  std::function<void()> on_closing = [] {};
  const std::vector<Kept>& kept() const noexcept { return kept_; }

  // Everybody inside holds the same entries, head and safety code and heard every line since they
  // came in, once and in order; the audit that the lead exports holds, and tells every act.
  void check_the_room();
  // Everybody present is shown the floor as the acts have made it, and what is left of a turn.
  void check_floor();
  // Everybody present saw the hands go up in this order, and is shown it.
  void check_hands(const std::vector<std::string>& names);
  // These, whose hands are up in this order, lower them and raise them all at once: there is one
  // order, whichever it is. Then they raise them again one after the other.
  void race_of_hands(const std::vector<std::string>& names);
  // What `name` sees who looks at the floor.
  json::Value floor_of(const std::string& name);
  // `who` may not speak (again) in this round.
  void must_have_had(const std::string& who);
  // The server ends well.
  void end();

 private:
  struct Person {
    bool waiting = false;
    bool inside = false;
    bool away = false;
    bool staff = false;
    bool supporter = false;
    std::size_t heard_from = 0;  // The first of the lines spoken that they must have heard.
  };

  void enter(const std::string& name);
  void appoint(const ScenarioLine& line, bool supporter);
  // The words that go with an act.
  void words(const ScenarioLine& line);
  void on_floor(const ScenarioLine& line, std::string_view name);
  void spoke_in_round(const ScenarioLine& line, const Marks& before);
  void off_the_floor(const std::string& name);
  void all_see_hands();
  void change_pause(const ScenarioLine& line, bool pause);
  json::Value slot_of(const std::string& who, const std::string& by);
  Person& inside(const std::string& name);
  void must_be_staff(const std::string& name);
  std::vector<std::string> members() const;  // Inside, also those who are away.
  // Everybody present is told NAME by `by`, after their mark, as `more` wants it.
  void all_see(
      const Marks& from, std::string_view name, const std::string& by,
      const Cast::Wanted& more = [](const json::Value&) { return true; });
  // The same of what is told about `who`, where nobody else has done it.
  void all_hear(
      const Marks& from, std::string_view name, const std::string& who,
      const Cast::Wanted& more = [](const json::Value&) { return true; });
  std::string invitation(bool staff_pass);
  void check_same_log();
  void check_lines();
  void check_audit();
  void forget(ByteView held);
  std::optional<std::string> found_in_server() const;
  std::vector<std::filesystem::path> kept_by_server() const;

  StageOptions options_;
  TemporaryFolder folder_;
  TemporaryFolder papers_;  // Of the people, not of the server.
  const std::filesystem::path plan_ = papers_.path() / "evening.pack";
  ServerProcess server_;
  tests::Needles needles_;
  bool knows_words_ = false;  // Of the server's program: they are no needles any more.
  Cast cast_;
  std::map<std::string, Person> people_;
  Story story_;
  std::vector<Kept> kept_;
  std::map<std::string, std::size_t> audited_;  // Words of an audit, and how many lines have them.
  std::string lead_;
  std::string link_;
  double length_minutes_ = 0;
  std::size_t own_lines_ = 0;
};

}  // namespace hearth::test
