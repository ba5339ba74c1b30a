// A pack that anybody wrote: it is refused with something to do in lines that may be printed, or
// every meeting in it can be run to its end.
#include "client/agenda/agenda.h"
#include "client/agenda/pack.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  using namespace hearth::agenda;
  const PackReport report = read_pack(text_of(ByteView(data, size)),
                                      [](std::string_view text) { return std::string(text); });
  expects(report.problems.size() <= kProblemsMax + 1);
  bool good = true;
  for (const Problem& problem : report.problems) {
    expects(problem.line >= 1 && problem.line <= size + 1);
    expects(!problem.what.empty() && is_line(problem.what, 2048));
    good = good && problem.note;
  }
  expects(good == report.pack.has_value());
  if (!report.pack) return 0;

  for (const Template& meeting : report.pack->templates) {
    for (const Variant variant : report.pack->variants) {
      const Plan plan = report.pack->plan(meeting, variant);
      expects(is_sound(plan) && minutes_of(plan, meeting_of(plan)) == meeting.minutes);
      Agenda agenda(plan);
      const auto posting = agenda.next(Instant{});
      expects(decode_exact<AgendaCard>(encoded(posting->card)) == posting->card);
    }
  }
  return 0;
}
