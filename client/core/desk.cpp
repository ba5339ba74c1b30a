// Sending, repeating, taking and answering notes.
#include "client/core/desk.h"

#include <algorithm>

#include "client/core/error.h"

namespace hearth::client {
namespace {

using room::NoteType;

bool is_known(NoteType type) noexcept { return !room::name_of(type).empty(); }

}  // namespace

bool answers(NoteType type, NoteType asked) noexcept {
  switch (asked) {
    case NoteType::appointment_offer: return type == NoteType::appointment_answer;
    case NoteType::supporter_offer: return type == NoteType::supporter_answer;
    case NoteType::quorum_request: return type == NoteType::quorum_signature;
    case NoteType::referral_request: return type == NoteType::referral_answer;
    default: return false;
  }
}

// --- Writing -------------------------------------------------------------------------------------

Result<Bytes16> Desk::send(const Address& to, NoteType type, ByteView content, const Bytes16& re,
                           std::uint64_t tag, crypto::RandomSource& random) {
  if (out_.size() >= kOutMax) return fail(ClientErrc::too_much_unsent);
  Out out;
  out.id = random.array<16>();
  out.to = to;
  out.type = type;
  out.tag = tag;
  HEARTH_TRY(out.parts, room::parts_of({type, out.id, re, to_bytes(content)}));
  const Bytes16 id = out.id;
  out_.push_back(std::move(out));
  return id;
}

bool Desk::may_send(Instant now) const noexcept { return pace_ <= now + kEvery * (kAtOnce - 1); }

Desk::Due Desk::take_due(const Pen& pen, Instant now, crypto::RandomSource& random) {
  Due due;
  for (auto place = out_.begin(); place != out_.end();) {
    Out& out = *place;
    bool over = false;
    while (out.at <= now && may_send(now) && !over) {
      const std::vector<room::DeskKey> keys = pen.keys(out.to);
      if (out.tries >= kTriesMax || keys.empty()) {
        const bool tried = out.tries >= kTriesMax;
        due.outcomes.push_back(
            out.outcome(tried ? Outcome::Kind::unanswered : Outcome::Kind::refused));
        if (!tried) due.outcomes.back().reason = "nobody_there";
        over = true;
        break;
      }
      if (out.next == 0) out.records.clear();
      room::Note& part = out.parts[out.next];
      part.sign(pen.room, out.to.reader, pen.key);
      auto sealed = room::seal_note(pen.room, part, keys, random);
      expects(sealed.has_value());  // It was cut to fit.
      out.records.push_back(random.array<16>());
      due.notes.push_back({out.records.back(), out.to.to, out.to.ref, *std::move(sealed)});
      pace_ = std::max(pace_, now) + kEvery;
      if (++out.next < out.parts.size()) continue;
      out.next = 0;
      ++out.tries;
      out.at = now + kRepeat;
      over = out.type == NoteType::answer;  // Whoever misses it asks again.
    }
    place = over ? out_.erase(place) : std::next(place);
  }
  return due;
}

std::optional<Instant> Desk::due() const noexcept {
  std::optional<Instant> next;
  for (const Out& out : out_) {
    const Instant at = std::max(out.at, pace_ - kEvery * (kAtOnce - 1));
    if (!next || at < *next) next = at;
  }
  return next;
}

std::deque<Desk::Out>::iterator Desk::find(const Bytes16& record) {
  return std::ranges::find_if(out_, [&](const Out& out) {
    return std::ranges::find(out.records, record) != out.records.end();
  });
}

std::optional<Desk::Outcome> Desk::on_sent(const wire::NoteSent& sent) {
  const auto out = find(sent.id);
  if (out == out_.end()) return std::nullopt;
  const bool reached = sent.reached > 0;
  const Outcome outcome = out->outcome(reached ? Outcome::Kind::handed : Outcome::Kind::nobody);
  if (std::exchange(reached ? out->handed : out->nobody, true)) return std::nullopt;
  return outcome;
}

std::optional<Desk::Outcome> Desk::on_refused(const wire::NoteRefused& refused) {
  const auto out = find(refused.id);
  // Too fast: the next round comes later anyway.
  if (out == out_.end() || refused.reason == wire::NoteRefusal::rate_limited) return std::nullopt;
  Outcome outcome = out->outcome(Outcome::Kind::refused);
  outcome.reason = wire::name_of(refused.reason);
  out_.erase(out);
  return outcome;
}

// --- Reading -------------------------------------------------------------------------------------

Desk::Address Desk::From::address() const {
  switch (kind) {
    case wire::NoteFrom::handle: return Address::member(handle);
    case wire::NoteFrom::slot: return Address::guest(slot, handle);
    case wire::NoteFrom::staff: break;
  }
  return Address::desk();
}

Desk::Taken Desk::take(const wire::NoteShown& shown, const Glasses& glasses,
                       crypto::RandomSource& random) {
  const auto note = room::open_note(glasses.room, shown.sealed, glasses.key);
  if (!note || !note->verify(glasses.room, glasses.reader)) return {};
  From from;
  from.kind = shown.from;
  from.key = note->sender->key;
  from.handle = room::handle_of(glasses.room, from.key);
  switch (shown.from) {
    case wire::NoteFrom::handle:
      if (from.handle.bytes != shown.ref) return {};
      break;
    case wire::NoteFrom::slot: from.slot = wire::slot_of_ref(shown.ref).value_or(0); break;
    case wire::NoteFrom::staff:
      if (from.key.bytes != shown.ref) return {};
      break;
  }
  if (!glasses.believes(from)) return {};
  auto whole = assembly_.take(from.key, *note);
  if (!whole) return {};

  const auto seen = std::ranges::find_if(
      seen_, [&](const Seen& s) { return s.from == from.key && s.id == whole->id; });
  if (seen != seen_.end()) {
    if (seen->heard) say_heard(from, whole->id, random);
    return {};
  }
  const bool heard = whole->type != NoteType::answer && is_known(whole->type);
  seen_.push_back({from.key, whole->id, heard});
  if (seen_.size() > kSeenMax) seen_.pop_front();
  if (heard) say_heard(from, whole->id, random);

  Taken taken;
  Letter letter{from, *std::move(whole)};
  taken.outcome = settle(letter);
  bool mere = !is_known(letter.note.type);
  if (letter.note.type == NoteType::answer) {
    const auto answer = decode_exact<room::Answer>(letter.note.content);
    mere = !answer || answer->code == room::AnswerCode::heard;
  }
  if (!mere) taken.letter = std::move(letter);
  return taken;
}

// What this letter answers, if it comes from whom the note was for.
std::optional<Desk::Outcome> Desk::settle(const Letter& letter) {
  if (letter.note.re == Bytes16{}) return std::nullopt;
  const auto out = std::ranges::find_if(out_, [&](const Out& o) { return o.id == letter.note.re; });
  if (out == out_.end()) return std::nullopt;
  const bool by_whom = out->to.to == wire::NoteTo::desk ? letter.from.kind == wire::NoteFrom::staff
                                                        : letter.from.handle == out->to.reader;
  if (!by_whom) return std::nullopt;
  Outcome outcome = out->outcome(Outcome::Kind::answered);
  if (letter.note.type == NoteType::answer) {
    auto answer = decode_exact<room::Answer>(letter.note.content);
    if (!answer) return std::nullopt;
    outcome.answer = *std::move(answer);
  } else if (!answers(letter.note.type, out->type)) {
    return std::nullopt;
  }
  out_.erase(out);
  return outcome;
}

void Desk::say_heard(const From& to, const Bytes16& re, crypto::RandomSource& random) {
  // A full queue is no reason to lose a letter: it will come again.
  (void)send(to.address(), NoteType::answer, encoded(room::Answer{}), re, 0, random);
}

}  // namespace hearth::client
