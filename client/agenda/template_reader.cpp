// The lines of a template, and of its items.
#include "client/agenda/template_reader.h"

#include <array>

#include "client/agenda/pack_text.h"

namespace hearth::agenda {
namespace {

constexpr std::array<std::string_view, 3> kTemplateWords{"title", "minutes", "item"};
constexpr std::array<std::string_view, 12> kItemWords{"mode", "minutes",  "turn",   "passes-on",
                                                      "fair", "say",      "prompt", "read",
                                                      "card", "question", "poll",   "lounge"};
constexpr std::array<std::string_view, 5> kModes{"free", "queue", "round", "respond", "staff_only"};

bool takes_turns(room::Mode mode) noexcept {
  using enum room::Mode;
  return mode == queue || mode == round || mode == staff_only;
}

}  // namespace

TemplateReader::TemplateReader(Problems& problems, std::vector<Reference>& references,
                               const Line& line, std::string_view name)
    : problems_(problems), references_(references) {
  template_.line = line.number;
  template_.name = name;
}

void TemplateReader::read(const Line& line) {
  if (in_item_ && line.indent == 4) return read_item_line(line);
  if (line.indent != 2) return problems_.wrong_indent(line, in_item_ && line.indent > 2 ? 4 : 2);
  const auto [word, rest] = split_word(line.text);
  if (word == "item") return begin_item(line, rest);
  if (in_item_) {
    const bool of_item = std::ranges::find(kItemWords, word) != kItemWords.end();
    return problems_.error(
        line.number, of_item ? std::string(word) + " belongs to an item; set it in by 4 blanks"
                             : "only items follow the first item, not " + quoted(word) +
                                   "; put it above, or take it out");
  }
  if (word == "title") {
    if (!template_.title.empty()) return problems_.twice(line, word);
    if (rest.empty() || rest.size() > kTitleSizeMax) {
      return problems_.error(line.number, "title takes a line of 1 to 200 bytes");
    }
    template_.title = rest;
  } else if (word == "minutes") {
    if (minutes_line_ > 0) return problems_.twice(line, word);
    minutes_line_ = line.number;
    template_.minutes = number(line, word, rest, kItemsMax * kItemMinutesMax);
  } else {
    problems_.error(line.number,
                    "a template has no " + quoted(word) + suggestion(word, kTemplateWords));
  }
}

Template TemplateReader::end() {
  end_item();
  const std::string called = "template " + template_.name;
  if (template_.title.empty()) {
    problems_.error(template_.line, called + " has no title; add one below it");
  }
  if (template_.items.empty()) {
    problems_.error(template_.line, called + " has no item; add some below it");
  }
  judge_sum(called);
  return std::move(template_);
}

void TemplateReader::judge_sum(const std::string& called) {
  if (minutes_line_ == 0) {
    return problems_.error(template_.line, called + " has no minutes; say how long the meeting is");
  }
  Plan plan;
  for (const TemplateItem& planned : template_.items) plan.items.push_back(planned.item);
  const bool counted = std::ranges::all_of(plan.items, [](const Item& i) { return i.minutes > 0; });
  // What is missing was said; a sum without it would only confuse.
  if (plan.items.empty() || !counted || template_.minutes == 0) return;
  const unsigned sum = minutes_of(plan, meeting_of(plan));
  if (sum == template_.minutes) return;
  problems_.error(minutes_line_, "the items take " + std::to_string(sum) + " minutes" +
                                     " without the lounges before and after, not " +
                                     std::to_string(template_.minutes) +
                                     "; change one or the other");
}

// Items

void TemplateReader::begin_item(const Line& line, std::string_view name) {
  end_item();
  in_item_ = true;
  item_ = {};
  item_.item.minutes = 0;
  item_.item.name = name;
  item_line_ = line.number;
  seen_.clear();
  if (name.empty() || name.size() > kNameSizeMax) {
    problems_.error(line.number, "item takes a name of 1 to 80 bytes");
  }
  if (template_.items.size() == kItemsMax) {
    problems_.error(line.number, "a template has at most 64 items; put some together");
  }
}

void TemplateReader::read_item_line(const Line& line) {
  const auto [word, rest] = split_word(line.text);
  if (std::ranges::find(kItemWords, word) == kItemWords.end()) {
    return problems_.error(line.number,
                           "an item has no " + quoted(word) + suggestion(word, kItemWords));
  }
  if (word == "question") return read_question(line, rest);
  if (!seen_.emplace(word).second) return problems_.twice(line, word);
  Item& item = item_.item;
  if (word == "mode") return read_mode(line, rest);
  if (word == "poll" || word == "lounge") return read_kind(line, word, rest);
  if (word == "say") return read_say(line, rest);
  if (word == "minutes") {
    item.minutes = number(line, word, rest, kItemMinutesMax);
  } else if (word == "turn") {
    turn_line_ = line.number;
    item.turn_seconds = number(line, word, rest, room::kTurnSecondsMax);
  } else if (word == "fair" || word == "passes-on") {
    flags_line_ = line.number;
    item.flags |= word == "fair" ? room::ModeOp::kFair : room::ModeOp::kPassesOn;
    nothing_behind(line, word, rest);
  } else {
    read_reference(line, word, rest);
  }
}

void TemplateReader::read_mode(const Line& line, std::string_view rest) {
  const auto found = std::ranges::find(kModes, rest);
  if (found == kModes.end()) {
    return problems_.error(line.number,
                           "no mode is called " + quoted(rest) + suggestion(rest, kModes));
  }
  item_.item.mode = static_cast<room::Mode>(found - kModes.begin() + 1);
}

void TemplateReader::read_kind(const Line& line, std::string_view word, std::string_view rest) {
  if (item_.item.kind != ItemKind::talk) {
    return problems_.error(line.number, "an item is a poll or a lounge, not both; make two");
  }
  item_.item.kind = word == "poll" ? ItemKind::poll : ItemKind::lounge;
  nothing_behind(line, word, rest);
}

void TemplateReader::read_question(const Line& line, std::string_view rest) {
  if (rest.empty() || rest.size() > kQuestionSizeMax) {
    return problems_.error(line.number, "question takes a line of 1 to 200 bytes");
  }
  if (item_.item.questions.size() == kQuestionsMax) {
    return problems_.error(line.number, "a poll has at most 3 questions; take this one out");
  }
  item_.item.questions.emplace_back(rest);
}

void TemplateReader::read_say(const Line& line, std::string_view rest) {
  if (rest.empty() || rest.size() > kPromptSizeMax) {
    return problems_.error(line.number,
                           "say takes a line of 1 to 600 bytes; make longer words a reading");
  }
  if (seen_.contains("prompt")) {
    return problems_.error(line.number, "say or prompt, not both; take one out");
  }
  item_.item.prompt = rest;
}

void TemplateReader::read_reference(const Line& line, std::string_view word,
                                    std::string_view rest) {
  const bool prompt = word == "prompt";
  const TextKind kind = prompt           ? TextKind::prompt
                        : word == "read" ? TextKind::reading
                                         : TextKind::card;
  if (!is_reference(rest)) {
    return problems_.error(line.number, std::string(word) + " takes the name of a " +
                                            std::string(name_of(kind)) + " of this file");
  }
  references_.push_back({line.number, kind, std::string(rest)});
  if (prompt && seen_.contains("say")) {
    return problems_.error(line.number, "say or prompt, not both; take one out");
  }
  if (prompt) {
    item_.prompt = rest;
    return;
  }
  if (!item_.reading.empty()) {
    return problems_.error(line.number,
                           "an item shows one text, a reading or a card; make two items");
  }
  item_.reading = rest;
  item_.reading_kind = kind;
}

void TemplateReader::end_item() {
  if (!in_item_) return;
  in_item_ = false;
  const std::string called = "item " + quoted(item_.item.name);
  if (!seen_.contains("minutes")) {
    problems_.error(item_line_, called + " has no minutes; add them below it");
  }
  judge_mode(called);
  judge_questions(called);
  if (template_.items.size() < kItemsMax) template_.items.push_back(std::move(item_));
}

void TemplateReader::judge_mode(const std::string& called) {
  Item& item = item_.item;
  if (!seen_.contains("mode")) {
    // Each answers a poll alone, and a lounge is everybody's: they need not say it.
    if (item.kind == ItemKind::poll) item.mode = room::Mode::staff_only;
    if (item.kind == ItemKind::talk) {
      problems_.error(item_line_, called + " has no mode; add one below it, such as mode round");
    }
  } else if (item.kind == ItemKind::lounge && item.mode != room::Mode::free) {
    problems_.error(item_line_, called + " is a lounge, which is always free; take its mode out");
  }
  if (seen_.contains("turn") && !takes_turns(item.mode)) {
    problems_.error(turn_line_,
                    "nobody takes turns in this item; take turn out, or use queue or round");
  }
  if (item.flags > 0 && item.mode != room::Mode::queue) {
    problems_.error(flags_line_, "passes-on and fair mean something in a queue alone; take it out");
  }
}

void TemplateReader::judge_questions(const std::string& called) {
  const bool poll = item_.item.kind == ItemKind::poll;
  if (poll && item_.item.questions.empty()) {
    problems_.error(item_line_, called + " is a poll and asks nothing; add question lines to it");
  }
  if (!poll && !item_.item.questions.empty()) {
    problems_.error(item_line_, called + " has a question and is no poll; add poll, or use say");
  }
}

void TemplateReader::nothing_behind(const Line& line, std::string_view word,
                                    std::string_view rest) {
  if (rest.empty()) return;
  problems_.error(line.number, std::string(word) + " stands alone; take the rest out");
}

std::uint16_t TemplateReader::number(const Line& line, std::string_view word, std::string_view rest,
                                     std::size_t most) {
  const auto value = number_in(rest);
  if (value && *value >= 1 && *value <= most) return static_cast<std::uint16_t>(*value);
  const std::string unit = word == "turn" ? " of seconds" : "";
  problems_.error(line.number, std::string(word) + " takes a whole number" + unit + " from 1 to " +
                                   std::to_string(most) +
                                   (rest.empty() ? std::string() : ", not " + quoted(rest)));
  return 0;
}

}  // namespace hearth::agenda
