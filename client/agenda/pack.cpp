// What is in a pack, found and put together.
#include "client/agenda/pack.h"

#include <algorithm>

namespace hearth::agenda {

std::string_view name_of(Variant variant) noexcept {
  return variant == Variant::religious ? "religious" : "non-religious";
}

std::optional<Variant> variant_of(std::string_view name) noexcept {
  for (const Variant variant : {Variant::non_religious, Variant::religious}) {
    if (name == name_of(variant)) return variant;
  }
  return std::nullopt;
}

std::string_view name_of(TextKind kind) noexcept {
  switch (kind) {
    case TextKind::reading: return "reading";
    case TextKind::prompt: return "prompt";
    case TextKind::card: return "card";
  }
  return {};
}

const PackText* Pack::find(TextKind kind, std::string_view name, Variant variant) const noexcept {
  const PackText* for_all = nullptr;
  for (const PackText& text : texts) {
    if (text.kind != kind || text.name != name) continue;
    if (text.variant == variant) return &text;
    if (!text.variant) for_all = &text;
  }
  return for_all;
}

const Template* Pack::find_template(std::string_view name) const noexcept {
  const auto found = std::ranges::find(templates, name, &Template::name);
  return found == templates.end() ? nullptr : &*found;
}

Plan Pack::plan(const Template& from, Variant variant) const {
  const auto text_of = [&](TextKind kind, std::string_view name) {
    const PackText* const text = find(kind, name, variant);
    if (text == nullptr) return std::string();
    // A card that nobody has filled in says nothing, its title neither.
    return text->title.empty() || text->text.empty() ? text->text : text->title + "\n" + text->text;
  };
  Plan plan{from.title, {}};
  for (const TemplateItem& planned : from.items) {
    Item item = planned.item;
    if (!planned.prompt.empty()) item.prompt = text_of(TextKind::prompt, planned.prompt);
    if (!planned.reading.empty()) item.reading = text_of(planned.reading_kind, planned.reading);
    plan.items.push_back(std::move(item));
  }
  return plan;
}

}  // namespace hearth::agenda
