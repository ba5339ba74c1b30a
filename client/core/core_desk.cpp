// Notes to and from the desk: private words, lines, reports, faults.
#include <algorithm>

#include "client/core/model.h"
#include "protocol/room/text.h"

namespace hearth::client {
namespace {

using room::NoteType;

constexpr std::size_t kCheckingMax = 16;   // Reports that wait for the server's word.
constexpr std::size_t kQuestionsMax = 10;  // Of one report: the nearest to the message.

}  // namespace

// --- Who is who ----------------------------------------------------------------------------------

// The key of the role that this connection has; null where it has none that may write.
const crypto::SignatureKey* Core::Model::pen() const {
  if (!session_ || !session_->ready() || !house_ || !session_->role()) return nullptr;
  switch (*session_->role()) {
    case room::Role::gate: return arrival_ ? &arrival_->stay.delivery : nullptr;
    case room::Role::member: return stay_ ? &*stay_ : nullptr;
    default: return house_->staff ? &house_->staff->server : nullptr;
  }
}

bool Core::Model::writes_to_desk() const { return pen() != nullptr; }

bool Core::Model::believes(const Desk::From& from) const {
  switch (from.kind) {
    case wire::NoteFrom::handle:
      // A handle of this room: without a leaf it has no name, and nobody could answer.
      return house_->staff && reader_ && reader_->peer(from.handle);
    case wire::NoteFrom::slot: {
      const Guest* const guest = admitter_.find(from.slot);
      return house_->staff && guest && guest->newcomer.handle == from.handle;
    }
    case wire::NoteFrom::staff: break;
  }
  if (reader_ && reader_->ready()) {
    return reader_->state().is_staff(from.key) || reader_->state().supporter(from.key);
  }
  return std::ranges::any_of(staff_list().entries,
                             [&](const auto& entry) { return entry.staff_server == from.key; });
}

// The group's, where we are in one: the door card may be older.
const room::StaffList& Core::Model::staff_list() const {
  const Conversation* const conversation = reader_ ? reader_->conversation() : nullptr;
  return conversation ? conversation->policy().staff : house_->card.staff();
}

std::vector<room::DeskKey> Core::Model::keys_of(const Desk::Address& to) const {
  std::vector<room::DeskKey> keys;
  switch (to.to) {
    case wire::NoteTo::desk: {
      std::optional<room::PublicKey> own;
      if (house_->staff) own = room::public_key_of(house_->staff->server);
      for (const room::StaffEntry& entry : staff_list().entries) {
        if (entry.staff_server != own) keys.push_back(entry.desk);
      }
      if (!reader_ || !reader_->ready()) break;
      for (const auto& [key, supporter] : reader_->state().supporters()) {
        if (key != own) keys.push_back(supporter.desk);
      }
      break;
    }
    case wire::NoteTo::handle:
      if (const Peer* const peer = reader_ ? reader_->peer(to.reader) : nullptr) {
        keys.push_back(peer->direct);
      }
      break;
    case wire::NoteTo::slot: {
      const Guest* const guest = admitter_.find(*wire::slot_of_ref(to.ref));
      if (guest && guest->newcomer.handle == to.reader) keys.push_back(guest->direct);
      break;
    }
  }
  if (keys.size() > room::kNoteCopies) keys.resize(room::kNoteCopies);
  return keys;
}

Person Core::Model::person_of(const Desk::From& from) const {
  if (from.kind == wire::NoteFrom::slot) {
    const Guest* const guest = admitter_.find(from.slot);
    return {from.handle, guest ? guest->name : std::string(), false, false};
  }
  return person_of(from.key);
}

Person Core::Model::person_of(const room::PublicKey& key) const {
  const room::Handle handle = room::handle_of(house_->id, key);
  for (const room::StaffEntry& entry : staff_list().entries) {
    if (entry.staff_server != key) continue;
    const Conversation* const conversation = reader_ ? reader_->conversation() : nullptr;
    if (conversation) {
      for (const auto& [inside, peer] : conversation->roster()) {
        if (peer.staff_id == entry.staff_id) return reader_->person(inside);
      }
    }
    return {handle, {}, true, false};
  }
  return reader_ ? reader_->person(handle) : Person{handle, {}, false, false};
}

room::PublicKey Core::Model::speaking_key(const Heard& heard) const {
  if (heard.peer.staff_id) {
    const room::StaffEntry* const entry = staff_list().find(*heard.peer.staff_id);
    if (entry) return entry->staff_server;
  }
  return heard.delivery;
}

// --- Writing -------------------------------------------------------------------------------------

Result<Bytes16> Core::Model::send_note(const Desk::Address& to, NoteType type, ByteView content,
                                       std::uint64_t tag, const Bytes16& re) {
  return desk_.send(to, type, content, re, tag, random_);
}

Status Core::Model::nudge(const room::Handle& handle, std::string_view text, std::uint64_t tag) {
  if (!room::note_text(view_of(text))) return fail(ClientErrc::text_invalid);
  HEARTH_TRY([[maybe_unused]] const Bytes16 id,
             send_note(Desk::Address::member(handle), NoteType::nudge, view_of(text), tag));
  return {};
}

Status Core::Model::write_line(std::optional<std::uint64_t> slot, std::string_view text,
                               std::uint64_t tag) {
  if (!room::note_text(view_of(text))) return fail(ClientErrc::text_invalid);
  if (stage_ == Stage::idle || stage_ == Stage::creating || stage_ == Stage::ended) {
    return fail(ClientErrc::not_now);
  }
  Desk::Address to;
  if (slot) {
    const Guest* const guest = admitter_.find(*slot);
    if (!guest) return fail(ClientErrc::slot_unknown);
    to = Desk::Address::guest(*slot, guest->newcomer.handle);
  }
  HEARTH_TRY([[maybe_unused]] const Bytes16 id, send_note(to, NoteType::line, view_of(text), tag));
  return {};
}

Status Core::Model::report(room::Seq seq, std::string reason, std::uint64_t tag) {
  if (!house_ || stage_ == Stage::ended) return fail(ClientErrc::not_now);
  HEARTH_TRY(room::Report report, evidence_.report(seq, std::move(reason)));
  // Both or neither: who reports shall not have to wonder.
  std::optional<std::string> outside;
  if (const auto& key = house_->card.member_part.safeguarding) {
    HEARTH_TRY(outside, room::seal_report_text(house_->id, report, *key, random_));
  }
  HEARTH_TRY([[maybe_unused]] const Bytes16 id,
             send_note(Desk::Address::desk(), NoteType::report, encoded(report), tag));
  if (outside) show(SafeguardingText{*std::move(outside)}, tag);
  return {};
}

void Core::Model::report_fault(const Reading& reading, const room::Anchor& at) {
  for (const Event& event : reading.events) {
    const auto* const fault = std::get_if<Faulted>(&event);
    if (!fault) continue;
    const room::FaultNote note{fault->seq, at.h, std::string(fault->reason)};
    // A full queue: the desk will see us knock.
    (void)send_note(Desk::Address::desk(), NoteType::fault, encoded(note), 0);
  }
}

void Core::Model::remember(const session::Followed& followed, const Heard* heard) {
  const room::LogRecord& record = followed.record;
  const auto commitment = record.body() ? room::commitment_of(*record.body()) : std::nullopt;
  if (!commitment) return;
  if (heard) {
    const Proof proof{*to_array<32>(heard->k_f.view()), heard->payload, followed.tag};
    return evidence_.shown(record.seq, {record.body_hash(), *commitment, speaking_key(*heard)},
                           proof);
  }
  const crypto::SignatureKey* const own = pen();
  if (own) {
    evidence_.shown(record.seq, {record.body_hash(), *commitment, room::public_key_of(*own)}, {});
  }
}

void Core::Model::pump_desk() {
  if (stage_ == Stage::ended) return;
  const crypto::SignatureKey* const key = pen();
  if (!key) return;
  const auto keys = [this](const Desk::Address& to) { return keys_of(to); };
  Desk::Due due = desk_.take_due({house_->id, *key, keys}, now_, random_);
  for (wire::Note& note : due.notes) send(std::move(note));
  for (const Desk::Outcome& outcome : due.outcomes) on_outcome(outcome);
  ask_tags();
}

// What an answer would tell about its reader is not shown: only whether the words went out.
void Core::Model::on_outcome(const Desk::Outcome& outcome) {
  using Kind = Desk::Outcome::Kind;
  const bool matters = outcome.type == NoteType::report || outcome.type == NoteType::line;
  switch (outcome.kind) {
    case Kind::handed: return done(outcome.tag);
    case Kind::nobody:
      if (matters || outcome.tag != 0) show(DeskEmpty{false}, outcome.tag);
      return;
    case Kind::unanswered:
      if (outcome.type == NoteType::report) show(DeskEmpty{true}, outcome.tag);
      return;
    case Kind::refused:
      if (outcome.reason == "nobody_there" && matters) return show(DeskEmpty{true}, outcome.tag);
      if (outcome.tag != 0) show(Refused{outcome.reason}, outcome.tag);
      return;
    case Kind::answered:
      if (!outcome.handed) done(outcome.tag);  // The server's word was lost with a connection.
      return;
  }
}

// --- Reading -------------------------------------------------------------------------------------

void Core::Model::on_note_shown(const wire::NoteShown& shown) {
  const crypto::SignatureKey* const own = pen();
  if (!own) return;
  const crypto::KemKeyPair* key = nullptr;
  room::Handle reader = room::handle_of(house_->id, room::public_key_of(*own));
  switch (*session_->role()) {
    case room::Role::gate: key = &arrival_->stay.direct; break;
    case room::Role::member:
      if (reader_ && reader_->conversation()) key = &reader_->conversation()->stay().direct;
      break;
    default:
      key = &house_->staff->desk;
      reader = {};
      break;
  }
  if (!key) return;
  const auto believe = [this](const Desk::From& from) { return believes(from); };
  Desk::Taken taken = desk_.take(shown, {house_->id, *key, reader, believe}, random_);
  if (taken.outcome) on_outcome(*taken.outcome);
  if (taken.letter) on_letter(*std::move(taken.letter));
}

void Core::Model::on_letter(Desk::Letter letter) {
  const bool by_staff = letter.from.kind == wire::NoteFrom::staff;
  const bool desk = house_->staff.has_value();
  switch (letter.note.type) {
    case NoteType::nudge:
      if (auto text = room::note_text(letter.note.content); text && by_staff && !desk) {
        show(Nudged{person_of(letter.from), *std::move(text)});
      }
      return;
    case NoteType::line:
      if (auto text = room::note_text(letter.note.content)) {
        std::optional<std::uint64_t> slot;
        if (letter.from.kind == wire::NoteFrom::slot) slot = letter.from.slot;
        show(LobbyLineReceived{person_of(letter.from), slot, *std::move(text)});
      }
      return;
    case NoteType::report:
      if (desk) on_report(letter);
      return;
    case NoteType::fault:
      if (auto fault = decode_exact<room::FaultNote>(letter.note.content); fault && desk) {
        show(FaultReported{person_of(letter.from), fault->commit, std::move(fault->reason)});
      }
      return;
    default: return on_office_letter(letter);
  }
}

// --- Reports at the desk -------------------------------------------------------------------------

void Core::Model::on_report(const Desk::Letter& letter) {
  auto report = decode_exact<room::Report>(letter.note.content);
  if (!report) return;
  Checking checking;
  checking.event.from = person_of(letter.from);
  checking.event.reason = std::move(report->reason);
  checking.event.reported = report->reported;
  for (std::size_t i = 0; i < report->items.size(); ++i) {
    room::ReportItem& item = report->items[i];
    const Verdict verdict = evidence_.verify(house_->id, item);
    ReportReceived::Item shown;
    shown.seq = item.seq;
    shown.sender = person_of(item.sender);
    const auto content = text_of(item.payload.content);
    if (item.payload.type == room::PayloadType::text && room::is_utf8(content)) {
      shown.text = content;
    }
    shown.verified = verdict.kind == Verdict::Kind::verified;
    shown.reason = verdict.reason;
    if (verdict.kind == Verdict::Kind::unknown) {
      shown.reason = "not_in_log";
      if (item.tag) {
        checking.questions.push_back({i,
                                      {house_->id, item.seq, item.body_hash, item.commitment,
                                       room::handle_of(house_->id, item.sender), *item.tag}});
      }
    }
    checking.event.items.push_back(std::move(shown));
  }
  const auto distance = [&](const Checking::Question& question) {
    const std::size_t away = question.item > report->reported ? question.item - report->reported
                                                              : report->reported - question.item;
    return std::pair(away, question.item);
  };
  std::ranges::sort(checking.questions, {}, distance);
  if (checking.questions.size() > kQuestionsMax) checking.questions.resize(kQuestionsMax);
  if (checking_.size() >= kCheckingMax) {
    // Nobody waits behind a flood: this one is shown with what is known.
    checking.questions.clear();
  }
  checking_.push_back(std::move(checking));
  show_checked_reports();
}

void Core::Model::show_checked_reports() {
  std::erase_if(checking_, [this](Checking& checking) {
    if (!checking.questions.empty()) return false;
    show(std::move(checking.event));
    return true;
  });
}

// One question at a time, oldest report first; the answers come in the order of the questions.
void Core::Model::ask_tags() {
  if (checking_.empty() || now_ < tag_pace_ - kTagEvery * kTagsAtOnce) return;
  Checking::Question& question = checking_.front().questions.front();
  if (question.asked) return;
  question.asked = true;
  tag_pace_ = std::max(tag_pace_, now_) + kTagEvery;
  send(question.ask);
}

void Core::Model::on_tag_checked(const wire::TagChecked& checked) {
  if (checking_.empty() || !checking_.front().questions.front().asked) return;
  Checking& checking = checking_.front();
  ReportReceived::Item& item = checking.event.items[checking.questions.front().item];
  item.verified = checked.valid;
  item.reason = checked.valid ? std::string_view{} : "tag_invalid";
  checking.questions.pop_front();
  show_checked_reports();
}

}  // namespace hearth::client
