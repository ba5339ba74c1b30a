// The tables of acts, and the walk through the lines.
#include "tests/scenarios/runner.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "tests/scenarios/expectations.h"
#include "tests/scenarios/item.h"
#include "tests/scenarios/plan.h"

namespace hearth::test {
namespace {

enum class To { nobody, one, some };

// What the door, the keepers and the floor do.
struct Act {
  std::string_view name;
  To to;
  bool comes;  // Whoever does it comes into the scenario with it.
  void (Stage::*play)(const ScenarioLine& line);
  bool on_floor = false;  // Its text is no words to others.
};
constexpr std::array kActs{
    Act{"open_room", To::nobody, true, &Stage::open_room},
    Act{"join", To::nobody, true, &Stage::join},
    Act{"knock", To::nobody, true, &Stage::knock},
    Act{"appoint_cofacilitator", To::one, false, &Stage::appoint_cofacilitator},
    Act{"appoint_supporter", To::one, false, &Stage::appoint_supporter},
    Act{"lobby_message", To::one, false, &Stage::lobby_message},
    Act{"admit", To::some, false, &Stage::admit},
    Act{"deny", To::some, false, &Stage::deny},
    Act{"announce", To::nobody, false, &Stage::say},
    Act{"say", To::nobody, false, &Stage::say},
    Act{"report", To::one, false, &Stage::report},
    Act{"pause", To::nobody, false, &Stage::pause},
    Act{"resume", To::nobody, false, &Stage::resume},
    Act{"erase", To::one, false, &Stage::erase},
    Act{"ban", To::one, false, &Stage::ban},
    Act{"disconnect", To::nobody, false, &Stage::disconnect},
    Act{"reconnect", To::nobody, false, &Stage::reconnect},
    Act{"end_room", To::nobody, false, &Stage::end_room},
    Act{"next_item", To::nobody, false, &Stage::next_item},
    Act{"raise_hand", To::nobody, false, &Stage::raise_hand, true},
    Act{"call_on", To::one, false, &Stage::call_on, true},
    Act{"done", To::nobody, false, &Stage::done, true},
    Act{"pass", To::nobody, false, &Stage::pass, true},
};

// What gives a meeting its shape. No client can do these yet: they are skipped and counted.
constexpr std::array<std::string_view, 8> kNotYet{
    "reach_out",      "notice",    "accept_reach_out", "one_to_one_say",
    "one_to_one_end", "poll_open", "poll_close",       "poll_answer",
};

const Act* act_of(const ScenarioLine& line) {
  const auto found = std::ranges::find(kActs, line.action, &Act::name);
  return found == kActs.end() ? nullptr : &*found;
}
bool is_not_yet(const ScenarioLine& line) {
  return std::ranges::find(kNotYet, line.action) != kNotYet.end();
}

// Everything that can be known to be wrong before anything is started.
void check_words(const std::vector<ScenarioLine>& lines) {
  std::set<std::string> known;
  const auto must_be_known = [&](const ScenarioLine& line, const std::string& name) {
    if (!known.contains(name)) throw ScenarioBroken(line.number, "nobody is called " + name);
  };
  for (const ScenarioLine& line : lines) {
    if (line.expects()) {
      if (line.action != "expect") {
        throw ScenarioBroken(line.number, "the server cannot " + line.action);
      }
      for (const Expected& expected : expected_of(line)) {
        for (const std::string& name : expected.names) must_be_known(line, name);
      }
      continue;
    }
    const Act* const act = act_of(line);
    if (!act && !is_not_yet(line)) {
      throw ScenarioBroken(line.number, "nobody knows how to " + line.action);
    }
    if (act && act->comes && !known.insert(line.who).second) {
      throw ScenarioBroken(line.number, line.who + " is there already");
    }
    must_be_known(line, line.who);
    for (const std::string& name : line.to) {
      if (name != "*") must_be_known(line, name);
    }
    if (!act) continue;
    const bool all = !line.to.empty() && line.to.front() == "*";
    const bool fits = act->to == To::nobody ? line.to.empty()
                      : act->to == To::one  ? line.to.size() == 1 && !all
                                            : !line.to.empty() && (!all || act->name == "admit");
    if (!fits) throw ScenarioBroken(line.number, line.action + " cannot be done to these");
    if (act->name == "next_item" && !item_of(line.text)) {
      throw ScenarioBroken(line.number, "this names no way to speak, or more than one");
    }
  }
}

// Whose words are given to a client, to be sent to others.
std::vector<ScenarioLine> with_words(const std::vector<ScenarioLine>& lines) {
  std::vector<ScenarioLine> with_words;
  std::ranges::copy_if(lines, std::back_inserter(with_words), [](const ScenarioLine& line) {
    const Act* const act = act_of(line);
    return act && !act->on_floor;
  });
  return with_words;
}

class Runner final {
 public:
  Runner(const std::vector<ScenarioLine>& lines, StageOptions options)
      : lines_(lines),
        say_(options.say),
        stage_(std::move(options), with_words(lines), plan_of(lines)) {
    stage_.on_closing = [this] { ask_again(); };
  }

  ScenarioReport run() {
    std::size_t number = 0;  // Of the line that is being played.
    try {
      for (const ScenarioLine& line : lines_) {
        if (!line.expects()) refused_must_be_expected();
        number = line.number;
        if (line.expects())
          expect(line);
        else if (const Act* const act = act_of(line))
          play(line, *act);
        else
          skip(line);
      }
      refused_must_be_expected();
      number = lines_.back().number;
      if (!stage_.story().closed) stage_.check_the_room();
      stage_.end();
      ask_again();
    } catch (const ScenarioBroken& broken) {
      fail(broken.line, broken.what());
    } catch (const PlayFailed& failure) {
      fail(number, failure.what());
    }
    return std::move(report_);
  }

 private:
  void tell(std::size_t line, const std::string& what) {
    say_((line < 10 ? "  " : line < 100 ? " " : "") + std::to_string(line) + "  " + what);
  }
  void fail(std::size_t line, const std::string& what) {
    tell(line, "FAILED: " + what);
    report_.failures.push_back({line, what});
  }

  void play(const ScenarioLine& line, const Act& act) {
    (stage_.*act.play)(line);
    ++report_.played;
    std::string to;
    for (const std::string& name : line.to) to += " " + name;
    tell(line.number,
         line.who + " " + line.action + to + (line.text.empty() ? "" : ": ") + line.text);
  }

  void skip(const ScenarioLine& line) {
    ++report_.skipped[line.action];
    tell(line.number, "skipped: " + line.action);
  }

  void expect(const ScenarioLine& line) {
    ++report_.expected;
    for (const auto& [clause, words, names] : expected_of(line)) {
      if (!clause->waits_for.empty()) {
        ++report_.unchecked[std::string(clause->waits_for)];
        tell(line.number, std::string(clause->check ? "in part " : "") + "not checked (" +
                              std::string(clause->waits_for) + "): " + words);
      }
      if (!clause->check) continue;
      const std::size_t kept = stage_.kept().size();
      try {
        clause->check(stage_, line.number, names);
        if (stage_.kept().size() == kept) {
          ++report_.checked;
          tell(line.number, "holds: " + words);
        } else {
          lasting_[kept] = words;
          tell(line.number, "holds so far: " + words);
        }
      } catch (const PlayFailed& failure) {
        fail(line.number, failure.what());
      }
    }
  }

  // What was refused has to be expected by the lines that follow it at once.
  void refused_must_be_expected() {
    auto& refused = stage_.story().refused;
    if (!refused) return;
    if (!refused->expected) {
      throw ScenarioBroken(
          refused->line,
          refused->by + " could not say it, and nothing expects that: " + refused->reason);
    }
    refused.reset();
  }

  // What has to hold for the rest of the meeting.
  void ask_again() {
    for (; asked_ < stage_.kept().size(); ++asked_) {
      const auto& [line, holds] = stage_.kept()[asked_];
      try {
        holds();
        if (const auto lasting = lasting_.find(asked_); lasting != lasting_.end()) {
          ++report_.checked;
          tell(line, "held to the end: " + lasting->second);
        }
      } catch (const PlayFailed& failure) {
        fail(line, failure.what());
      }
    }
  }

  const std::vector<ScenarioLine>& lines_;
  std::function<void(const std::string&)> say_;
  Stage stage_;
  ScenarioReport report_;
  std::size_t asked_ = 0;                       // Of what is kept.
  std::map<std::size_t, std::string> lasting_;  // The clauses among what is kept, by place.
};

}  // namespace

ScenarioReport run_scenario(const std::filesystem::path& file, StageOptions options) {
  ScenarioReport broken;
  try {
    const auto lines = read_scenario(file);
    check_words(lines);
    return Runner(lines, std::move(options)).run();
  } catch (const ScenarioBroken& failure) {
    broken.failures.push_back({failure.line, failure.what()});
  } catch (const PlayFailed& failure) {
    broken.failures.push_back({0, failure.what()});
  }
  return broken;
}

}  // namespace hearth::test
