// The items of a scenario as a pack, as whoever leads would have written it down before the
// meeting.
#pragma once

#include <string>
#include <vector>

#include "tests/scenarios/scenario.h"

namespace hearth::test {

inline constexpr std::string_view kPlanTemplate = "evening";

// A pack (client/packs/README.md) with one template, kPlanTemplate: of each `next_item` its text as
// the prompt, the way to speak that it names, and the minutes up to the next. Every such line names
// a way to speak (item.h).
std::string plan_of(const std::vector<ScenarioLine>& lines);

}  // namespace hearth::test
