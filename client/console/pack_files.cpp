// Packs on the disk, checked and shown.
#include "client/console/pack_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <optional>
#include <ostream>
#include <sstream>

#include "client/agenda/agenda.h"
#include "client/agenda/pack.h"
#include "client/console/names.h"
#include "client/console/spoken.h"

namespace hearth::client {
namespace {

using namespace agenda;

constexpr int kGood = 0;
constexpr int kBad = 1;
constexpr int kUnreadable = 2;

// The content, cut one byte behind what a pack may hold; nothing where it cannot be read.
std::optional<std::string> content_of(const std::string& path) {
  // Anything else could keep whoever opens it waiting, and with them the meeting.
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string content(kPackSizeMax + 1, '\0');
  if (!file.read(content.data(), static_cast<std::streamsize>(content.size())) && !file.eof()) {
    return std::nullopt;
  }
  content.resize(static_cast<std::size_t>(file.gcount()));
  return content;
}

enum class Say { errors, notes_too };

// Reads a pack and says what is wrong with it.
std::optional<Pack> read(const std::string& path, Say say, std::ostream& err, int& code) {
  const auto content = content_of(path);
  if (!content) {
    err << "hearth: " << neutral(path) << " cannot be read\n";
    code = kUnreadable;
    return std::nullopt;
  }
  PackReport report = read_pack(*content, nfc);
  for (const Problem& problem : report.problems) {
    if (problem.note && say == Say::errors) continue;
    err << neutral(path) << ':' << problem.line << ": " << (problem.note ? "note: " : "")
        << problem.what << '\n';
  }
  if (!report.pack) code = std::max(code, kBad);
  return std::move(report.pack);
}

std::string written(std::chrono::year_month_day day) {
  const auto two = [](unsigned value) { return (value < 10 ? "-0" : "-") + std::to_string(value); };
  return std::to_string(static_cast<int>(day.year())) + two(static_cast<unsigned>(day.month())) +
         two(static_cast<unsigned>(day.day()));
}

void note_old_cards(const Pack& pack, const std::string& path, Instant now, std::ostream& err) {
  for (const PackText& text : pack.texts) {
    if (!text.review || std::chrono::sys_days(*text.review) >= now) continue;
    err << neutral(path) << ':' << text.line << ": note: card " << text.name
        << " should have been checked by " << written(*text.review)
        << "; check it, then write down the next day\n";
  }
}

std::string variants_of(const Pack& pack) {
  std::string out;
  for (const Variant variant : pack.variants) {
    out += (out.empty() ? "" : ", ") + std::string(agenda::name_of(variant));
  }
  return out;
}

void show_course(const Pack& pack, const Template& meeting, std::ostream& out) {
  const Plan plan = pack.plan(meeting, pack.variants.front());
  const Span span = meeting_of(plan);
  out << "\ntemplate " << meeting.name << ": " << meeting.title << ", "
      << counted(meeting.minutes, "minute", "minutes") << '\n';
  int minute = -static_cast<int>(minutes_of(plan, {0, span.first}));
  for (const Item& item : plan.items) {
    out << std::setw(5) << minute << "  " << item.name << ", "
        << counted(item.minutes, "minute", "minutes") << ", "
        << (item.kind == ItemKind::lounge ? "lounge"
            : item.kind == ItemKind::poll ? "poll"
                                          : room::name_of(item.mode))
        << '\n';
    minute += item.minutes;
  }
}

void show_pack(const Pack& pack, std::ostream& out) {
  out << pack.title << "\nlanguage " << pack.language << "\nvariants " << variants_of(pack) << '\n';
  for (const Template& meeting : pack.templates) show_course(pack, meeting, out);
  if (!pack.texts.empty()) out << '\n';
  for (const PackText& text : pack.texts) {
    out << agenda::name_of(text.kind) << ' ' << text.name;
    if (text.variant) out << ' ' << agenda::name_of(*text.variant);
    if (text.text.empty()) out << " (empty)";
    if (text.review) out << ", to be checked by " << written(*text.review);
    out << '\n';
  }
}

// Everything as everybody will read it, card by card.
void show_meeting(const Plan& plan, std::ostream& out) {
  Agenda meeting(plan);
  while (const auto posting = meeting.next(Instant{})) {
    for (const std::string& line : lines_of(posting->card)) out << line << '\n';
    out << '\n';
  }
}

// The variant that is asked for, or a sentence.
std::expected<Variant, std::string> variant_in(const Pack& pack, const std::string& name) {
  if (name.empty()) return pack.variants.front();
  const auto named = variant_of(name);
  if (!named || std::ranges::find(pack.variants, *named) == pack.variants.end()) {
    return std::unexpected("this pack has only the variants " + variants_of(pack));
  }
  return *named;
}

int refuse(std::ostream& err, const std::string& sentence) {
  err << "hearth: " << sentence << '\n';
  return kUnreadable;
}

}  // namespace

int pack_check(const std::vector<std::string>& paths, Instant now, std::ostream& out,
               std::ostream& err) {
  int code = kGood;
  for (const std::string& path : paths) {
    const auto pack = read(path, Say::notes_too, err, code);
    if (!pack) continue;
    note_old_cards(*pack, path, now, err);
    out << neutral(path) << ": good: " << pack->title << ", "
        << counted(pack->templates.size(), "template", "templates") << ", "
        << counted(pack->texts.size(), "text", "texts") << '\n';
  }
  return code;
}

int pack_show(const PackShown& shown, std::ostream& out, std::ostream& err) {
  int code = kGood;
  const auto pack = read(shown.path, Say::errors, err, code);
  if (!pack) return code;
  const auto variant = variant_in(*pack, shown.variant);
  if (!variant) return refuse(err, variant.error());
  if (shown.meeting.empty()) {
    show_pack(*pack, out);
    return kGood;
  }
  const Template* const meeting = pack->find_template(shown.meeting);
  if (meeting == nullptr) return refuse(err, "this pack has no template of that name");
  show_meeting(pack->plan(*meeting, *variant), out);
  return kGood;
}

std::expected<Plan, std::string> plan_of(const PackShown& shown) {
  std::ostringstream err;
  int code = kGood;
  const auto pack = read(shown.path, Say::errors, err, code);
  if (!pack) {
    const std::string all = err.str();
    return std::unexpected(all.substr(0, all.find('\n')) + ". hearth pack check shows all.");
  }
  const auto variant = variant_in(*pack, shown.variant);
  if (!variant) return std::unexpected("hearth: " + variant.error() + ".");
  const Template* const meeting = pack->find_template(shown.meeting);
  if (meeting != nullptr) return pack->plan(*meeting, *variant);
  std::string names;
  for (const Template& one : pack->templates) names += " " + one.name;
  return std::unexpected("hearth: this pack has these templates:" + names + ".");
}

}  // namespace hearth::client
