// What must hold when a play is over.
#include <algorithm>

#include "tests/deploy/play.h"

namespace hearth::test {

using json::Value;

void Play::check() {
  if (removed_at_.empty()) throw PlayFailed("nobody was removed: the script shows too little");
  for (const auto& [name, seq] : removed_at_) {
    if (!actor(name).gone) throw PlayFailed("nothing was said after " + name + " was removed");
  }
  check_lines();
  check_same_log();
  check_safety_codes();
  check_who_can_open();
}

// Nothing lost, nothing doubled, nothing out of order.
void Play::check_lines() {
  for (const std::string& name : inside()) {
    std::vector<std::string> heard;
    for (const Value& event : cast_.events(name)) {
      if (is_event(event, "message")) {
        heard.push_back(text_of(*event.find("from"), "name") + ": " + text_of(event, "text"));
      }
    }
    std::vector<std::string> said;
    for (std::size_t i = actor(name).heard_from; i < said_.size(); ++i) {
      said.push_back(said_[i].by + ": " + said_[i].text);
    }
    if (heard != said) {
      throw PlayFailed(name + " heard " + std::to_string(heard.size()) + " lines, " +
                       std::to_string(said.size()) + " were said, or in another order");
    }
  }
  options_.say("Everybody inside heard every line since they came in, once and in order.");
}

void Play::check_same_log() {
  const auto names = inside();
  cast_.wait(host_, "for everybody to be at the same head", [&] {
    const Value head = *cast_.ask(host_, command("status")).find("head");
    return std::ranges::all_of(names, [&](const std::string& name) {
      return *cast_.ask(name, command("status")).find("head") == head;
    });
  });
  const json::Array all = cast_.ask(host_, command("entries")).find("entries")->as_array();
  std::size_t compared = 0;
  for (const std::string& name : names) {
    const json::Array own = cast_.ask(name, command("entries")).find("entries")->as_array();
    if (own.empty()) throw PlayFailed(name + " has seen no entry");
    const auto first = std::ranges::find(all, own.front());
    const auto rest = static_cast<std::size_t>(all.end() - first);
    if (rest != own.size() || !std::equal(first, all.end(), own.begin())) {
      throw PlayFailed(name + " holds another log than " + host_);
    }
    compared += own.size();
  }
  const Value head = *cast_.ask(host_, command("status")).find("head");
  options_.say("All " + std::to_string(names.size()) + " clients inside hold the same entries (" +
               std::to_string(compared) + " compared) and the same head, " +
               text_of(head, "h").substr(0, 16) + ".");
}

void Play::check_safety_codes() {
  std::optional<Value> code;
  for (const std::string& name : inside()) {
    const json::Array codes = cast_.ask(name, command("safety_code")).find("codes")->as_array();
    if (codes.empty()) throw PlayFailed(name + " has no safety code");
    if (code && *code != codes.back()) throw PlayFailed(name + " has another safety code");
    code = codes.back();
  }
  options_.say("Their safety code is the same: " + text_of(*code, "digits") + ".");
}

// Both are away, both are handed the same sealed message: the member opens it, the removed does
// not. Without the first half the second would prove nothing.
void Play::check_who_can_open() {
  const std::string member = inside().back();
  cast_.ask(member, command("disconnect"));
  const std::uint64_t before =
      cast_.ask(host_, command("status")).find("head")->find("seq")->as_u64();
  actor(member).away = true;
  say(host_, "One more line, for the check of the keys.");
  const auto sealed = sealed_after(before);
  if (!sealed) throw PlayFailed("the last message was not seen sealed");
  Value open = command("open_raw");
  for (const char* key : {"seq", "kind", "generation", "body"}) open.set(key, *sealed->find(key));
  if (!cast_.ask(member, open).find("opened")->as_bool()) {
    throw PlayFailed(member + " is a member and could not open a sealed message");
  }
  for (const auto& [name, seq] : removed_at_) {
    if (cast_.ask(name, open).find("opened")->as_bool()) {
      throw PlayFailed(name + " could open a message after the removal");
    }
    options_.say(member + ", who is a member, can open a message handed over sealed; " + name +
                 ", who was removed, cannot.");
  }
}

}  // namespace hearth::test
