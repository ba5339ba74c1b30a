// A card from anybody who may post one: what is taken is written back as it stood, is shown without
// harm, and the meeting goes on from it to its end.
#include "client/agenda/agenda.h"
#include "tests/fuzz/round_trip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  using namespace hearth::agenda;
  const ByteView input(data, size);
  fuzz::round_trip<AgendaCard>(input);
  const auto card = decode_exact<AgendaCard>(input);
  if (!card) return 0;

  for (std::string line : lines_of(*card, std::chrono::minutes(3))) {
    // Our own isolates aside, no line holds what turns or hides the text around it.
    for (const std::string_view isolate : {"\u2068", "\u2069"}) {
      for (std::size_t at = 0; (at = line.find(isolate, at)) != std::string::npos;) {
        line.erase(at, isolate.size());
      }
    }
    expects(is_line(line, kReadingSizeMax));
  }
  constexpr Instant kReceived{std::chrono::hours(100'000)};
  Agenda agenda = Agenda::resume(*card, kReceived);
  expects(agenda.card(kReceived)->item() == card->item());
  expects(agenda.timing(kReceived).overrun >= Duration::zero());
  while (const auto posting = agenda.next(kReceived + std::chrono::minutes(1))) {
    const Bytes bytes = encoded(posting->card);
    expects(bytes.size() <= AgendaCard::kSizeMax);
    expects(decode_exact<AgendaCard>(bytes) == posting->card);
  }
  return 0;
}
