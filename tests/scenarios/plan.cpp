// From what is said when an item begins to the plan of the meeting.
#include "tests/scenarios/plan.h"

#include <algorithm>
#include <cmath>

#include "tests/scenarios/item.h"

namespace hearth::test {

std::string plan_of(const std::vector<ScenarioLine>& lines) {
  std::vector<const ScenarioLine*> items;
  for (const ScenarioLine& line : lines) {
    if (line.action == "next_item") items.push_back(&line);
  }
  std::string prompts;
  std::string course;
  long minutes = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const ScenarioLine& line = *items[i];
    const double end = i + 1 < items.size() ? items[i + 1]->at_minute : lines.back().at_minute;
    const long planned = std::max(1L, std::lround(end - line.at_minute));
    const auto item = item_of(line.text);
    const std::string number = std::to_string(i + 1);
    minutes += planned;
    prompts += "prompt item-" + number + "\n  " + line.text + "\n";
    course += "  item " + line.text.substr(0, line.text.find_first_of(":,.")) + "\n    mode " +
              std::string(item->mode) + "\n    minutes " + std::to_string(planned) + "\n";
    if (item->turn_seconds > 0) course += "    turn " + std::to_string(item->turn_seconds) + "\n";
    course += "    prompt item-" + number + "\n";
  }
  return "hearth-pack 1\nlanguage en\ntitle Of a scenario\nvariants non-religious\n" + prompts +
         "template " + std::string(kPlanTemplate) + "\n  title Evening\n  minutes " +
         std::to_string(minutes) + "\n" + course;
}

}  // namespace hearth::test
