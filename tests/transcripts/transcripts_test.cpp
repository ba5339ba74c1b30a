// Plays each transcript of this folder: what is typed goes in, what is heard is compared.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>

#include "client/console/plain_face.h"
#include "tests/support/world.h"

namespace hearth::test {
namespace {

namespace fs = std::filesystem;

// The forms of a line:
//   # comment                       kept as it is
//   NAME founds TITLE               a face that makes a room
//   NAME comes                      a face that goes to a door
//   NAME> text                      a line typed; LINK stands for the newest invitation
//   NAME is cut off                 the line breaks
//   N seconds pass
//   NAME| text                      what is heard: compared with what is heard now
// Isolates are written as ‹ and ›, links as LINK, safety codes as CODE. Everybody is heard after
// every step, in the order in which they came.
class Stage final {
 public:
  // The transcript as it is now.
  std::string play(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (std::regex_search(line, std::regex(R"(^[^ >|]+\|)"))) continue;
      out_ += line + "\n";
      if (!line.empty() && line[0] != '#') step(line);
    }
    return out_;
  }

 private:
  struct Actor {
    std::string name;
    std::unique_ptr<client::PlainFace> face;
    Client& client;
    std::map<std::uint64_t, std::uint64_t> tags;  // The core's to the face's.
    std::size_t heard = 0;
  };

  void step(const std::string& line) {
    std::smatch part;
    if (std::regex_match(line, part, std::regex("([^ >]+) founds (.+)"))) {
      client::CreateRoom room;
      room.host = "meet.example";
      room.title = part[2];
      room.name = part[1];
      room.agreement = "Be kind.";
      come(part[1], std::make_unique<client::PlainFace>(std::move(room)));
    } else if (std::regex_match(line, part, std::regex("([^ >]+) comes"))) {
      client::KnockAtDoor knock;
      knock.name = part[1];
      come(part[1], std::make_unique<client::PlainFace>(std::move(knock)));
    } else if (std::regex_match(line, part, std::regex("([^ >]+)> (.*)"))) {
      Actor& who = actor(part[1]);
      take(who, who.face->on_line(part[2] == "LINK" ? link_ : part[2].str()));
    } else if (std::regex_match(line, part, std::regex("([^ >]+) is cut off"))) {
      world_.cut(actor(part[1]).client);
    } else if (std::regex_match(line, part, std::regex("([0-9]+) seconds pass"))) {
      world_.pass(std::chrono::seconds(std::stoi(part[1])));
    } else {
      ADD_FAILURE() << "no such line: " << line;
    }
    hear_everybody();
  }

  void come(const std::string& name, std::unique_ptr<client::PlainFace> face) {
    actors_.push_back({name, std::move(face), world_.client(name), {}, 0});
    take(actors_.back(), actors_.back().face->begin());
  }

  Actor& actor(const std::string& name) {
    for (Actor& who : actors_) {
      if (who.name == name) return who;
    }
    throw std::runtime_error("nobody is called " + name);
  }

  void take(Actor& who, client::Step step) {
    print(who, step.text);
    for (client::Command& command : step.commands) {
      who.tags[who.client.ask(std::move(command.body))] = command.tag;
    }
    if (step.quit) who.client.ask(client::Quit{});
  }

  // Until nobody has anything to say: a face may answer an event with a command.
  void hear_everybody() {
    for (bool more = true; more;) {
      world_.settle();
      more = false;
      for (Actor& who : actors_) {
        for (; who.heard < who.client.shown().size(); more = true) {
          const client::Show show = who.client.shown()[who.heard++];
          if (const auto* made = std::get_if<client::Invitation>(&show.event)) link_ = made->link;
          const auto tag = who.tags.find(show.tag);
          take(who, who.face->on_event(show.event, tag == who.tags.end() ? 0 : tag->second));
        }
      }
    }
  }

  void print(const Actor& who, const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      out_ += who.name + "| " + readable(std::move(line)) + "\n";
    }
  }

  static std::string readable(std::string line) {
    line = std::regex_replace(line, std::regex("\u2068"), "‹");
    line = std::regex_replace(line, std::regex("\u2069"), "›");
    line = std::regex_replace(line, std::regex("https://[^ ]+/j#[^ ]+"), "LINK");
    return std::regex_replace(line, std::regex("[0-9]{5}( [0-9]{5}){4}"), "CODE");
  }

  World world_{1};
  std::list<Actor> actors_;
  std::string link_;
  std::string out_;
};

class Transcript : public testing::TestWithParam<std::string> {};

TEST_P(Transcript, IsWhatPeopleHear) {
  const fs::path file = fs::path("tests/transcripts") / (GetParam() + ".txt");
  std::ostringstream kept;
  kept << std::ifstream(file).rdbuf();

  const std::string now = Stage().play(kept.str());

  if (std::getenv("HEARTH_WRITE_GOLDEN")) std::ofstream(file) << now;
  EXPECT_EQ(now, kept.str()) << "HEARTH_WRITE_GOLDEN=1 writes " << file << " anew";
}

INSTANTIATE_TEST_SUITE_P(All, Transcript,
                         testing::Values("first_meeting", "door", "removal", "lost_connection",
                                         "mistakes"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace hearth::test
